"""The AI Act: what it asks of a hospital, which incidents are reported, the caps of fines."""

from datetime import date
from typing import Any

import pytest

from compliance.law.types import Assessment
from tests.law.ai_answers import PLAIN, SYSTEM, TRIAGE, ask, device
from tests.law.answers import answer, codes, deadlines, finding

EVERY_DEVICE = {
    "aia.literacy",
    "csp.l4001_3",
    "csp.l4001_3_professionals",
    "csp.l4001_3_explainability",
}


def duties(got: Assessment) -> dict[str, date | None]:
    return {one.rule: one.applies_from for one in got.deployer_duties}


def test_the_duties_of_a_hospital_by_tier() -> None:
    annex_i = duties(ask("IIa"))
    assert annex_i["aia.human_oversight"] == date(2028, 8, 2)
    assert annex_i["csp.l4001_3"] == date(2021, 8, 4)
    assert annex_i["aia.literacy"] == date(2025, 2, 2)
    assert not {"aia.fria", "aia.inform_persons", "aia.deployer_registration"} & annex_i.keys()
    annex_iii = duties(answer(device(None, TRIAGE)))
    assert annex_iii["aia.fria"] == date(2027, 12, 2)
    assert "csp.l4001_3" not in annex_iii
    assert duties(ask("I", **PLAIN)).keys() == EVERY_DEVICE
    assert duties(ask("IIa", is_ai_system=False)) == {}
    exempt = duties(ask("IIa", first_unit_placed_on="2025-01-01"))
    assert exempt.keys() == EVERY_DEVICE
    public = duties(ask("IIa", first_unit_placed_on="2025-01-01", for_public_authority=True))
    assert public["aia.human_oversight"] == date(2030, 8, 2)


def deployed(system: dict[str, Any], device_class: str | None = "IIa", **fields: Any) -> dict[str, Any]:
    return device(device_class, system, deployments=[{"key": "d", **fields}])


@pytest.mark.parametrize(
    ("system", "fields", "decision"),
    [
        (TRIAGE, {"deployer_kind": "public_hospital"}, "required_before_first_use"),
        (TRIAGE, {"deployer_kind": "private_hospital"}, "to_confirm"),
        (TRIAGE, {}, "to_confirm"),
        (
            {**TRIAGE, "annex_iii": "5(c)"},
            {"deployer_kind": "private_practice"},
            "required_before_first_use",
        ),
        ({**TRIAGE, "annex_iii": "2"}, {"deployer_kind": "public_hospital"}, "not_required"),
        (TRIAGE, {"deployer_kind": "public_hospital", "first_use_on": "2027-12-01"}, "not_required"),
        (
            TRIAGE,
            {"deployer_kind": "public_hospital", "first_use_on": "2027-12-02"},
            "required_before_first_use",
        ),
        ({**SYSTEM, "annex_iii": "none"}, {"deployer_kind": "public_hospital"}, "not_required"),
        ({**SYSTEM, "notified_body_required": False}, {"deployer_kind": "public_hospital"}, "unknown"),
    ],
)
def test_the_impact_assessment_is_for_annex_iii(
    system: dict[str, Any], fields: dict[str, Any], decision: str
) -> None:
    assert finding(answer(deployed(system, **fields)), "fria_decision").values == {"s": decision}


def test_a_notified_impact_assessment_asks_for_nothing_more() -> None:
    fields = {"deployer_kind": "public_hospital", "first_use_on": "2028-01-10"}
    for on, level in (("2027-12-01", "info"), ("2027-12-02", "attention")):
        assert finding(answer(deployed(TRIAGE, **fields), on=on), "fria_decision").level == level
    done = deployed(TRIAGE, fria_notified_on="2026-11-01", **fields)
    assert finding(answer(done, on="2027-12-02"), "fria_decision").level == "info"


@pytest.mark.parametrize(
    ("fields", "on", "wanted", "blocked"),
    [
        ({"first_use_on": "2028-09-15"}, "2028-09-14", "due_today", True),
        ({"first_use_on": "2028-09-15"}, "2028-09-15", "overdue", True),
        (
            {"first_use_on": "2028-09-15", "workers_informed_on": "2028-09-14"},
            "2028-09-20",
            "met",
            False,
        ),
        (
            {"first_use_on": "2028-09-15", "workers_informed_on": "2028-09-15"},
            "2028-09-20",
            "met_late",
            False,
        ),
        ({"first_use_on": "2028-08-01"}, "2028-09-20", None, False),
    ],
)
def test_workers_are_informed_before_first_use(
    fields: dict[str, Any], on: str, wanted: str | None, blocked: bool
) -> None:
    got = answer(deployed(SYSTEM, **fields), on=on)
    assert [one.state for one in deadlines(got, "aia.workers_information")] == ([wanted] if wanted else [])
    assert ("blocked_until_workers_informed" in codes(got)) is blocked


@pytest.mark.parametrize(("on", "level"), [("2028-08-01", "info"), ("2028-08-02", "blocker")])
def test_a_first_use_ahead_is_blocked_once_the_duty_binds(on: str, level: str) -> None:
    got = answer(deployed(SYSTEM, first_use_on="2028-09-15"), on=on)
    assert finding(got, "blocked_until_workers_informed").level == level


