"""Clock stops: how long requests for information made a clock stand still, and whether one does now."""

from collections.abc import Iterable
from datetime import date, timedelta

from compliance.law.clock import Clock
from compliance.law.facts.procedures import InformationRequest, StopStart


def stopped_days(
    requests: Iterable[InformationRequest],
    *,
    since: StopStart,
    clock: Clock,
    start: date | None,
) -> int:
    """Return the days for which the answered requests stopped a clock that started on ``start``.

    ``since`` is ``sent`` where the text counts from the notification, ``received`` where it counts from
    its receipt by the company. A request made before the clock starts stops nothing; days that two
    requests share count once.
    """
    total, stopped_until = timedelta(), date.min
    for stop, answered in sorted(_stops(requests, since, start), key=lambda pair: pair[0]):
        if answered is not None and clock.reached(answered) and answered > stopped_until:
            total += max(answered - max(stop, stopped_until), timedelta())
            stopped_until = answered
    return total.days


def is_stopped(
    requests: Iterable[InformationRequest],
    *,
    since: StopStart,
    clock: Clock,
    start: date | None,
) -> bool:
    """Return whether an unanswered request holds the clock now."""
    return any(
        clock.reached(stop) and not clock.happened(answered)
        for stop, answered in _stops(requests, since, start)
    )


def _stops(
    requests: Iterable[InformationRequest], since: StopStart, start: date | None
) -> list[tuple[date, date | None]]:
    """Return the stops (start, answer) that fall on or after the start of the clock."""
    dated = [(one.counted_from(since), one.answered_on) for one in requests]
    return [(stop, answered) for stop, answered in dated if start and stop >= start]
