"""The life of telemonitoring and transitional coverages: measures, codes, penalties, updates."""

from datetime import date
from typing import Any

import pytest

from tests.law.answers import answer, codes, deadline, deadlines, finding, stands
from tests.law.files import device, file, listed, request, steps

ACTIVITY = listed("latm", "line", line="brand", starts_on="2024-04-01", ends_on="2029-03-31")
PECT = listed("pect", "t", decided_on="2025-04-02", starts_on="2025-04-10")


def under(procedure: str, *listings: Any, requests: Any = (), **done: str) -> dict[str, Any]:
    """Return a device with coverages and one procedure on them."""
    one = {"key": "p", "procedure": procedure, "steps": steps(**done), "information_requests": list(requests)}
    return device(listings=listings, listing={"procedures": [one]}, whole=True)


@pytest.mark.parametrize(
    ("done", "stand"),
    [
        ({"decided": "2026-11-22"}, ("suspended", "suspended")),
        ({"decided": "2026-11-23"}, ("valid", "listed")),
        ({"decided": "2026-11-01", "withdrawn": "2026-11-22"}, ("valid", "listed")),
        ({"decided": "2026-11-01", "withdrawn": "2026-11-23"}, ("suspended", "suspended")),
        # Older than the listing: it was no bar to it.
        ({"decided": "2024-03-31"}, ("valid", "listed")),
    ],
)
def test_a_suspended_market_suspends_telemonitoring(done: dict[str, str], stand: tuple[str, str]) -> None:
    assert stands(answer(under("market_suspension", ACTIVITY, **done)), "listing") == stand


def test_a_measure_on_another_coverage_is_not_this_one_s() -> None:
    other = listed(
        "latm", "other", line="brand", indication="b", starts_on="2024-04-01", ends_on="2029-03-31"
    )
    facts = under("market_ban", {**ACTIVITY, "indication": "a"}, other, decided="2026-11-02")
    facts["listing"]["procedures"][0]["listing"] = "other"
    assert "latm.banned_device" in {one.rule for one in answer(facts).tracks["listing"].reasons}
    facts["listing"]["procedures"][0]["listing"] = "elsewhere"
    assert stands(answer(facts), "listing") == ("valid", "listed")


def test_an_individual_code_stops_from_the_notification() -> None:
    asked = [request("2026-10-15", "2026-10-20", received_on="2026-10-18")]
    line = {**ACTIVITY, "line": "generic"}
    got = answer(under("individual_code", line, requested="2026-09-30", requests=asked))
    # 30 Sept + 2 months = 30 Nov, + 5 days from the notification (not from its receipt).
    assert deadline(got, "latm.generic_code").strict == date(2026, 12, 5)
    assert deadline(got, "latm.generic_code_information").strict == date(2026, 10, 30)
    on_the_lppr = answer(under("individual_code", listed("lppr", line="generic"), requested="2026-09-30"))
    assert not deadlines(on_the_lppr, "latm.generic_code")


def test_a_change_is_told_for_a_brand_only() -> None:
    told = finding(answer(under("change_notice", ACTIVITY, changed="2026-11-02")), "change_to_notify")
    assert told.values == {"changed_on": "2026-11-02"}
    generic = under("change_notice", {**ACTIVITY, "line": "generic"}, changed="2026-11-02")
    assert "change_to_notify" not in codes(answer(generic))


def test_a_kind_of_procedure_without_a_project_puts_no_project() -> None:
    lppr = listed("lppr", line="brand", starts_on="2024-04-01", ends_on="2029-03-31")
    got = answer(under("market_ban", lppr, notified="2026-11-10"))
    assert not [one for one in got.deadlines if "initiative" in one.rule]


@pytest.mark.parametrize(("paid", "state"), [("2026-11-14", "met"), (None, "open"), ("2026-12-15", "open")])
def test_a_penalty_is_paid_within_a_month(paid: str | None, state: str) -> None:
    done = {"notified": "2026-09-01", "turnover_declared": "2026-09-10", "penalty_notified": "2026-11-14"}
    facts = under("penalty", PECT, **done, **({"paid": paid} if paid else {}))
    got = deadline(answer(facts), "pect.penalty_payment")
    assert (got.strict, got.state) == (date(2026, 12, 14), state)


def test_a_penalty_that_was_dropped_asks_for_nothing() -> None:
    got = answer(under("penalty", PECT, notified="2026-09-01", withdrawn="2026-10-01"))
    assert not [one for one in got.deadlines if "penalty" in one.rule]


@pytest.mark.parametrize(
    ("sent", "years"),
    [(None, ["2026", "2027"]), ("2026-05-02", ["2026", "2027"]), ("2025-05-01", ["2026", "2027"])],
)
def test_the_last_update_and_the_next_one_show(sent: str | None, years: list[str]) -> None:
    facts = under("yearly_update", PECT, **({"requested": sent} if sent else {}))
    shown = deadlines(answer(facts), "pect.annual_update")
    assert [one.n for one in shown] == years
    assert shown[0].state == ("met_late" if sent == "2026-05-02" else "overdue")
    assert (shown[0].strict, shown[1].strict) == (date(2026, 5, 1), date(2027, 5, 1))
    not_whole = {**facts, "complete_tracks": []}
    past = [one for one in deadlines(answer(not_whole), "pect.annual_update") if one.n == "2026"]
    assert bool(past) is (sent == "2026-05-02")


@pytest.mark.parametrize(("day", "abandoned"), [("2026-11-12", False), ("2026-11-13", True)])
def test_a_counter_proposal_answered_too_late_is_a_request_abandoned(day: str, abandoned: bool) -> None:
    asked = file(
        "pect",
        steps=steps(
            requested="2026-06-01",
            proposal_received="2026-10-01",
            counter_proposal_notified="2026-11-02",
            counter_proposal_answered=day,
        ),
    )
    expected = ("expired", "deemed_abandoned") if abandoned else ("in_progress", "requested")
    assert stands(answer(device(asked)), "listing") == expected


# Ended on the very day of the intent, it was not covered that day any more.
@pytest.mark.parametrize(("ended_on", "due"), [("2026-11-02", True), ("2026-11-03", False), (None, False)])
def test_a_product_on_the_lppr_proposes_no_compensation(ended_on: str | None, due: bool) -> None:
    asked = file("pect", indication="b", steps=steps(requested="2026-06-01", intent_notified="2026-11-02"))
    line = listed("lppr", indication="a", line="brand", starts_on="2024-01-01", ended_on=ended_on)
    assert bool(deadlines(answer(device(asked, listings=[line])), "pect.compensation_proposal")) is due


def test_the_clock_of_an_abandoned_file_runs_again_for_the_commission() -> None:
    asked = [request("2026-10-05", answer_days=20)]
    facts = device(
        file("latm_listing", steps=steps(acknowledged="2026-09-01"), requests=asked, under_pecan=False)
    )
    stopped = deadline(answer(facts, on="2026-10-20"), "latm.cnedimts_opinion")
    assert stopped.state == "clock_stopped"
    got = answer(facts, on="2026-10-26")
    # 1 Sept + 90 = 30 Nov; from 5 to 25 Oct, twenty days: 20 Dec.
    assert deadline(got, "latm.cnedimts_opinion").strict == date(2026, 12, 20)
    assert not deadlines(got, "latm.decision")
