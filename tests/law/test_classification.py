"""The class of a software and its conformity assessment: every combination of answers, and the paths."""

from datetime import date
from itertools import product
from typing import Any

import pytest

from compliance.ce_marking.classification_table import CONFORMITY, RULE11
from compliance.law.decisions import Decision, MissingAnswer, WrongAnswers, decide
from compliance.law.facts.ce_marking import Rule11Answers
from compliance.law.parameters import current_law
from compliance.law.questions import needs_notified_body
from tests.law.answers import answer, ce, classified, codes, finding

ON = date(2026, 11, 22)
QUIET: dict[str, Any] = {
    "informs_diagnosis_or_therapy": False,
    "monitors_physiology": False,
    "drives_device_class": "none",
}


def rule11(answers: dict[str, Any]) -> Decision[Any]:
    return decide(RULE11, answers, current_law(), on=ON, known_on=ON)


def route(answers: dict[str, Any]) -> Decision[Any]:
    return decide(CONFORMITY, answers, current_law(), on=ON, known_on=ON)


def _expected_class(informs: bool, impact: str, monitors: bool, vital: bool, drives: str) -> str:
    """Annex VIII 6.3, 3.3 and 3.5, read once more: what makes class III, failing that IIb, IIa, I."""
    if drives == "III" or (informs and impact == "death_or_irreversible"):
        return "III"
    if drives == "IIb" or (monitors and vital) or (informs and impact == "serious_deterioration_or_surgery"):
        return "IIb"
    return "IIa" if informs or monitors or drives == "IIa" else "I"


_IMPACTS = ("none", "serious_deterioration_or_surgery", "death_or_irreversible")
_DRIVEN = ("none", "I", "IIa", "IIb", "III")
_YES_NO = (True, False)


@pytest.mark.parametrize(
    ("informs", "impact", "monitors", "vital", "drives"),
    list(product(_YES_NO, _IMPACTS, _YES_NO, _YES_NO, _DRIVEN)),
)
def test_rule_11_on_every_combination(
    informs: bool, impact: str, monitors: bool, vital: bool, drives: str
) -> None:
    decision = rule11(
        {
            "informs_diagnosis_or_therapy": informs,
            "worst_decision_impact": impact,
            "monitors_physiology": monitors,
            "vital_with_immediate_danger": vital,
            "drives_device_class": drives,
        }
    )
    assert decision.answer == _expected_class(informs, impact, monitors, vital, drives)
    several = informs + monitors + (drives != "none") > 1
    assert ("MDR Annex VIII 3.5" in decision.articles) is several
    other = not (informs or monitors) and drives == "none"
    assert ("MDR Annex VIII 6.3, third paragraph" in decision.articles) is other
    asked = {one.question for one in decision.path}
    assert ("worst_decision_impact" in asked) is informs
    assert ("vital_with_immediate_danger" in asked) is monitors


def test_the_path_of_rule_11_says_what_was_asked_why_and_under_which_article() -> None:
    decision = rule11(
        {**QUIET, "informs_diagnosis_or_therapy": True, "worst_decision_impact": "death_or_irreversible"}
    )
    steps = [(one.question, one.said, one.why.rule, one.why.citation) for one in decision.path]
    first, second = "MDR Annex VIII 6.3, first paragraph", "MDR Annex VIII 6.3, second paragraph"
    assert steps == [
        ("informs_diagnosis_or_therapy", "yes", "mdr.rule11_decisions", first),
        ("monitors_physiology", "no", "mdr.rule11_monitoring", second),
        ("worst_decision_impact", "death_or_irreversible", "mdr.rule11_decisions", first),
        ("", "", "mdr.rule11_decisions", first),
        ("drives_device_class", "none", "mdr.software_drives_device", "MDR Annex VIII 3.3"),
    ]
    assert {one.why.certainty for one in decision.path} == {"verified"}


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, ("informs_diagnosis_or_therapy", "monitors_physiology")),
        ({"informs_diagnosis_or_therapy": True, "monitors_physiology": False}, ("worst_decision_impact",)),
        (
            {"informs_diagnosis_or_therapy": False, "monitors_physiology": True},
            ("vital_with_immediate_danger",),
        ),
        (
            {"informs_diagnosis_or_therapy": True, "worst_decision_impact": "death_or_irreversible"},
            ("monitors_physiology",),
        ),
        ({"informs_diagnosis_or_therapy": False, "monitors_physiology": False}, ("drives_device_class",)),
    ],
)
def test_rule_11_refuses_incomplete_answers(answers: dict[str, Any], missing: tuple[str, ...]) -> None:
    with pytest.raises(MissingAnswer) as refused:
        rule11(answers)
    assert tuple(one.key for one in refused.value.questions) == missing
    if missing == ("drives_device_class",):  # the facts know no other way to say that it drives none
        return
    got = answer(ce(rule11=[Rule11Answers(key="r", **answers).model_dump()]))
    assert finding(got, "rule11_incomplete").values == {"missing": ", ".join(missing)}


