"""What officers do with requirements: attach a document, say that some do not apply, take back."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from compliance.assessments.render import Json
from compliance.assessments.words import word
from compliance.backoffice import access
from compliance.backoffice.forms import asked, data
from compliance.backoffice.page import Page
from compliance.backoffice.requirements.forms import AttachForm, Choices, ExemptForm
from compliance.backoffice.requirements.pages import coverage, of
from compliance.evidence.models import Document
from compliance.facts.errors import FactError
from compliance.law.catalogues import Reference, reference
from compliance.requirements import operations
from compliance.requirements.models import Statement
from config.clock import now, today
from devices.models import Device

Answer = Page | HttpResponse


def attach(request: HttpRequest, device_id: UUID) -> Answer:
    """Attach a document to the requirements chosen, and to those that the same documentation may serve."""
    device = _editable(request, device_id)
    found = _requirements(device)
    chosen = _chosen(request, found)
    if not chosen:
        return _nothing_chosen(request, device)
    documents = list(Document.objects.filter(device=device, removed_at=None))
    form = AttachForm(
        data(request), chosen=_named(chosen, found), suggested=_suggested(chosen, found),
        documents=documents, today=today(), initial={"document": request.GET.get("document")},
    )  # fmt: skip
    return _page(
        request, form, operations.attach, device, chosen, _("Attach a document"),
        _("The document serves these requirements with all its later versions, until it is detached."),
        lambda number: ngettext(
            "The document serves %(count)d more requirement.",
            "The document serves %(count)d more requirements.",
            number,
        ),
    )  # fmt: skip


def exempt(request: HttpRequest, device_id: UUID) -> Answer:
    """Say that the requirements chosen do not apply to the device, and why."""
    device = _editable(request, device_id)
    found = _requirements(device)
    chosen = _chosen(request, found)
    if not chosen:
        return _nothing_chosen(request, device)
    form = ExemptForm(data(request), chosen=_named(chosen, found), today=today())
    return _page(
        request, form, operations.exempt, device, chosen, _("Mark as not applicable"),
        _("They are left out of what is asked for. It can be taken back at any time."),
        lambda number: ngettext(
            "%(count)d requirement is marked as not applicable.",
            "%(count)d requirements are marked as not applicable.",
            number,
        ),
    )  # fmt: skip


def take_back(request: HttpRequest, device_id: UUID) -> Answer:
    """Detach a document from a requirement, or say that a requirement applies after all."""
    device = _editable(request, device_id)
    if request.method != "POST":
        return redirect("admin:requirements", device.pk)
    rows = Statement.objects.filter(device=device)
    said = get_object_or_404(rows, pk=_uuid(request.POST.get("statement", "")))
    try:
        operations.take_back(actor=access.actor(request), statements=[said], at=now())
    except FactError as refused:
        messages.error(request, str(refused))
    else:
        done = gettext("The requirement applies again.") if said.exempts else gettext("It is detached.")
        messages.success(request, done)
    return redirect("admin:requirements_of", device.pk, said.catalogue)


def _page(
    request: HttpRequest, form: Any, operation: Any, device: Device, chosen: list[Reference], title: Any,
    words: Any, done: Callable[[int], str],
) -> Answer:  # fmt: skip
    """Ask with the form; once it is filled in, do the operation, and say on how many requirements it told."""
    who, at = access.actor(request), now()

    def act(said: dict[str, Any]) -> None:
        told = operation(actor=who, device=device, at=at, **said)
        messages.success(request, done(len(told)) % {"count": len(told)})

    back = reverse("admin:requirements_of", args=[device.pk, chosen[0][0]])
    return asked(
        request, form, act, title=title, back=back, button=title, done=None, device=device, words=words,
        template="backoffice/requirements_form.html",
    )  # fmt: skip


def _editable(request: HttpRequest, device_id: UUID) -> Device:
    """Return a device whose record the person keeps; who only sees it is refused, others find nothing."""
    device = of(request, access.visible(request), device_id)
    if not access.keeps(request, device.owner_id):
        raise PermissionDenied
    return device


def _requirements(device: Device) -> dict[Reference, Json]:
    """Return the requirements of today of the catalogues that are not known to be for other devices."""
    return {
        (one["catalogue"], row["number"]): row | {"catalogue": one["title"]}
        for one in coverage(device, on=today(), known_on=today())["catalogues"]
        for row in one["requirements"]
        if one["applies"] != "no" or row["state"] != "gap"
    }


def _chosen(request: HttpRequest, found: dict[Reference, Json]) -> list[Reference]:
    """Return the requirements that the boxes of the page name, each once; others are passed over."""
    named = [reference(one) for one in request.GET.getlist("requirement")]
    return [one for one in dict.fromkeys(named) if one in found]


def _suggested(chosen: Collection[Reference], found: Mapping[Reference, Json]) -> Choices:
    """Return the open requirements to which the chosen ones correspond, with the text that says so."""
    why = {
        (one["catalogue"], one["number"]): f"{one['citation']} ({word(one['certainty'])})"
        for held in chosen
        for one in found[held]["same_as"]
    }
    open_ones = [one for one in why if one not in chosen and one in found and found[one]["state"] == "gap"]
    return [(one, f"{said} · {why[one]}") for one, said in _named(open_ones, found)]


def _named(held: Iterable[Reference], found: Mapping[Reference, Json]) -> Choices:
    return [(one, f"{found[one]['citation']} · {found[one]['title']}") for one in held]


def _nothing_chosen(request: HttpRequest, device: Device) -> HttpResponse:
    messages.error(request, gettext("Choose at least one requirement first."))
    return redirect("admin:requirements", device.pk)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
