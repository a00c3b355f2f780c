"""What if: a device with some of its recorded dates moved, beside how it stands. Nothing is saved."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from compliance.amendments.queries import law_in_force
from compliance.amendments.words import Labels, Moved
from compliance.assessments.moves import Move
from compliance.assessments.queries import rows_by_identity
from compliance.assessments.words import language
from compliance.backoffice import access
from compliance.backoffice.device.page import date_field
from compliance.backoffice.facts.records import summary
from compliance.backoffice.forms import PlainForm, data
from compliance.backoffice.page import Page
from compliance.facts.checks import ROLES
from compliance.facts.rows import known_now, rows_of, rows_of_organisations
from compliance.facts.values import as_json, items_of
from compliance.followup.shifts import RecordedDate, moved, recorded_dates
from compliance.law.facts import Device as DeviceValue
from config.clock import today


class ShiftForm(PlainForm):
    """Every recorded date of a device, to be moved."""

    def __init__(self, *args: Any, dates: list[RecordedDate], **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {one.name: one.day for one in dates}, **kwargs})
        for one in dates:
            self.fields[one.name] = date_field(_label(one))
            self.fields[one.name].required = True

    def days(self) -> dict[str, date]:
        """Return the dates that were moved, by their names."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


@dataclass(frozen=True, slots=True)
class Side:
    """One difference, in words; ``pk`` is the deadline's own page, None for a status or a new deadline."""

    said: Moved
    pk: int | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The page: the form fact by fact, the dates moved, and what would differ (None before it is asked)."""

    form: ShiftForm
    facts: list[tuple[str, list[Any]]]
    moved: list[tuple[str, date, date]]
    statuses: list[Side]
    deadlines: list[Side]
    asked: bool


def what_if(request: HttpRequest, device_id: UUID) -> Page:
    """Ask which recorded dates move, and show what would change; nothing is saved."""
    device = get_object_or_404(access.readable(request).select_related(*ROLES), pk=device_id)
    facts = known_now(device, [*rows_of(device), *rows_of_organisations(device)], today())
    value = facts.device
    dates = list(recorded_dates(value))
    form = ShiftForm(data(request), dates=dates)
    found: tuple[Move, ...] | None = None
    days: dict[str, date] = {}
    if form.is_bound and form.is_valid():
        days = form.days()
        try:
            found = moved(value, facts.organisations, law_in_force(), days, today=today())
        except ValidationError as error:
            form.add_error(None, _refused(error))
    sides = _sides(device, found or ())
    shown = WhatIf(
        form,
        _by_fact(form, dates, value),
        [(_place(one, value), one.day, days[one.name]) for one in dates if one.name in days],
        [side for move, side in sides if move.what != "deadline"],
        [side for move, side in sides if move.what == "deadline"],
        found is not None,
    )
    return Page("backoffice/what_if.html", _("What if"), {"page": shown, "device": device, "today": today()})


def _sides(device: Any, found: tuple[Move, ...]) -> list[tuple[Move, Side]]:
    labels = Labels(law_in_force(), language())
    rows = rows_by_identity(device)
    return [(one, Side(labels.moved(one.as_json()), rows.get((one.name, one.fact, one.n)))) for one in found]


def _by_fact(form: ShiftForm, dates: list[RecordedDate], value: DeviceValue) -> list[tuple[str, list[Any]]]:
    said = _summaries(value)
    return [
        (said[place], [form[one.name] for one in group])
        for place, group in groupby(dates, key=lambda one: (one.kind.path, one.key))
    ]


def _place(one: RecordedDate, value: DeviceValue) -> str:
    return f"{_summaries(value)[one.kind.path, one.key]} · {_label(one)}"


def _summaries(value: DeviceValue) -> dict[tuple[str, str], str]:
    """Return what each fact is called: its kind, and what it says before its dates."""
    said = {}
    for item in items_of(value):
        if item.kind is not None:
            label = capfirst(str(item.kind.model._meta.verbose_name))
            texts = {name: one for name, one in as_json(item.value).items() if not isinstance(one, list)}
            without = {name: one for name, one in texts.items() if not _is_day(one)}
            said[item.kind.path, item.value.key] = (
                f"{label} · {summary(item.kind.model, without) or item.value.key}"
            )
    return said


def _is_day(text: Any) -> bool:
    try:
        return isinstance(text, str) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _label(one: RecordedDate) -> str:
    """Return what a date is called: its field, and of a part its list, its number and what it is."""
    first, *inner = one.field.split(".")
    holder: Any = one.kind.parts[first] if inner else one.kind.model
    named = holder._meta.get_field(inner[-1] if inner else first).verbose_name
    if not inner:
        return capfirst(str(named))
    return f"{capfirst(str(holder._meta.verbose_name))} {int(inner[0]) + 1} · {named}"


def _refused(error: ValidationError) -> str:
    said = "; ".join(one["msg"] for one in error.errors())
    return gettext("These dates do not go together: %(why)s") % {"why": said}