@pytest.mark.parametrize(
    ("kind", "registration", "fria"),
    [
        ("public_hospital", "to_confirm", "required_before_first_use"),
        ("private_hospital", "not_required", "to_confirm"),
        ("private_practice", "not_required", "to_confirm"),
        ("other", "to_confirm", "to_confirm"),
    ],
)
def test_what_blocks_the_first_use_of_an_annex_iii_system(kind: str, registration: str, fria: str) -> None:
    deployments = [{"key": "d", "deployer_kind": kind, "first_use_on": "2029-01-15"}]
    systems = [{**TRIAGE, "key": "a"}, {**SYSTEM, "key": "b", "annex_iii": "none"}]
    got = answer(device("IIa", *systems, deployments=deployments))
    values = finding(got, "blocked_until_workers_informed").values
    assert values == {"registration_by_deployer": registration, "fria": fria}


@pytest.mark.parametrize(
    ("system", "log", "end"),
    [
        (SYSTEM, "2028-08-31", date(2029, 2, 28)),
        (SYSTEM, "2028-08-01", None),
        (SYSTEM, "2028-08-02", date(2029, 2, 2)),
        ({**SYSTEM, "is_ai_system": None, "is_the_device": None}, "2028-01-31", date(2028, 7, 31)),
        ({**SYSTEM, "first_unit_placed_on": "2025-01-01"}, "2028-08-31", None),
    ],
)
def test_logs_are_kept_six_months(system: dict[str, Any], log: str, end: date | None) -> None:
    facts = deployed(system, oldest_log_on=log, planned_log_deletion_on="2028-09-01")
    got = answer(facts, on="2028-09-02")
    found = deadlines(got, "aia.log_retention_deployer")
    assert [one.strict for one in found] == ([end] if end else [])
    assert ("deletion_too_early" in codes(got)) is (end is not None and end.year == 2029)


def incident(kind: str, aware_on: str, system: dict[str, Any], device_class: str | None) -> list[str]:
    facts = device(device_class, system)
    facts.setdefault("ce_marking", {})["incidents"] = [{"key": "i", "kind": kind, "aware_on": aware_on}]
    got = answer(facts, on=aware_on)
    return [f"{one.rule} {one.strict}" for one in got.deadlines if one.rule.startswith("aia.incident")]


@pytest.mark.parametrize(
    ("kind", "medical", "other"),
    [
        ("fundamental_rights", "general 2028-09-19", "general 2028-09-19"),
        ("serious_incident", None, "general 2028-09-19"),
        ("death", None, "death 2028-09-14"),
        ("widespread_or_critical_infrastructure", None, "widespread_or_49b 2028-09-06"),
    ],
)
def test_a_medical_device_reports_only_infringements_of_rights(
    kind: str, medical: str | None, other: str
) -> None:
    assert incident(kind, "2028-09-04", SYSTEM, "IIa") == ([f"aia.incident_{medical}"] if medical else [])
    assert incident(kind, "2028-09-04", TRIAGE, None) == [f"aia.incident_{other}"]


def test_an_incident_before_the_date_of_the_route_is_a_question() -> None:
    facts = device("IIa", SYSTEM)
    facts["ce_marking"]["incidents"] = [{"key": "i", "kind": "fundamental_rights", "aware_on": "2026-11-01"}]
    remark = finding(answer(facts), "incident_before_application")
    assert (remark.values, remark.reason.certainty) == ({"incident": "i"}, "interpretation")


@pytest.mark.parametrize(
    ("size", "turnover", "on", "art_5", "art_26", "art_99_5"),
    [
        ("sme", "10000000", "2026-11-22", "700000", "300000", "100000"),
        ("small_mid_cap", "10000000", "2026-11-22", "35000000", "300000", "100000"),
        ("small_mid_cap", "10000000", "2026-07-26", "35000000", "15000000", "7500000"),
        ("large", "10000000", "2026-11-22", "35000000", "15000000", "7500000"),
        ("large", "2000000000", "2026-11-22", "140000000", "60000000", "20000000"),
        ("sme", "2000000000", "2026-11-22", "35000000", "15000000", "7500000"),
        ("sme", "1234567.89", "2026-11-22", "86419.7523", "37037.0367", "12345.6789"),
    ],
)
def test_the_cap_of_a_fine_follows_size_and_turnover(
    size: str, turnover: str, on: str, art_5: str, art_26: str, art_99_5: str
) -> None:
    maker = {"key": "maker", "size": size, "turnover_eur": turnover}
    facts = {**device("IIa", SYSTEM), "manufacturer": "maker"}
    caps = finding(answer(facts, on=on, organisations=[maker]), "fine_caps").values
    assert (caps["art_5"], caps["art_26"], caps["art_99_5"]) == (art_5, art_26, art_99_5)


def test_no_fine_is_computed_before_the_chapter_applies_or_without_turnover() -> None:
    facts = {**device("IIa", SYSTEM), "manufacturer": "maker"}
    sme = {"key": "maker", "size": "sme", "turnover_eur": "1000000"}
    assert "fine_caps" not in codes(answer(facts, on="2025-08-01", organisations=[sme]))
    unknown = {"key": "maker", "size": "sme"}
    assert "fine_caps" not in codes(answer(facts, organisations=[unknown]))
