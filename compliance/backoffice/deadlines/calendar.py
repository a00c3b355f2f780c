"""The deadlines of a month: a grid on wide screens, an agenda on narrow ones."""

from calendar import Calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from compliance.assessments.dates import FIRST_DAY, LAST_DAY
from compliance.assessments.models import DeadlineRow
from compliance.backoffice import access
from compliance.backoffice.deadlines.listing import DeadlineFilter, asked_rows, shown
from compliance.backoffice.page import Page
from compliance.law.calendar import add_months, is_working_day, public_holidays
from config.clock import today

MOST = 500
SHOWN = 5
_MONDAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the grid: what is due, those that do not fit at once apart."""

    day: date
    inside: bool
    holiday: bool
    working: bool
    first: list[Any]
    others: list[Any]


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its deadlines. ``before`` and ``after`` are the months beside it, None at either end."""

    form: DeadlineFilter
    first: date
    before: date | None
    after: date | None
    weekdays: list[tuple[str, str]]
    weeks: list[list[Day]]
    agenda: list[tuple[date, list[Any]]]
    count: int
    cut: bool


def calendar(request: HttpRequest) -> Page:
    """Return the page of a month, of the same deadlines as the list under the same filters."""
    day = today()
    first = _month(request.GET.get("month", ""), day)
    asked = request.GET.copy()
    asked.pop("month", None)
    page = {"today": day, "month": _of_month(request, first), "asked": asked.urlencode()}
    return Page("backoffice/calendar.html", _("Calendar of the deadlines"), page)


def _of_month(request: HttpRequest, first: date) -> Month:
    end = add_months(first, 1)
    form, rows = asked_rows(request, access.visible(request), today())
    within = rows.filter(strict__gte=first, strict__lt=end).order_by("strict", "device__name", "pk")
    found: list[Any] = list(within[: MOST + 1])
    due: dict[date, list[Any]] = defaultdict(list)
    for row in shown(request, found[:MOST]):
        due[row.strict].append(row)
    weeks = [
        [_day(one, first, due.get(one, [])) for one in week]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]
    week = [_MONDAY + timedelta(days=n) for n in range(7)]
    return Month(
        form,
        first,
        before if (before := add_months(first, -1)) >= FIRST_DAY.replace(day=1) else None,
        end if end <= LAST_DAY else None,
        [(date_format(one, "l"), date_format(one, "D")) for one in week],
        weeks,
        sorted(due.items()),
        len(found[:MOST]),
        len(found) > MOST,
    )


def _day(day: date, first: date, due: list[DeadlineRow]) -> Day:
    return Day(
        day,
        (day.year, day.month) == (first.year, first.month),
        day in public_holidays(day.year),
        is_working_day(day),
        due[:SHOWN],
        due[SHOWN:],
    )


def _month(text: str, today: date) -> date:
    """Return the first day of the month asked for (``2026-11``), failing that of this month."""
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        day = today
    return day.replace(day=1) if FIRST_DAY <= day <= LAST_DAY else today.replace(day=1)
