"""How far a catalogue is covered on a date: by what was said of each requirement."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

State = Literal["covered", "gap", "not_applicable"]


class Said(Protocol):
    """What is said of a requirement: a document serves it, or it does not apply."""

    @property
    def since(self) -> date: ...
    @property
    def exempts(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requirements of a catalogue are covered, open, and not applicable."""

    covered: int
    gap: int
    not_applicable: int

    @property
    def asked(self) -> int:
        """Return how many are asked for: all but those not applicable."""
        return self.covered + self.gap

    @property
    def percent(self) -> int:
        """Return the covered share of what is asked for, rounded down: 100 means that no gap is left."""
        return 100 * self.covered // self.asked if self.asked else 100


def state(said: Iterable[Said], *, on: date) -> State:
    """Return where a requirement stands on a date: what is said from a later day on does not count yet."""
    held = [one for one in said if one.since <= on]
    if not held:
        return "gap"
    return "not_applicable" if any(one.exempts for one in held) else "covered"


def counts(states: Iterable[State]) -> Counts:
    """Return how many requirements are in each state."""
    found = Counter(states)
    return Counts(found["covered"], found["gap"], found["not_applicable"])
