"""What a signed decision offers to record: forms of events, filled in with its answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from compliance.backoffice.events.pages import spoken
from compliance.decisions.models import SignedDecision
from compliance.events.table import events

_CODES = {True: "True", False: "False"}
# Which kinds of changes of a version its answers say.
_CHANGES = {
    "performance": "performance",
    "safety_or_intended_use": "safety_or_intended_use",
    "data_interpretation": "data_interpretation",
    "algorithm_or_architecture": "modified_algorithm",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A form of an event, filled in."""

    words: str
    url: str


def offers(row: SignedDecision) -> list[Offer]:
    """Return the events that record what the decision says."""
    return [_offer(row, key, start) for key, start in _OFFERS[row.table](row)]


def _offer(row: SignedDecision, key: str, start: dict[str, object]) -> Offer:
    query = urlencode({f"0-{name}": value for name, value in start.items()}, doseq=True)
    return Offer(spoken(events()[key].words), f"{reverse('admin:event', args=[row.device_id, key])}?{query}")


def _answers(row: SignedDecision) -> dict[str, object]:
    """Return the answers as the forms of events take them; "none" of a choice is nothing."""
    said = {name: _CODES.get(one, one) if isinstance(one, bool) else one for name, one in row.answers.items()}
    return {name: one for name, one in said.items() if one != "none" or name == "annex_iii"}


def _rule11(row: SignedDecision) -> Iterator[tuple[str, dict[str, object]]]:
    answers = {**_answers(row), "answered_on": row.signed_at.date().isoformat()}
    if row.answers.get("worst_decision_impact") == "none":
        answers["worst_decision_impact"] = "none"
    yield "rule11_answered", answers
    yield "classified", {"regulation": "MDR", "device_class": row.result, "rule": "11"}


def _conformity(row: SignedDecision) -> Iterator[tuple[str, dict[str, object]]]:
    ivdr = row.answers["device_class"] in {"A", "As", "B", "C", "D"}
    yield "classified", {"regulation": "IVDR" if ivdr else "MDR", **_answers(row)}


def _ai_act(row: SignedDecision) -> Iterator[tuple[str, dict[str, object]]]:
    gone = {"prohibited_practice", "placed_before_cutoff", "changed_since_cutoff"}
    yield "ai_system_described", {name: one for name, one in _answers(row).items() if name not in gone}


def _doors(_row: SignedDecision) -> Iterator[tuple[str, dict[str, object]]]:
    yield "application_filed", {}


def _version_change(row: SignedDecision) -> Iterator[tuple[str, dict[str, object]]]:
    changes = [code for name, code in _CHANGES.items() if row.answers.get(name)]
    number = {"number": row.about} if row.about else {}
    yield "version_released", {**number, "changes": changes}
    if row.result["new_udi_di"]:
        yield "identifier_given", {"scheme": "udi_di"}
    if row.answers.get("ai_tier") in {"high_risk", "placed_before"}:
        names = ("predetermined", "affects_requirements", "changes_intended_purpose")
        yield "model_trained", {name: one for name, one in _answers(row).items() if name in names}
    if "listing" in row.result["tracks"]:
        yield "data_changed", {}
    if "ans" in row.result["tracks"]:
        yield "ans_filed", {}


_OFFERS = {
    "rule11": _rule11,
    "conformity_route": _conformity,
    "ai_act": _ai_act,
    "coverage_doors": _doors,
    "version_change": _version_change,
}
