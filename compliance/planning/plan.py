"""A plan: each step to a target with its latest and earliest days, law and assumptions kept apart. Pure.

The latest days come from the target backwards, the earliest from today forwards, both under the law as known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from compliance.assessments.assess import assess
from compliance.law.calendar import previous_working_day
from compliance.law.context import Context
from compliance.law.facts import Device, Organisation
from compliance.law.facts.ce_marking import DeviceClass
from compliance.law.parameters import Certainty, Law
from compliance.law.questions import current_classification
from compliance.planning.assumptions import CERTAINTY, Assumption, assumption, defaults
from compliance.planning.coverage_steps import steps
from compliance.planning.done import done, running_ends
from compliance.planning.schedule import Done, Forward, backwards, critical, forwards, relevant
from compliance.planning.spans import Kind, Regime, Span, span
from compliance.planning.steps import Route, Step


@dataclass(frozen=True, slots=True)
class Planned:
    """A step with its days. ``days`` counts from its earliest start to its earliest end.

    The latest days are None without a target date; ``safe`` is the last working day on or before the latest
    end. ``rule``, ``citation`` and ``certainty`` are those of the time that the earliest days rest on.
    """

    key: str
    words: str
    kind: Kind
    rule: str | None
    citation: str | None
    certainty: Certainty
    obliged: str
    limit: bool
    days: int
    earliest_start: date
    earliest_end: date
    latest_start: date | None
    latest_end: date | None
    safe: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What leads to a target. ``late_by`` are the days by which a target date cannot be met, 0 if it can.

    ``first_step`` is the step that sets the earliest date and should have begun; ``over`` the steps whose
    limit the earliest dates do not keep; ``critical`` those that set the earliest date of the target.
    """

    route: Route
    on: date
    known_on: date
    law_version: str
    by: date | None
    earliest: date
    late_by: int
    first_step: str | None
    law: tuple[Planned, ...]
    assumed: tuple[Planned, ...]
    assumptions: tuple[Assumption, ...]
    critical: tuple[str, ...]
    over: tuple[str, ...]
    done: Mapping[str, date | None] = field(default_factory=dict)


class UnknownAssumption(ValueError):  # noqa: N818 - it says what is wrong
    """Raised when an assumption given has no such name; ``names`` are those that have none."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(sorted(names))
        super().__init__(f"no such assumption: {', '.join(self.names)}")


def plan(
    route: Route,
    law: Law,
    *,
    on: date,
    known_on: date,
    by: date | None = None,
    assumed: Mapping[str, int] | None = None,
    happened: Done | None = None,
    ends: Mapping[str, date] | None = None,
) -> Plan:
    """Return the plan of a route: from ``on`` forwards, and backwards from ``by`` where it is given.

    ``happened`` are the events done already, ``ends`` the last days that run already for a rule. Raises
    UnknownAssumption where ``assumed`` names what the product does not know.
    """
    given, past = assumed or {}, happened or {}
    if given.keys() - defaults().keys():
        raise UnknownAssumption(given.keys() - defaults().keys())
    listed = relevant(steps(route), route.target, past)
    used = {one.key: assumption(one.assumption, given) for one in listed if one.assumption}
    spans = {
        one.key: span(law, known_on, one.rule, used[one.key].days if one.key in used else None)
        for one in listed
    }
    events, dated = forwards(listed, spans, past, on, ends or {})
    latest_days, latest = backwards(listed, spans, route.target, by) if by else ({}, {})
    planned = [_planned(one, law, dated[one.key], latest, latest_days) for one in listed]
    earliest = events.get(route.target, on)
    path = critical(listed, events, dated, route.target)
    late_by = max((earliest - by).days, 0) if by else 0
    return Plan(
        route=route,
        on=on,
        known_on=known_on,
        law_version=law.version,
        by=by,
        earliest=earliest,
        late_by=late_by,
        first_step=path[0] if late_by and path else None,
        law=tuple(one for one in planned if one.kind != "assumption"),
        assumed=tuple(one for one in planned if one.kind == "assumption"),
        assumptions=_named(used.values()),
        critical=path,
        over=tuple(one.key for one in listed if _is_over(one, route, events, dated)),
        done=past,
    )


def _is_over(step: Step, route: Route, events: Mapping[str, date], dated: Mapping[str, Forward]) -> bool:
    """Return whether the earliest listing request comes after its last day under early coverage."""
    filed = events.get(f"{route.target}_requested")
    return step.key == f"{route.target}_filing_limit" and bool(filed and filed > dated[step.key].ends)


def _named(used: Iterable[Assumption]) -> tuple[Assumption, ...]:
    return tuple({one.key: one for one in used}.values())


def _planned(
    step: Step,
    law: Law,
    forward: Forward,
    latest: Mapping[str, tuple[date, Regime]],
    latest_days: Mapping[str, date],
) -> Planned:
    regime = forward.regime
    start, end = _latest(step, forward, latest, latest_days)
    value = regime.value
    return Planned(
        key=step.key,
        words=step.words,
        kind=regime.kind,
        rule=step.rule if value else None,
        citation=str(value.citation) if value else None,
        certainty=value.certainty if value else CERTAINTY,
        obliged=law[step.rule].obliged if step.rule and value else "",
        limit=step.limit,
        days=(forward.ends - forward.begins).days,
        earliest_start=forward.begins,
        earliest_end=forward.ends,
        latest_start=start,
        latest_end=end,
        safe=previous_working_day(end) if end else None,
    )


def _latest(
    step: Step,
    forward: Forward,
    latest: Mapping[str, tuple[date, Regime]],
    latest_days: Mapping[str, date],
) -> tuple[date | None, date | None]:
    """Return the latest days of a step; a limit runs from the latest day of what it counts from."""
    if step.limit:
        start = latest_days.get(step.begins)
        return start, Span((forward.regime,)).from_start(start)[1] if start else None
    return latest[step.key][0] if step.key in latest else None, latest_days.get(step.ends)


def plan_for(
    device: Device,
    organisations: Iterable[Organisation],
    route: Route,
    law: Law,
    *,
    on: date,
    known_on: date,
    by: date | None = None,
    assumed: Mapping[str, int] | None = None,
) -> Plan:
    """Return the plan of a device, where what its facts say is done is taken as done."""
    makers = list(organisations)
    assessment = assess(device, makers, law, on=on, known_on=known_on)
    happened = done(device, makers, assessment, route.target)
    ends = running_ends(assessment)
    return plan(route, law, on=on, known_on=known_on, by=by, assumed=assumed, happened=happened, ends=ends)


def class_of(device: Device, law: Law, *, on: date, known_on: date) -> DeviceClass | None:
    """Return the class recorded of a device on a date, or None."""
    held = current_classification(Context(device, {}, law, on, known_on))
    return held.device_class if held else None
