"""The only place that reads the clock. Everything further in is given the date."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")


def today() -> date:
    """Return the date in France: the day that deadlines are counted in."""
    return timezone.localdate(timezone=PARIS)


def end_of(day: date) -> datetime:
    """Return the instant at which a day ends in France."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=PARIS)


def now() -> datetime:
    """Return the instant, aware, in UTC."""
    return timezone.now()
