"""Who has to hear what and when, said a second time: own words and own arithmetic, nothing of the engine. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.faults.facts import Deadline, Facts, Person

PARIS = ZoneInfo("Europe/Paris")
THRESHOLDS = (180, 90, 30, 7, 1, 0, -1)
LEASE = timedelta(minutes=11)
LONGEST_RETRY = timedelta(hours=9)


@dataclass(frozen=True)
class Call:
    """A person has to hear of a deadline with this urgency (days before, negative after) from an instant on."""

    urgency: int
    due: datetime


def calls(facts: Facts, deadline: Deadline, person: Person) -> list[Call]:
    """Return the calls of a deadline on its present date to a person, the least urgent first."""
    if person.left is not None or person.house != deadline.house:
        return []
    assignee = facts.people.get(deadline.assignee or "")
    held = assignee is not None and assignee.left is None
    found = []
    for days in THRESHOLDS:
        if days >= 0 and held and assignee is not person:
            continue
        aim = deadline.safe if days >= 0 else deadline.strict
        due = datetime.combine(aim - timedelta(days=days), time(0), PARIS)
        found.append(Call(days, due))
    return found
