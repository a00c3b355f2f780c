"""The CE marking: vigilance, registration, transition, notified bodies, supply and retention."""

from datetime import date
from typing import Any, get_args

import pytest

from compliance.law.facts.devices import ChangeKind
from tests.law.answers import answer, ce, codes, deadline, deadlines, finding, stands


def classified(device_class: str, regulation: str = "MDR", **fields: Any) -> list[dict[str, Any]]:
    return [{"key": "k", "regulation": regulation, "device_class": device_class, **fields}]


@pytest.mark.parametrize(
    ("kind", "rule", "strict", "rolled"),
    [
        ("serious_incident", "mdr.vigilance_general", date(2026, 5, 16), date(2026, 5, 18)),
        ("death", "mdr.vigilance_death_or_unanticipated", date(2026, 5, 11), date(2026, 5, 11)),
        (
            "unanticipated_serious_deterioration",
            "mdr.vigilance_death_or_unanticipated",
            date(2026, 5, 11),
            date(2026, 5, 11),
        ),
        # 2 May is a Saturday; Monday 4 and Tuesday 5 are the two working days.
        ("public_health_threat", "mdr.vigilance_public_health_threat", date(2026, 5, 3), date(2026, 5, 5)),
    ],
)
def test_the_days_of_vigilance_are_counted_from_the_day_after(
    kind: str, rule: str, strict: date, rolled: date
) -> None:
    got = answer(ce(incidents=[{"key": "i", "kind": kind, "aware_on": "2026-05-01"}]), on="2026-05-01")
    one = deadline(got, rule)
    assert (one.strict, one.rolled, one.certainty) == (strict, rolled, "quoted")


@pytest.mark.parametrize(
    ("on", "reported_on", "state"),
    [
        ("2026-12-24", None, "open"),
        ("2026-12-25", None, "due_today"),
        ("2026-12-28", None, "due_today"),
        ("2026-12-29", None, "overdue"),
        ("2026-12-29", "2026-12-28", "met"),
        ("2026-12-30", "2026-12-29", "met_late"),
        ("2026-12-29", "2026-12-30", "overdue"),
    ],
)
def test_a_report_is_late_after_the_rolled_day(on: str, reported_on: str | None, state: str) -> None:
    incident = {"key": "i", "kind": "death", "aware_on": "2026-12-15", "reported_on": reported_on}
    got = answer(ce(incidents=[incident]), on=on)
    assert deadline(got, "mdr.vigilance_death_or_unanticipated").state == state


def test_of_several_clocks_of_one_event_the_earliest_counts() -> None:
    incidents = [
        {"key": "a", "kind": "serious_incident", "event": "e", "aware_on": "2026-11-02"},
        {"key": "b", "kind": "death", "event": "e", "aware_on": "2026-11-04", "reported_on": "2026-11-13"},
        {"key": "c", "kind": "serious_incident", "aware_on": "2026-11-02"},
    ]
    got = answer(ce(incidents=incidents))
    states = {one.n: (one.strict, one.state) for one in got.deadlines}
    assert states == {
        "a": (date(2026, 11, 17), "met"),
        "b": (date(2026, 11, 14), "met"),
        "c": (date(2026, 11, 17), "overdue"),
    }
    earliest = finding(got, "vigilance_earliest_clock").values
    assert earliest["rule"] == "mdr.vigilance_death_or_unanticipated"
    assert (earliest["strict"], earliest["rolled"]) == ("2026-11-14", "2026-11-16")


def test_an_incident_that_becomes_reportable_starts_that_day() -> None:
    incident = {
        "key": "i",
        "kind": "serious_incident",
        "aware_on": "2026-06-01",
        "reportable_since": "2026-11-20",
    }
    got = answer(ce(incidents=[incident]))
    assert deadline(got, "mdr.vigilance_general").strict == date(2026, 12, 5)
    assert finding(got, "vigilance_day_zero_moved").values == {"day_zero": "2026-11-20"}
    assert answer(ce(incidents=[incident]), on="2026-11-19").deadlines == ()


def test_an_incident_of_fundamental_rights_is_no_matter_of_vigilance() -> None:
    incident = {"key": "i", "kind": "fundamental_rights", "aware_on": "2026-11-20"}
    assert [one for one in answer(ce(incidents=[incident])).deadlines if one.track == "ce_marking"] == []


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
    got = answer(ce(legacy=[LEGACY], classifications=classified(device_class, "IVDR")))
    assert [one.strict for one in got.deadlines] == [end]
    assert stands(got, "ce_marking") == ("valid", "legacy")


