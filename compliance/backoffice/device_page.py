"""The page of a device: who and what, what blocks, the five tracks, data, deadlines, history."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from compliance.assessments.dates import FIRST_DAY, LAST_DAY
from compliance.assessments.queries import dated_answer
from compliance.assessments.render import Json
from compliance.audit.models import AuditEvent
from compliance.backoffice import access
from compliance.backoffice.records import Group, admin_url, groups, past_groups
from compliance.evidence.models import DocumentVersion
from compliance.evidence.queries import visible_versions
from compliance.facts.checks import ROLES
from compliance.facts.past import Known, known_facts
from compliance.facts.values import shape
from compliance.law.facts import TRACKS
from compliance.law.facts import Device as DeviceValue
from compliance.law.types import AUTHORITIES, PENDING
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
    """All that the page shows; ``facts_known_on`` is the day at whose end the record said so."""

    device: Device
    form: DatesForm
    on: date
    known_on: date
    facts_known_on: date
    elsewhen: bool
    answer: Json
    lanes: list[Lane]
    data: list[Group]
    general: list[Group]
    documents: list[list[DocumentVersion]]
    pending: list[Json]
    settled: list[Json]
    history: list[AuditEvent]
    readable: bool
    fact_urls: dict[str, str]

    @property
    def next_actions(self) -> list[Json]:
        """Return the first deadlines to meet; those of authorities call for no action here."""
        return [one for one in self.pending if one["obliged"] not in AUTHORITIES][:ACTIONS]


def device_page(
    request: HttpRequest, device: Device, *, today: date, editable: bool, as_buyer: bool = False
) -> DevicePage:
    """Return the page of a device on the dates asked for; dates that cannot be read give today's page.

    ``as_buyer`` gives the page that a hospital buyer gets, whoever asks.
    """
    form = DatesForm(request.GET, label_suffix="")
    dates = form.cleaned_data if form.is_valid() else {}
    on, known_on = dates.get("on") or today, dates.get("known_on") or today
    elsewhen = (on, known_on) != (today, today)
    facts = known_facts(device, known_on=known_on, today=today) if known_on < today else None
    found, _computed_at = dated_answer(
        device, on=on, known_on=known_on, today=today, now=clock.now(), facts=facts
    )
    readable = not as_buyer and access.readable(request).filter(pk=device.pk).exists()
    recorded = (
        past_groups(facts.device, readable=readable)
        if facts
        else groups(device, readable=readable, addable=editable)
    )
    urls = {entry.path: entry.url for group in recorded for entry in group.entries}
    urls |= _organisation_urls(device)
    deadlines = sorted(found["deadlines"], key=lambda one: one["strict"])
    return DevicePage(
        _as_known(device, facts) if facts else device,
        form,
        on,
        known_on,
        facts.on if facts else today,
        elsewhen,
        found,
        [_lane(track, found, recorded) for track in TRACKS],
        [one for one in recorded if one.kind.track == "data"],
        [one for one in recorded if one.kind.track is None],
        _documents(request, device, as_buyer=as_buyer),
        [one for one in deadlines if one["state"] in PENDING],
        [one for one in deadlines if one["state"] not in PENDING],
        [] if as_buyer else _history(request, device),
        readable,
        urls,
    )


def _documents(request: HttpRequest, device: Device, *, as_buyer: bool) -> list[list[DocumentVersion]]:
    """Return the versions of each document, the latest first; as a buyer, of those that a buyer sees."""
    caller = Caller(None, Role.BUYER, device.owner_id) if as_buyer else caller_of(request)
    rows = visible_versions(caller, Device.objects.filter(pk=device.pk))
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
