"""The pages of the back office that are not lists of models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.amendments.models import Amendment
from compliance.backoffice import access, law_watch
from compliance.backoffice.deadlines import counts, deadline_list
from compliance.backoffice.device_page import device_page
from compliance.backoffice.matrix import is_example
from compliance.backoffice.records import admin_url
from compliance.facts.checks import ROLES
from compliance.facts.kinds import KINDS
from compliance.followup.filters import filters_of
from config.clock import today
from devices.models import AREA_LABELS


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its template, its title and what it shows."""

    template: str
    title: str | Promise
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


def deadlines(request: HttpRequest) -> Page | HttpResponse:
    """Return the deadlines of all devices that the person sees; opened bare, under their default filter."""
    kept = list(filters_of(access.person(request)))
    default = next((one for one in kept if one.is_default and one.asked), None)
    if default and not request.GET:
        return redirect(f"{request.path}?{urlencode(default.asked)}")
    devices, day = access.visible(request), today()
    shown = {
        "today": day,
        "list": deadline_list(request, devices, day),
        "counts": counts(devices, day),
        "saved": [(one, urlencode(one.asked)) for one in kept],
        "asked": request.GET.urlencode(),
    }
    return Page("backoffice/deadlines.html", _("Deadlines"), shown)


def device(request: HttpRequest, device_id: UUID) -> Page:
    """Return the page of a device, on the dates asked for."""
    related = (*ROLES, "assessment")
    may_edit = Exists(access.editable(request).order_by().filter(pk=OuterRef("pk")))
    may_read = Exists(access.readable(request).order_by().filter(pk=OuterRef("pk")))
    devices = access.visible(request).select_related(*related)
    found = get_object_or_404(devices.annotate(may_edit=may_edit, may_read=may_read), pk=device_id)
    editable: bool = vars(found)["may_edit"]
    readable: bool = vars(found)["may_read"]
    page = device_page(request, found, today=today(), editable=editable, readable=readable)
    shown = {
        "device": page.device,
        "example": is_example(found),
        "editable": editable,
        "may_publish": access.owns(request, found.owner_id),
        "today": today(),
        "page": page,
    }
    return Page("backoffice/device.html", page.device.name, shown)


def law(request: HttpRequest) -> Page:
    """Return the rules of the law in force and the texts applied here."""
    day = today()
    shown = {"today": day, "watch": law_watch.watch(request, access.visible(request), day)}
    return Page("backoffice/law.html", _("Law watch"), shown)


def rule(request: HttpRequest, name: str) -> Page:
    """Return a rule with its whole history."""
    day = today()
    page = law_watch.rule_page(name, access.visible(request), day)
    return Page("backoffice/rule.html", page.row.label, {"today": day, "page": page})


def amendment(request: HttpRequest, key: str) -> Page:
    """Return a text applied here, with the devices of the person that it moves."""
    text = get_object_or_404(Amendment, key=key)
    shown = {"text": text, "devices": law_watch.moved_devices(text, access.visible(request))}
    return Page("backoffice/amendment.html", str(text), shown)


def proposal(request: HttpRequest, key: str) -> Page:
    """Return a proposed text, with the devices of the person that it would move."""
    text, devices = law_watch.simulated(key, access.visible(request), today())
    return Page("backoffice/proposal.html", text.title, {"text": text, "devices": devices})


def kinds(request: HttpRequest) -> Page:
    """Return the kinds of facts, by track, each opening its list."""
    tracks: dict[str, list[tuple[str, str]]] = {}
    for kind in KINDS.values():
        label = str(AREA_LABELS[kind.track]) if kind.track else str(_("All tracks"))
        link = (str(kind.model._meta.verbose_name_plural), admin_url(kind.model, "changelist"))
        tracks.setdefault(label, []).append(link)
    return Page("backoffice/kinds.html", _("Recorded facts"), {"tracks": tracks})
