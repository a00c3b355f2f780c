"""Files before the CNEDiMTS: their path, opinions and hearings, the medico-economic evaluation."""

from typing import Any

import pytest

from tests.law.answers import answer, deadline, deadlines, stands
from tests.law.files import device, file, request, steps

ACKNOWLEDGED = steps(acknowledged="2026-09-01")


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
    assert deadline(answer(asked), rule).strict.isoformat() == strict_date
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
    assert deadline(before, "lppr.initial_decision").strict.isoformat() == "2026-11-28"


def test_a_reassessment_gives_forty_five_days_for_data() -> None:
    asked = file("reassessment", requests=[request("2026-11-02")])
    assert deadline(answer(device(asked)), "lppr.cnedimts_data_request").strict.isoformat() == "2026-12-17"


def test_the_opinion_of_the_ceesp_can_be_answered_in_ten_days() -> None:
    done = steps(requested="2026-06-01", ceesp_opinion_received="2026-11-18")
    assert (
        deadline(answer(device(file("lppr_listing", steps=done))), "lppr.ceesp_response").strict.isoformat()
        == "2026-11-28"
    )


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
