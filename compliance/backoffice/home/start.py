"""The first steps: from an empty account to a first device with its statuses and deadlines.

Each step is recorded by itself, through the operations, and may be left for later: what is not known stays
unknown. "There is none" is an answer of its own, given on purpose: the track is then recorded wholly.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from compliance.ai_act.models import AiSystem
from compliance.assessments.queries import dated_answer
from compliance.backoffice import access
from compliance.backoffice.forms import data, show
from compliance.backoffice.home.start_forms import (
    AiForm,
    CertificateForm,
    ClassForm,
    DeviceForm,
    FactForm,
    ListingForm,
)
from compliance.backoffice.page import Page
from compliance.ce_marking.models import Certificate, Classification
from compliance.facts.errors import FactError
from compliance.facts.operations import record, save_device
from compliance.law.types import PENDING, is_ours
from compliance.listing.models import Listing
from config.clock import now, today
from devices.models import Device, TrackName

ACTIONS = 5
_KEY_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Step:
    """A step: the kind of fact that it records, and what its absence would mean."""

    title: Promise
    why: Promise
    kind: str
    model: Any
    form: type[FactForm]
    none: Promise | None = None
    wholly: tuple[str, ...] = ()


STEPS: Mapping[str, Step] = {
    "class": Step(
        _("Class and regulation"),
        _("They decide the route to the CE marking, the reports due, and the tier under the AI Act."),
        "ce_marking.classifications",
        Classification,
        ClassForm,
    ),
    "certificate": Step(
        _("CE certificate"),
        _("Its end, its audits and its reports give most of the deadlines."),
        "ce_marking.certificates",
        Certificate,
        CertificateForm,
        _("There is no certificate yet"),
        ("ce_marking",),
    ),
    "listing": Step(
        _("Reimbursement"),
        _("A coverage that runs has an end, and a renewal to be asked for months before."),
        "listing.listings",
        Listing,
        ListingForm,
        _("No coverage, and none was asked for"),
        ("listing", "cnedimts"),
    ),
    "ai": Step(
        _("Artificial intelligence"),
        _("The tier under the AI Act says which duties apply, and from when."),
        "ai_act.systems",
        AiSystem,
        AiForm,
    ),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A step as the list of steps shows it."""

    name: str
    title: Promise
    url: str
    recorded: bool
    current: bool


def device(request: HttpRequest) -> Page | HttpResponse:
    """Ask what the device is; record it, and go to the first step."""
    if not access.keeps_records(request):
        raise PermissionDenied
    form = DeviceForm(data(request), owners=access.kept_organisations(request))
    if form.is_bound and form.is_valid():
        try:
            made = _made(request, form.changes)
        except FactError as refusal:
            show(refusal, form)
        else:
            return redirect(_url(made.pk, next(iter(STEPS))))
    shown = {"form": form, "stages": _stages(None, ""), "number": 1, "total": len(STEPS) + 1}
    return Page("backoffice/start.html", _("New device, step by step"), shown)


def step(request: HttpRequest, device_id: UUID, name: str) -> Page | HttpResponse:
    """Ask for what a step records; a step that is recorded is not recorded twice."""
    one, found = STEPS[name], _device(request, device_id)
    follows = _next(found.pk, name)
    recorded = vars(found)[f"has_{name}"] or _absent(found, one)
    form = one.form(data(request) if "record" in request.POST else None, initial=_known(found, name))
    if request.method == "POST" and (recorded or "skip" in request.POST):
        return redirect(follows)
    if request.method == "POST" and "none" in request.POST and one.none:
        return _wholly(request, found, one, follows)
    if form.is_bound and form.is_valid():
        if not form.changes:
            return redirect(follows)
        try:
            _record(request, found, name, form.changes)
        except FactError as refusal:
            show(refusal, form)
        else:
            return redirect(follows)
    shown = {
        "form": form, "step": one, "device": found, "recorded": recorded, "next": follows,
        "stages": _stages(found, name), "number": [*STEPS].index(name) + 2, "total": len(STEPS) + 1,
    }  # fmt: skip
    return Page("backoffice/start.html", one.title, shown)


