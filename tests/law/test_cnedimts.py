"""Clocks of the evaluation and their stops, answers due and abandonment."""

from typing import Any

import pytest

from compliance.law.types import Assessment
from tests.law.answers import answer, codes, deadline, deadlines, finding, stands
from tests.law.files import device, file, request, steps

ACKNOWLEDGED = steps(acknowledged="2026-09-01")


def strict(got: Assessment, rule: str) -> str:
    return deadline(got, rule).strict.isoformat()


@pytest.mark.parametrize(
    ("requests", "opinion"),
    [
        ((), "2026-11-30"),
        # Two stops add up: 14 and 6 days.
        (
            (request("2026-10-05", "2026-10-19"), request("2026-11-02", "2026-11-08")),
            "2026-12-20",
        ),
        # Days that two requests share count once: 5 to 25 October.
        (
            (request("2026-10-05", "2026-10-20"), request("2026-10-10", "2026-10-25")),
            "2026-12-20",
        ),
        # A request made before the clock starts stops nothing.
        ((request("2026-08-20", "2026-09-10"),), "2026-11-30"),
        # The receipt by the company plays no part here: the text counts from the notification.
        ((request("2026-10-05", "2026-10-19", received_on="2026-10-07"),), "2026-12-14"),
    ],
)
def test_stops_of_the_telemonitoring_clock(requests: Any, opinion: str) -> None:
    asked = device(file("latm_listing", steps=ACKNOWLEDGED, requests=requests, under_pecan=False))
    got = answer(asked)
    assert strict(got, "latm.cnedimts_opinion") == opinion


def test_an_unanswered_request_holds_both_clocks() -> None:
    asked = file(
        "latm_listing",
        steps=ACKNOWLEDGED,
        requests=[request("2026-11-16", answer_days=15)],
        under_pecan=False,
    )
    got = answer(device(asked))
    assert deadline(got, "latm.cnedimts_opinion").state == "clock_stopped"
    assert deadline(got, "latm.decision").state == "clock_stopped"
    assert strict(got, "latm.missing_information") == "2026-12-01"
    assert stands(got, "cnedimts") == ("attention", "clock_stopped")
    assert stands(got, "listing") == ("attention", "clock_stopped")


def test_an_unanswered_request_lapses_after_its_last_day() -> None:
    asked = device(file("latm_listing", steps=ACKNOWLEDGED, requests=[request("2026-10-05", answer_days=15)]))
    last = answer(asked, on="2026-10-20")
    assert deadline(last, "latm.missing_information").state == "due_today"
    assert stands(last, "cnedimts") == ("attention", "clock_stopped")
    after = answer(asked, on="2026-10-21")
    assert deadline(after, "latm.missing_information").state == "deemed_abandoned"
    assert stands(after, "cnedimts") == ("expired", "deemed_abandoned")
    assert stands(after, "listing") == ("expired", "deemed_abandoned")
    assert not deadlines(after, "latm.decision")


def test_a_late_answer_does_not_revive_the_request() -> None:
    late = request("2026-10-05", "2026-10-21", answer_days=15)
    got = answer(device(file("latm_listing", steps=ACKNOWLEDGED, requests=[late])))
    assert deadline(got, "latm.missing_information").state == "met_late"
    assert stands(got, "cnedimts") == ("expired", "deemed_abandoned")


def test_a_decision_taken_all_the_same_counts() -> None:
    late = request("2026-10-05", "2026-10-21", answer_days=15)
    done = steps(acknowledged="2026-09-01", opinion_published="2026-11-10", notified="2026-11-20")
    got = answer(
        device(
            file(
                "latm_listing",
                steps=done,
                requests=[late],
                outcome="granted",
                opinions=[{"verdict": "favourable"}],
            )
        )
    )
    assert stands(got, "cnedimts") == ("valid", "opinion_given")
    assert stands(got, "listing") == ("unknown", "granted")


def test_without_the_time_set_no_abandonment_is_inferred() -> None:
    got = answer(
        device(file("latm_listing", steps=ACKNOWLEDGED, requests=[request("2026-10-05")], under_pecan=False))
    )
    assert not deadlines(got, "latm.missing_information")
    assert stands(got, "cnedimts") == ("attention", "clock_stopped")


def test_under_early_coverage_ten_days_whatever_is_set() -> None:
    asked = file(
        "latm_listing", steps=ACKNOWLEDGED, requests=[request("2026-11-16", answer_days=30)], under_pecan=True
    )
    got = answer(device(asked))
    assert strict(got, "latm.missing_information") == "2026-11-26"


def test_early_coverage_is_read_from_the_coverages() -> None:
    early = {
        "key": "early",
        "list": "pecan",
        "indication": "heart",
        "decided_on": "2026-01-05",
        "starts_on": "2026-01-10",
    }
    asked = file("latm_listing", steps=ACKNOWLEDGED, indication="heart")
    got = answer(device(asked, listings=[early]))
    assert strict(got, "latm.cnedimts_opinion_under_pecan") == "2026-11-10"
    elsewhere = answer(device(asked, listings=[{**early, "indication": "lung"}]))
    assert strict(elsewhere, "latm.cnedimts_opinion") == "2026-11-30"


