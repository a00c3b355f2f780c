"""The CE marking: certificates, classes, surveillance, and where the track stands."""

from datetime import date
from typing import Any

import pytest

from tests.law.answers import answer, ce, certificate, classified, codes, deadline, deadlines, finding, stands


@pytest.mark.parametrize(
    ("fields", "rule", "end"),
    [
        ({"issued_on": "2024-02-29"}, "mdr.certificate_max_validity", date(2029, 2, 28)),
        ({"issued_on": "2023-06-15", "printed_end": "2028-06-15"}, "mdr.certificate_max_validity", None),
        ({"issued_on": "2023-06-15", "printed_end": "2028-06-14"}, "mdr.certificate_end", date(2028, 6, 14)),
        (
            {"issued_on": "2023-06-15", "starts_on": "2023-07-01", "printed_end": "2028-06-30"},
            "mdr.certificate_end",
            date(2028, 6, 30),
        ),
        ({"printed_end": "2027-05-01"}, "mdr.certificate_end", date(2027, 5, 1)),
        ({"issued_on": "2023-06-15", "regulation": "IVDR"}, "mdr.certificate_max_validity", None),
    ],
)
def test_the_earlier_of_printed_end_and_five_years_is_the_legal_end(
    fields: dict[str, Any], rule: str, end: date | None
) -> None:
    got = answer(ce(certificates=[certificate(**fields)]))
    one = deadline(got, rule)
    assert (one.strict, one.rolled, one.roll) == (end or date(2028, 6, 15), one.strict, "none")
    assert "certificate_period_too_long" not in codes(got)
    assert got.tracks["ce_marking"].until == one.strict


def test_an_extension_counts_from_the_end_of_the_period_before() -> None:
    first = certificate(issued_on="2022-03-10", printed_end="2027-03-09")
    second = certificate("c2", issued_on="2027-01-20", extends="C1", printed_end="2032-03-20")
    got = answer(ce(certificates=[first, second]), on="2027-02-01")
    assert deadline(got, "mdr.certificate_extension_max").strict == date(2032, 3, 9)
    assert finding(got, "certificate_period_too_long").values["legal_end"] == "2032-03-09"
    assert stands(got, "ce_marking") == ("valid", "certified")


def test_a_supplement_of_a_supplement_ends_with_the_certificate() -> None:
    parts = [
        certificate(issued_on="2023-09-14", printed_end="2028-09-13"),
        certificate("s1", issued_on="2024-01-05", supplement_of="c1"),
        certificate("s2", issued_on="2025-01-05", supplement_of="S1"),
    ]
    ends = deadlines(answer(ce(certificates=parts)), "mdr.supplement_follows_certificate")
    assert [one.strict for one in ends] == [date(2028, 9, 13)] * 2


@pytest.mark.parametrize("parent", ["s1", "S2", "missing"])
def test_a_supplement_that_leads_to_no_certificate_is_told(parent: str) -> None:
    parts = [
        certificate("s1", issued_on="2024-01-05", supplement_of=parent),
        certificate("s2", issued_on="2024-01-05", supplement_of="s1"),
    ]
    got = answer(ce(certificates=parts))
    assert "supplement_without_certificate" in codes(got)
    assert deadlines(got, "mdr.supplement_follows_certificate") == []


@pytest.mark.parametrize(
    ("on", "stand"),
    [
        ("2023-09-13", ("unknown", "unknown")),
        ("2023-09-14", ("valid", "certified")),
        ("2027-09-13", ("valid", "certified")),
        ("2027-09-14", ("attention", "certificate_expiring")),
        ("2028-09-13", ("attention", "certificate_expiring")),
        ("2028-09-14", ("expired", "certificate_expired")),
    ],
)
def test_a_certificate_is_valid_through_its_last_day(on: str, stand: tuple[str, str]) -> None:
    facts = ce(certificates=[certificate(issued_on="2023-09-14", printed_end="2028-09-13")])
    assert stands(answer(facts, on=on), "ce_marking") == stand


@pytest.mark.parametrize(
    ("fields", "stand"),
    [
        ({"suspended_on": "2026-11-22"}, ("suspended", "certificate_suspended")),
        ({"suspended_on": "2026-11-23"}, ("valid", "certified")),
        ({"suspended_on": "2026-05-01", "reinstated_on": "2026-06-01"}, ("valid", "certified")),
        (
            {"suspended_on": "2026-05-01", "reinstated_on": "2026-12-01"},
            ("suspended", "certificate_suspended"),
        ),
        (
            {"suspended_on": "2026-07-01", "reinstated_on": "2026-06-01"},
            ("suspended", "certificate_suspended"),
        ),
        ({"withdrawn_on": "2026-11-22"}, ("expired", "certificate_withdrawn")),
        ({"issued_on": None}, ("unknown", "certified")),
    ],
)
def test_suspension_withdrawal_and_an_unknown_end(fields: dict[str, Any], stand: tuple[str, str]) -> None:
    got = answer(ce(certificates=[certificate(**{"issued_on": "2025-01-10", **fields})]))
    assert stands(got, "ce_marking") == stand


def test_a_withdrawn_certificate_has_no_end_to_come() -> None:
    got = answer(ce(certificates=[certificate(issued_on="2025-01-10", withdrawn_on="2026-01-10")]))
    assert got.deadlines == ()


def test_of_several_certificates_the_worst_stands_for_the_track() -> None:
    parts = [
        certificate(issued_on="2025-01-10"),
        certificate("t", kind="technical_documentation", issued_on="2021-11-20"),
    ]
    got = answer(ce(certificates=parts))
    assert stands(got, "ce_marking") == ("expired", "certificate_expired")
    assert got.tracks["ce_marking"].until == date(2026, 11, 20)
    assert len(got.tracks["ce_marking"].reasons) == 2


def test_a_renewed_certificate_asks_for_no_attention() -> None:
    parts = [
        certificate(issued_on="2022-02-01", printed_end="2027-01-31"),
        certificate("c2", issued_on="2026-10-01", starts_on="2027-02-01", printed_end="2032-01-31"),
    ]
    got = answer(ce(certificates=parts))
    assert stands(got, "ce_marking") == ("valid", "certified")
    assert deadlines(got, "mdr.recert_application_lead") == []
    assert stands(answer(ce(certificates=parts[:1])), "ce_marking") == ("attention", "certificate_expiring")


def test_the_mark_for_recertification_is_no_law() -> None:
    one = deadline(
        answer(ce(certificates=[certificate(issued_on="2025-01-10")])), "mdr.recert_application_lead"
    )
    assert (one.strict, one.certainty, one.roll) == (date(2029, 1, 10), "unconfirmed", "prev")


def test_certificates_of_the_directives_make_no_certified_device() -> None:
    got = answer(ce(certificates=[certificate(issued_on="2020-01-10", regulation="MDD")]))
    assert stands(got, "ce_marking") == ("unknown", "unknown")


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
