"""The AI Act around the market: registration, representative, certificates, changes, evidence."""

from datetime import date
from typing import Any

import pytest

from compliance.law.types import Assessment
from tests.law.ai_answers import PLAIN, SYSTEM, TRIAGE, ask, device
from tests.law.answers import ai, answer, codes, deadline, deadlines, finding, stands

EXEMPT = {**TRIAGE, **PLAIN, "annex_iii": "5(d)", "exempt_6_3": True, "profiles_persons": False}


def rules(got: Assessment) -> list[str]:
    return [one.rule for one in got.deadlines if one.rule.startswith(("aia.registration", "aia.assessment"))]


@pytest.mark.parametrize(
    ("system", "placed", "expected"),
    [
        (TRIAGE, "2027-12-01", []),
        (TRIAGE, "2027-12-02", ["aia.registration_annex_iii"]),
        (TRIAGE, None, []),
        ({**TRIAGE, "annex_iii": "2"}, "2027-12-02", []),
        (EXEMPT, "2027-12-01", []),
        (EXEMPT, "2027-12-02", ["aia.assessment_6_4", "aia.registration_6_3_exempt"]),
        ({**EXEMPT, "annex_iii": "2"}, "2027-12-02", ["aia.assessment_6_4", "aia.registration_6_3_exempt"]),
        ({**EXEMPT, "profiles_persons": True}, "2027-12-02", ["aia.registration_annex_iii"]),
        ({**EXEMPT, "annex_iii": "none"}, "2027-12-02", []),
        ({**EXEMPT, "is_ai_system": False}, "2027-12-02", []),
        ({**EXEMPT, "prohibited_practice": "5(1)(f)"}, "2027-12-02", []),
    ],
)
def test_what_is_registered_before_the_market(
    system: dict[str, Any], placed: str | None, expected: list[str]
) -> None:
    got = answer(device(None, {**system, "first_unit_placed_on": placed}), on="2028-01-10")
    assert sorted(rules(got)) == expected
    assert all(one.strict == date(2027, 12, 1) for one in got.deadlines if one.rule in expected)


def test_a_purely_annex_i_device_is_not_registered() -> None:
    assert rules(ask("IIa", on="2029-01-10", annex_iii="none", first_unit_placed_on="2028-09-01")) == []


@pytest.mark.parametrize(
    ("country", "expected"),
    [("US", "required"), ("CH", "required"), ("NO", "to_confirm"), ("FR", None), (None, None)],
)
def test_a_provider_of_a_third_country_appoints_a_representative(
    country: str | None, expected: str | None
) -> None:
    facts = {**device("IIa", {**SYSTEM, "annex_iii": "none"}, whole=True), "manufacturer": "maker"}
    got = answer(facts, on="2028-09-01", organisations=[{"key": "maker", "country": country}])
    found = [
        one.values["representative"] for one in got.findings if one.code == "representative_of_third_country"
    ]
    assert found == ([expected] if expected else [])
    missing = finding(got, "duties_without_evidence").values["missing"].split(", ")
    assert ("authorised_representative" in missing) is (expected == "required")


def certified(**fields: Any) -> dict[str, Any]:
    return {"key": "c", "number": "AI-1", "annex": "annex_i", "issued_on": "2028-09-01", **fields}


@pytest.mark.parametrize(
    ("fields", "rule", "end", "too_long"),
    [
        ({}, "aia.nb_certificate_max_annex_i", date(2033, 9, 1), False),
        ({"annex": "annex_iii"}, "aia.nb_certificate_max_annex_iii", date(2032, 9, 1), False),
        ({"printed_end": "2033-09-01"}, "aia.nb_certificate_max_annex_i", date(2033, 9, 1), False),
        ({"printed_end": "2033-08-31"}, "aia.nb_certificate_end", date(2033, 8, 31), False),
        ({"printed_end": "2033-09-02"}, "aia.nb_certificate_max_annex_i", date(2033, 9, 1), True),
        (
            {"annex": "annex_iii", "printed_end": "2033-09-01"},
            "aia.nb_certificate_max_annex_iii",
            date(2032, 9, 1),
            True,
        ),
        ({"starts_on": "2028-10-15"}, "aia.nb_certificate_max_annex_i", date(2033, 10, 15), False),
        ({"issued_on": None, "printed_end": "2033-01-01"}, "aia.nb_certificate_end", date(2033, 1, 1), False),
    ],
)
def test_the_printed_end_holds_up_to_the_legal_one(
    fields: dict[str, Any], rule: str, end: date, too_long: bool
) -> None:
    got = answer(ai(certificates=[certified(**fields)]), on="2028-11-01")
    assert [(one.rule, one.strict) for one in got.deadlines] == [(rule, end)]
    assert ("ai_certificate_period_too_long" in codes(got)) is too_long


def test_a_supplement_ends_with_its_certificate() -> None:
    supplement = certified(key="s", number="AI-1/S", supplement_of="c", printed_end="2040-01-01")
    parent = certified(withdrawn_on="2030-05-02")
    got = answer(ai(certificates=[parent, supplement]), on="2028-11-01")
    ends = {one.trigger_fact: one.strict for one in got.deadlines}
    assert ends["ai_act.certificates[s]"] == date(2030, 5, 2)
    alone = answer(ai(certificates=[supplement]), on="2028-11-01")
    assert alone.deadlines == ()
    assert "ai_supplement_without_certificate" in codes(alone)


