"""Listings on the LPPR and for telemonitoring: terms, renewals, silence at the end, several listings."""

from typing import Any

import pytest

from compliance.law.types import Assessment
from tests.law.answers import answer, codes, deadline, deadlines, finding, stands
from tests.law.files import device, file, listed, request, steps

END = "2026-11-15"


def brand(name: str = "lppr", **fields: Any) -> dict[str, Any]:
    return listed(name, **{"line": "brand", "starts_on": "2021-11-16", "ends_on": END, **fields})


def renewal(filed: str | None = "2026-05-10", key: str = "renewal", **fields: Any) -> dict[str, Any]:
    done = {**({"requested": filed} if filed else {}), **fields.pop("done", {})}
    return file("lppr_renewal", key, listing="line", steps=steps(**done), **{"file_complete": True, **fields})


def refused_on(day: str, **fields: Any) -> dict[str, Any]:
    return renewal(outcome="refused", done={"notified": day}, **fields)


def until(got: Assessment) -> str:
    return str(got.tracks["listing"].until)


@pytest.mark.parametrize(
    ("files", "stand"),
    [
        # The last day to file is 19 May 2026.
        ([renewal("2026-05-19")], ("valid", "tacitly_renewed")),
        ([renewal("2026-05-20")], ("expired", "listing_ended")),
        ([renewal(file_complete=False)], ("expired", "listing_ended")),
        ([renewal(file_complete=None)], ("unknown", "renewal_unconfirmed")),
        # A complete file in time counts beside an incomplete or a late one.
        ([renewal(file_complete=False), renewal("2026-05-18", "again")], ("valid", "tacitly_renewed")),
        ([renewal(file_complete=False), renewal("2026-06-18", "again")], ("expired", "listing_ended")),
        # Withdrawn, it renews nothing.
        ([renewal(outcome="withdrawn", done={"withdrawn": "2026-08-01"})], ("expired", "listing_ended")),
        # Granted or refused expressly.
        ([renewal(outcome="granted", done={"published": "2026-11-10"})], ("valid", "renewed")),
        ([refused_on("2026-11-15")], ("expired", "not_renewed")),
        # A refusal after the end comes too late.
        ([refused_on("2026-11-16")], ("valid", "tacitly_renewed")),
        # Refused, then filed again in time.
        (
            [
                refused_on("2026-04-01", filed="2025-12-01"),
                renewal("2026-05-10", "again"),
            ],
            ("valid", "tacitly_renewed"),
        ),
        (
            [
                refused_on("2026-04-01", filed="2025-12-01"),
                renewal("2026-06-10", "again"),
            ],
            ("expired", "not_renewed"),
        ),
    ],
)
def test_a_brand_line_after_its_end(files: list[dict[str, Any]], stand: tuple[str, str]) -> None:
    got = answer(device(*files, listings=[brand()], whole=True))
    assert stands(got, "listing") == stand


def test_a_brand_line_without_any_file() -> None:
    assert stands(answer(device(listings=[brand()], whole=True)), "listing") == ("expired", "listing_ended")
    unknown = answer(device(listings=[brand()]))
    assert stands(unknown, "listing") == ("unknown", "listing_end_reached")


@pytest.mark.parametrize(
    ("on", "files", "stand"),
    [
        # Ninety days before the last day to file (19 May 2026).
        ("2026-02-17", [], ("valid", "listed")),
        ("2026-02-18", [], ("attention", "renewal_due")),
        ("2026-05-19", [], ("attention", "renewal_due")),
        ("2026-05-20", [], ("attention", "renewal_overdue")),
        ("2026-05-09", [renewal()], ("attention", "renewal_due")),
        ("2026-05-10", [renewal()], ("valid", "renewal_requested")),
        ("2026-06-01", [renewal("2026-05-20")], ("attention", "renewal_late")),
        ("2026-06-01", [renewal(file_complete=False)], ("attention", "renewal_incomplete")),
        (END, [renewal()], ("valid", "renewal_requested")),
        ("2026-10-02", [refused_on("2026-10-01")], ("attention", "not_renewed")),
        ("2026-09-30", [refused_on("2026-10-01")], ("valid", "renewal_requested")),
    ],
)
def test_a_brand_line_before_its_end(on: str, files: list[dict[str, Any]], stand: tuple[str, str]) -> None:
    got = answer(device(*files, listings=[brand()], whole=True), on=on)
    assert stands(got, "listing") == stand
    assert until(got) == END
    assert deadline(got, "lppr.renewal_request_lead").strict.isoformat() == "2026-05-19"


