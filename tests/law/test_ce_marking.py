"""The CE marking without certificate, and the surveillance after placing on the market."""

from datetime import date
from typing import Any

import pytest

from tests.law.answers import answer, ce, certificate, classified, codes, deadline, deadlines, finding, stands


@pytest.mark.parametrize(
    ("facts", "whole", "stand"),
    [
        ({}, False, ("unknown", "unknown")),
        ({}, True, ("not_started", "draft")),
        ({"classifications": classified("IIa")}, False, ("unknown", "class_only")),
        ({"classifications": classified("IIa")}, True, ("in_progress", "draft")),
        ({"classifications": classified("I")}, False, ("unknown", "class_only")),
        ({"classifications": classified("IIa", valid_to="2026-11-22")}, False, ("unknown", "unknown")),
        ({"classifications": classified("IIa", valid_from="2026-11-23")}, False, ("unknown", "unknown")),
        (
            {
                "classifications": classified("I"),
                "declarations": [{"key": "d", "regulation": "MDR", "signed_on": "2022-01-05"}],
            },
            False,
            ("valid", "self_declared"),
        ),
        (
            {
                "classifications": classified("I"),
                "declarations": [{"key": "d", "regulation": "MDR", "signed_on": "2026-11-22"}],
            },
            False,
            ("valid", "self_declared"),
        ),
        (
            {
                "classifications": classified("I"),
                "declarations": [{"key": "d", "regulation": "MDR", "signed_on": "2026-11-23"}],
            },
            False,
            ("unknown", "class_only"),
        ),
        (
            {
                "classifications": classified("IIa"),
                "declarations": [{"key": "d", "regulation": "MDR", "signed_on": "2022-01-05"}],
            },
            False,
            ("unknown", "class_only"),
        ),
        (
            {"applications": [{"key": "a", "received_on": "2026-05-04"}]},
            False,
            ("in_progress", "nb_applied"),
        ),
        (
            {"applications": [{"key": "a", "received_on": "2026-11-23"}]},
            False,
            ("unknown", "unknown"),
        ),
        (
            {"applications": [{"key": "a", "received_on": "2026-05-04", "decided_on": "2026-11-23"}]},
            False,
            ("in_progress", "nb_applied"),
        ),
        (
            {
                "applications": [
                    {"key": "a", "received_on": "2025-05-04", "outcome": "refused"},
                    {"key": "b", "received_on": "2026-05-04"},
                ]
            },
            False,
            ("in_progress", "nb_applied"),
        ),
        (
            {
                "classifications": classified("IIa"),
                "applications": [{"key": "a", "received_on": "2026-05-04", "outcome": "certified"}],
            },
            False,
            ("unknown", "class_only"),
        ),
        (
            {"applications": [{"key": "a", "decided_on": "2026-05-04", "outcome": "refused"}]},
            False,
            ("refused", "nb_refused"),
        ),
    ],
)
def test_without_certificate_unknown_is_never_a_no(
    facts: dict[str, Any], whole: bool, stand: tuple[str, str]
) -> None:
    assert stands(answer(ce(whole=whole, **facts)), "ce_marking") == stand


@pytest.mark.parametrize("device_class", ["Is", "Im", "Ir", "As"])
def test_sterile_measuring_and_reusable_devices_need_a_notified_body(device_class: str) -> None:
    regulation = "IVDR" if device_class == "As" else "MDR"
    facts = ce(
        classifications=classified(device_class, regulation),
        declarations=[{"key": "d", "regulation": regulation, "signed_on": "2022-06-01"}],
    )
    assert stands(answer(facts), "ce_marking") == ("unknown", "class_only")


def test_an_obligation_overdue_asks_for_attention() -> None:
    audits = [{"key": "a", "kind": "surveillance", "held_on": "2025-11-12"}]
    facts = ce(certificates=[certificate(issued_on="2025-01-10")], audits=audits)
    assert stands(answer(facts, on="2026-11-12"), "ce_marking") == ("valid", "certified")
    assert stands(answer(facts, on="2026-11-13"), "ce_marking") == ("attention", "certified")


