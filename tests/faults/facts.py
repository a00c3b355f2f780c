"""What is true in a run, as the driver made it so: the only thing that the oracle goes by. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass
class Person:
    """Somebody who keeps the records of a house until they have ``left``, and how they want to be told."""

    email: str
    house: str
    role: str
    digest: str = ""
    quiet_days_off: bool = True
    leaves: tuple[tuple[date, date], ...] = ()
    left: datetime | None = None


@dataclass
class Deadline:
    """A deadline of a device on the date that it has now; ``over`` says how it ended."""

    token: str
    house: str
    device: UUID
    row: int
    rule: str
    trigger_fact: str
    strict: date
    safe: date
    value: str
    hour: str = ""
    assignee: str | None = None
    acknowledged: bool = False
    over: str = ""

    @property
    def key(self) -> tuple[str, date]:
        """Return what names it on this date."""
        return (self.token, self.strict)


@dataclass
class Facts:
    """People, deadlines, and the thresholds that houses set for a kind, before and after.

    ``changed`` counts, so that who computes from the facts knows when to do it again.
    """

    people: dict[str, Person] = field(default_factory=dict)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    thresholds: dict[tuple[str, str], tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=dict)
    changed: int = 0

    def keepers(self, house: str) -> list[Person]:
        """Return who keeps the records of a house now."""
        return [one for one in self.people.values() if one.house == house and one.left is None]

    def standing(self) -> list[Deadline]:
        """Return the deadlines that are still to be met."""
        return [one for one in self.deadlines.values() if not one.over]
