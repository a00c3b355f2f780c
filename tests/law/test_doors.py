"""Which coverage is open: every combination of answers against the code read once more, and the paths."""

from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import Any

import pytest

from compliance.law.decisions import Decision, MissingAnswer, WrongAnswers, decide
from compliance.law.parameters import current_law
from compliance.listing.doors import BARS, COVERAGE_DOORS, Doors

ON = date(2026, 11, 22)
# A diagnostic software used by a radiologist during the reading of an image.
DIAGNOSTIC_AI: dict[str, Any] = {
    "is_software": True,
    "functions": "other",
    "used_during_act": True,
    "ce_marked": True,
    "digital_device": True,
    "ans_certificate": True,
    "coverage": "never",
    "pecan_before": "never",
    "pect_before": False,
    "unmet_need": False,
}
THERAPEUTIC: dict[str, Any] = {**DIAGNOSTIC_AI, "functions": "therapeutic", "used_during_act": False}


def ask(answers: Mapping[str, Any], on: date = ON) -> Decision[Doors]:
    return decide(COVERAGE_DOORS, answers, current_law(), on=on, known_on=on)


def _open(a: Mapping[str, Any]) -> set[str]:
    """R.165-4, R.162-75, L.162-1-23, R.162-113, R.165-90, R.165-100, R.165-63: what each door asks for."""
    dmn = a["is_software"]
    telemonitoring = dmn and a["functions"] in {"telemonitoring", "both", "telemonitoring_and_other"}
    therapeutic = dmn and a["functions"] in {"therapeutic", "both"}
    excepted = not dmn and a["invasive_excepted"]
    found = {
        "lppr": a["ce_marked"]
        and (not a["used_during_act"] or excepted)
        and not (dmn and a["functions"] == "telemonitoring")
        and (a["ans_certificate"] or not a["digital_device"]),
        "latm": telemonitoring and a["ce_marked"] and a["ans_certificate"],
        "pecan": (therapeutic or telemonitoring)
        and a["ce_marked"]
        and a["pecan_before"] in {"never", "refused_on_studies"}
        and a["coverage"] in {"never", "past", "pecan"},
        "pect": not (therapeutic or telemonitoring)
        and a["unmet_need"]
        and a["ce_marked"]
        and not a["pect_before"]
        and a["coverage"] in {"never", "past", "forfait_innovation"},
        "forfait_innovation": a["coverage"] == "never",
        "act_tariff": a["used_during_act"],
        "hospital_funding": a["coverage"] not in {"pecan", "pect", "forfait_innovation"},
    }
    return {door for door, is_open in found.items() if is_open}


_YES_NO = (True, False)
_CHOICES = {one.key: one.choices or _YES_NO for one in COVERAGE_DOORS.questions}
_NATURE = ("is_software", "functions", "used_during_act", "invasive_excepted")
_PAPERS = ("ce_marked", "digital_device", "ans_certificate")
_PAST = ("pecan_before", "pect_before", "unmet_need")


@pytest.mark.parametrize(
    "asked",
    [(*_NATURE, *_PAPERS, "coverage"), (*_NATURE, *_PAST, "coverage"), (*_PAPERS, *_PAST, "coverage")],
    ids=["nature and papers", "nature and past", "papers and past"],
)
@pytest.mark.parametrize("otherwise", [DIAGNOSTIC_AI, THERAPEUTIC], ids=["diagnostic", "therapeutic"])
def test_every_combination_of_answers(asked: tuple[str, ...], otherwise: Mapping[str, Any]) -> None:
    """Nature, papers and past by twos, each with every coverage: no bar asks more than two of them."""
    for values in product(*(_CHOICES[key] for key in asked)):
        given = {**otherwise, "invasive_excepted": False, **dict(zip(asked, values, strict=True))}
        assert set(ask(given).answer.open) == _open(given), given


def test_a_diagnostic_ai_used_during_an_act_is_told_why_and_what_remains() -> None:
    decision = ask(DIAGNOSTIC_AI)
    assert decision.answer.open == ("forfait_innovation", "act_tariff", "hospital_funding")
    assert decision.answer.closed == {
        "lppr": ("door.lppr_act",),
        "latm": ("door.latm_scope",),
        "pecan": ("door.pecan_scope",),
        "pect": ("door.pect_need",),
    }
    told = {one.why.rule: one.why for one in decision.path if not one.question}
    assert told["door.lppr_act"].citation == "CSS R.165-4 4°"
    assert "what remains is the tariff of the act" in told["door.lppr_act"].text.message
    assert told["door.act_tariff"].certainty == "secondary"


