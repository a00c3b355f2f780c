"""When an alert is due: an instant, meant in Paris. Pure.

Mails of days go out at eight in the morning. Quiet days (weekends, public holidays, leave) move them, never
past the safe date of their deadline; hours know no quiet day.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from compliance.alerts.thresholds import DAY
from compliance.law.calendar import is_working_day
from config.clock import PARIS

MORNING = time(8)
URGENT = 7 * DAY  # what is as near as this, or past, waits for no digest
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """What alerts aim at: the safe date before the limit, the end of the rolled date after it, or an hour."""

    strict: date
    rolled: date
    safe: date
    hour: str = ""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a person wants to be told. ``leaves`` are first and last days away."""

    digest: str = "at_once"
    quiet_days_off: bool = True
    leaves: tuple[tuple[date, date], ...] = ()

    def quiet(self, day: date) -> bool:
        """Return whether the person gets no mail on the day."""
        if self.quiet_days_off and not is_working_day(day):
            return True
        return any(first <= day <= last for first, last in self.leaves)


ALWAYS = Rhythm(quiet_days_off=False)  # notices disturb nobody


def instant(day: date, at: time = MORNING) -> datetime:
    """Return the instant of an hour in Paris, in UTC: the earlier one where the clock shows it twice.

    An hour that the clock skips is counted as if it had not been put forward.
    """
    return datetime.combine(day, at, PARIS).astimezone(UTC)


def limit_of(strict: date, hour: str) -> datetime:
    """Return the instant at which a deadline with an hour (``14:00``, at most ``24:00``) ends, in UTC."""
    if hour == "24:00":
        return instant(strict + ONE_DAY, time(0))
    return instant(strict, time.fromisoformat(hour))


def due_at(limit: Limit, threshold: int, rhythm: Rhythm, now: datetime) -> datetime:
    """Return when the alert of a threshold (in hours) is due for a person of this rhythm, in UTC.

    ``now`` matters to digests only: what was to be told earlier waits for the next one.
    """
    if limit.hour:
        return limit_of(limit.strict, limit.hour) - timedelta(hours=threshold)
    days = timedelta(days=threshold // DAY)
    if threshold < 0:
        return instant(_next(max(limit.strict, limit.rolled) - days, rhythm))
    told = instant(sending_day(limit.safe - days, limit.safe, rhythm))
    if gathered(threshold, limit.hour, rhythm):
        slot = next_digest(rhythm, max(told, now))
        if slot.astimezone(PARIS).date() < limit.safe:
            return slot
    return told


def gathered(threshold: int, hour: str, rhythm: Rhythm) -> bool:
    """Return whether an alert waits for the person's digest: neither urgent, nor to the hour."""
    return not hour and threshold > URGENT and rhythm.digest != "at_once"


def sending_day(day: date, safe: date, rhythm: Rhythm) -> date:
    """Return the day on which an alert due on ``day`` is sent: a quiet one gives way to the next that is not.

    Where that one is not before the safe date, the last that is not quiet before ``day`` takes its place.
    """
    if not rhythm.quiet(day):
        return day
    later = _next(day, rhythm)
    if later < safe:
        return later
    while rhythm.quiet(day):
        day -= ONE_DAY
    return day


def next_digest(rhythm: Rhythm, after: datetime) -> datetime:
    """Return the first digest at or after an instant: each morning, or on the first day of each week."""
    day = after.astimezone(PARIS).date()
    if rhythm.digest == "weekly":
        day -= timedelta(days=day.weekday())
    step = timedelta(days=7 if rhythm.digest == "weekly" else 1)
    while (slot := instant(_next(day, rhythm))) < after:
        day += step
    return slot


def _next(day: date, rhythm: Rhythm) -> date:
    while rhythm.quiet(day):
        day += ONE_DAY
    return day
