"""The CE marking: vigilance, registration, notified bodies, supply and retention."""

from datetime import date
from typing import Any, get_args

import pytest

from compliance.law.facts.devices import ChangeKind
from tests.law.answers import answer, ce, classified, codes, deadline, deadlines, finding


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
    again = ce(market=[*placed["ce_marking"]["market"], {"key": "n", "last_placed_on": "2026-05-28"}])
    assert len(deadlines(answer({**old, **again}), "eudamed.existing_udi_di_registration")) == 1


def registered(*entries: dict[str, Any], on: str = "2026-11-22", whole: bool = False) -> Any:
    actors = [{"key": f"a{n}", "srn": "FR-MF-000012345", **entry} for n, entry in enumerate(entries)]
    return answer(
        {**ce(whole=whole), "manufacturer": "maker"},
        on=on,
        organisations=[{"key": "maker", "actor_registrations": actors}],
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
    ahead = finding(registered({"submitted_on": "2025-12-10"}, on="2026-12-10"), "srn_confirmation_due")
    assert (ahead.level, ahead.values["measures_possible_from"]) == ("info", "2027-06-10")
    got = registered({"submitted_on": "2025-12-10"}, on="2027-01-10", whole=True)
    remark = finding(got, "srn_confirmation_not_made")
    assert (remark.level, remark.values["measures_possible_from"]) == ("attention", "2027-06-10")
    assert deadline(got, "mdr.srn_first_confirmation").state == "overdue"


def test_a_confirmation_that_is_not_recorded_is_no_lateness() -> None:
    got = registered({"submitted_on": "2025-12-10"}, on="2027-01-10")
    assert [(one.rule, one.state) for one in got.deadlines] == [("mdr.srn_periodic_confirmation", "open")]
    assert "srn_confirmation_not_made" not in codes(got)


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