@pytest.mark.parametrize(
    ("device_class", "regulation", "rule", "strict"),
    [
        ("IIa", "MDR", "mdr.psur_class_iia", date(2028, 2, 28)),
        ("IIb", "MDR", "mdr.psur_class_iib", date(2027, 2, 28)),
        ("III", "MDR", "mdr.psur_class_iii", date(2027, 2, 28)),
        ("C", "IVDR", "ivdr.psur_class_c_d", date(2027, 2, 28)),
        ("D", "IVDR", "ivdr.psur_class_c_d", date(2027, 2, 28)),
    ],
)
def test_the_periodic_report_follows_the_class(
    device_class: str, regulation: str, rule: str, strict: date
) -> None:
    reports = [
        {"key": "old", "kind": "psur", "issued_on": "2025-02-28"},
        {"key": "last", "kind": "psur", "issued_on": "2026-02-28"},
        {"key": "next", "kind": "psur", "issued_on": "2026-11-23"},
    ]
    got = answer(ce(classifications=classified(device_class, regulation), reports=reports))
    one = deadline(got, rule)
    assert (one.strict, one.trigger_fact) == (strict, "ce_marking.reports[last]")


@pytest.mark.parametrize(("device_class", "regulation"), [("I", "MDR"), ("A", "IVDR"), ("B", "IVDR")])
def test_the_lowest_classes_have_no_date_of_report(device_class: str, regulation: str) -> None:
    reports = [{"key": "r", "kind": "pmsr", "issued_on": "2024-02-28"}]
    got = answer(ce(classifications=classified(device_class, regulation), reports=reports))
    assert got.deadlines == ()
    assert finding(got, "no_legal_period").values == {"class": device_class}


def test_a_whole_record_without_report_is_told_and_a_partial_one_is_not() -> None:
    facts = {"classifications": classified("IIa"), "certificates": [certificate(issued_on="2025-01-10")]}
    remark = finding(answer(ce(whole=True, **facts)), "no_report_recorded")
    assert remark.values == {"rule": "mdr.psur_class_iia", "first_due": "2027-01-10"}
    assert remark.level == "info"
    late = finding(answer(ce(whole=True, **facts), on="2027-01-11"), "no_report_recorded")
    assert late.level == "attention"
    assert "no_report_recorded" not in codes(answer(ce(**facts)))


@pytest.mark.parametrize(
    ("device_class", "implantable", "due"),
    [("III", None, True), ("IIb", True, True), ("IIb", False, False), ("IIb", None, False)],
)
def test_the_pmcf_report_is_yearly_for_class_iii_and_implants(
    device_class: str, implantable: bool | None, due: bool
) -> None:
    facts = ce(
        classifications=classified(device_class, implantable=implantable),
        reports=[{"key": "r", "kind": "pmcf", "issued_on": "2026-01-18"}],
    )
    found = deadlines(answer(facts), "mdr.pmcf_report_class_iii_implantable")
    assert [(one.strict, one.rolled) for one in found] == [(date(2027, 1, 18), date(2027, 1, 18))] * due


def test_an_unannounced_audit_does_not_start_the_yearly_cycle_again() -> None:
    audits = [
        {"key": "first", "kind": "initial", "held_on": "2025-10-31"},
        {"key": "surprise", "kind": "unannounced", "held_on": "2026-03-02"},
    ]
    got = answer(ce(audits=audits))
    assert deadline(got, "mdr.surveillance_audit").strict == date(2026, 10, 31)
    assert deadline(got, "mdr.surveillance_audit").state == "overdue"
    assert deadline(got, "mdr.unannounced_audit").strict == date(2031, 3, 2)


def test_an_ended_certificate_ends_the_audits() -> None:
    audits = [{"key": "a", "kind": "surveillance", "held_on": "2025-10-31"}]
    got = answer(ce(audits=audits, certificates=[certificate(issued_on="2021-10-01")]))
    assert deadlines(got, "mdr.surveillance_audit") == []