@pytest.mark.parametrize(
    ("answers", "unknown", "wrong"),
    [
        ({**QUIET, "colour": "red"}, ("colour",), ()),
        ({**QUIET, "monitors_physiology": "no"}, (), ("monitors_physiology",)),
        ({**QUIET, "drives_device_class": "IV"}, (), ("drives_device_class",)),
        ({**QUIET, "drives_device_class": True}, (), ("drives_device_class",)),
    ],
)
def test_answers_that_fit_no_question_are_refused(
    answers: dict[str, Any], unknown: tuple[str, ...], wrong: tuple[str, ...]
) -> None:
    with pytest.raises(WrongAnswers) as refused:
        rule11(answers)
    assert (refused.value.unknown, tuple(one.key for one in refused.value.wrong)) == (unknown, wrong)


_FULL, _LIMITED, _NONE = "full", "limited", "none"


@pytest.mark.parametrize(
    ("device_class", "body", "procedure", "article"),
    [
        ("I", _NONE, "declaration", "MDR Art. 52(7)"),
        ("Is", _LIMITED, "one_aspect", "MDR Art. 52(7)(a) to (c)"),
        ("Im", _LIMITED, "one_aspect", "MDR Art. 52(7)(a) to (c)"),
        ("Ir", _LIMITED, "one_aspect", "MDR Art. 52(7)(a) to (c)"),
        ("IIa", _FULL, "by_category", "MDR Art. 52(6)"),
        ("III", _FULL, "full", "MDR Art. 52(3)"),
        ("A", _NONE, "declaration", "IVDR Art. 48(10)"),
        ("As", _LIMITED, "one_aspect", "IVDR Art. 48(10)"),
        ("B", _FULL, "by_category", "IVDR Art. 48(9)"),
        ("C", _FULL, "by_generic_group", "IVDR Art. 48(7)"),
        ("D", _FULL, "full", "IVDR Art. 48(3)"),
    ],
)
def test_the_conformity_assessment_of_each_class(
    device_class: Any, body: str, procedure: str, article: str
) -> None:
    for implantable, excepted in product(_YES_NO, _YES_NO):
        answers = {"implantable": implantable, "well_established": excepted}
        decision = route({"device_class": device_class, **answers})
        assert (decision.answer.notified_body, decision.answer.procedure) == (body, procedure)
        assert decision.articles[-1] == article
    assert needs_notified_body(device_class) is (body != _NONE)


@pytest.mark.parametrize(("implantable", "excepted"), list(product(_YES_NO, _YES_NO)))
def test_an_implant_of_class_iib_has_every_device_assessed(implantable: bool, excepted: bool) -> None:
    decision = route({"device_class": "IIb", "implantable": implantable, "well_established": excepted})
    every = implantable and not excepted
    assert decision.answer.procedure == ("every_device" if every else "by_generic_group")
    article = "MDR Art. 52(4), second subparagraph" if every else "MDR Art. 52(4), first subparagraph"
    assert decision.path[-1].why.citation == article


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, "device_class"),
        ({"device_class": "IIb"}, "implantable"),
        ({"device_class": "IIb", "implantable": True}, "well_established"),
    ],
)
def test_the_conformity_assessment_refuses_incomplete_answers(answers: dict[str, Any], missing: str) -> None:
    with pytest.raises(MissingAnswer, match=missing):
        route(answers)


@pytest.mark.parametrize(("recorded", "told"), [("IIa", True), ("I", False), ("Im", False)])
def test_a_class_that_disagrees_with_rule_11_is_told(recorded: str, told: bool) -> None:
    answers = {"key": "r", "informs_diagnosis_or_therapy": False, "monitors_physiology": False}
    got = answer(ce(rule11=[answers], classifications=classified(recorded)))
    assert ("class_disagrees_with_rule11" in codes(got)) is told
    later = ce(rule11=[{**answers, "answered_on": "2026-11-23"}], classifications=classified(recorded))
    assert "rule11_decision" not in codes(answer(later))


def test_the_decision_recorded_names_its_path_and_articles() -> None:
    answers = {"key": "r", "informs_diagnosis_or_therapy": False, "monitors_physiology": False}
    assert finding(answer(ce(rule11=[answers])), "rule11_decision").values == {
        "class": "I",
        "notified_body": "false",
        "conformity_route": "declaration",
        "path": "informs_diagnosis_or_therapy: no; monitors_physiology: no; drives_device_class: none",
        "articles": "MDR Annex VIII 6.3, first paragraph; MDR Annex VIII 6.3, second paragraph; "
        "MDR Annex VIII 3.3; MDR Annex VIII 6.3, third paragraph; MDR Art. 52; IVDR Art. 48; MDR Art. 52(7)",
    }
