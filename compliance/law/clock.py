"""The clock that the rules may ask.

Rules never see the date: they ask the clock whether a day is reached. Each question about a later day
is remembered, so that the first day on which an answer can differ is known exactly.
"""

from datetime import date

from compliance.law.calendar import ONE_DAY


class Clock:
    """Answers "has this day come?" on one date, and remembers the later days it was asked about."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._pivots: set[date] = set()

    def reached(self, day: date) -> bool:
        """Return whether the day has come (today counts)."""
        if day <= self._on:
            return True
        self._pivots.add(day)
        return False

    def passed(self, day: date) -> bool:
        """Return whether the day is over."""
        return day < date.max and self.reached(day + ONE_DAY)

    def happened(self, day: date | None) -> bool:
        """Return whether the event is recorded and its day has come."""
        return day is not None and self.reached(day)

    @property
    def next_pivot(self) -> date | None:
        """Return the first later day that was asked about."""
        return min(self._pivots, default=None)
