"""Early coverage of digital devices: its year, its filings, its end and continuity, its single use."""

from typing import Any

import pytest

from tests.law.answers import answer, codes, deadline, deadlines, finding, stands
from tests.law.files import device, file, listed, steps


def early(key: str = "early", **fields: Any) -> dict[str, Any]:
    """Return an early coverage of a therapeutic device decided on 20 May and starting on 1 June 2026."""
    given = {
        "function": "therapeutic",
        "decided_on": "2026-05-20",
        "starts_on": "2026-06-01",
        "indication": "a",
    }
    return listed("pecan", key, **{**given, **fields})


def filed(day: str, procedure: str = "lppr_listing", **fields: Any) -> dict[str, Any]:
    done = {"requested": day, **fields.pop("done", {})}
    return file(procedure, **{"indication": "a", "steps": steps(**done), **fields})


@pytest.mark.parametrize(
    ("on", "files", "stand"),
    [
        ("2026-11-20", [], ("valid", "early_coverage")),
        ("2026-11-21", [], ("attention", "coverage_must_end")),
        ("2026-11-22", [filed("2026-11-20")], ("valid", "early_coverage")),
        ("2026-11-22", [filed("2026-11-21")], ("attention", "filed_late")),
        # A file for another indication, or on the other list, is not the one promised.
        ("2026-11-22", [filed("2026-11-20", indication="b")], ("attention", "coverage_must_end")),
        ("2026-11-22", [filed("2026-11-20", "latm_listing")], ("attention", "coverage_must_end")),
        # Withdrawn or refused, the coverage is to be ended.
        (
            "2026-11-10",
            [filed("2026-09-20", outcome="withdrawn", done={"withdrawn": "2026-11-01"})],
            ("attention", "coverage_must_end"),
        ),
        (
            "2026-11-10",
            [filed("2026-07-20", outcome="refused", done={"notified": "2026-11-01"})],
            ("attention", "coverage_must_end"),
        ),
        ("2027-06-01", [filed("2026-11-20")], ("attention", "early_coverage")),
        # The coverage is over; the request, silent at its term, is what is left.
        ("2027-06-02", [filed("2026-11-20")], ("attention", "silent_at_term")),
        ("2027-06-02", [], ("expired", "ended_one_year")),
    ],
)
def test_an_early_coverage_through_its_year(
    on: str, files: list[dict[str, Any]], stand: tuple[str, str]
) -> None:
    got = answer(device(*files, listings=[early()], whole=True), on=on)
    assert stands(got, "listing") == stand


def test_what_is_not_recorded_of_a_filing_is_unknown() -> None:
    got = answer(device(listings=[early()]))
    assert stands(got, "listing") == ("attention", "filing_not_recorded")


def test_the_one_year_ends_by_itself_and_opens_six_months_of_continuity() -> None:
    got = answer(device(listings=[early()], whole=True), on="2027-06-02")
    assert stands(got, "listing") == ("expired", "ended_one_year")
    assert deadline(got, "pecan.duration").state == "elapsed"
    assert deadline(got, "pecan.continuity").strict.isoformat() == "2027-12-01"


def test_a_decision_within_the_year_keeps_the_coverage_until_the_tariff_is_published() -> None:
    days = {"decided_on": "2027-05-20", "published_on": "2027-06-10", "starts_on": "2027-06-15"}
    line = listed("lppr", line="brand", indication="a", **days)
    facts = device(filed("2026-09-20"), listings=[early(), line], whole=True)
    between = answer(facts, on="2027-06-05")
    assert stands(between, "listing") == ("valid", "early_coverage")
    assert deadline(between, "pecan.duration").state == "met"
    after = answer(facts, on="2027-06-20")
    assert stands(after, "listing") == ("valid", "listed")
    assert deadline(after, "pecan.continuity").strict.isoformat() == "2027-12-10"


def test_a_listing_whose_request_is_not_recorded_was_asked_for() -> None:
    line = listed(
        "lppr", "line", line="brand", indication="a", published_on="2026-11-02", starts_on="2026-11-10"
    )
    got = answer(device(listings=[early(), line]))
    assert stands(got, "listing") == ("valid", "listed")
    assert not deadlines(got, "pecan.lppr_filing")


