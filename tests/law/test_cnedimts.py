"""The evaluation: clocks and their stops, answers due, contradictory phase, opinions."""

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


def test_several_answers_are_numbered() -> None:
    asked = file(
        "latm_listing",
        steps=ACKNOWLEDGED,
        requests=[
            request("2026-11-02", "2026-11-08", answer_days=20),
            request("2026-10-05", "2026-10-19", answer_days=15),
        ],
    )
    got = deadlines(answer(device(asked)), "latm.missing_information")
    assert {one.n: one.strict.isoformat() for one in got} == {"1": "2026-10-20", "2": "2026-11-22"}


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


@pytest.mark.parametrize(
    ("on", "stand"),
    [
        ("2026-11-01", ("in_progress", "deposited")),
        ("2026-11-16", ("attention", "contradictory_phase")),
        ("2026-11-26", ("attention", "contradictory_phase")),
        ("2026-11-27", ("in_progress", "final_opinion_awaited")),
        ("2026-12-15", ("valid", "opinion_given")),
    ],
)
def test_the_path_of_a_file(on: str, stand: tuple[str, str]) -> None:
    done = steps(requested="2026-09-01", draft_opinion_received="2026-11-16")
    opinions = [{"verdict": "sufficient", "adopted_on": "2026-12-15"}]
    got = answer(device(file("lppr_listing", steps=done, opinions=opinions)), on=on)
    assert stands(got, "cnedimts") == stand


def test_the_ten_days_leave_with_the_final_opinion() -> None:
    done = steps(draft_opinion_received="2026-11-16", opinion_published="2026-11-20")
    got = answer(device(file("lppr_listing", steps=done)))
    assert not deadlines(got, "lppr.contradictory_response")
    assert stands(got, "cnedimts") == ("unknown", "opinion_given")


@pytest.mark.parametrize(
    ("opinions", "stand"),
    [
        ([{"verdict": "insufficient"}], ("refused", "opinion_given")),
        (
            [{"verdict": "insufficient", "indication": "a"}, {"verdict": "sufficient", "indication": "b"}],
            ("attention", "opinion_given"),
        ),
        ([{}], ("unknown", "opinion_given")),
        ([{"verdict": "sufficient", "adopted_on": "2027-01-05"}], ("unknown", "unknown")),
    ],
)
def test_the_sense_of_opinions(opinions: Any, stand: tuple[str, str]) -> None:
    assert stands(answer(device(file("lppr_listing", opinions=opinions))), "cnedimts") == stand


def test_a_later_opinion_for_the_same_list_and_indication_replaces_the_first() -> None:
    first = file("lppr_listing", "first", opinions=[{"verdict": "sufficient", "adopted_on": "2018-05-15"}])
    again = file("lppr_renewal", "again", opinions=[{"verdict": "insufficient", "adopted_on": "2026-05-15"}])
    assert stands(answer(device(first, again)), "cnedimts") == ("refused", "opinion_given")
    assert stands(answer(device(first, again), on="2026-05-14"), "cnedimts") == ("valid", "opinion_given")
    other = {**again, "procedure": "latm_listing"}
    assert stands(answer(device(first, other)), "cnedimts") == ("valid", "opinion_given")


def test_a_valid_opinion_with_another_file_that_waits_asks_for_attention() -> None:
    first = file("lppr_listing", "first", opinions=[{"verdict": "sufficient", "adopted_on": "2018-05-15"}])
    waits = file(
        "latm_listing", "waits", steps=ACKNOWLEDGED, requests=[request("2026-11-16", answer_days=15)]
    )
    assert stands(answer(device(first, waits)), "cnedimts") == ("attention", "opinion_given")


@pytest.mark.parametrize(
    ("procedure", "rule", "reduced", "strict_date"),
    [
        ("lppr_renewal", "lppr.cnedimts_hearing", None, "2026-12-31"),
        ("latm_listing", "latm.hearing", False, "2026-12-31"),
        ("latm_listing", "latm.hearing", True, "2026-12-16"),
    ],
)
def test_a_hearing_and_its_reduced_time(
    procedure: str, rule: str, reduced: bool | None, strict_date: str
) -> None:
    done = steps(
        draft_opinion_received="2026-11-10", hearing_requested="2026-11-16", hearing_held="2026-12-10"
    )
    asked = device(file(procedure, steps=done, hearing_reduced=reduced))
    assert strict(answer(asked), rule) == strict_date
    assert stands(answer(asked), "cnedimts") == ("in_progress", "hearing_requested")
    held = answer(asked, on="2026-12-10")
    assert deadline(held, rule).state == "met"
    assert stands(held, "cnedimts") == ("in_progress", "final_opinion_awaited")


def test_a_withdrawn_file_is_withdrawn_from_its_day() -> None:
    done = steps(requested="2026-06-01", withdrawn="2026-11-10")
    asked = device(file("lppr_listing", steps=done, outcome="withdrawn"))
    assert stands(answer(asked), "cnedimts") == ("expired", "withdrawn")
    assert stands(answer(asked), "listing") == ("expired", "withdrawn")
    assert not answer(asked).deadlines
    before = answer(asked, on="2026-11-09")
    assert stands(before, "cnedimts") == ("in_progress", "deposited")
    assert strict(before, "lppr.initial_decision") == "2026-11-28"


def test_a_reassessment_gives_forty_five_days_for_data() -> None:
    asked = file("reassessment", requests=[request("2026-11-02")])
    assert strict(answer(device(asked)), "lppr.cnedimts_data_request") == "2026-12-17"


def test_the_opinion_of_the_ceesp_can_be_answered_in_ten_days() -> None:
    done = steps(requested="2026-06-01", ceesp_opinion_received="2026-11-18")
    assert strict(answer(device(file("lppr_listing", steps=done))), "lppr.ceesp_response") == "2026-11-28"


@pytest.mark.parametrize(
    ("claimed", "impact", "decision"),
    [
        ("major", True, "required"),
        ("none", None, "not_required"),
        (None, False, "not_required"),
        ("major", None, None),
    ],
)
def test_the_medico_economic_evaluation_needs_both_conditions(
    claimed: str | None, impact: bool | None, decision: str | None
) -> None:
    asked = file("lppr_listing", added_value_claimed=claimed, significant_budget_impact=impact)
    got = [one.values["decision"] for one in answer(device(asked)).findings if one.code == "ceesp_decision"]
    assert got == ([decision] if decision else [])


def test_nothing_recorded_is_unknown_unless_the_record_is_whole() -> None:
    assert stands(answer({}), "cnedimts") == ("unknown", "unknown")
    assert stands(answer({"complete_tracks": ["cnedimts"]}), "cnedimts") == ("not_started", "not_started")


def test_before_the_law_is_published_no_clock_is_shown() -> None:
    got = answer(device(file("latm_listing", steps=ACKNOWLEDGED)), known_on="2022-12-30")
    assert not deadlines(got, "latm.cnedimts_opinion")
