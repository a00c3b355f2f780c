"""Devices of the directives: the five conditions of the transition and its ends."""

from datetime import date
from typing import Any

import pytest

from tests.law.answers import answer, ce, classified, codes, deadline, finding, stands

LEGACY = {
    "key": "l",
    "route": "3b",
    "declaration_on": "2021-05-25",
    "qms_in_place_on": "2024-05-26",
    "application_on": "2024-05-26",
    "agreement_on": "2024-09-26",
    "complies_with_directive": True,
    "unacceptable_risk": False,
}


@pytest.mark.parametrize(
    ("fields", "failed"),
    [
        ({"qms_in_place_on": "2024-05-27"}, "mdr.legacy_qms_cutoff"),
        ({"application_on": "2024-05-27"}, "mdr.legacy_application_cutoff"),
        ({"agreement_on": "2024-09-27"}, "mdr.legacy_agreement_cutoff"),
        ({"complies_with_directive": False}, "mdr.legacy_directive_compliance"),
        ({"unacceptable_risk": True}, "mdr.legacy_no_unacceptable_risk"),
        ({"significant_change_on": "2026-11-22"}, "mdr.legacy_no_significant_change"),
    ],
)
def test_each_condition_of_the_transition_counts(fields: dict[str, Any], failed: str) -> None:
    got = answer(ce(legacy=[{**LEGACY, **fields}], classifications=classified("IIa")))
    assert stands(got, "ce_marking") == ("expired", "legacy_lost")
    assert finding(got, "legacy_conditions_not_met").values == {"failed": failed}
    assert got.deadlines == ()


@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("declaration_on", "mdr.legacy_doc_cutoff"),
        ("qms_in_place_on", "mdr.legacy_qms_cutoff"),
        ("complies_with_directive", "mdr.legacy_directive_compliance"),
        ("unacceptable_risk", "mdr.legacy_no_unacceptable_risk"),
    ],
)
def test_a_condition_without_answer_keeps_the_transition_unknown(field: str, rule: str) -> None:
    got = answer(ce(legacy=[{**LEGACY, field: None}]))
    assert stands(got, "ce_marking") == ("unknown", "legacy")
    assert finding(got, "legacy_evidence_missing").values == {"unanswered": rule}
    assert deadline(got, "mdr.legacy_end_3b").strict == date(2028, 12, 31)


def test_in_a_whole_record_a_missing_day_is_a_condition_not_met() -> None:
    got = answer(ce(whole=True, legacy=[{**LEGACY, "agreement_on": None}]))
    assert finding(got, "legacy_conditions_not_met").values == {"failed": "mdr.legacy_agreement_cutoff"}


@pytest.mark.parametrize(
    ("declared", "stand"),
    [("2021-05-25", ("valid", "legacy")), ("2021-05-26", ("expired", "legacy_lost"))],
)
def test_the_declaration_came_before_the_regulation(declared: str, stand: tuple[str, str]) -> None:
    got = answer(ce(legacy=[{**LEGACY, "declaration_on": declared}]))
    assert stands(got, "ce_marking") == stand
    assert ("not_a_legacy_device" in codes(got)) is (stand[0] == "expired")


@pytest.mark.parametrize(
    ("on", "known_on", "end"),
    [("2022-06-01", "2022-06-01", date(2024, 5, 26)), ("2026-11-22", "2026-11-22", date(2028, 12, 31))],
)
def test_the_end_of_the_transition_as_the_law_stood(on: str, known_on: str, end: date) -> None:
    got = answer(ce(legacy=[LEGACY]), on=on, known_on=known_on)
    assert deadline(got, "mdr.legacy_end_3b").strict == end


def test_the_transition_ends_with_its_last_day() -> None:
    facts = ce(legacy=[LEGACY])
    assert stands(answer(facts, on="2028-12-31"), "ce_marking") == ("valid", "legacy")
    assert stands(answer(facts, on="2029-01-01"), "ce_marking") == ("expired", "legacy_ended")


@pytest.mark.parametrize(
    ("device_class", "fields", "rule"),
    [
        ("III", {}, "mdr.legacy_end_class_iii_iib_implantable"),
        ("IIb", {"implantable": True}, "mdr.legacy_end_class_iii_iib_implantable"),
        ("IIb", {"implantable": True, "well_established": True}, "mdr.legacy_end_other"),
        ("IIb", {"implantable": False}, "mdr.legacy_end_other"),
        ("IIa", {}, "mdr.legacy_end_other"),
        ("Is", {}, "mdr.legacy_end_other"),
        ("IIb", {}, None),
    ],
)
def test_the_new_class_decides_the_end(device_class: str, fields: dict[str, Any], rule: str | None) -> None:
    got = answer(ce(legacy=[{**LEGACY, "route": "3a"}], classifications=classified(device_class, **fields)))
    assert [one.rule for one in got.deadlines] == ([rule] if rule else [])
    assert ("legacy_certificate_not_recorded" in codes(got)) is (rule is not None)


@pytest.mark.parametrize(
    ("device_class", "end"),
    [
        ("D", date(2027, 12, 31)),
        ("C", date(2028, 12, 31)),
        ("B", date(2029, 12, 31)),
        ("As", date(2029, 12, 31)),
    ],
)
def test_the_transition_of_in_vitro_devices_follows_their_class(device_class: str, end: date) -> None:
    declared = {**LEGACY, "declaration_on": "2022-05-25"}  # the cut-off of the MDR is not theirs
    got = answer(ce(legacy=[declared], classifications=classified(device_class, "IVDR")))
    assert [one.strict for one in got.deadlines] == [end]
    assert stands(got, "ce_marking") == ("valid", "legacy")


def test_an_in_vitro_application_came_in_time() -> None:
    late = {**LEGACY, "application_on": "2025-05-27"}
    got = answer(ce(legacy=[late], classifications=classified("D", "IVDR")))
    assert finding(got, "legacy_conditions_not_met").values == {"failed": "ivdr.legacy_application_class_d"}


def test_one_transition_that_holds_is_enough() -> None:
    lost = {**LEGACY, "key": "a", "agreement_on": "2024-09-27"}
    assert stands(answer(ce(legacy=[lost, LEGACY])), "ce_marking") == ("valid", "legacy")
    assert stands(answer(ce(legacy=[lost])), "ce_marking") == ("expired", "legacy_lost")


def test_route_3a_needs_a_certificate_of_the_directive_in_a_whole_record() -> None:
    facts = {"legacy": [{**LEGACY, "route": "3a"}], "classifications": classified("IIa")}
    assert stands(answer(ce(**facts)), "ce_marking") == ("valid", "legacy")
    got = answer(ce(whole=True, **facts))
    assert stands(got, "ce_marking") == ("expired", "legacy_lost")
    assert finding(got, "not_a_legacy_device").level == "blocker"
    held = {"key": "m", "number": "M", "kind": "quality_management", "regulation": "MDD"}
    assert stands(answer(ce(whole=True, certificates=[held], **facts)), "ce_marking") == ("valid", "legacy")


def test_a_new_algorithm_of_a_legacy_device_is_a_question() -> None:
    versions = [{"key": "v2", "number": "2", "changes": ["modified_algorithm"]}]
    got = answer({**ce(legacy=[LEGACY]), "versions": versions})
    assert finding(got, "significant_change_to_assess").values == {"version": "v2"}
