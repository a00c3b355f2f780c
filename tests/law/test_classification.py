"""Rule 11: the class of a software, from answers that are complete."""

from typing import Any

import pytest

from compliance.ce_marking.classification_rules import IncompleteAnswers, rule11
from compliance.law.facts.ce_marking import Rule11Answers
from tests.law.answers import answer, ce, classified, codes, finding


@pytest.mark.parametrize(
    ("answers", "device_class"),
    [
        ({"informs": True, "impact": "none", "monitors": False}, "IIa"),
        ({"informs": True, "impact": "serious_deterioration_or_surgery", "monitors": False}, "IIb"),
        ({"informs": True, "impact": "death_or_irreversible", "monitors": False}, "III"),
        ({"informs": False, "monitors": True, "vital": False}, "IIa"),
        ({"informs": False, "monitors": True, "vital": True}, "IIb"),
        ({"informs": False, "monitors": False}, "I"),
        ({"informs": True, "impact": "none", "monitors": True, "vital": True}, "IIb"),
        ({"informs": True, "impact": "death_or_irreversible", "monitors": True, "vital": False}, "III"),
        ({"informs": False, "monitors": False, "drives": "IIb"}, "IIb"),
        ({"informs": True, "impact": "none", "monitors": False, "drives": "III"}, "III"),
        ({"informs": True, "impact": "death_or_irreversible", "monitors": False, "drives": "I"}, "III"),
    ],
)
def test_rule_11_gives_the_strictest_class(answers: dict[str, Any], device_class: str) -> None:
    decision = rule11(_answers(**answers))
    assert decision.device_class == device_class
    assert decision.notified_body is (device_class != "I")
    assert len(decision.path) >= 1
    assert ("Annex VIII 3.5" in decision.articles) is (len(decision.path) > 1)


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, ("informs_diagnosis_or_therapy", "monitors_physiology")),
        ({"informs": True, "monitors": False}, ("worst_decision_impact",)),
        ({"informs": False, "monitors": True}, ("vital_with_immediate_danger",)),
        ({"informs": True, "impact": "death_or_irreversible"}, ("monitors_physiology",)),
    ],
)
def test_rule_11_refuses_incomplete_answers(answers: dict[str, Any], missing: tuple[str, ...]) -> None:
    with pytest.raises(IncompleteAnswers) as refused:
        rule11(_answers(**answers))
    assert refused.value.missing == missing
    got = answer(ce(rule11=[_answers(**answers).model_dump()]))
    assert finding(got, "rule11_incomplete").values == {"missing": ", ".join(missing)}


def _answers(
    informs: bool | None = None,
    impact: Any = None,
    monitors: bool | None = None,
    vital: bool | None = None,
    drives: Any = None,
) -> Rule11Answers:
    return Rule11Answers(
        key="r",
        informs_diagnosis_or_therapy=informs,
        worst_decision_impact=impact,
        monitors_physiology=monitors,
        vital_with_immediate_danger=vital,
        drives_device_class=drives,
    )


@pytest.mark.parametrize(("recorded", "told"), [("IIa", True), ("I", False), ("Im", False)])
def test_a_class_that_disagrees_with_rule_11_is_told(recorded: str, told: bool) -> None:
    answers = {"key": "r", "informs_diagnosis_or_therapy": False, "monitors_physiology": False}
    got = answer(ce(rule11=[answers], classifications=classified(recorded)))
    assert ("class_disagrees_with_rule11" in codes(got)) is told
    later = ce(rule11=[{**answers, "answered_on": "2026-11-23"}], classifications=classified(recorded))
    assert "rule11_decision" not in codes(answer(later))