@pytest.mark.parametrize(
    ("changed", "door", "rule", "article"),
    [
        ({"ce_marked": False}, "lppr", "door.lppr_ce", "CSS R.165-4 3°"),
        ({"ans_certificate": False}, "lppr", "lppr.dmn_certificate_required", "CSS R.165-4 5°"),
        ({"functions": "telemonitoring"}, "lppr", "lppr.telemonitoring_only", "CSS R.165-4 6°"),
        ({}, "latm", "door.latm_scope", "CSS L.162-48 I 2° and II"),
        ({"functions": "both", "ce_marked": False}, "latm", "door.latm_ce", "CSS R.162-75 2°"),
        (
            {"functions": "both", "ans_certificate": False},
            "latm",
            "latm.certificate_required",
            "CSS R.162-75 3°",
        ),
        ({"ce_marked": False}, "pecan", "door.pecan_ce", "CSS L.162-1-23 II 2°"),
        ({"pecan_before": "given"}, "pecan", "pecan.single_use", "CSS R.162-113 II"),
        ({"pecan_before": "refused_otherwise"}, "pecan", "pecan.single_use", "CSS R.162-113 II"),
        ({"coverage": "lppr"}, "pecan", "pecan.not_cumulable", "CSS L.162-1-23 III"),
        ({"unmet_need": True}, "pect", "pect.not_for_dmn", "CSS R.165-90 I 13°"),
        ({"functions": "other", "pect_before": True}, "pect", "door.pect_once", "CSS R.165-90 I 8° and 9°"),
        ({"functions": "other", "coverage": "lppr"}, "pect", "door.pect_exclusive", "CSS R.165-100"),
        ({"coverage": "past"}, "forfait_innovation", "door.fi_never_covered", "CSS R.165-63 2°"),
        ({"coverage": "forfait_innovation"}, "hospital_funding", "door.fi_exclusive", "CSS R.165-72 III"),
    ],
)
def test_each_bar_names_its_article(changed: dict[str, Any], door: Any, rule: str, article: str) -> None:
    decision = ask({**THERAPEUTIC, **changed})
    assert rule in decision.answer.closed[door]
    assert article in [one.why.citation for one in decision.path if one.why.rule == rule]


@pytest.mark.parametrize("missing", sorted(DIAGNOSTIC_AI.keys() - {"digital_device"}))
def test_the_missing_question_is_named(missing: str) -> None:
    given = {key: value for key, value in THERAPEUTIC.items() if key != missing}
    with pytest.raises(MissingAnswer) as refused:
        ask(given)
    assert refused.value.questions[0].key == missing


def test_personal_data_decide_only_where_the_file_holds_no_certificate() -> None:
    given = {**THERAPEUTIC, "ans_certificate": False}
    del given["digital_device"]
    with pytest.raises(MissingAnswer, match="digital_device"):
        ask(given)
    assert "lppr" in ask({**given, "ans_certificate": True}).answer.open


def test_the_exception_of_devices_that_enter_the_body_is_asked_of_no_software() -> None:
    hardware = {**DIAGNOSTIC_AI, "is_software": False}
    with pytest.raises(MissingAnswer, match="invasive_excepted"):
        ask(hardware)
    assert "lppr" in ask({**hardware, "invasive_excepted": True}).answer.open
    assert "lppr" not in ask({**hardware, "invasive_excepted": False}).answer.open


def test_answers_that_fit_no_question() -> None:
    with pytest.raises(WrongAnswers, match="coverage"):
        ask({**THERAPEUTIC, "coverage": "maybe"})


def test_the_certificate_closes_the_lppr_since_2024() -> None:
    given = {**THERAPEUTIC, "ans_certificate": False}
    assert "lppr" in ask(given, date(2023, 12, 31)).answer.open
    assert "lppr" not in ask(given, date(2024, 1, 1)).answer.open


def test_every_rule_of_a_bar_is_law() -> None:
    assert {one.rule for one in BARS} <= current_law().parameters.keys()