def test_an_in_vitro_application_came_in_time() -> None:
    late = {**LEGACY, "application_on": "2025-05-27"}
    got = answer(ce(legacy=[late], classifications=classified("D", "IVDR")))
    assert finding(got, "legacy_conditions_not_met").values == {"failed": "ivdr.legacy_application_class_d"}


def test_a_new_algorithm_of_a_legacy_device_is_a_question() -> None:
    versions = [{"key": "v2", "number": "2", "changes": ["modified_algorithm"]}]
    got = answer({**ce(legacy=[LEGACY]), "versions": versions})
    assert finding(got, "significant_change_to_assess").values == {"version": "v2"}


@pytest.mark.parametrize("change", get_args(ChangeKind))
def test_the_kind_of_change_decides_the_identifier(change: str) -> None:
    minor = {"bug_fix", "usability", "security_patch", "operating_efficiency"}
    got = answer({"versions": [{"key": "v", "number": "2", "changes": [change]}]})
    wanted = "new_udi_pi_only" if change in minor else "new_udi_di"
    assert finding(got, "udi_decision").values["decision"] == wanted


def test_one_major_change_among_minor_ones_takes_a_new_identifier() -> None:
    got = answer({"versions": [{"key": "v", "number": "2", "changes": ["bug_fix", "interoperability"]}]})
    assert finding(got, "udi_decision").values["decision"] == "new_udi_di"


def udi(**fields: Any) -> dict[str, Any]:
    return {"identifiers": [{"key": "u", "scheme": "udi_di", "value": "03701234567897", **fields}]}


@pytest.mark.parametrize(
    ("fields", "rule", "strict", "state"),
    [
        ({"first_unit_placed_on": "2026-05-27"}, "existing", date(2026, 11, 27), "open"),
        (
            {"first_unit_placed_on": "2026-05-27", "registered_on": "2026-11-20"},
            "existing",
            date(2026, 11, 27),
            "met",
        ),
        ({"first_unit_placed_on": "2026-05-28"}, "new", date(2026, 5, 28), "overdue"),
        (
            {"first_unit_placed_on": "2026-06-10", "registered_on": "2026-06-11"},
            "new",
            date(2026, 6, 10),
            "met_late",
        ),
        ({"first_unit_placed_on": "2027-01-10"}, "new", date(2027, 1, 10), "open"),
    ],
)
def test_each_udi_di_has_its_own_limit(fields: dict[str, Any], rule: str, strict: date, state: str) -> None:
    (one,) = answer(udi(**fields)).deadlines
    assert (one.rule, one.strict, one.rolled, one.state) == (
        f"eudamed.{rule}_udi_di_registration",
        strict,
        strict,
        state,
    )


def test_what_is_no_longer_placed_or_not_dated_has_no_limit_of_registration() -> None:
    old = udi(first_unit_placed_on="2020-01-10")
    assert answer(udi()).deadlines == ()
    assert answer(old, on="2025-11-26").deadlines == ()
    placed = ce(market=[{"key": "m", "last_placed_on": "2026-05-27"}])
    assert deadlines(answer({**old, **placed}), "eudamed.existing_udi_di_registration") == []


def registered(*entries: dict[str, Any], on: str = "2026-11-22") -> Any:
    actors = [{"key": f"a{n}", "srn": "FR-MF-000012345", **entry} for n, entry in enumerate(entries)]
    return answer(
        {"manufacturer": "maker"}, on=on, organisations=[{"key": "maker", "actor_registrations": actors}]
    )


def test_a_confirmation_meets_the_first_limit_still_open() -> None:
    entries = ({"submitted_on": "2025-12-10"}, {"confirmed_on": "2026-09-01"}, {"confirmed_on": "2029-01-08"})
    got = registered(*entries, on="2029-02-01")
    assert [(one.rule, one.n, one.strict, one.state) for one in got.deadlines] == [
        ("mdr.srn_first_confirmation", "", date(2026, 12, 10), "met"),
        ("mdr.srn_periodic_confirmation", "1", date(2028, 12, 10), "met_late"),
        ("mdr.srn_periodic_confirmation", "2", date(2030, 12, 10), "open"),
    ]


def test_a_confirmation_not_made_opens_measures_after_six_months() -> None:
    got = registered({"submitted_on": "2025-12-10"}, on="2027-01-10")
    remark = finding(got, "srn_confirmation_not_made")
    assert (remark.level, remark.values["measures_possible_from"]) == ("attention", "2027-06-10")


