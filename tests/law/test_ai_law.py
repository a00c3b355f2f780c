"""The data of the AI Act and of CSP L.4001-3: dates as they were known, who is obliged, what is late."""

from datetime import date

import pytest

from compliance.law.parameters import DatedValue, Parameter, current_law
from compliance.law.types import AUTHORITIES

LAW = current_law()
OURS = sorted(
    (one for one in LAW.parameters.values() if one.id.startswith(("aia.", "csp."))), key=lambda one: one.id
)


def governing(rule: str, on: str, known_on: str) -> DatedValue | None:
    return LAW[rule].as_known(date.fromisoformat(known_on)).value_at(date.fromisoformat(on))


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("aia.chapters_1_2", "2025-02-02", "2025-02-02"),
        ("aia.prohibitions_ba_bb", None, "2026-12-02"),
        ("aia.gpai_governance_penalties", "2025-08-02", "2025-08-02"),
        ("aia.general_application", "2026-08-02", "2026-08-02"),
        ("aia.high_risk_annex_iii", "2026-08-02", "2027-12-02"),
        ("aia.high_risk_annex_i", "2027-08-02", "2028-08-02"),
        ("aia.amendments_102_110", "2026-08-02", "2026-07-27"),
        ("aia.legacy_cutoff_annex_iii", "2026-08-02", "2027-12-02"),
        ("aia.legacy_cutoff_annex_i", "2026-08-02", "2028-08-02"),
        ("aia.legacy_public_authority", "2030-08-02", "2030-08-02"),
        ("aia.marking_50_2_existing", "2026-08-02", "2026-12-02"),
        ("aia.marking_50_2_new", "2026-08-02", "2026-08-02"),
        ("aia.nb_designation_application", None, "2028-01-28"),
        ("aia.delegated_acts_2_13", None, "2027-08-02"),
        ("aia.guidelines_96_1_g", None, "2027-08-01"),
        ("aia.pmm_guidance", "2026-02-02", "2027-09-02"),
        ("aia.sandbox", "2026-08-02", "2027-08-02"),
        ("aia.annex_i_section", "A", "A"),
        ("aia.literacy", "sufficient_level", "support"),
    ],
)
def test_each_date_before_and_after_the_amendment(rule: str, before: str | None, after: str) -> None:
    known = [
        governing(rule, "2026-11-22", "2026-07-23"),
        governing(rule, "2026-07-26", "2026-07-24"),
        governing(rule, "2026-07-27", "2026-07-24"),
    ]
    assert [one.value if one else None for one in known] == [before, before, after]


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("aia.doc_retention", "P10Y"),
        ("aia.log_retention_provider", "P6M"),
        ("aia.log_retention_deployer", "P6M"),
        ("aia.incident_general", "P15D"),
        ("aia.incident_death", "P10D"),
        ("aia.incident_widespread_or_49b", "P2D"),
        ("aia.nb_certificate_max_annex_i", "P5Y"),
        ("aia.nb_certificate_max_annex_iii", "P4Y"),
        ("aia.registration_annex_iii", "P1D"),
        ("aia.registration_6_3_exempt", "P1D"),
        ("aia.assessment_6_4", "P1D"),
        ("aia.workers_information", "P1D"),
        ("aia.fine_tier1", "35000000 EUR, 7 %"),
        ("aia.fine_tier2", "15000000 EUR, 3 %"),
        ("aia.fine_tier3", "7500000 EUR, 1 %"),
    ],
)
def test_each_period_and_amount(rule: str, value: str) -> None:
    assert [one.value for one in LAW[rule].values] == [value] * len(LAW[rule].values)


@pytest.mark.parametrize("parameter", OURS, ids=lambda one: one.id)
def test_someone_is_obliged_and_what_is_not_read_says_what_would_settle_it(parameter: Parameter) -> None:
    assert parameter.obliged
    for one in parameter.values:
        assert (one.settled_by is None) is (one.certainty == "verified")


@pytest.mark.parametrize(
    ("rule", "certainty"),
    [
        ("aia.both_routes", "interpretation"),
        ("aia.legacy_cutoff_annex_i", "interpretation"),
        ("aia.legacy_cutoff_annex_iii", "interpretation"),
        ("aia.section5_chapter9", "interpretation"),
        ("csp.l4001_3", "quoted"),
        ("csp.l4001_3_professionals", "quoted"),
        ("csp.l4001_3_explainability", "quoted"),
        ("csp.l4001_3_order", "unconfirmed"),
        ("aia.high_risk_annex_i", "verified"),
        ("aia.nb_certificate_max_annex_iii", "verified"),
    ],
)
def test_how_certain_each_reading_is(rule: str, certainty: str) -> None:
    assert LAW[rule].values[-1].certainty == certainty


@pytest.mark.parametrize(
    ("rule", "point"),
    [
        # 99(4) names Articles 16, 22 to 24, 25(2) and (4), 26, 31, 33, 34, 50: not 4, 27, 49(2), 73, 86.
        ("aia.fria", "99(1)"),
        ("aia.right_to_explanation", "99(1)"),
        ("aia.incident_general", "99(1)"),
        ("aia.literacy", "99(1)"),
        ("aia.registration_6_3_exempt", "99(1)"),
        ("aia.registration_annex_iii", "99(4)(a)"),
        ("aia.log_retention_provider", "99(4)(a)"),
        ("aia.corrective_action", "99(4)(a)"),
        ("aia.workers_information", "99(4)(e)"),
        ("aia.inform_persons", "99(4)(e)"),
        ("aia.deployer_registration", "99(4)(e)"),
        ("aia.transparency_50_3", "99(4)(g)"),
        ("aia.marking_50_2_new", "99(4)(g)"),
        ("aia.prohibitions_ba_bb", "99(3)"),
    ],
)
def test_lateness_costs_what_article_99_says_of_it(rule: str, point: str) -> None:
    late = LAW[rule].late
    assert late is not None
    assert point in late.en
    assert point in late.fr


def test_what_others_owe_alerts_nobody_here() -> None:
    others = ("delegated_acts_2_13", "guidelines_96_1_g", "pmm_guidance", "sandbox", "amendments_102_110")
    assert {LAW[f"aia.{rule}"].obliged for rule in others} <= AUTHORITIES
    assert LAW["csp.l4001_3_order"].obliged in AUTHORITIES
    assert LAW["aia.nb_designation_application"].obliged == "notified_body"


def test_who_is_obliged_by_article_50() -> None:
    obliged = [LAW[f"aia.transparency_50_{paragraph}"].obliged for paragraph in (1, 3, 4)]
    assert obliged == ["provider", "deployer", "deployer"]
    assert LAW["aia.marking_50_2_new"].obliged == "provider"
