"""Devices of the directives: the five conditions of the transition and its ends."""

from datetime import date
from typing import Any

import pytest

from compliance.law.types import Assessment
from tests.law.answers import answer, ce, certificate, classified, codes, deadline, finding, stands

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


def directive_certificate(regulation: str = "MDD", **fields: Any) -> dict[str, Any]:
    """Return a certificate of a directive that 2023/607 and 2024/1860 prolong, unless told otherwise."""
    dates = {"issued_on": "2019-06-03", "printed_end": "2024-07-09"}
    return certificate("m", regulation=regulation, **{**dates, **fields})


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
    assert ("legacy_evidence_missing" in codes(got)) is (rule is not None)


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
    missing = answer(ce(**facts))
    assert stands(missing, "ce_marking") == ("unknown", "legacy")
    unanswered = {"unanswered": "mdr.legacy_certificate_in_force"}
    assert finding(missing, "legacy_evidence_missing").values == unanswered
    got = answer(ce(whole=True, **facts))
    assert stands(got, "ce_marking") == ("expired", "legacy_lost")
    assert finding(got, "not_a_legacy_device").level == "blocker"
    held = directive_certificate()
    assert stands(answer(ce(whole=True, certificates=[held], **facts)), "ce_marking") == ("valid", "legacy")


def test_a_new_algorithm_of_a_legacy_device_is_a_question() -> None:
    versions = [{"key": "v2", "number": "2", "changes": ["modified_algorithm"]}]
    got = answer({**ce(legacy=[LEGACY]), "versions": versions})
    assert finding(got, "significant_change_to_assess").values == {"version": "v2"}


CERTIFIED = {**LEGACY, "route": "3a", "declaration_on": None, "directive_class": "IIa"}


def under_certificate(
    regulation: str = "MDD", on: str = "2026-11-22", whole: bool = True, **fields: Any
) -> Assessment:
    device_class = ("B", "IVDR") if regulation == "IVDD" else ("IIa", "MDR")
    legacy = {**CERTIFIED, **{name: fields.pop(name) for name in tuple(fields) if name in CERTIFIED_FIELDS}}
    facts = {"legacy": [legacy], "classifications": classified(*device_class)}
    return answer(ce(whole=whole, certificates=[directive_certificate(regulation, **fields)], **facts), on=on)


CERTIFIED_FIELDS = {"agreement_on", "authority_decision_on", "agreement_ended_on"}


@pytest.mark.parametrize(
    ("fields", "failed"),
    [
        ({}, None),
        ({"issued_on": "2017-05-25", "printed_end": "2022-05-24", "agreement_on": "2022-05-23"}, None),
        ({"issued_on": "2017-05-24", "printed_end": "2022-05-24", "agreement_on": "2022-05-23"}, "issued"),
        ({"printed_end": "2021-05-25", "agreement_on": "2021-05-01"}, "in_force"),
        ({"printed_end": "2021-05-26", "agreement_on": "2021-05-25"}, None),
        ({"printed_end": "2023-03-19", "agreement_on": "2023-03-19"}, "expired"),
        ({"printed_end": "2023-03-19", "agreement_on": "2023-03-18"}, None),
        ({"printed_end": "2023-03-20", "agreement_on": "2024-09-26"}, None),
        ({"printed_end": "2023-01-31", "authority_decision_on": "2023-03-20"}, None),
        ({"printed_end": "2023-01-31", "authority_decision_on": "2023-03-21"}, "expired"),
        ({"withdrawn_on": "2026-11-22"}, "not_withdrawn"),
        ({"withdrawn_on": "2026-11-23"}, None),
    ],
)
def test_a_certificate_of_a_directive_outlives_its_end_under_conditions(
    fields: dict[str, Any], failed: str | None
) -> None:
    got = under_certificate(**fields)
    if failed is None:
        assert stands(got, "ce_marking") == ("valid", "legacy")
        assert got.tracks["ce_marking"].until == date(2028, 12, 31)
    else:
        values = {"failed": f"mdr.legacy_certificate_{failed}"}
        assert finding(got, "legacy_conditions_not_met").values == values


@pytest.mark.parametrize(
    ("fields", "unanswered"),
    [
        ({"issued_on": None}, "mdr.legacy_certificate_issued"),
        ({"printed_end": None}, "mdr.legacy_certificate_in_force"),
        ({"printed_end": "2023-01-31"}, "mdr.legacy_certificate_expired"),
    ],
)
def test_what_a_certificate_does_not_tell_is_unanswered(fields: dict[str, Any], unanswered: str) -> None:
    got = under_certificate(whole=False, **fields)
    assert stands(got, "ce_marking") == ("unknown", "legacy")
    assert finding(got, "legacy_evidence_missing").values == {"unanswered": unanswered}


@pytest.mark.parametrize(
    ("printed_end", "failed"), [("2024-07-08", "expired"), ("2024-07-09", None), ("2022-05-25", "in_force")]
)
def test_an_in_vitro_certificate_has_dates_of_its_own(printed_end: str, failed: str | None) -> None:
    got = under_certificate("IVDD", printed_end=printed_end, on="2025-05-01")
    if failed:
        values = {"failed": f"ivdr.legacy_certificate_{failed}"}
        assert finding(got, "legacy_conditions_not_met").values == values
    else:
        assert deadline(got, "ivdr.legacy_end_certificate").strict == date(2027, 12, 31)


def test_a_certificate_of_another_directive_does_not_count() -> None:
    got = answer(
        ce(
            whole=True,
            legacy=[CERTIFIED],
            classifications=classified("C", "IVDR"),
            certificates=[directive_certificate("MDD")],
        )
    )
    assert finding(got, "not_a_legacy_device").level == "blocker"


@pytest.mark.parametrize(("on", "end"), [("2023-01-31", date(2023, 1, 31)), ("2023-03-20", None)])
def test_the_printed_end_bound_the_transition_before_2023(on: str, end: date | None) -> None:
    got = under_certificate(printed_end="2023-01-31", agreement_on="2022-12-01", on=on)
    assert got.tracks["ce_marking"].until == (end or date(2028, 12, 31))
    found = [one.strict for one in got.deadlines if one.rule == "mdr.legacy_certificate_validity"]
    assert found == ([end] if end else [])


def test_an_agreement_that_ends_takes_the_transition_with_it() -> None:
    assert stands(under_certificate(agreement_ended_on="2026-11-23"), "ce_marking") == ("valid", "legacy")
    got = under_certificate(agreement_ended_on="2026-11-22")
    assert finding(got, "legacy_conditions_not_met").values == {"failed": "mdr.legacy_agreement_kept"}


@pytest.mark.parametrize(
    ("limit", "device_class", "day", "failed"),
    [
        ("qms_in_place_on", "B", "2025-05-27", "ivdr.legacy_qms_cutoff"),
        ("application_on", "C", "2026-05-27", "ivdr.legacy_application_class_c"),
        ("agreement_on", "C", "2026-09-27", "ivdr.legacy_agreement_class_c"),
        ("agreement_on", "D", "2025-09-27", "ivdr.legacy_agreement_class_d"),
        ("agreement_on", "As", "2027-09-27", "ivdr.legacy_agreement_class_b_a_sterile"),
    ],
)
def test_the_limits_of_in_vitro_devices_follow_their_class(
    limit: str, device_class: str, day: str, failed: str
) -> None:
    facts = ce(legacy=[{**LEGACY, limit: day}], classifications=classified(device_class, "IVDR"))
    assert finding(answer(facts, on="2027-10-01"), "legacy_conditions_not_met").values == {"failed": failed}
