"""What differs between two answers for one device: the dates and statuses that a change moves, findings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from compliance.law.types import Assessment, Finding

GATES = ("market_access", "reimbursement")


@dataclass(frozen=True, slots=True)
class Move:
    """One difference. ``name`` is the rule of a deadline, a track or a gate.

    A deadline that one answer lacks has no date and no state there; a status has no date at all.
    """

    what: Literal["deadline", "track", "gate"]
    name: str
    fact: str = ""
    n: str = ""
    before: date | None = None
    after: date | None = None
    was: str = ""
    now: str = ""

    def as_json(self) -> dict[str, str | None]:
        """Return the move as JSON values."""
        dates = {"before": self.before, "after": self.after}
        shown = {name: day.isoformat() if day else None for name, day in dates.items()}
        named = {"what": self.what, "name": self.name, "fact": self.fact, "n": self.n}
        return {**named, **shown, "was": self.was, "now": self.now}


def moves(before: Assessment, after: Assessment) -> tuple[Move, ...]:
    """Return what differs from one answer to the other: tracks, gates, then deadlines in their order."""
    return (*_statuses(before, after), *_deadlines(before, after))


def findings(before: Assessment, after: Assessment) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the findings that appear from one answer to the other, and those that go."""
    return (
        tuple(one for one in after.findings if one not in before.findings),
        tuple(one for one in before.findings if one not in after.findings),
    )


def _statuses(before: Assessment, after: Assessment) -> Iterator[Move]:
    for track, old in before.tracks.items():
        new = after.tracks[track]
        if (old.status, old.state) != (new.status, new.state):
            yield Move("track", track, was=f"{old.status}/{old.state}", now=f"{new.status}/{new.state}")
    for name in GATES:
        was, now = getattr(before, name).status, getattr(after, name).status
        if was != now:
            yield Move("gate", name, was=was, now=now)


def _deadlines(before: Assessment, after: Assessment) -> Iterator[Move]:
    old = {one.identity: one for one in before.deadlines}
    new = {one.identity: one for one in after.deadlines}
    for identity in sorted(old.keys() | new.keys()):
        left, right = old.get(identity), new.get(identity)
        shown = [(one.strict, one.rolled, one.state) if one else None for one in (left, right)]
        if shown[0] != shown[1]:
            rule, fact, n = identity
            yield Move(
                "deadline",
                rule,
                fact,
                n,
                left.strict if left else None,
                right.strict if right else None,
                left.state if left else "",
                right.state if right else "",
            )