def test_an_incomplete_file_does_not_meet_the_request() -> None:
    got = answer(device(renewal(file_complete=False), listings=[brand()]), on="2026-05-12")
    assert deadline(got, "lppr.renewal_request_lead").state == "open"
    late = answer(device(renewal(file_complete=False), listings=[brand()]), on="2026-06-12")
    assert deadline(late, "lppr.renewal_request_lead").state == "overdue"


def test_a_tacit_renewal_has_no_written_end_and_a_late_refusal_is_told() -> None:
    got = answer(device(refused_on("2026-11-18"), listings=[brand()]))
    assert got.tracks["listing"].until is None
    assert str(got.tracks["listing"].since) == "2026-11-16"
    assert finding(got, "refusal_after_tacit_renewal").values == {"refused_on": "2026-11-18"}
    assert "refusal_after_tacit_renewal" not in codes(answer(device(renewal(), listings=[brand()])))


def test_telemonitoring_has_one_hundred_and_twenty_days_and_its_files_can_lapse() -> None:
    filed = file("latm_renewal", listing="line", file_complete=True, steps=steps(requested="2026-07-18"))
    got = answer(device(filed, listings=[brand("latm")]))
    assert deadline(got, "latm.renewal_request_lead").strict.isoformat() == "2026-07-18"
    assert stands(got, "listing") == ("valid", "tacitly_renewed")
    lapsed = {**filed, "information_requests": [request("2026-08-03", answer_days=10)]}
    assert stands(answer(device(lapsed, listings=[brand("latm")], whole=True)), "listing") == (
        "expired",
        "listing_ended",
    )


def test_a_generic_telemonitoring_line_has_its_three_dates_and_renews_by_silence() -> None:
    line = listed("latm", line="generic", ends_on="2027-03-31")
    got = answer(device(listings=[line]))
    assert {one.rule: (one.strict.isoformat(), one.state) for one in got.deadlines} == {
        "latm.generic_renewal_open": ("2026-10-02", "applies"),
        "latm.generic_renewal_information": ("2026-12-01", "open"),
        "latm.generic_renewal_opinion": ("2027-03-01", "open"),
    }
    assert stands(got, "listing") == ("valid", "listed")
    assert stands(answer(device(listings=[line]), on="2027-04-01"), "listing") == (
        "valid",
        "tacitly_renewed",
    )


def test_a_generic_line_refused_before_its_end_ends() -> None:
    line = listed("lppr", line="generic_reinforced", ends_on="2026-10-31")
    refused = renewal(None, outcome="refused", done={"published": "2026-10-20"})
    got = answer(device(refused, listings=[line]))
    assert stands(got, "listing") == ("expired", "not_renewed")


@pytest.mark.parametrize(
    ("name", "line", "starts", "ends", "legal_end"),
    [
        ("lppr", "brand", "2022-02-01", "2027-02-01", None),
        ("lppr", "brand", "2022-02-01", "2027-02-02", "2027-02-01"),
        ("lppr", "brand", "2024-02-29", "2029-03-01", "2029-02-28"),
        ("lppr", "generic", "2020-01-01", "2030-01-02", "2030-01-01"),
        ("latm", "generic", "2023-07-01", "2028-07-02", "2028-07-01"),
        ("latm", "brand", "2023-07-01", "2028-07-01", None),
    ],
)
def test_the_longest_term(name: str, line: str, starts: str, ends: str, legal_end: str | None) -> None:
    got = answer(device(listings=[listed(name, line=line, starts_on=starts, ends_on=ends)]))
    told = [one.values["legal_end"] for one in got.findings if one.code == "listing_period_too_long"]
    assert told == ([legal_end] if legal_end else [])
    assert until(got) == (legal_end or ends)


def test_a_granted_renewal_starts_a_new_term() -> None:
    granted = renewal("2021-02-01", outcome="granted", done={"published": "2021-10-01"})
    line = brand(starts_on="2016-11-16", ends_on="2026-11-30")
    got = answer(device(granted, listings=[line]))
    assert "listing_period_too_long" not in codes(got)
    assert stands(got, "listing") == ("valid", "renewed")
    assert until(got) == "2026-11-30"
    assert until(answer(device(granted, listings=[line]), on="2026-12-01")) == "None"


