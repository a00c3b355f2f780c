"""Dates of the steps: forwards from today, the earliest; backwards from a target, the latest. Pure.

The day of an event is the day that the next step counts from, which is itself not counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter

from compliance.planning.spans import Regime, Span
from compliance.planning.steps import START, Step

# Events that have happened, with their day where it is known.
Done = Mapping[str, date | None]


@dataclass(frozen=True, slots=True)
class Forward:
    """A step at its earliest: when it begins and ends, and by which time."""

    begins: date
    ends: date
    regime: Regime


def relevant(steps: Iterable[Step], target: str, done: Done) -> tuple[Step, ...]:
    """Return the steps still to come to the target, each after those that it waits for."""
    listed = list(steps)
    needed, wanted = {target} - done.keys(), [target]
    while wanted:
        event = wanted.pop()
        for step in listed:
            if step.ends == event and event not in done and step.begins not in needed:
                needed.add(step.begins)
                wanted.append(step.begins)
    ahead = needed - done.keys()
    kept = [one for one in listed if (one.begins in needed if one.limit else one.ends in ahead)]
    order = TopologicalSorter({one.ends: set[str]() for one in kept})
    for one in kept:
        order.add(one.ends, one.begins)
    rank = {event: n for n, event in enumerate(order.static_order())}
    return tuple(sorted(kept, key=lambda one: rank[one.ends]))


def forwards(
    steps: Iterable[Step], spans: Mapping[str, Span], done: Done, today: date, ends: Mapping[str, date]
) -> tuple[dict[str, date], dict[str, Forward]]:
    """Return the earliest day of each event, and each step at its earliest.

    ``ends`` are last days already computed for a rule, from the stops of a clock that runs. What is not
    recorded as done is not over before today.
    """
    events: dict[str, date] = {START: today, **{event: day or today for event, day in done.items()}}
    dated: dict[str, Forward] = {}
    for step in steps:
        begins, end, regime = spans[step.key].from_start(events[step.begins])
        end = ends.get(step.rule or "", end)
        dated[step.key] = Forward(begins, end, regime)
        if not step.limit:
            events[step.ends] = max(events.get(step.ends, today), end)
    return events, dated


def backwards(
    steps: Iterable[Step], spans: Mapping[str, Span], target: str, by: date
) -> tuple[dict[str, date], dict[str, tuple[date, Regime]]]:
    """Return the latest day of each event for the target to be reached in time, and each latest start."""
    events: dict[str, date] = {target: by}
    starts: dict[str, tuple[date, Regime]] = {}
    for step in reversed(list(steps)):
        if step.limit:
            continue
        latest, regime = spans[step.key].from_end(events[step.ends])
        starts[step.key] = (latest, regime)
        events[step.begins] = min(events.get(step.begins, latest), latest)
    return events, starts


def critical(
    steps: Iterable[Step], events: Mapping[str, date], dated: Mapping[str, Forward], target: str
) -> tuple[str, ...]:
    """Return the keys of the steps that set the earliest day of the target, the first one first."""
    listed = [one for one in steps if not one.limit]
    path: list[str] = []
    event = target
    while True:
        setting = [one for one in listed if one.ends == event and dated[one.key].ends == events[event]]
        if not setting:
            return tuple(reversed(path))
        path.append(setting[0].key)
        event = setting[0].begins
