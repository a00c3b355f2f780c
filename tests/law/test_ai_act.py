"""The AI Act: tiers, dates before and after Regulation (EU) 2026/1744, grace, evidence."""

from datetime import date
from typing import Any

import pytest

from tests.law.ai_answers import PLAIN, SYSTEM, TRIAGE, ask, device, state
from tests.law.answers import ai, answer, codes, deadline, deadlines, finding, stands


@pytest.mark.parametrize(
    ("device_class", "fields", "tier"),
    [
        (None, {"is_ai_system": False}, "not_ai"),
        (None, {"is_ai_system": None, "is_the_device": None}, "unknown"),
        ("IIa", {"is_ai_system": None}, "high_risk_annex_i"),
        ("IIa", {}, "high_risk_annex_i"),
        ("III", {}, "high_risk_annex_i"),
        ("Im", {}, "high_risk_annex_i"),
        ("B", {}, "high_risk_annex_i"),
        ("As", {}, "high_risk_annex_i"),
        ("I", PLAIN, "minimal"),
        ("A", PLAIN, "minimal"),
        ("IIa", {"notified_body_required": False, **PLAIN}, "minimal"),
        ("I", {"notified_body_required": True}, "high_risk_annex_i"),
        (None, {"notified_body_required": True}, "high_risk_annex_i"),
        ("IIb", {"is_the_device": False, "safety_component": True}, "high_risk_annex_i"),
        ("IIb", {"is_the_device": False, "safety_component": False, **PLAIN}, "minimal"),
        ("IIb", {"is_the_device": False, **PLAIN}, "unknown"),
        (None, {}, "unknown"),
        (None, PLAIN, "unknown"),
        ("I", {}, "unknown"),
        ("I", {**PLAIN, "generates_content": None}, "unknown"),
        ("IIa", {"annex_iii": "5(d)"}, "high_risk_both_routes"),
        ("I", {"annex_iii": "5(d)"}, "high_risk_annex_iii"),
        ("I", {"annex_iii": "5(d)", "exempt_6_3": True, "profiles_persons": False}, "annex_iii_exempt_6_3"),
        ("I", {"annex_iii": "5(d)", "exempt_6_3": True, "profiles_persons": True}, "high_risk_annex_iii"),
        ("IIa", {"annex_iii": "5(d)", "exempt_6_3": True, "profiles_persons": False}, "high_risk_annex_i"),
        ("I", {**PLAIN, "interacts_with_persons": True}, "transparency_50"),
        ("I", {**PLAIN, "generates_content": True, "interacts_with_persons": None}, "transparency_50"),
        ("IIa", {"prohibited_practice": "5(1)(f)"}, "prohibited"),
        ("IIa", {"prohibited_practice": "5(1)(bb)"}, "not_yet_prohibited"),
        ("IIa", {"prohibited_practice": "none"}, "high_risk_annex_i"),
    ],
)
def test_the_tier_follows_the_order_of_the_questions(
    device_class: str | None, fields: dict[str, Any], tier: str
) -> None:
    assert state(ask(device_class, **fields)) == tier


@pytest.mark.parametrize(
    ("facts", "whole", "stand"),
    [
        ({}, False, ("unknown", "unknown")),
        ({}, True, ("not_started", "unqualified")),
        ({"systems": [{"key": "s", "is_ai_system": False}]}, False, ("not_applicable", "not_ai")),
        ({"systems": [{**SYSTEM, "prohibited_practice": "5(1)(f)"}]}, False, ("refused", "prohibited")),
    ],
)
def test_where_the_track_stands(facts: dict[str, Any], whole: bool, stand: tuple[str, str]) -> None:
    assert stands(answer(ai(whole=whole, **facts)), "ai_act") == stand


def test_the_most_demanding_system_stands_for_the_device() -> None:
    systems = [{"key": "a", "is_ai_system": False}, {**TRIAGE, "key": "b"}, {**SYSTEM, "key": "c", **PLAIN}]
    assert state(answer(device("I", *systems))) == "high_risk_annex_iii"