@pytest.mark.parametrize(("indication", "bridged"), [("a", True), (None, True), ("b", False)])
def test_only_a_listing_that_may_be_for_the_indication_takes_over(
    indication: str | None, bridged: bool
) -> None:
    line = listed("latm", line="brand", indication=indication, starts_on="2026-11-10", ended_on="2026-11-15")
    got = answer(device(listings=[early(), line]))
    assert bool(deadlines(got, "pecan.continuity")) is bridged
    before = {**line, "starts_on": "2025-11-10", "ended_on": "2025-11-15"}
    assert not deadlines(answer(device(listings=[early(), before])), "pecan.continuity")


def test_an_end_by_arrete_after_a_refusal_opens_forty_five_days() -> None:
    ended = early(ended_on="2026-11-12", ended_reason="refused")
    got = answer(device(listings=[ended], whole=True))
    assert stands(got, "listing") == ("expired", "ended_refused")
    assert deadline(got, "pecan.continuity_after_refusal").strict.isoformat() == "2026-12-27"
    assert not deadlines(got, "pecan.continuity")


def test_without_the_function_the_device_tells_or_both_filings_show() -> None:
    unknown = answer(device(listings=[early(function=None)], whole=True))
    assert [one.rule for one in unknown.deadlines if "filing" in one.rule] == [
        "pecan.lppr_filing",
        "pecan.latm_filing",
    ]
    told = answer(device(listings=[early(function=None)], functions=["telemonitoring"]))
    assert deadline(told, "pecan.latm_filing").strict.isoformat() == "2027-02-20"
    assert not deadlines(told, "pecan.lppr_filing")


def test_filing_months_count_from_the_decision_then_the_publication() -> None:
    got = answer(device(listings=[early(decided_on=None, published_on="2026-05-28")]))
    assert deadline(got, "pecan.lppr_filing").strict.isoformat() == "2026-11-28"
    nothing = answer(device(listings=[early(decided_on=None)]))
    assert not deadlines(nothing, "pecan.lppr_filing")


@pytest.mark.parametrize(
    ("first", "code"),
    [
        (early("first", decided_on="2025-05-20", ended_on="2026-05-20"), True),
        (early("first", decided_on="2025-05-20", indication="b"), False),
        # Decided after the request: it is the coverage that the request obtained.
        (early("first", decided_on="2026-11-15", starts_on="2026-11-16"), False),
    ],
)
def test_early_coverage_is_given_once(first: dict[str, Any], code: bool) -> None:
    got = answer(device(filed("2026-11-10", "pecan"), listings=[first]))
    assert ("not_eligible" in codes(got)) is code


def test_early_coverage_refused_before_is_doubtful() -> None:
    before = filed("2025-01-10", "pecan", key="before", outcome="refused", done={"notified": "2025-06-01"})
    got = answer(device(before, filed("2026-11-10", "pecan")))
    assert finding(got, "not_eligible").level == "attention"


def test_early_coverage_is_not_combined() -> None:
    line = listed("lppr", "line", line="brand", indication="a", starts_on="2024-01-01", ends_on="2028-12-31")
    asked = filed("2026-11-10", "pecan")
    assert finding(answer(device(asked, listings=[line])), "not_cumulable").values["coverage"] == "line"
    over = {**line, "ended_on": "2026-10-31"}
    assert "not_cumulable" not in codes(answer(device(asked, listings=[over])))


def test_a_decision_after_the_year_comes_too_late() -> None:
    line = listed("lppr", line="brand", indication="a", decided_on="2027-06-02", published_on="2027-07-01")
    facts = device(filed("2026-09-20"), listings=[early(), line], whole=True)
    assert deadline(answer(facts, on="2027-06-20"), "pecan.duration").state == "elapsed"
    in_time = {**line, "decided_on": "2027-06-01"}
    kept = device(filed("2026-09-20"), listings=[early(), in_time], whole=True)
    assert deadline(answer(kept, on="2027-06-20"), "pecan.duration").state == "met"


