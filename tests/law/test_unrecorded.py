"""What the French tracks say where a day, a sense or a step is not recorded, or lies ahead."""

from typing import Any

import pytest

from tests.law.answers import answer, codes, deadline, deadlines, stands
from tests.law.files import device, file, listed, steps


@pytest.mark.parametrize("name", ["pect", "forfait_innovation", "intra_ghs", "pecan", "latm"])
def test_a_coverage_that_is_decided_starts_on_its_day(name: str) -> None:
    line = listed(name, decided_on="2026-11-02", starts_on="2026-12-01")
    assert stands(answer(device(listings=[line])), "listing") == ("in_progress", "starts_later")
    assert stands(answer(device(listings=[line]), on="2026-12-01"), "listing")[0] == "valid"


@pytest.mark.parametrize(
    ("fields", "stand"),
    [
        ({}, ("valid", "listed")),
        ({"ends_on": "2026-11-22"}, ("valid", "listed")),
        ({"ends_on": "2026-11-21"}, ("unknown", "listing_end_reached")),
        ({"ended_on": "2026-11-21", "ended_reason": "delisted"}, ("expired", "delisted")),
    ],
)
def test_the_list_of_hospital_products_by_its_dates(fields: dict[str, Any], stand: tuple[str, str]) -> None:
    line = listed("intra_ghs", starts_on="2022-01-01", **fields)
    assert stands(answer(device(listings=[line])), "listing") == stand


def test_a_suspended_coverage_whose_request_came_in_time_has_not_ended() -> None:
    gone = listed("pect", starts_on="2024-04-02", ended_on="2025-06-10", ended_reason="suspended")
    in_time = answer(device(file("lppr_listing", steps=steps(requested="2026-06-10")), listings=[gone]))
    assert deadline(in_time, "pect.lppr_filing_after_suspension").state == "met"
    assert not deadlines(in_time, "pect.continuity")
    late = answer(device(file("lppr_listing", steps=steps(requested="2026-06-11")), listings=[gone]))
    assert deadline(late, "pect.lppr_filing_after_suspension").state == "met_late"
    assert deadline(late, "pect.continuity").strict.isoformat() == "2027-06-10"


def test_the_code_counts_from_the_publication_where_the_effect_is_not_recorded() -> None:
    line = listed("lppr", line="brand", decided_on="2026-11-10", published_on="2026-11-16")
    assert (
        deadline(answer(device(listings=[line])), "lppr.post_listing_declaration").strict.isoformat()
        == "2026-12-01"
    )


def test_a_delisting_that_is_not_announced_yet_shows_nothing() -> None:
    procedure = {
        "key": "p",
        "procedure": "delisting",
        "listing": "line",
        "opinion_due_on": "2026-12-31",
        "steps": steps(notified="2026-11-23"),
    }
    facts = {"listing": {"listings": [listed("lppr", line="brand")], "procedures": [procedure]}}
    assert not answer(facts).deadlines
    assert stands(answer(facts), "listing") == ("valid", "listed")


def test_a_decision_whose_day_is_not_recorded_shows_no_term() -> None:
    granted = file("lppr_listing", steps=steps(requested="2026-01-05"), outcome="granted")
    got = answer(device(granted))
    assert not deadlines(got, "lppr.initial_decision")
    assert stands(got, "listing") == ("unknown", "granted")
    refused = {**granted, "outcome": "refused", "steps": steps(requested="2026-01-05", notified="2026-07-05")}
    assert deadline(answer(device(refused)), "lppr.initial_decision").state == "met_late"


@pytest.mark.parametrize(
    ("fields", "stand"),
    [
        ({}, ("in_progress", "preparation")),
        ({"opinions": [{"verdict": "sufficient"}]}, ("unknown", "decision_not_recorded")),
        ({"steps": steps(draft_opinion_received="2026-11-02")}, ("unknown", "decision_not_recorded")),
        ({"steps": steps(acknowledged="2026-11-02")}, ("in_progress", "requested")),
        ({"steps": steps(requested="2026-11-23")}, ("unknown", "unknown")),
    ],
)
def test_where_a_request_stands_by_what_is_recorded(fields: dict[str, Any], stand: tuple[str, str]) -> None:
    assert stands(answer(device(file("lppr_listing", **fields))), "listing") == stand