@pytest.mark.parametrize(
    ("on", "known_on", "annex_i", "annex_iii"),
    [
        ("2026-05-01", "2026-05-01", date(2027, 8, 2), date(2026, 8, 2)),
        ("2026-07-26", "2026-07-26", date(2027, 8, 2), date(2026, 8, 2)),
        ("2026-07-27", "2026-07-27", date(2028, 8, 2), date(2027, 12, 2)),
        ("2026-11-22", "2026-07-23", date(2027, 8, 2), date(2026, 8, 2)),
        ("2026-11-22", "2026-07-24", date(2028, 8, 2), date(2027, 12, 2)),
    ],
)
def test_the_dates_before_and_after_the_amendment(
    on: str, known_on: str, annex_i: date, annex_iii: date
) -> None:
    got = answer(device("IIa", SYSTEM), on=on, known_on=known_on)
    assert deadline(got, "aia.high_risk_annex_i").strict == annex_i
    got = answer(device(None, TRIAGE), on=on, known_on=known_on)
    assert deadline(got, "aia.high_risk_annex_iii").strict == annex_iii


@pytest.mark.parametrize(
    ("on", "told"),
    [("2026-07-23", False), ("2026-07-24", True), ("2026-07-26", True), ("2026-07-27", False)],
)
def test_a_published_change_is_announced_until_it_governs(on: str, told: bool) -> None:
    got = ask("IIa", on=on)
    assert ("law_change_announced" in codes(got)) is told
    if told:
        days = finding(got, "law_change_announced").reason.text.params
        assert days == {"date": date(2028, 8, 2), "day": date(2026, 7, 27)}


def test_before_the_regulation_nothing_applies() -> None:
    assert stands(ask("IIa", on="2024-07-31"), "ai_act") == ("not_applicable", "not_in_force")
    assert state(ask("IIa", on="2024-08-01")) == "high_risk_annex_i"


def test_of_two_routes_the_earlier_date_binds() -> None:
    got = ask("IIa", annex_iii="5(d)")
    assert deadline(got, "aia.high_risk_annex_iii").strict == date(2027, 12, 2)
    assert deadlines(got, "aia.high_risk_annex_i") == []
    assert finding(got, "both_routes").reason.certainty == "interpretation"


@pytest.mark.parametrize(("on", "wanted"), [("2028-08-01", "open"), ("2028-08-02", "applies")])
def test_the_date_of_application_is_a_beginning(on: str, wanted: str) -> None:
    assert deadline(ask("IIa", on=on), "aia.high_risk_annex_i").state == wanted


@pytest.mark.parametrize(
    ("fields", "on", "tier"),
    [
        ({"first_unit_placed_on": "2028-08-01"}, "2028-07-31", "high_risk_annex_i"),
        ({"first_unit_placed_on": "2028-08-01"}, "2028-08-01", "exempt_111_2"),
        ({"first_unit_placed_on": "2028-08-02"}, "2028-10-01", "high_risk_annex_i"),
        ({"first_unit_placed_on": "2026-08-02"}, "2026-07-26", "high_risk_annex_i"),
        (
            {"first_unit_placed_on": "2025-03-01", "significant_design_change_on": "2028-08-02"},
            "2028-08-02",
            "high_risk_annex_i",
        ),
        (
            {"first_unit_placed_on": "2025-03-01", "significant_design_change_on": "2028-08-02"},
            "2028-08-01",
            "exempt_111_2",
        ),
        (
            {"first_unit_placed_on": "2025-03-01", "significant_design_change_on": "2028-08-01"},
            "2028-10-01",
            "exempt_111_2",
        ),
        (
            {"first_unit_placed_on": "2025-03-01", "for_public_authority": True},
            "2030-08-01",
            "exempt_until_2030",
        ),
        (
            {"first_unit_placed_on": "2025-03-01", "for_public_authority": True},
            "2030-08-02",
            "high_risk_annex_i",
        ),
        (
            {
                "first_unit_placed_on": "2025-03-01",
                "for_public_authority": True,
                "significant_design_change_on": "2029-01-01",
            },
            "2029-01-01",
            "high_risk_annex_i",
        ),
    ],
)
def test_the_grace_of_a_type_already_on_the_market(fields: dict[str, Any], on: str, tier: str) -> None:
    assert state(ask("IIa", on=on, **fields)) == tier


def test_annex_iii_has_its_own_cut_off() -> None:
    placed = {**TRIAGE, "first_unit_placed_on": "2027-12-01"}
    assert state(answer(device(None, placed), on="2028-01-01")) == "exempt_111_2"
    placed = {**TRIAGE, "first_unit_placed_on": "2027-12-02"}
    assert state(answer(device(None, placed), on="2028-01-01")) == "high_risk_annex_iii"


def test_a_change_in_design_ends_the_grace_and_is_told() -> None:
    got = ask(
        "IIa",
        on="2029-01-01",
        first_unit_placed_on="2025-03-01",
        significant_design_change_on="2028-12-01",
    )
    assert finding(got, "in_scope_since_change").values == {"since": "2028-12-01"}
    assert deadline(got, "aia.high_risk_annex_i").state == "applies"