def test_an_early_coverage_that_starts_later_or_at_a_day_not_recorded() -> None:
    assert stands(answer(device(listings=[early()]), on="2026-05-25"), "listing") == (
        "in_progress",
        "starts_later",
    )
    unknown = answer(device(listings=[early(starts_on=None)]), on="2028-01-01")
    assert not deadlines(unknown, "pecan.duration")
    assert unknown.tracks["listing"].until is None


def test_a_late_filing_tells_the_other_reading() -> None:
    found = finding(answer(device(filed("2026-11-21"), listings=[early()])), "filed_late")
    assert found.values == {
        "filed_on": "2026-11-21",
        "due_on": "2026-11-20",
        "due_on_counted_from_start_of_coverage": "2026-12-01",
    }
    without_start = answer(device(filed("2026-11-21"), listings=[early(starts_on=None)]))
    assert "due_on_counted_from_start_of_coverage" not in finding(without_start, "filed_late").values


def test_a_request_withdrawn_then_made_again_in_time_keeps_the_coverage() -> None:
    withdrawn = filed("2026-07-20", outcome="withdrawn", done={"withdrawn": "2026-08-01"})
    again = filed("2026-11-02", key="again")
    got = answer(device(withdrawn, again, listings=[early()], whole=True))
    assert stands(got, "listing") == ("valid", "early_coverage")
    assert deadline(got, "pecan.lppr_filing").state == "met"


def test_a_refusal_within_the_year_leaves_the_end_to_an_arrete() -> None:
    refused = filed("2026-07-20", outcome="refused", done={"notified": "2027-03-01"})
    got = answer(device(refused, listings=[early()], whole=True), on="2027-06-02")
    assert stands(got, "listing") == ("attention", "coverage_must_end")
    assert got.tracks["listing"].until is None
    assert deadline(got, "pecan.duration").state == "met"
    assert not [one for one in got.deadlines if "continuity" in one.rule]
    again = device(refused, filed("2027-03-10", key="again"), listings=[early()], whole=True)
    assert stands(answer(again, on="2027-06-02"), "listing") == ("attention", "coverage_must_end")


def test_a_refusal_after_the_year_shortens_the_continuity() -> None:
    refused = filed("2026-07-20", outcome="refused", done={"notified": "2027-06-02"})
    got = answer(device(refused, listings=[early()], whole=True), on="2027-06-10")
    assert codes(got) == {"ended_one_year"}
    assert deadline(got, "pecan.continuity_after_refusal").strict.isoformat() == "2027-07-16"


@pytest.mark.parametrize(
    ("ended", "state", "overdue"),
    [("2026-11-20", "ended", False), ("2026-11-21", "ended_no_filing", True)],
)
def test_a_coverage_ends_for_want_of_a_filing_only_once_it_was_due(
    ended: str, state: str, overdue: bool
) -> None:
    facts = device(listings=[early(ended_on=ended, ended_reason="other")], whole=True)
    got = answer(facts, on="2026-12-01")
    assert stands(got, "listing") == ("expired", state)
    assert bool(deadlines(got, "pecan.lppr_filing")) is overdue


def test_a_refusal_before_the_coverage_is_not_its_own() -> None:
    before = filed("2025-03-02", outcome="refused", done={"notified": "2026-05-19"})
    got = answer(device(before, listings=[early()], whole=True), on="2026-10-01")
    assert stands(got, "listing") == ("valid", "early_coverage")
    same_day = filed("2025-03-02", outcome="refused", done={"notified": "2026-05-20"})
    got = answer(device(same_day, listings=[early()], whole=True), on="2026-10-01")
    assert stands(got, "listing") == ("attention", "coverage_must_end")


def test_the_filing_of_a_coverage_that_is_over_shows_in_a_whole_record_only() -> None:
    ended = early(ended_on="2026-12-10", ended_reason="other")
    known = answer(device(listings=[ended], whole=True), on="2026-12-20")
    assert deadline(known, "pecan.lppr_filing").state == "overdue"
    assert not deadlines(answer(device(listings=[ended]), on="2026-12-20"), "pecan.lppr_filing")