@pytest.mark.parametrize(
    ("days", "stand"),
    [
        ({}, ("valid", "listed")),
        ({"starts_on": "2026-10-05"}, ("valid", "listed")),
        # A listing that ended before the request does not answer it.
        ({"starts_on": "2018-10-05", "ended_on": "2023-10-05"}, ("in_progress", "requested")),
    ],
)
def test_which_listing_answers_a_request(days: dict[str, str], stand: tuple[str, str]) -> None:
    asked = file("lppr_listing", steps=steps(requested="2026-09-01"))
    got = answer(device(asked, listings=[listed("lppr", line="brand", **days)]))
    assert stands(got, "listing") == stand


def test_a_request_without_day_after_an_early_coverage_is_a_second_one() -> None:
    first = listed("pecan", starts_on="2024-01-10", ended_on="2025-01-10")
    assert "not_eligible" in codes(answer(device(file("pecan"), listings=[first])))


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ({}, True),
        ({"indication": "b"}, False),
        ({"procedure": "pect"}, False),
        ({"outcome": "withdrawn"}, False),
    ],
)
def test_which_refusal_makes_early_coverage_doubtful(before: dict[str, Any], told: bool) -> None:
    refused = {**file("pecan", "before", outcome="refused", steps=steps(notified="2025-06-01")), **before}
    asked = file("pecan", steps=steps(requested="2026-11-10"))
    assert ("not_eligible" in codes(answer(device(refused, asked)))) is told


@pytest.mark.parametrize(
    ("procedure", "fields", "told"),
    [
        ("lppr_listing", {"is_software": True}, True),
        ("lppr_listing", {"is_software": None}, False),
        ("latm_listing", {"is_software": True}, False),
    ],
)
def test_which_file_telemonitoring_alone_bars(procedure: str, fields: dict[str, Any], told: bool) -> None:
    asked = file(procedure, steps=steps(requested="2026-11-10"))
    got = answer(device(asked, functions=["telemonitoring"], **fields))
    assert ("not_listable" in codes(got)) is told


@pytest.mark.parametrize(
    ("fields", "stand"),
    [
        ({}, ("valid", "certified")),
        ({"ended_reason": "withdrawn"}, ("expired", "ended")),
        ({"issued_on": "2026-11-22"}, ("valid", "certified")),
    ],
)
def test_a_certificate_whose_days_are_not_recorded(fields: dict[str, Any], stand: tuple[str, str]) -> None:
    assert stands(answer({"ans": {"certificates": [{"key": "c", **fields}]}}), "ans") == stand


def test_a_request_for_a_new_certificate_counts_beside_the_certificate_it_obtained() -> None:
    change = {"key": "c", "purpose": "lppr", "in_force_on": "2026-09-01", "requested_on": "2026-09-10"}
    facts = {
        "ans": {"referentiel_changes": [change], "certificates": [{"key": "n", "issued_on": "2026-11-02"}]}
    }
    assert deadline(answer(facts), "ans.recertification_request").state == "met"


def test_the_opinion_of_the_ans_leaves_with_the_decision() -> None:
    done = steps(acknowledged="2026-01-05", notified="2026-04-10")
    got = answer(device(file("pecan", steps=done, outcome="granted")))
    assert not deadlines(got, "pecan.ans_opinion")
    assert stands(got, "ans") == ("unknown", "unknown")
    ahead = file("pecan", steps=steps(acknowledged="2026-11-23"))
    assert stands(answer(device(ahead)), "ans") == ("unknown", "unknown")


def test_a_host_certificate_known_by_its_printed_end_alone() -> None:
    host = {"key": "host", "hds_certificates": [{"key": "h", "ends_on": "2027-03-15"}]}
    got = answer({"host": "host"}, organisations=[host])
    assert deadline(got, "hds.certificate_validity").strict.isoformat() == "2027-03-15"
    assert not deadlines(got, "hds.surveillance_audit")
    assert "certificate_period_too_long" not in codes(got)
