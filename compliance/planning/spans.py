"""How long a step takes, by the law of the day on which it starts or by an assumption.

A span is a monotone function of its start: waiting for a shorter legal time that is already published is
allowed, so that starting later never ends earlier.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from compliance.law.calendar import ONE_DAY, Period
from compliance.law.parameters import DatedValue, Law, Parameter

Kind = Literal["legal_maximum", "legal_minimum", "assumption"]


@dataclass(frozen=True, slots=True)
class Regime:
    """A time that holds for starts from ``first`` to ``last``. ``lead``: counted back from the end."""

    first: date
    last: date
    period: Period
    kind: Kind
    lead: bool = False
    value: DatedValue | None = None

    def end(self, start: date) -> date:
        """Return the first day that is late enough after a start."""
        day = self.period.after(start)
        if self.lead:
            day = self._moved(day, lambda one: self.period.before(one) >= start)
        return day

    def start(self, end: date) -> date:
        """Return the latest start that is early enough before an end; it may lie outside the regime."""
        day = self.period.before(end)
        while not self.lead and self.period.after(day) > end:
            day -= ONE_DAY
        while not self.lead and self.period.after(day + ONE_DAY) <= end:
            day += ONE_DAY
        return day

    @staticmethod
    def _moved(day: date, enough: Callable[[date], bool]) -> date:
        while not enough(day):
            day += ONE_DAY
        while enough(day - ONE_DAY):
            day -= ONE_DAY
        return day


@dataclass(frozen=True, slots=True)
class Span:
    """The regimes of a step, one after the other, over all days."""

    regimes: tuple[Regime, ...]

    def from_start(self, start: date) -> tuple[date, date, Regime]:
        """Return when a step that is ready on a day begins and ends at best, and by which regime."""
        found = [
            (one.end(max(start, one.first)), max(start, one.first), one)
            for one in self.regimes
            if start <= one.last
        ]
        end, begun, regime = min(found, key=lambda each: each[:2])
        return begun, end, regime

    def from_end(self, end: date) -> tuple[date, Regime]:
        """Return the latest start of a step that is to be over on a day, and by which regime."""
        found = [(min(one.start(end), one.last), one) for one in self.regimes if one.start(end) >= one.first]
        return max(found, key=lambda each: each[0])


def assumed(days: int, first: date = date.min, last: date = date.max) -> Regime:
    """Return the regime of an assumption."""
    return Regime(first, last, Period(days=days), "assumption")


def span(law: Law, known_on: date, rule: str | None, days: int | None) -> Span:
    """Return the span of a rule as known on a day, of an assumed number of days where no text governs."""
    if rule is None:
        return Span((assumed(days or 0),))
    return Span(tuple(_regimes(law[rule].as_known(known_on), days)))


def _regimes(parameter: Parameter, days: int | None) -> Iterator[Regime]:
    starts = sorted({one.applies for one in parameter.values})
    if not starts:
        yield assumed(days or 0)
        return
    earlier = parameter.values[0] if parameter.earlier_triggers == "governed" else None
    yield _regime(parameter, earlier, days, date.min, starts[0] - ONE_DAY)
    for position, day in enumerate(starts):
        last = starts[position + 1] - ONE_DAY if position + 1 < len(starts) else date.max
        yield _regime(parameter, parameter.value_at(day), days, day, last)


def _regime(
    parameter: Parameter, value: DatedValue | None, days: int | None, first: date, last: date
) -> Regime:
    if value is None:
        return assumed(days or 0, first, last)
    lead = parameter.direction == "before"
    order = parameter.kind == "condition"
    period = Period() if order or value.value is None else Period.parse(value.value)
    return Regime(first, last, period, "legal_minimum" if lead or order else "legal_maximum", lead, value)
