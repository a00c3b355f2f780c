"""What a text moved, in the words of the active language."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from compliance.assessments.dates import write_date
from compliance.assessments.words import word
from compliance.law.parameters import Law
from compliance.law.text import gettext_noop
from devices.models import TrackName

_GATES = {
    "market_access": gettext_noop("Market access"),
    "reimbursement": gettext_noop("Access to reimbursement"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """One move in words: what it is about, how it stood and how it stands."""

    label: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Labels:
    """Says moves with the names that the law gives its rules."""

    law: Law
    language: str

    def moved(self, move: dict[str, Any]) -> Moved:
        """Return a stored move in words."""
        if move["what"] == "track":
            label = str(TrackName(move["name"]).label)
        elif move["what"] == "gate":
            label = gettext(_GATES[move["name"]])
        else:
            parameter = self.law.parameters.get(move["name"])
            label = getattr(parameter.label, self.language) if parameter else move["name"]
        return Moved(label, _side(move, "before", "was"), _side(move, "after", "now"))


def _side(move: dict[str, Any], day: str, state: str) -> str:
    if move["what"] != "deadline":
        return word(move[state].rpartition("/")[2])
    if move[day] is None:
        return gettext("no date")
    said = word("pending" if move[state] == "open" else move[state])
    return f"{write_date(date.fromisoformat(move[day]))} ({said})"