def test_an_end_that_is_not_public() -> None:
    got = answer(device(listings=[brand(starts_on="2022-01-01", ends_on=None)]))
    assert stands(got, "listing") == ("valid", "listed")
    assert got.tracks["listing"].until is None
    assert got.tracks["listing"].reasons[0].fact == "listing.listings[line]"
    # A brand line lasts five years at most: then only a renewal could keep it.
    old = answer(device(listings=[brand(starts_on="2020-01-01", ends_on=None)]))
    assert stands(old, "listing") == ("unknown", "listing_end_reached")
    generic = listed("lppr", line="generic", starts_on="2010-01-01")
    assert stands(answer(device(listings=[generic])), "listing") == ("valid", "listed")


def test_a_line_of_unknown_form() -> None:
    line = listed("lppr", ends_on="2026-11-22")
    assert stands(answer(device(listings=[line])), "listing") == ("valid", "listed")
    after = answer(device(listings=[line]), on="2026-11-23")
    assert stands(after, "listing") == ("unknown", "listing_end_reached")


@pytest.mark.parametrize(
    ("reason", "stand"),
    [
        ("delisted", ("expired", "delisted")),
        ("suspended", ("suspended", "suspended")),
        (None, ("expired", "ended")),
    ],
)
def test_a_recorded_end_counts_from_its_day(reason: str | None, stand: tuple[str, str]) -> None:
    line = brand(ends_on="2028-06-30", starts_on="2024-01-01", ended_on="2026-11-22", ended_reason=reason)
    got = answer(device(listings=[line]))
    assert stands(got, "listing") == stand
    assert not got.deadlines
    assert stands(answer(device(listings=[line]), on="2026-11-21"), "listing") == ("valid", "listed")


def test_a_coverage_decided_but_not_started() -> None:
    line = brand(decided_on="2026-11-02", starts_on="2026-12-01", ends_on="2031-11-30")
    assert stands(answer(device(listings=[line])), "listing") == ("in_progress", "starts_later")
    assert stands(answer(device(listings=[line]), on="2026-11-01"), "listing") == ("unknown", "unknown")


def test_the_next_listing_takes_over_with_its_own_renewal() -> None:
    first = brand(key="first", code="1234567")
    second = brand(key="second", code="1234567", starts_on="2026-11-16", ends_on="2031-11-15")
    filed = {**renewal("2026-05-10"), "listing": "first"}
    got = answer(device(filed, listings=[first, second], whole=True))
    assert stands(got, "listing") == ("valid", "listed")
    assert until(got) == "2031-11-15"
    (lead,) = deadlines(got, "lppr.renewal_request_lead")
    assert (lead.trigger_fact, lead.state) == ("listing.listings[second]", "open")


def test_two_lines_of_different_codes_stand_apart() -> None:
    one = brand(key="one", code="1234567", ends_on="2026-10-31")
    two = brand(key="two", code="7654321", starts_on="2024-01-01", ends_on="2028-12-31")
    got = answer(device(listings=[one, two], whole=True))
    assert stands(got, "listing") == ("valid", "listed")
    assert until(got) == "2028-12-31"
    assert {row.trigger_fact: row.state for row in deadlines(got, "lppr.renewal_request_lead")} == {
        "listing.listings[one]": "overdue",
        "listing.listings[two]": "open",
    }
    later = answer(device(listings=[one, {**two, "ends_on": "2027-06-30"}], whole=True))
    assert stands(later, "listing") == ("attention", "renewal_due")


def test_a_running_coverage_comes_before_a_request_that_waits() -> None:
    asked = file("latm_listing", steps=steps(requested="2026-06-01", acknowledged="2026-06-10"))
    line = brand(starts_on="2024-01-01", ends_on="2028-12-31")
    got = answer(device(asked, listings=[line]))
    assert deadline(got, "latm.decision").state == "silent_at_term"
    assert stands(got, "listing") == ("attention", "listed")


def test_nothing_recorded() -> None:
    assert stands(answer({}), "listing") == ("unknown", "unknown")
    assert stands(answer(device(whole=True)), "listing") == ("not_started", "not_started")
