"""The AI Act as a table: every combination of answers against the text read once more, and the paths."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from compliance.ai_act.tier_table import AI_ACT, Outcome
from compliance.law.decisions import Decision, MissingAnswer, WrongAnswers, decide
from compliance.law.parameters import Law, current_law
from tests.law.ai_answers import SYSTEM, device
from tests.law.answers import answer

ON = date(2026, 11, 22)
HIGH_RISK: dict[str, Any] = {
    "is_ai_system": True,
    "prohibited_practice": "none",
    "is_the_device": True,
    "safety_component": False,
    "notified_body_required": True,
    "annex_iii": "none",
    "placed_before_cutoff": False,
}
_YES_NO = (True, False)
_FIELDS = (
    "is_ai_system",
    "is_the_device",
    "safety_component",
    "notified_body_required",
    "exempt_6_3",
    "profiles_persons",
    "placed_before_cutoff",
    "changed_since_cutoff",
    "for_public_authority",
    "interacts_with_persons",
    "generates_content",
)


def ask(answers: Mapping[str, Any], law: Law | None = None, on: date = ON) -> Decision[Outcome]:
    return decide(AI_ACT, answers, law or current_law(), on=on, known_on=on)


def section_b(applies: date = date(2026, 1, 1)) -> Law:
    """Return the law as if the MDR and the IVDR stood in Section B of Annex I from a day on."""
    law = current_law()
    rule = law["aia.annex_i_section"]
    (first,) = [one for one in rule.values if one.value == "A"]
    moved = first.model_copy(update={"value": "B", "applies": applies, "published": applies})
    changed = rule.model_copy(update={"values": (first, moved)})
    return replace(law, parameters={**law.parameters, rule.id: changed})


def _expected(given: Mapping[str, Any], section: str, on: date) -> str:
    """Articles 3, 5, 2(2), 6, 111(2), 113 and 50, read once more as a chain of exclusions."""
    if given["is_ai_system"] is False:
        return "not_ai"
    if given["prohibited_practice"] == "a_to_h":
        return "prohibited"
    if given["prohibited_practice"] == "ba_or_bb":
        return "prohibited" if on >= date(2026, 12, 2) else "not_yet_prohibited"
    in_i = given["notified_body_required"] and (given["is_the_device"] or given["safety_component"])
    if in_i and section == "B":
        return "annex_i_section_b"
    listed = given["annex_iii"] != "none"
    derogated = given["exempt_6_3"] and not given["profiles_persons"]
    in_iii = listed and not derogated
    if in_i or in_iii:
        name = {(True, True): "both_routes", (True, False): "annex_i", (False, True): "annex_iii"}
        bound = f"high_risk_{name[bool(in_i), bool(in_iii)]}"
        if not given["placed_before_cutoff"] or given["changed_since_cutoff"]:
            return bound
        if not given["for_public_authority"]:
            return "exempt_111_2"
        return bound if on >= date(2030, 8, 2) else "exempt_until_2030"
    if listed:
        return "annex_iii_exempt_6_3"
    speaks = given["interacts_with_persons"] or given["generates_content"]
    return "transparency_50" if speaks else "minimal"


@pytest.mark.parametrize(
    ("section", "on"), [("A", ON), ("B", ON), ("A", date(2026, 12, 2)), ("A", date(2030, 8, 2))]
)
@pytest.mark.parametrize("practice", ["none", "a_to_h", "ba_or_bb"])
@pytest.mark.parametrize("point", ["none", "5(d)"])
def test_every_combination_of_answers(section: str, on: date, practice: str, point: str) -> None:
    law = section_b() if section == "B" else current_law()
    for values in product(_YES_NO, repeat=len(_FIELDS)):
        given = {**dict(zip(_FIELDS, values, strict=True)), "prohibited_practice": practice}
        given["annex_iii"] = point
        assert ask(given, law, on).answer.state == _expected(given, section, on), given


@pytest.mark.parametrize("point", AI_ACT.questions[5].choices)
def test_each_point_of_annex_iii(point: str) -> None:
    given = {**HIGH_RISK, "notified_body_required": False, "annex_iii": point}
    given |= {"interacts_with_persons": False, "generates_content": False, "exempt_6_3": False}
    assert ask(given).answer.state == ("minimal" if point == "none" else "high_risk_annex_iii")


@pytest.mark.parametrize(
    ("removed", "added", "missing"),
    [
        ("is_ai_system", {}, ("is_ai_system",)),
        ("prohibited_practice", {}, ("prohibited_practice",)),
        ("is_the_device", {}, ("is_the_device",)),
        ("notified_body_required", {}, ("notified_body_required",)),
        ("annex_iii", {}, ("annex_iii",)),
        ("placed_before_cutoff", {}, ("placed_before_cutoff",)),
        ("safety_component", {"is_the_device": False}, ("safety_component",)),
        ("exempt_6_3", {"annex_iii": "4"}, ("exempt_6_3",)),
        ("profiles_persons", {"annex_iii": "4", "exempt_6_3": True}, ("profiles_persons",)),
        ("changed_since_cutoff", {"placed_before_cutoff": True}, ("changed_since_cutoff",)),
        (
            "for_public_authority",
            {"placed_before_cutoff": True, "changed_since_cutoff": False},
            ("for_public_authority",),
        ),
        (
            "interacts_with_persons",
            {"notified_body_required": False},
            ("interacts_with_persons", "generates_content"),
        ),
        (
            "generates_content",
            {"notified_body_required": False, "interacts_with_persons": False},
            ("generates_content",),
        ),
    ],
)
def test_the_missing_question_is_named(removed: str, added: dict[str, Any], missing: tuple[str, ...]) -> None:
    given = {key: value for key, value in {**HIGH_RISK, **added}.items() if key != removed}
    with pytest.raises(MissingAnswer) as refused:
        ask(given)
    assert tuple(one.key for one in refused.value.questions) == missing


def test_all_that_is_missing_of_the_two_routes_is_named_at_once() -> None:
    with pytest.raises(
        MissingAnswer,
        match=r"^missing answer: is_the_device, safety_component, notified_body_required, annex_iii$",
    ):
        ask({"is_ai_system": True, "prohibited_practice": "none"})


def test_a_known_no_is_enough_against_article_6_1() -> None:
    given = {key: value for key, value in HIGH_RISK.items() if key not in {"is_the_device"}}
    given |= {"notified_body_required": False, "interacts_with_persons": True}
    assert ask(given).answer.state == "transparency_50"


def test_the_path_names_the_articles() -> None:
    decision = ask({**HIGH_RISK, "annex_iii": "5(d)", "exempt_6_3": True, "profiles_persons": True})
    steps = [(one.question, one.said, one.why.citation) for one in decision.path]
    assert steps == [
        ("is_ai_system", "yes", "AI Act Art. 3(1)"),
        ("prohibited_practice", "none", "AI Act Art. 5, 113(a)"),
        ("is_the_device", "yes", "AI Act Art. 3(14), 6(1), 6(1a)-(1c), Annex I Section A points 11 and 12"),
        (
            "notified_body_required",
            "yes",
            "AI Act Art. 3(14), 6(1), 6(1a)-(1c), Annex I Section A points 11 and 12",
        ),
        ("annex_iii", "5(d)", "AI Act Art. 113(c)(i)"),
        ("exempt_6_3", "yes", "AI Act Art. 6(3), 6(4), 49(2)"),
        ("profiles_persons", "yes", "AI Act Art. 6(3), 6(4), 49(2)"),
        ("", "", "AI Act Art. 113(c), 43(3)"),
        ("placed_before_cutoff", "no", decision.path[8].why.citation),
        ("", "", "AI Act Art. 113(c)(i)"),
    ]
    assert decision.path[8].why.rule == "aia.legacy_cutoff_annex_iii"
    assert decision.path[7].why.certainty == "interpretation"
    assert (decision.answer.applies, decision.answer.rule) == (
        date(2027, 12, 2),
        "aia.high_risk_annex_iii",
    )


def test_the_dates_are_those_known() -> None:
    before = date(2026, 5, 1)
    assert ask(HIGH_RISK, on=before).answer.applies == date(2027, 8, 2)
    assert ask(HIGH_RISK).answer.applies == date(2028, 8, 2)
    practice = {**HIGH_RISK, "prohibited_practice": "ba_or_bb"}
    assert ask(practice, on=date(2026, 7, 26)).answer.state == "high_risk_annex_i"


def test_answers_that_fit_no_question() -> None:
    with pytest.raises(WrongAnswers, match="annex_iii"):
        ask({**HIGH_RISK, "annex_iii": "9"})
    with pytest.raises(WrongAnswers, match=r"annex_ii$"):
        ask({**HIGH_RISK, "annex_ii": "none"})


def test_in_section_b_no_duty_of_the_act_binds_a_medical_device_directly() -> None:
    facts = device("IIa", {**SYSTEM, "annex_iii": "none"})
    assert answer(facts, law=section_b()).tracks["ai_act"].state == "annex_i_section_b"
    got = answer({**facts, "complete_tracks": ["ai_act"]}, law=section_b())
    assert got.tracks["ai_act"].status == "valid"
    assert got.tracks["ai_act"].reasons[0].rule == "aia.section_b_products"
    assert not [one for one in got.deadlines if one.rule.startswith("aia.high_risk")]
    # The move is data with a day of its own: before it, the duties of Section A stand.
    later = section_b(date(2027, 6, 1))
    assert answer(facts, on="2027-05-31", law=later).tracks["ai_act"].state == "high_risk_annex_i"
    assert answer(facts, on="2027-06-01", law=later).tracks["ai_act"].state == "annex_i_section_b"


def test_in_section_b_annex_iii_is_left_to_the_lawyer() -> None:
    given = {**HIGH_RISK, "annex_iii": "5(d)", "exempt_6_3": False}
    decision = ask(given, section_b())
    assert decision.answer.state == "annex_i_section_b"
    assert [one.why.certainty for one in decision.path if not one.question] == [
        "interpretation",
        "verified",
    ]
