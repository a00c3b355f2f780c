"""Days back from today, as lists count them."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from config.clock import today

WEEK = 7


def start_of(days: int) -> datetime:
    """Return the midnight at which the last ``days`` days began, today counted in."""
    first = today() - timedelta(days=days - 1)
    return timezone.make_aware(datetime.combine(first, time.min))
