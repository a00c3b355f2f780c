"""What is true in a run, as the driver made it so: the only thing that the oracle goes by. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass
class Person:
    """Somebody who keeps the records of a house, from ``since`` until ``left`` (both simulated)."""

    email: str
    house: str
    role: str
    since: datetime
    left: datetime | None = None


@dataclass
class Deadline:
    """A deadline of a device on the date that it has now."""

    token: str
    house: str
    device: UUID
    row: int
    rule: str
    trigger_fact: str
    strict: date
    safe: date
    value: str
    since: datetime
    assignee: str | None = None
    acknowledged: bool = False
    over: str = ""

    @property
    def key(self) -> tuple[str, date]:
        """Return what names it on this date."""
        return (self.token, self.strict)


@dataclass
class Facts:
    """People and deadlines. ``changed`` counts, so that who computes from them knows when to do it again."""

    people: dict[str, Person] = field(default_factory=dict)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    thresholds: dict[str, tuple[int, ...]] = field(default_factory=dict)
    changed: int = 0

    def keepers(self, house: str) -> list[Person]:
        """Return who keeps the records of a house now."""
        return [one for one in self.people.values() if one.house == house and one.left is None]

    def standing(self) -> list[Deadline]:
        """Return the deadlines that are still to be met."""
        return [one for one in self.deadlines.values() if not one.over]