def end(request: HttpRequest, device_id: UUID) -> Page:
    """Return what the law says of the device so far: statuses, what comes next, what is not known yet."""
    found, day = _device(request, device_id), today()
    answer, _computed_at = dated_answer(found, on=day, known_on=day, today=day, now=now())
    deadlines = sorted(answer["deadlines"], key=lambda one: one["strict"])
    stages = _stages(found, "")
    shown = {
        "device": found,
        "today": day,
        "tracks": [(track, TrackName(track).label, status) for track, status in answer["tracks"].items()],
        "doors": [
            (_("Market access"), answer["market_access"]),
            (_("Access to reimbursement"), answer["reimbursement"]),
        ],
        "actions": [
            one
            for one in deadlines
            if one["state"] in PENDING and is_ours(rule=one["rule"], obliged=one["obliged"])
        ][:ACTIONS],
        "stages": stages,
        "open": [one for one in stages if not one.recorded],
    }
    return Page("backoffice/start_end.html", found.name, shown)


def _device(request: HttpRequest, device_id: UUID) -> Any:
    """Return a device that the person may change, with what of it is recorded. Raises Http404."""
    held = {
        f"has_{name}": Exists(one.model.objects.filter(device=OuterRef("pk"))) for name, one in STEPS.items()
    }
    devices = access.visible(request).select_related("owner", "assessment").annotate(**held)
    found = get_object_or_404(devices, pk=device_id)
    if found.pk not in access.editable_ids(request):
        raise PermissionDenied
    return found


def _known(found: Device, name: str) -> dict[str, Any]:
    """Return what fills in the form of a step: a certificate is under the regulation of the class."""
    if name != "certificate":
        return {}
    classes = Classification.objects.filter(device=found).order_by("key")
    return {"regulation": classes.values_list("regulation", flat=True).first()}


def _made(request: HttpRequest, changes: Mapping[str, Any]) -> Device:
    """Return the new device, under a key made of its name. Raises FactError."""
    named = slugify(changes["name"])[:_KEY_LENGTH].strip("-_") or "device"
    who, at = access.actor(request), now()
    try:
        return save_device(actor=who, device=None, changes={**changes, "key": named}, at=at)
    except FactError as refusal:
        if not any(problem.code == "duplicate_key" for problem in refusal.problems):
            raise
    other = f"{named}-{secrets.token_hex(3)}"
    return save_device(actor=who, device=None, changes={**changes, "key": other}, at=at)


def _record(request: HttpRequest, found: Device, name: str, changes: Mapping[str, Any]) -> None:
    value = {"key": name, **changes}
    record(actor=access.actor(request), subject=found, kind=STEPS[name].kind, value=value, at=now())


def _wholly(request: HttpRequest, found: Device, one: Step, follows: str) -> HttpResponse:
    """Record that nothing is there: what is not recorded on these tracks did not happen."""
    tracks = sorted({*found.complete_tracks, *one.wholly})
    save_device(
        actor=access.actor(request), device=found, changes={"complete_tracks": tracks},
        reason=str(one.none), at=now(),
    )  # fmt: skip
    return redirect(follows)


def _absent(found: Device, one: Step) -> bool:
    return bool(one.wholly) and set(one.wholly) <= set(found.complete_tracks)


def _stages(found: Any, current: str) -> list[Stage]:
    first = Stage("device", _("The device"), "", recorded=found is not None, current=found is None)
    return [first, *(
        Stage(
            name,
            one.title,
            _url(found.pk, name) if found else "",
            recorded=found is not None and (vars(found)[f"has_{name}"] or _absent(found, one)),
            current=name == current,
        )
        for name, one in STEPS.items()
    )]  # fmt: skip


def _next(device_id: UUID, name: str) -> str:
    names = [*STEPS, "end"]
    return _url(device_id, names[names.index(name) + 1])


def _url(device_id: UUID, name: str) -> str:
    return reverse(f"admin:start_{name}", args=[device_id])
