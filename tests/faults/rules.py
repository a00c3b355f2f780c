"""Who has to hear what and when, said a second time: own figures and arithmetic. Pure.

Urgencies are hours before the limit, negative after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

from tests.faults.facts import Deadline, Facts, Person

PARIS = ZoneInfo("Europe/Paris")
MORNING, MIDNIGHT, ONE_DAY = time(8), time(0), timedelta(days=1)
LEASE = timedelta(minutes=11)  # after which what a dead worker held is tried again
LONGEST_RETRY = timedelta(hours=9, minutes=5)  # six hours, and up to half more

# By kind: days (hours for the third) before and after, from which on officers and owners are told too.
FIGURES: dict[str, tuple[tuple[int, ...], tuple[int, ...], int, int]] = {
    "long": ((365, 180, 90, 30, 7, 1, 0), (1, 3, 7, 14), 1, -3),
    "short": ((30, 7, 3, 1, 0), (1, 3, 7), 1, -1),
    "hours": ((72, 24, 4, 1), (1, 24), 4, 1),
}
WEEK = 7 * 24
_OFF = holidays.country_holidays("FR")


@dataclass(frozen=True)
class Call:
    """A person has to hear of a deadline with this urgency, from ``due`` on; or in the digest after."""

    urgency: int
    due: datetime
    digest: str = ""


def calls(facts: Facts, deadline: Deadline, person: Person) -> list[Call]:
    """Return the calls of a deadline on its present date to a person, the least urgent first."""
    if person.left is not None or person.house != deadline.house:
        return []
    before, after, officers_from, owners_from = figures(facts, deadline)
    people = facts.keepers(deadline.house)
    officers = [one for one in people if one.role == "officer"]
    owners = [one for one in people if one.role == "owner"]
    first = [one for one in people if one.email == deadline.assignee] or officers or owners
    found = []
    for urgency in (*before, *after):
        told = list(first)
        if deadline.acknowledged:
            told = told if urgency >= after[0] else []
        else:
            told += officers if urgency <= officers_from else []
            told += owners if urgency <= owners_from else []
        if person in told:
            found.append(_call(deadline, urgency, person))
    return sorted(found, key=lambda one: -one.urgency)


def figures(facts: Facts, deadline: Deadline) -> tuple[tuple[int, ...], tuple[int, ...], int, int]:
    """Return the urgencies before and after the limit, and from which on others hear, in hours."""
    kind = "hours" if deadline.hour else {"P15D": "short"}.get(deadline.value, "long")
    before, after, officers_from, owners_from = FIGURES[kind]
    before, after = facts.thresholds.get((deadline.house, kind), (before, after))
    unit = 1 if kind == "hours" else 24
    return (
        tuple(unit * one for one in before), tuple(-unit * one for one in after),
        unit * officers_from, unit * owners_from,
    )  # fmt: skip


def limit(deadline: Deadline) -> datetime:
    """Return the instant at which a deadline of an hour ends."""
    if deadline.hour == "24:00":
        return datetime.combine(deadline.strict + ONE_DAY, MIDNIGHT, PARIS)
    return datetime.combine(deadline.strict, time.fromisoformat(deadline.hour), PARIS)


def _call(deadline: Deadline, urgency: int, person: Person) -> Call:
    if deadline.hour:
        end = limit(deadline).timestamp() - urgency * 3600
        return Call(urgency, datetime.fromtimestamp(end, PARIS))
    days = timedelta(days=abs(urgency) // 24)
    if urgency < 0:
        day = next(one for one in _onward(deadline.strict + days) if not quiet(person, one))
        return Call(urgency, datetime.combine(day, MORNING, PARIS))
    day = _moved(person, deadline.safe - days, deadline.safe)
    digest = person.digest if urgency > WEEK else ""
    return Call(urgency, datetime.combine(day, MORNING, PARIS), digest)


def _moved(person: Person, day: date, safe: date) -> date:
    if not quiet(person, day):
        return day
    later = next(one for one in _onward(day) if not quiet(person, one))
    if later < safe:
        return later
    while quiet(person, day):
        day -= ONE_DAY
    return day


def quiet(person: Person, day: date) -> bool:
    """Return whether a person has no mail on the day, unless it counts in hours."""
    off = person.quiet_days_off and (day.weekday() >= 5 or day in _OFF)
    return off or any(first <= day <= last for first, last in person.leaves)


def latest(call: Call, person: Person, safe: date, owed_since: datetime) -> datetime:
    """Return by when a call has to be heard: at once, or with the first digest since it was owed."""
    since = max(call.due, owed_since)
    if not call.digest:
        return since
    for day in _onward(since.astimezone(PARIS).date()):
        slot = datetime.combine(day, MORNING, PARIS)
        if call.digest == "weekly":
            monday = day - timedelta(days=day.weekday())
            first = next(one for one in _onward(monday) if not quiet(person, one))
            if day != first:
                continue
        if slot >= since and not quiet(person, day):
            return slot if day < safe else since
    raise AssertionError


def _onward(day: date) -> Iterator[date]:
    while True:
        yield day
        day += ONE_DAY
