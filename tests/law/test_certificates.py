"""Certificates of notified bodies: their legal end, and where they stand."""

from datetime import date
from typing import Any

import pytest

from tests.law.answers import answer, ce, certificate, codes, deadline, deadlines, finding, stands


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


@pytest.mark.parametrize(
    ("withdrawn_on", "end"),
    [("2026-06-30", date(2026, 6, 30)), ("2026-12-01", date(2028, 9, 13)), ("2029-01-01", date(2028, 9, 13))],
)
def test_a_supplement_falls_with_its_certificate(withdrawn_on: str, end: date) -> None:
    parts = [
        certificate(issued_on="2023-09-14", printed_end="2028-09-13", withdrawn_on=withdrawn_on),
        certificate("s1", issued_on="2024-01-05", supplement_of="c1"),
    ]
    got = answer(ce(certificates=parts))
    assert deadline(got, "mdr.supplement_follows_certificate").strict == end


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


@pytest.mark.parametrize(
    ("received", "met_on"),
    [
        (["2024-12-01"], None),
        (["2028-06-01", "2028-03-01", "2024-12-01"], date(2028, 3, 1)),
    ],
)
def test_an_application_since_the_certificate_meets_the_mark(
    received: list[str], met_on: date | None
) -> None:
    applications = [{"key": f"a{n}", "received_on": day} for n, day in enumerate(received)]
    facts = ce(certificates=[certificate(issued_on="2025-01-10")], applications=applications)
    one = deadline(answer(facts, on="2029-02-01"), "mdr.recert_application_lead")
    assert one.met_on == met_on
    assert one.state == ("elapsed" if met_on is None else "met")


def test_nobody_is_late_with_the_mark() -> None:
    facts = ce(
        certificates=[certificate(issued_on="2025-01-10")],
        applications=[{"key": "a", "received_on": "2029-01-11"}],
    )
    assert deadline(answer(facts, on="2029-01-10"), "mdr.recert_application_lead").state == "due_today"
    assert deadlines(answer(facts, on="2029-01-11"), "mdr.recert_application_lead") == []


def test_certificates_of_the_directives_make_no_certified_device() -> None:
    got = answer(ce(certificates=[certificate(issued_on="2020-01-10", regulation="MDD")]))
    assert stands(got, "ce_marking") == ("unknown", "unknown")
