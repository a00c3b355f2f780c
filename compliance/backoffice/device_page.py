"""The page of a device: who and what, what blocks, the five tracks and why, deadlines, facts, history."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from compliance.assessments.dates import write_date
from compliance.assessments.models import DeviceAssessment
from compliance.assessments.operations import assess_device
from compliance.assessments.render import Json, Language, body, spoken
from compliance.audit.models import AuditEvent
from compliance.backoffice import access
from compliance.backoffice.records import Group, admin_url, groups
from compliance.facts.checks import ROLES
from compliance.law.facts import TRACKS
from compliance.law.parameters import current_law
from compliance.law.types import PENDING
from devices.models import Device, Organisation, TrackName

HISTORY_SIZE = 20
ACTIONS = 3
_FIRST, _LAST = date(1990, 1, 1), date(2099, 12, 31)


def _date_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("This is no date of the calendar: write it like 2027-01-14.")},
        validators=[
            MinValueValidator(_FIRST, _("The law data start on 1 January 1990: choose a later date.")),
            MaxValueValidator(_LAST, _("Choose a date before 2100.")),
        ],
    )


class DatesForm(forms.Form):
    """The date of the page and the date of what was known."""

    on = _date_field(_("Status on"))
    known_on = _date_field(_("As known on"))


@dataclass(frozen=True, slots=True)
class Lane:
    """A track of the page, with its facts."""

    name: str
    label: str
    status: Json
    groups: list[Group]


@dataclass(frozen=True, slots=True)
class DevicePage:
    """All that the page shows."""

    device: Device
    form: DatesForm
    on: date
    known_on: date
    elsewhen: bool
    answer: Json
    lanes: list[Lane]
    general: list[Group]
    pending: list[Json]
    settled: list[Json]
    history: list[AuditEvent]
    readable: bool
    fact_urls: dict[str, str]

    @property
    def next_actions(self) -> list[Json]:
        """Return the first deadlines to meet."""
        return self.pending[:ACTIONS]


def device_page(request: HttpRequest, device: Device, *, today: date, editable: bool) -> DevicePage:
    """Return the page of a device on the dates asked for; dates that cannot be read give today's page."""
    form = DatesForm(request.GET, label_suffix="")
    dates = form.cleaned_data if form.is_valid() else {}
    on, known_on = dates.get("on") or today, dates.get("known_on") or today
    elsewhen = (on, known_on) != (today, today)
    answer = _spoken(device, on, known_on, today)
    readable = access.readable(request).filter(pk=device.pk).exists()
    recorded = groups(device, readable=readable, addable=editable)
    urls = {entry.path: entry.url for group in recorded for entry in group.entries}
    urls |= _organisation_urls(device)
    deadlines = sorted(answer["deadlines"], key=lambda one: one["strict"])
    return DevicePage(
        device,
        form,
        on,
        known_on,
        elsewhen,
        answer,
        [_lane(track, answer, recorded) for track in TRACKS],
        [one for one in recorded if one.kind.track is None],
        [one for one in deadlines if one["state"] in PENDING],
        [one for one in deadlines if one["state"] not in PENDING],
        _history(request, device),
        readable,
        urls,
    )


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


def _spoken(device: Device, on: date, known_on: date, today: date) -> Json:
    """Return the answer in the active language: the stored one while it holds, else computed now."""
    law = current_law()
    stored: DeviceAssessment | None = getattr(device, "assessment", None)
    holds = (
        stored is not None
        and (on, known_on) == (today, today)
        and stored.law_version == law.version
        and (stored.next_change is None or stored.next_change > today)
    )
    if stored is not None and holds:
        neutral = stored.body
    else:
        neutral = body(assess_device(device, law, on=on, known_on=known_on))
    language: Language = "en" if get_language() == "en" else "fr"
    return spoken(neutral, law, language, translate=gettext, write_date=write_date)