def test_limits_before_the_mandatory_use_bind_nobody() -> None:
    got = registered({"submitted_on": "2021-02-01"})
    assert [(one.rule, one.strict) for one in got.deadlines] == [
        ("mdr.srn_periodic_confirmation", date(2028, 2, 1))
    ]


def test_a_change_of_data_is_entered_within_a_week() -> None:
    got = registered({"data_changed_on": "2026-11-06", "updated_on": "2026-11-16"})
    one = deadline(got, "mdr.srn_change_update")
    assert (one.strict, one.rolled, one.state) == (date(2026, 11, 13), date(2026, 11, 13), "met_late")
    assert registered({"data_changed_on": "2026-05-27"}).deadlines == ()


def test_the_importer_checks_within_two_weeks() -> None:
    facts = ce(market=[{"key": "m", "importer_placed_on": "2026-10-17", "importer_checked_on": "2026-11-02"}])
    one = deadline(answer(facts), "mdr.importer_check")
    assert (one.strict, one.rolled, one.state) == (date(2026, 10, 31), date(2026, 11, 2), "met")


@pytest.mark.parametrize(
    ("implantable", "rule", "strict"),
    [
        (True, "mdr.doc_retention_implantable", date(2041, 6, 30)),
        (False, "mdr.doc_retention", date(2036, 6, 30)),
    ],
)
def test_the_documentation_is_kept_from_the_last_device(implantable: bool, rule: str, strict: date) -> None:
    facts = ce(
        classifications=classified("IIb", implantable=implantable),
        market=[{"key": "m", "last_placed_on": "2026-06-30"}],
    )
    assert deadline(answer(facts), rule).strict == strict
    assert answer(facts, on="2026-06-29").deadlines == ()


SUPPLY = {"key": "s", "planned_on": "2027-08-31", "serious_harm_foreseeable": True}


@pytest.mark.parametrize(
    ("fields", "due", "code"),
    [
        ({}, True, None),
        ({"serious_harm_foreseeable": None}, True, "supply_notice_undecided"),
        ({"serious_harm_foreseeable": False}, False, "no_notice_required"),
        ({"custom_made": True}, False, "no_notice_required"),
        ({"exceptional_circumstances": True}, False, "notice_without_delay"),
        ({"planned_on": "2025-01-09"}, False, None),
    ],
)
def test_notice_of_an_interruption_is_due_unless_ruled_out(
    fields: dict[str, Any], due: bool, code: str | None
) -> None:
    got = answer(ce(supply_interruptions=[{**SUPPLY, **fields}]))
    assert [one.strict for one in got.deadlines] == [date(2027, 2, 28)] * due
    assert codes(got) == ({code} if code else set())


def application(**fields: Any) -> dict[str, Any]:
    return ce(applications=[{"key": "a", **fields}])


def test_the_caps_of_notified_bodies_run_to_the_decision() -> None:
    facts = application(
        received_on="2027-03-01",
        reviewed_on="2027-03-30",
        contract_signed_on="2027-04-15",
        assessment_ended_on="2027-07-20",
        decided_on="2027-08-09",
        outcome="certified",
    )
    got = answer(facts, on="2027-09-01")
    assert {one.rule: (one.strict, one.state) for one in got.deadlines} == {
        "nb.application_review": (date(2027, 3, 31), "met"),
        "nb.qms_audit": (date(2027, 8, 13), "met"),
        "nb.td_assessment": (date(2027, 7, 14), "met_late"),
        "nb.decision": (date(2027, 8, 9), "met"),
    }
    assert "caps_not_applicable_uncertain" not in codes(got)


@pytest.mark.parametrize(
    ("fields", "on"),
    [
        ({"received_on": "2026-10-01"}, "2026-11-22"),
        ({"received_on": "2026-10-01", "contract_signed_on": "2027-02-24"}, "2027-03-01"),
    ],
)
def test_a_procedure_begun_before_the_caps_is_uncertain(fields: dict[str, Any], on: str) -> None:
    got = answer(application(**fields), on=on)
    assert got.deadlines == ()
    assert finding(got, "caps_not_applicable_uncertain").values == {"from": "2027-02-25"}


def test_a_contract_signed_on_the_first_day_falls_under_the_caps() -> None:
    got = answer(application(received_on="2027-02-24", contract_signed_on="2027-02-25"), on="2027-03-01")
    assert {one.rule for one in got.deadlines} == {"nb.qms_audit", "nb.td_assessment"}