def test_only_a_system_for_public_authorities_raises_the_question_of_hospitals() -> None:
    placed = {"first_unit_placed_on": "2025-03-01"}
    assert "public_authority_to_confirm" in codes(ask("IIa", for_public_authority=True, **placed))
    assert "public_authority_to_confirm" not in codes(ask("IIa", **placed))
    assert "public_authority_to_confirm" not in codes(ask("IIa"))


def test_one_retention_alone_is_no_comparison() -> None:
    got = ask("IIa", first_unit_placed_on="2025-03-01")
    assert deadline(got, "aia.doc_retention").strict == date(2035, 3, 1)
    assert "keep_until_later_date" not in codes(got)


@pytest.mark.parametrize(
    ("practice", "rule", "applies"),
    [
        ("5(1)(ba)", "aia.prohibitions_ba_bb", date(2026, 12, 2)),
        ("5(1)(bb)", "aia.prohibitions_ba_bb", date(2026, 12, 2)),
        ("5(1)(b)", "aia.chapters_1_2", date(2025, 2, 2)),
        ("5(1)(f)", "aia.chapters_1_2", date(2025, 2, 2)),
    ],
)
def test_each_prohibition_has_its_date(practice: str, rule: str, applies: date) -> None:
    assert deadline(ask("IIa", prohibited_practice=practice), rule).strict == applies


def test_a_new_prohibition_does_not_exist_before_its_text() -> None:
    assert state(ask("IIa", on="2026-07-26", prohibited_practice="5(1)(ba)")) == "high_risk_annex_i"
    assert state(ask("IIa", on="2026-12-02", prohibited_practice="5(1)(ba)")) == "prohibited"


@pytest.mark.parametrize(
    ("placed", "on", "rule", "strict"),
    [
        ("2026-08-01", "2026-11-22", "existing", date(2026, 12, 2)),
        ("2026-08-02", "2026-11-22", "new", date(2026, 8, 2)),
        ("2025-01-01", "2026-07-26", "existing", date(2026, 8, 2)),
    ],
)
def test_the_marking_of_generated_content(placed: str, on: str, rule: str, strict: date) -> None:
    got = ask("I", on=on, **{**PLAIN, "generates_content": True, "first_unit_placed_on": placed})
    assert deadline(got, f"aia.marking_50_2_{rule}").strict == strict


def test_the_marking_is_met_by_its_evidence() -> None:
    system = {**SYSTEM, **PLAIN, "generates_content": True, "first_unit_placed_on": "2026-01-01"}
    evidence = [{"key": "e", "duty": "marking_50_2", "met_on": "2026-11-01"}]
    got = answer(device("I", system, evidence=evidence))
    assert deadline(got, "aia.marking_50_2_existing").state == "met"
    assert stands(got, "ai_act") == ("valid", "transparency_50")
    undated = {**system, "first_unit_placed_on": None}
    assert "marking_date_unknown" in codes(answer(device("I", undated)))


@pytest.mark.parametrize(
    ("on", "whole", "status"),
    [
        ("2028-08-01", True, "in_progress"),
        ("2028-08-02", True, "attention"),
        ("2028-08-02", False, "unknown"),
    ],
)
def test_a_duty_without_evidence_counts_from_the_day_it_binds(on: str, whole: bool, status: str) -> None:
    facts = device("IIa", {**SYSTEM, "annex_iii": "none"}, whole=whole)
    assert stands(answer(facts, on=on), "ai_act") == (status, "high_risk_annex_i")


def test_all_evidence_makes_a_high_risk_system_valid() -> None:
    missing = finding(ask("IIa"), "duties_without_evidence").values["missing"].split(", ")
    assert "registration" not in missing
    evidence = [{"key": duty, "duty": duty, "met_on": "2026-01-01"} for duty in missing]
    got = answer(device("IIa", SYSTEM, evidence=evidence))
    assert stands(got, "ai_act") == ("valid", "high_risk_annex_i")
    assert stands(answer(device("IIa", TRIAGE, evidence=evidence)), "ai_act")[0] == "in_progress"


@pytest.mark.parametrize(
    ("profiles", "code"), [(True, "article_6_3_barred"), (None, "article_6_3_profiling_unanswered")]
)
def test_profiling_bars_the_derogation(profiles: bool | None, code: str) -> None:
    got = ask("I", annex_iii="4", exempt_6_3=True, profiles_persons=profiles)
    assert code in codes(got)
