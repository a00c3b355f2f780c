"""The page of a device: who and what, what blocks, the path, the tracks, gaps, deadlines, history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compliance.assessments.dates import FIRST_DAY, LAST_DAY
from compliance.assessments.queries import dated_answer, rows_by_identity
from compliance.assessments.render import Json
from compliance.audit.models import AuditEvent
from compliance.backoffice import access
from compliance.backoffice.device.gaps import EVIDENCE, Gap, gaps
from compliance.backoffice.device.path import Path, path
from compliance.backoffice.device.presets import Preset, presets
from compliance.backoffice.facts.records import Group, admin_url, grouped, row_url
from compliance.backoffice.home.matrix import is_example
from compliance.backoffice.page import Page
from compliance.evidence.models import DocumentVersion
from compliance.evidence.queries import visible_versions
from compliance.facts.checks import ROLES
from compliance.facts.kinds import KINDS
from compliance.facts.past import Known, known_facts
from compliance.facts.rows import Row, known_now, rows_known, rows_of, rows_of_organisations
from compliance.facts.shapes import shape
from compliance.law.facts import TRACKS
from compliance.law.facts import Device as DeviceValue
from compliance.law.parameters import Law
from compliance.law.types import PENDING, is_ours
from config import clock
from devices.models import Device, Organisation, Role, TrackName
from devices.queries import Caller, caller_of

HISTORY_SIZE = 20
ACTIONS = 3


def date_field(label: Any) -> forms.DateField:
    """Return a field for a date that the law data reach; it may be left empty."""
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("This is no date of the calendar: write it like 2027-01-14.")},
        validators=[
            MinValueValidator(FIRST_DAY, _("The law data start on 1 January 1990: choose a later date.")),
            MaxValueValidator(LAST_DAY, _("Choose a date before 2100.")),
        ],
    )


class DatesForm(forms.Form):
    """The date of the page and the date of what was known."""

    on = date_field(_("Status on"))
    known_on = date_field(_("As known on"))


@dataclass(frozen=True, slots=True)
class Lane:
    """A track of the page, with its facts."""

    name: str
    label: str
    status: Json
    groups: list[Group]


@dataclass(frozen=True, slots=True)
class DevicePage:
    """All that the page shows; ``facts_known_on`` is the day at whose end the record said so, if any."""

    device: Device
    form: DatesForm
    presets: list[Preset]
    on: date
    known_on: date
    facts_known_on: date | None
    elsewhen: bool
    answer: Json
    path: Path
    lanes: list[Lane]
    data: list[Group]
    general: list[Group]
    classes: list[str]
    notified_bodies: list[str]
    gaps: list[Gap]
    documents: list[list[DocumentVersion]]
    pending: list[Json]
    settled: list[Json]
    history: list[AuditEvent]
    readable: bool
    fact_urls: dict[str, str]

    @property
    def next_actions(self) -> list[Json]:
        """Return the first deadlines to meet; those of others call for no action here."""
        ours = [one for one in self.pending if is_ours(rule=one["rule"], obliged=one["obliged"])]
        return ours[:ACTIONS]

    @property
    def has_data(self) -> bool:
        """Return whether facts of data and cybersecurity are recorded."""
        return any(one.entries for one in self.data)

    @property
    def findings(self) -> list[Json]:
        """Return the findings but those that stand among the gaps."""
        return [one for one in self.answer["findings"] if one["code"] not in EVIDENCE]


@dataclass(frozen=True, slots=True)
class _Record:
    """What is recorded on the date of knowledge: rows to show, facts to assess (None: those of now serve)."""

    rows: list[Row]
    facts: Known | None


def device_page(
    request: HttpRequest,
    device: Device,
    *,
    today: date,
    editable: bool,
    readable: bool = False,
    as_buyer: bool = False,
    law: Law | None = None,
) -> DevicePage:
    """Return the page of a device on the dates asked for; dates that cannot be read give today's page.

    ``readable``: the person reads the record, and not only the answers. ``as_buyer`` gives the page that a
    hospital buyer gets, whoever asks. ``law`` is that in force, where it was read already.
    """
    form = DatesForm(request.GET, label_suffix="")
    dates = form.cleaned_data if form.is_valid() else {}
    on, known_on = dates.get("on") or today, dates.get("known_on") or today
    elsewhen, past = (on, known_on) != (today, today), known_on < today
    record = _record(device, known_on=known_on, today=today, whole=readable or elsewhen)
    found, _computed_at = dated_answer(
        device, on=on, known_on=known_on, today=today, now=clock.now(), facts=record.facts, law=law
    )
    shown = [one for one in record.rows if readable or _is_public(one)]
    recorded = grouped(
        device,
        [one for one in shown if not one.holder],
        readable=readable,
        addable=editable and not past,
    )
    urls = {one.path: url for one in shown if readable and (url := row_url(one))} | _organisation_urls(device)
    deadlines = sorted(found["deadlines"], key=lambda one: one["strict"])
    if not (elsewhen or as_buyer):
        _link(deadlines, device)
    documents = _documents(request, device, known_on=known_on if past else None, as_buyer=as_buyer)
    return DevicePage(
        _as_known(device, record.facts) if past and record.facts else device,
        form,
        presets(today, found),
        on,
        known_on,
        record.facts.on if past and record.facts else today,
        elsewhen,
        found,
        path(request, shown if readable else [], found, on=on, today=today, urls=urls),
        [_lane(track, found, recorded) for track in TRACKS],
        [one for one in recorded if one.kind.track == "data"],
        [one for one in recorded if one.kind.track is None],
        _classes(shown),
        _codes(shown, "ce_marking.certificates", "notified_body"),
        gaps(found, shown if readable and not past else [], documents),
        documents,
        [one for one in deadlines if one["state"] in PENDING],
        [one for one in deadlines if one["state"] not in PENDING],
        [] if as_buyer or past else _history(request, device),
        readable,
        urls,
    )


def _record(device: Device, *, known_on: date, today: date, whole: bool) -> _Record:
    """Return the record on the date of knowledge; what is not needed ``whole`` is what everybody sees."""
    if known_on < today:
        facts = known_facts(device, known_on=known_on, today=today)
        return _Record(rows_known(facts), facts)
    if not whole:
        return _Record(rows_of(device, [one for one in KINDS.values() if _seen_by_all(one.path)]), None)
    rows = [*rows_of(device), *rows_of_organisations(device)]
    return _Record(rows, known_now(device, rows, today))


def _seen_by_all(kind: str) -> bool:
    """Return whether who reads the answers only sees such facts: what the device is."""
    return kind in {"versions", "identifiers", "ce_marking.classifications"}


def _is_public(row: Row) -> bool:
    return _seen_by_all(row.kind.path)


def _classes(rows: Iterable[Row]) -> list[str]:
    """Return the class under each regulation, the one last valid: "MDR IIa"."""
    own = [one.data for one in rows if one.kind.path == "ce_marking.classifications"]
    last: dict[str, str] = {}
    for data in sorted(own, key=lambda one: one.get("valid_from") or ""):
        last[data["regulation"]] = data["device_class"]
    return [f"{regulation} {found}" for regulation, found in last.items()]


def _codes(rows: Iterable[Row], kind: str, name: str) -> list[str]:
    return sorted({one.data[name] for one in rows if one.kind.path == kind and one.data.get(name)})


def _link(deadlines: Iterable[Json], device: Device) -> None:
    """Give each deadline of the answer of today its ``page``."""
    rows = rows_by_identity(device)
    for one in deadlines:
        if row := rows.get((one["rule"], one["trigger"]["fact"], one["n"])):
            one["page"] = reverse("admin:deadline", args=[row])


def _documents(
    request: HttpRequest, device: Device, *, known_on: date | None, as_buyer: bool
) -> list[list[DocumentVersion]]:
    """Return the versions of each document, the latest first; as a buyer, of those that a buyer sees.

    ``known_on`` leaves out what was uploaded after that day.
    """
    caller = Caller(None, Role.BUYER, device.owner_id) if as_buyer else caller_of(request)
    rows = visible_versions(caller, Device.objects.filter(pk=device.pk)).prefetch_related("links")
    if known_on:
        rows = rows.filter(uploaded_at__lt=clock.end_of(known_on))
    return [list(versions) for _pk, versions in groupby(rows, key=lambda one: one.document_id)]


def _as_known(device: Device, facts: Known) -> Device:
    """Return the device with the fields and the names of a past day, only to be shown."""
    own = {name: getattr(facts.device, name) for name in shape(Device, DeviceValue).plain}
    holders = {one.key: Organisation(key=one.key, name=one.name) for one in facts.organisations}
    roles = {role: holders.get(getattr(facts.device, role)) for role in ROLES}
    return Device(pk=device.pk, **own, **roles)


def _organisation_urls(device: Device) -> dict[str, str]:
    """Return the pages of the organisations of a device, by the path that reasons give them."""
    holders = [one for role in ROLES if (one := getattr(device, role))]
    return {f"organisations[{one.key}]": admin_url(Organisation, "change", one.pk) for one in holders}


def _history(request: HttpRequest, device: Device) -> list[AuditEvent]:
    """Return the last events of a device that the person may read, the newest first."""
    own = access.events(request).filter(subject_type="device", subject_id=str(device.pk))
    return list(own.order_by("-id")[:HISTORY_SIZE])


def _lane(track: str, answer: Json, recorded: list[Group]) -> Lane:
    own = [one for one in recorded if one.kind.track == track]
    return Lane(track, str(TrackName(track).label), answer["tracks"][track], own)


def device(request: HttpRequest, device_id: UUID) -> Page:
    """Return the page of a device, on the dates asked for."""
    related = (*ROLES, "assessment")
    may_edit = Exists(access.editable(request).order_by().filter(pk=OuterRef("pk")))
    may_read = Exists(access.readable(request).order_by().filter(pk=OuterRef("pk")))
    devices = access.visible(request).select_related(*related)
    devices = devices.annotate(notices=access.with_number_of_notices(request))
    found = get_object_or_404(devices.annotate(may_edit=may_edit, may_read=may_read), pk=device_id)
    access.remember_number_of_notices(request, vars(found)["notices"])
    editable: bool = vars(found)["may_edit"]
    readable: bool = vars(found)["may_read"]
    page = device_page(request, found, today=clock.today(), editable=editable, readable=readable)
    shown = {
        "device": page.device,
        "example": is_example(found),
        "editable": editable,
        "may_publish": access.owns(request, found.owner_id),
        "today": clock.today(),
        "page": page,
    }
    return Page("backoffice/device.html", page.device.name, shown)