def test_a_time_shorter_than_the_law_allows_is_told() -> None:
    asked = file("latm_listing", steps=ACKNOWLEDGED, requests=[request("2026-11-16", answer_days=8)])
    found = finding(answer(device(asked)), "time_set_too_short")
    assert found.values == {"set": "8", "least": "10"}
    enough = file("latm_listing", steps=ACKNOWLEDGED, requests=[request("2026-11-16", answer_days=10)])
    assert "time_set_too_short" not in codes(answer(device(enough)))


def test_several_answers_are_numbered_from_the_second_on() -> None:
    asked = file(
        "latm_listing",
        steps=ACKNOWLEDGED,
        requests=[
            request("2026-11-02", "2026-11-08", answer_days=20),
            request("2026-10-05", "2026-10-19", answer_days=15),
        ],
    )
    got = deadlines(answer(device(asked)), "latm.missing_information")
    assert {one.n: one.strict.isoformat() for one in got} == {"": "2026-10-20", "2": "2026-11-22"}


def test_the_missing_list_and_a_request_are_told_apart() -> None:
    days = steps(requested="2026-11-02", missing_list_received="2026-11-10")
    asked = file("pect", steps=days, requests=[request("2026-11-16")])
    got = deadlines(answer(device(asked)), "pect.missing_information")
    assert {one.n: one.strict.isoformat() for one in got} == {"missing list": "2026-11-25", "": "2026-12-01"}


def test_a_file_exists_from_its_first_request_for_information() -> None:
    asked = file("latm_listing", requests=[request("2026-11-16", answer_days=20)])
    ahead = {**asked, "opinions": [{"adopted_on": "2027-03-02"}]}
    for one in (asked, ahead):
        assert deadline(answer(device(one)), "latm.missing_information").strict.isoformat() == "2026-12-06"


def test_the_lppr_has_no_time_for_the_opinion_and_none_for_answers() -> None:
    got = answer(
        device(file("lppr_listing", steps=steps(requested="2026-06-01"), requests=[request("2026-07-08")]))
    )
    assert {one.rule for one in got.deadlines} == {"lppr.initial_decision"}


def test_the_renewal_of_telemonitoring_has_its_opinion_and_no_decision_clock() -> None:
    got = answer(device(file("latm_renewal", steps=ACKNOWLEDGED)))
    assert strict(got, "latm.renewal_opinion") == "2026-11-30"
    assert not deadlines(got, "latm.decision")


def test_early_coverage_answers_have_thirty_days_and_stop_all_three_clocks() -> None:
    asked = file(
        "pecan",
        steps=steps(
            acknowledged="2026-08-03",
            cnedimts_opinion_received="2026-10-20",
            ans_opinion_received="2026-10-12",
        ),
        requests=[request("2026-09-01", "2026-09-21"), request("2026-11-02", "2026-11-12")],
    )
    got = answer(device(asked))
    assert strict(got, "pecan.cnedimts_opinion") == "2026-10-22"
    assert strict(got, "pecan.ans_opinion") == "2026-10-22"
    assert strict(got, "pecan.decision") == "2026-11-29"
    assert [one.strict.isoformat() for one in deadlines(got, "pecan.missing_information")] == [
        "2026-10-01",
        "2026-12-02",
    ]


def test_a_request_after_the_term_stops_nothing() -> None:
    asked = file(
        "pecan", steps=steps(acknowledged="2026-08-03"), requests=[request("2026-10-05", "2026-10-15")]
    )
    assert strict(answer(device(asked)), "pecan.cnedimts_opinion") == "2026-10-02"


def test_transitional_coverage_counts_from_the_complete_request() -> None:
    done = steps(
        requested="2026-08-03", missing_list_received="2026-08-10", missing_list_answered="2026-08-25"
    )
    got = answer(device(file("pect", steps=done)))
    assert deadline(got, "pect.missing_information").state == "met"
    assert strict(got, "pect.cnedimts_opinion") == "2026-10-24"
    late = steps(
        requested="2026-08-03", missing_list_received="2026-08-10", missing_list_answered="2026-08-26"
    )
    got = answer(device(file("pect", steps=late)))
    assert deadline(got, "pect.missing_information").state == "met_late"
    assert not deadlines(got, "pect.cnedimts_opinion")
    assert stands(got, "cnedimts") == ("expired", "deemed_abandoned")


def test_changes_that_the_has_asks_for_add_thirty_days() -> None:
    done = steps(requested="2026-06-01", acknowledged="2026-06-12", modified_protocol_requested="2026-07-01")
    got = answer(device(file("forfait_innovation", steps=done)))
    assert strict(got, "fi.has_opinion") == "2026-09-25"
    assert strict(got, "fi.protocol_changes") == "2026-07-31"
    assert strict(got, "fi.tacit_rejection") == "2027-01-12"


def test_an_opinion_with_observations_opens_thirty_days_twice() -> None:
    done = steps(
        acknowledged="2026-06-12", opinion_received="2026-08-20", modified_protocol_sent="2026-09-10"
    )
    opinions = [{"verdict": "favourable_with_observations", "adopted_on": "2026-08-18"}]
    got = answer(device(file("forfait_innovation", steps=done, opinions=opinions)))
    assert strict(got, "fi.modified_protocol") == "2026-09-19"
    assert deadline(got, "fi.modified_protocol").state == "met"
    assert strict(got, "fi.has_second_opinion") == "2026-10-10"
    assert stands(got, "cnedimts") == ("attention", "opinion_given")
