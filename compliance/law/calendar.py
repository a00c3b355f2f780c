"""The legal calendar: day counting, months, working days, the kinds of roll.

Conventions (Reg. 1182/71 Art. 3; MDCG 2023-3 Rev.2 Q14; CPC 641-642; Code du travail L.3133-1):
the day of the trigger is not counted; months and years end on the same day number, failing which
on the last day of the month, always computed from the original date. The hour of the trigger is not
counted either: a period in hours ends with its last whole hour, on whatever day (Art. 3(1), (2), (4)).
"""

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

Roll = Literal["none", "eu", "eu_min2", "fr_indicative", "fr_franc", "prev"]
ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_PERIOD = re.compile(
    r"^P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,4})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?P<hours>\d{1,4})H)?$"
)
_PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Period:
    """A legal period in calendar units; months, days and hours are counted apart, months first."""

    months: int = 0
    days: int = 0
    hours: int = 0

    @classmethod
    @lru_cache(maxsize=1024)
    def parse(cls, value: str) -> "Period":
        """Return the period of an ISO 8601 duration in whole hours or longer units (``P1Y6M``, ``PT72H``).

        Raises ValueError when the text is no such duration.
        """
        found = _PERIOD.match(value)
        if found is None or not any(found.groupdict().values()):
            raise ValueError(f"not an ISO 8601 duration in hours, days, weeks, months or years: {value!r}")
        part = {name: int(digits or 0) for name, digits in found.groupdict().items()}
        return cls(
            months=12 * part["years"] + part["months"],
            days=7 * part["weeks"] + part["days"],
            hours=part["hours"],
        )

    def after(self, day: date, *, extra_days: int = 0) -> date:
        """Return the last day of the period from ``day`` (not counted); stops add ``extra_days``.

        Hours from a day whose hour is not known count as whole days.
        """
        return add_months(day, self.months) + timedelta(days=self.days + self.hours // 24 + extra_days)

    def after_hour(self, day: date, at: str) -> tuple[date, str]:
        """Return the day and the hour (``15:00``, at most ``24:00``) at which a period in hours expires.

        ``at`` is the hour of the trigger, as the clock shows it in Paris (``14:20``). A change between summer
        and winter time within the period is counted: an hour is an hour.
        """
        begun = datetime.combine(day, time(int(at[:2])), _PARIS)
        end = (begun.astimezone(UTC) + timedelta(hours=self.hours + 1)).astimezone(_PARIS)
        return (end.date(), f"{end:%H}:00") if end.hour else (end.date() - ONE_DAY, "24:00")

    def before(self, day: date) -> date:
        """Return the latest day that lies the period before ``day``."""
        return add_months(day, -self.months) - timedelta(days=self.days)


def add_months(day: date, months: int) -> date:
    """Return the same day number ``months`` later (or earlier), failing which the last of that month.

    Raises OverflowError outside the years that a date can hold.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError("date value out of range")
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@lru_cache(maxsize=256)
def public_holidays(year: int) -> frozenset[date]:
    """Return the eleven public holidays of metropolitan France (Code du travail L.3133-1)."""
    return frozenset(holidays.country_holidays("FR", years=year))


def is_working_day(day: date) -> bool:
    """Return whether the day is neither a Saturday, nor a Sunday, nor a public holiday."""
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year)


def next_working_day(day: date) -> date:
    """Return the first working day on or after ``day``."""
    while not is_working_day(day):
        day += ONE_DAY
    return day


def previous_working_day(day: date) -> date:
    """Return the last working day on or before ``day``: the safe date of a limit."""
    while not is_working_day(day):
        day -= ONE_DAY
    return day


def working_days_between(first: date, last: date) -> int:
    """Return the number of working days from ``first`` to ``last``, both included."""
    return sum(is_working_day(first + timedelta(days=n)) for n in range((last - first).days + 1))


def rolled(strict: date, roll: Roll, trigger: date | None = None) -> date:
    """Return the date moved as the kind of roll says.

    ``none``: never moved. ``eu``: next working day (MDCG 2023-3 Rev.2 Q14). ``eu_min2``: the same, and
    the period counted from ``trigger`` holds two working days at least (Reg. 1182/71 Art. 3).
    ``fr_indicative``: next working day, only shown. ``fr_franc``: the last day is not counted, then next
    working day (appeals). ``prev``: backward period, previous working day.
    """
    if roll == "none":
        return strict
    if roll == "prev":
        return previous_working_day(strict)
    if roll == "fr_franc":
        return next_working_day(strict + ONE_DAY)
    day = next_working_day(strict)
    if roll == "eu_min2" and trigger is not None:
        while working_days_between(trigger + ONE_DAY, day) < 2:
            day = next_working_day(day + ONE_DAY)
    return day