def test_a_certificate_to_come_or_withdrawn_has_no_end() -> None:
    assert answer(ai(certificates=[certified()]), on="2028-08-31").deadlines == ()
    assert answer(ai(certificates=[certified(withdrawn_on="2028-10-01")]), on="2028-10-01").deadlines == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"predetermined": True, "affects_requirements": True}, "predetermined_change"),
        ({"predetermined": False, "affects_requirements": True}, "substantial_modification"),
        ({"predetermined": False, "changes_intended_purpose": True}, "substantial_modification"),
        ({"affects_requirements": True}, "modification_unanswered"),
        ({"predetermined": False, "affects_requirements": False}, "modification_unanswered"),
        ({}, "modification_unanswered"),
        ({"affects_requirements": False, "changes_intended_purpose": False}, "modification_not_substantial"),
        (
            {"predetermined": False, "affects_requirements": True, "assessed_on": "2028-09-30"},
            "substantial_modification_assessed",
        ),
        (
            {"predetermined": False, "affects_requirements": True, "assessed_on": "2028-10-02"},
            "substantial_modification",
        ),
    ],
)
def test_a_change_is_predetermined_substantial_or_a_question(change: dict[str, Any], code: str) -> None:
    known = {
        "predetermined_change",
        "substantial_modification",
        "substantial_modification_assessed",
        "modification_not_substantial",
        "modification_unanswered",
    }
    facts = device("IIa", SYSTEM, modifications=[{"key": "m", "made_on": "2028-09-15", **change}])
    assert codes(answer(facts, on="2028-10-01")) & known == {code}
    assert not codes(answer(facts, on="2028-09-14")) & known


def test_logs_of_the_provider_bind_from_the_date_of_the_route() -> None:
    got = ask("IIa", on="2028-09-01", oldest_log_on="2028-08-02", planned_log_deletion_on="2029-02-01")
    assert deadline(got, "aia.log_retention_provider").strict == date(2029, 2, 2)
    assert finding(got, "deletion_too_early").values == {"planned": "2029-02-01", "earliest": "2029-02-02"}
    assert (
        deadlines(ask("IIa", on="2028-09-01", oldest_log_on="2028-08-01"), "aia.log_retention_provider") == []
    )


@pytest.mark.parametrize(
    ("met", "stage"),
    [
        ((), "gap_analysis"),
        (("quality_management",), "gap_analysis"),
        (("requirements",), "requirements_met"),
        (("requirements", "quality_management"), "quality_system_in_place"),
        (("requirements", "quality_management", "conformity_assessment"), "conformity_assessed"),
        (
            ("requirements", "quality_management", "conformity_assessment", "declaration_of_conformity"),
            "declaration_signed",
        ),
    ],
)
def test_the_gap_says_the_stage_reached(met: tuple[str, ...], stage: str) -> None:
    requirements = (
        "risk_management",
        "data_governance",
        "technical_documentation",
        "logging",
        "instructions_for_use",
        "human_oversight",
        "accuracy_robustness_cybersecurity",
    )
    duties = [name for one in met for name in (requirements if one == "requirements" else (one,))]
    evidence = [{"key": f"e{at}", "duty": duty, "met_on": "2026-01-01"} for at, duty in enumerate(duties)]
    got = answer(device("IIa", SYSTEM, evidence=evidence))
    assert finding(got, "duties_without_evidence").values["stage"] == stage


@pytest.mark.parametrize(("role", "gap"), [("provider", True), (None, True), ("deployer", False)])
def test_a_deployer_owes_no_evidence_of_the_provider(role: str | None, gap: bool) -> None:
    assert ("duties_without_evidence" in codes(ask("IIa", role=role))) is gap


def test_the_two_wordings_of_literacy() -> None:
    def said(on: str) -> str:
        (duty,) = [one for one in ask("IIa", on=on).deployer_duties if one.rule == "aia.literacy"]
        assert duty.obliged == "provider_and_deployer"
        return duty.reason.text.message

    assert "sufficient level" in said("2026-07-26")
    assert "support" in said("2026-07-27")
    assert "aia.literacy" not in {one.rule for one in ask("IIa", on="2025-02-01").deployer_duties}


def test_literacy_without_evidence_is_told_but_changes_no_status() -> None:
    got = ask("I", **PLAIN)
    assert stands(got, "ai_act") == ("valid", "minimal")
    assert finding(got, "literacy_without_evidence").level == "info"
    shown = device(
        "I", {**SYSTEM, **PLAIN}, evidence=[{"key": "e", "duty": "literacy", "met_on": "2026-01-01"}]
    )
    assert "literacy_without_evidence" not in codes(answer(shown))


@pytest.mark.parametrize(("on", "cap"), [("2026-07-26", None), ("2026-07-27", "300000")])
def test_the_fine_of_the_value_chain_came_with_the_amendment(on: str, cap: str | None) -> None:
    maker = {"key": "maker", "size": "sme", "turnover_eur": "10000000"}
    facts = {**device("IIa", SYSTEM), "manufacturer": "maker"}
    assert finding(answer(facts, on=on, organisations=[maker]), "fine_caps").values.get("art_25") == cap
