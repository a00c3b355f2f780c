"""The CE marking: what is owed without a date, and what comes before an act, in whole and partial records."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance.law.parameters import Parameter, parse
from tests.law.answers import answer, ce, certificate, classified, codes, deadline, deadlines, finding

LAW = Path(__file__).parents[2] / "compliance" / "law" / "parameters"
LEVEL = {True: "attention", False: "info"}
CERTIFICATE = certificate(issued_on="2025-01-10")


@pytest.mark.parametrize("whole", [True, False])
def test_a_final_report_is_owed_after_the_first(whole: bool) -> None:
    incident = {"key": "i", "kind": "death", "aware_on": "2026-11-02", "reported_on": "2026-11-06"}
    owed = finding(answer(ce(whole=whole, incidents=[incident])), "final_report_owed")
    assert (owed.level, owed.reason.rule) == (LEVEL[whole], "mdr.vigilance_final_report")
    assert "final_report_owed" not in codes(answer(ce(incidents=[incident]), on="2026-11-05"))
    done = {**incident, "final_report_on": "2026-11-22"}
    assert "final_report_owed" not in codes(answer(ce(incidents=[done])))
    assert "final_report_owed" in codes(answer(ce(incidents=[done]), on="2026-11-21"))


def test_a_report_meets_only_the_clocks_known_by_its_day() -> None:
    incidents = [
        {
            "key": "a",
            "kind": "serious_incident",
            "event": "e",
            "aware_on": "2026-11-02",
            "reported_on": "2026-11-06",
        },
        {"key": "b", "kind": "death", "event": "e", "aware_on": "2026-11-06"},
        {"key": "c", "kind": "death", "event": "e", "aware_on": "2026-11-07"},
    ]
    states = {one.n: (one.strict, one.state) for one in answer(ce(incidents=incidents)).deadlines}
    assert states == {
        "a": (date(2026, 11, 17), "met"),
        "b": (date(2026, 11, 16), "met"),
        "c": (date(2026, 11, 17), "overdue"),
    }


@pytest.mark.parametrize("whole", [True, False])
def test_a_trend_has_no_date(whole: bool) -> None:
    facts = ce(whole=whole, trends=[{"key": "t", "detected_on": "2026-11-22"}])
    got = answer(facts)
    assert (got.deadlines, finding(got, "trend_report_owed").level) == ((), LEVEL[whole])
    assert codes(answer(facts, on="2026-11-21")) == set()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "field_safety_notice_owed"),
        ({"notice_on": "2026-11-23"}, "field_safety_notice_owed"),
        ({"notice_on": "2026-11-22"}, "notice_without_draft"),
        ({"notice_on": "2026-11-22", "notice_draft_on": "2026-11-23"}, "notice_without_draft"),
        ({"notice_on": "2026-11-22", "notice_draft_on": "2026-11-22"}, None),
        ({"notice_on": "2026-11-22", "urgent": True}, None),
        ({"started_on": "2026-11-23"}, None),
    ],
)
def test_a_safety_notice_follows_its_draft(fields: dict[str, Any], code: str | None) -> None:
    action = {"key": "a", "started_on": "2026-11-20", "reported_on": "2026-11-19", "urgent": False, **fields}
    assert codes(answer(ce(field_actions=[action]))) == ({code} if code else set())


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "declaration_not_recorded"),
        ({"declarations": [{"key": "d", "regulation": "IVDR", "signed_on": "2025-02-01"}]}, "not_recorded"),
        ({"declarations": [{"key": "d", "regulation": "MDR", "signed_on": "2025-01-09"}]}, "to_update"),
        ({"declarations": [{"key": "d", "regulation": "MDR", "signed_on": "2025-01-10"}]}, None),
        ({"declarations": [{"key": "d", "regulation": "MDR"}]}, None),
    ],
)
def test_the_declaration_names_the_certificate(fields: dict[str, Any], code: str | None) -> None:
    got = codes(answer(ce(whole=True, certificates=[CERTIFICATE], **fields)))
    assert {one for one in got if one.startswith("declaration")} == (
        {f"declaration_{code.removeprefix('declaration_')}"} if code else set()
    )


def test_a_partial_record_without_declaration_says_nothing() -> None:
    assert "declaration_not_recorded" not in codes(answer(ce(certificates=[CERTIFICATE])))


@pytest.mark.parametrize(
    ("device_class", "regulation", "fields", "rule"),
    [
        ("III", "MDR", {}, "mdr.sscp"),
        ("IIb", "MDR", {"implantable": True}, "mdr.sscp"),
        ("IIb", "MDR", {"implantable": None}, None),
        ("C", "IVDR", {}, "ivdr.ssp"),
        ("B", "IVDR", {}, None),
    ],
)
def test_the_summary_of_safety_follows_the_class(
    device_class: str, regulation: str, fields: dict[str, Any], rule: str | None
) -> None:
    facts = {
        "certificates": [certificate(issued_on="2025-01-10", regulation=regulation)],
        "classifications": classified(device_class, regulation, **fields),
    }
    got = answer(ce(whole=True, **facts))
    assert [one.reason.rule for one in got.findings if one.code == "sscp_not_recorded"] == (
        [rule] if rule else []
    )
    assert "sscp_not_recorded" not in codes(answer(ce(**facts)))


def test_a_summary_is_looked_at_again_after_a_year() -> None:
    facts = ce(
        certificates=[CERTIFICATE],
        classifications=classified("III"),
        reports=[{"key": "s", "kind": "sscp", "issued_on": "2025-11-22"}],
    )
    assert "sscp_update_if_indicated" not in codes(answer(facts))
    got = answer(facts, on="2026-11-23")
    assert finding(got, "sscp_update_if_indicated").level == "info"
    assert deadlines(got, "mdr.sscp_update") == []


@pytest.mark.parametrize(
    ("directive_class", "route", "rule", "strict"),
    [
        ("I", "3b", None, None),
        ("", "3b", None, None),
        ("IIa", "3a", "mdr.psur_class_iia", date(2028, 2, 28)),
        ("III", "3a", "mdr.psur_class_iii", date(2027, 2, 28)),
        ("AIMD", "3a", "mdr.psur_class_iii", date(2027, 2, 28)),
        ("", "3a", "mdr.psur_class_iib", date(2027, 2, 28)),
    ],
)
def test_a_device_in_transition_reports_by_its_old_class(
    directive_class: str, route: str, rule: str | None, strict: date | None
) -> None:
    facts = ce(
        classifications=classified("IIb", implantable=False),
        legacy=[{"key": "l", "route": route, "directive_class": directive_class}],
        reports=[{"key": "r", "kind": "psur", "issued_on": "2026-02-28"}],
    )
    got = answer(facts)
    found = [(one.rule, one.strict) for one in got.deadlines if one.rule.startswith("mdr.psur")]
    assert found == ([(rule, strict)] if rule else [])
    assert ("legacy_class_not_recorded" in codes(got)) is (route == "3a" and not directive_class)


def test_a_certified_device_has_left_the_transition() -> None:
    facts = ce(
        certificates=[CERTIFICATE],
        classifications=classified("IIb"),
        legacy=[{"key": "l", "route": "3b", "directive_class": "I"}],
        reports=[{"key": "r", "kind": "psur", "issued_on": "2026-02-28"}],
    )
    assert deadline(answer(facts), "mdr.psur_class_iib").strict == date(2027, 2, 28)


@pytest.mark.parametrize(("device_class", "due"), [("C", True), ("D", True), ("B", False)])
def test_the_performance_evaluation_is_yearly_for_the_highest_classes(device_class: str, due: bool) -> None:
    facts = ce(
        classifications=classified(device_class, "IVDR"),
        reports=[{"key": "r", "kind": "performance_evaluation", "issued_on": "2026-01-18"}],
    )
    found = deadlines(answer(facts), "ivdr.performance_evaluation_report_class_c_d")
    assert [(one.strict, one.rolled) for one in found] == [(date(2027, 1, 18), date(2027, 1, 18))] * due


def test_a_restriction_leaves_the_certificate_valid() -> None:
    facts = ce(certificates=[certificate(issued_on="2025-01-10", restricted_on="2026-11-22")])
    got = answer(facts)
    assert finding(got, "certificate_restricted").reason.rule == "mdr.certificate_restriction"
    assert got.tracks["ce_marking"].status == "valid"
    assert "certificate_restricted" not in codes(answer(facts, on="2026-11-21"))


def applied(*applications: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return ce(applications=[{"key": f"a{n}", **one} for n, one in enumerate(applications)], **facts)


@pytest.mark.parametrize(
    ("device_class", "regulation", "fields", "asked"),
    [
        ("III", "MDR", {}, True),
        ("IIb", "MDR", {"implantable": True, "well_established": False}, True),
        ("IIb", "MDR", {"implantable": True, "well_established": None}, False),
        ("IIb", "MDR", {"implantable": False}, False),
        ("D", "IVDR", {}, True),
        ("C", "IVDR", {}, False),
    ],
)
def test_the_basic_udi_di_comes_before_the_application(
    device_class: str, regulation: str, fields: dict[str, Any], asked: bool
) -> None:
    facts = applied(
        {"received_on": "2026-06-01"}, classifications=classified(device_class, regulation, **fields)
    )
    assert ("basic_udi_di_not_recorded" in codes(answer(facts))) is asked
    held = {"key": "b", "scheme": "basic_udi_di", "value": "9520001GLYCEANETR"}
    assert "basic_udi_di_not_recorded" not in codes(answer({**facts, "identifiers": [held]}))


@pytest.mark.parametrize(("bodies", "parallel"), [(("0459", "0123"), True), (("0459", "0459"), False)])
def test_one_notified_body_at_a_time(bodies: tuple[str, str], parallel: bool) -> None:
    facts = applied(
        {"received_on": "2026-03-02", "notified_body": bodies[0]},
        {"received_on": "2026-11-22", "notified_body": bodies[1]},
    )
    assert ("applications_in_parallel" in codes(answer(facts))) is parallel
    assert "applications_in_parallel" not in codes(answer(facts, on="2026-11-21"))


def interrupted(*interruptions: tuple[str, str, str | None]) -> dict[str, Any]:
    parts = [{"stage": one, "started_on": start, "ended_on": end} for one, start, end in interruptions]
    return applied({"received_on": "2027-02-25", "contract_signed_on": "2027-03-01", "interruptions": parts})


def test_an_interruption_stops_the_clock_of_its_stage() -> None:
    facts = interrupted(("td_assessment", "2027-04-01", "2027-04-11"))
    got = answer(facts, on="2027-04-12")
    assert deadline(got, "nb.td_assessment").strict == date(2027, 6, 9)
    assert deadline(got, "nb.qms_audit").strict == date(2027, 6, 29)
    assert deadline(answer(facts, on="2027-04-10"), "nb.td_assessment").state == "clock_stopped"


@pytest.mark.parametrize(("times", "strict"), [(4, date(2027, 7, 19)), (5, date(2027, 7, 19))])
def test_the_audit_has_four_interruptions(times: int, strict: date) -> None:
    starts = ["2027-03-08", "2027-03-20", "2027-04-05", "2027-04-20", "2027-05-10"]
    ends = ["2027-03-13", "2027-03-25", "2027-04-10", "2027-04-25", "2027-05-20"]
    parts = [("qms_audit", start, end) for start, end in zip(starts, ends, strict=True)][:times]
    got = answer(interrupted(*parts), on="2027-06-01")
    assert deadline(got, "nb.qms_audit").strict == strict
    assert ("nb_too_many_interruptions" in codes(got)) is (times > 4)


@pytest.mark.parametrize(
    ("placed", "submitted", "whole", "said"),
    [
        ("2026-07-01", "2026-07-02", False, True),
        ("2026-07-01", "2026-07-01", False, False),
        ("2026-07-01", None, True, True),
        ("2026-07-01", None, False, False),
        ("2026-05-27", "2026-07-02", True, False),
    ],
)
def test_the_maker_registers_before_it_places(
    placed: str, submitted: str | None, whole: bool, said: bool
) -> None:
    actors = [{"key": "a", "srn": "FR-MF-000012345", "submitted_on": submitted}] if submitted else []
    device = {**ce(whole=whole, market=[{"key": "m", "first_placed_on": placed}]), "manufacturer": "maker"}
    got = answer(device, organisations=[{"key": "maker", "actor_registrations": actors}])
    assert ("placed_without_srn" in codes(got)) is said


FILES = ("mdr", "mdr_placing", "ivdr", "eudamed", "notified_bodies")
OWN = parse((LAW / f"{name}.yaml").read_text(encoding="utf-8") for name in FILES).parameters.values()


@pytest.mark.parametrize("parameter", OWN, ids=lambda one: one.id)
def test_each_rule_of_the_marking_says_who_and_what_if(parameter: Parameter) -> None:
    assert parameter.obliged
    assert parameter.late
    assert parameter.silence
    for dated in parameter.values:
        assert (dated.settled_by is not None) or dated.certainty in {"verified", "quoted"}


def test_one_operator_in_two_roles_owes_each_act_once() -> None:
    actor = {
        "key": "a",
        "srn": "IE-AR-000012345",
        "submitted_on": "2026-06-01",
        "data_changed_on": "2026-11-19",
    }
    device = {**ce(), "manufacturer": "maker", "authorised_representative": "maker"}
    got = answer(device, organisations=[{"key": "maker", "actor_registrations": [actor]}])
    rules = [one.rule for one in got.deadlines if one.rule.startswith("mdr.srn")]
    assert sorted(rules) == sorted(set(rules))
    assert "mdr.srn_change_update" in rules


def test_what_is_no_longer_placed_is_not_registered_and_says_so() -> None:
    identifiers = [{"key": "di", "scheme": "udi_di", "value": "1", "first_unit_placed_on": "2024-06-22"}]
    market = [{"key": "m", "first_placed_on": "2024-06-22", "last_placed_on": "2026-02-27"}]
    got = answer({**ce(market=market), "identifiers": identifiers})
    assert "not_to_register" in codes(got)
    assert all(one.rule != "eudamed.existing_udi_di_registration" for one in got.deadlines)
