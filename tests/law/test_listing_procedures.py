"""Procedures on a listing: projects of the ministers, delisting, tariffs; declarations; appeals."""

from datetime import date
from typing import Any

import pytest

from compliance.law.types import Assessment
from tests.law.answers import answer, codes, deadline, deadlines, finding, stands
from tests.law.files import device, file, listed, request, steps


def with_procedure(kind: str, name: str = "lppr", requests: Any = (), **fields: Any) -> dict[str, Any]:
    """Return a device listed on one list with one procedure on its listing."""
    procedure = {
        "key": "p",
        "procedure": kind,
        "listing": "line",
        "information_requests": list(requests),
        **fields,
    }
    line = listed(name, line="generic", starts_on="2022-01-01")
    return {"listing": {"listings": [line], "procedures": [procedure]}, "complete_tracks": []}


def dates(got: Assessment) -> dict[str, str]:
    """Return the strict dates of the deadlines of the procedure, by rule."""
    return {
        one.rule: one.strict.isoformat()
        for one in got.deadlines
        if one.trigger_fact == "listing.procedures[p]"
    }


def test_the_two_hearings_and_the_opinion_on_a_project() -> None:
    done = steps(
        jo_notice="2026-10-05",
        hearing_requested="2026-10-12",
        hearing_held="2026-11-16",
        ceps_hearing_requested="2026-10-20",
    )
    assert dates(answer(with_procedure("ministers_initiative", steps=done))) == {
        # The hearing was asked for: nobody is late with the written observations (R.165-9 I: "or").
        "lppr.initiative_hearing_request": "2026-10-13",
        "lppr.initiative_ceps_obs_or_hearing": "2026-10-25",
        "lppr.initiative_hearing": "2026-11-26",
        "lppr.ceps_hearing": "2026-11-24",
        # Twenty days from the end of the contradictory phase: the hearing, held after the twenty days.
        "lppr.initiative_cnedimts_opinion": "2026-12-06",
    }


def test_the_opinion_counts_from_the_twenty_days_without_a_hearing() -> None:
    done = steps(jo_notice="2026-10-05")
    got = answer(with_procedure("ministers_initiative", steps=done))
    assert dates(got)["lppr.initiative_cnedimts_opinion"] == "2026-11-14"
    longer = with_procedure("ministers_initiative", steps=done, opinion_due_on="2026-12-18")
    assert dates(answer(longer))["lppr.initiative_cnedimts_opinion"] == "2026-12-18"
    awaited = with_procedure(
        "ministers_initiative", steps=steps(jo_notice="2026-10-05", hearing_requested="2026-10-12")
    )
    assert "lppr.initiative_cnedimts_opinion" not in dates(answer(awaited))


def test_a_generic_telemonitoring_project() -> None:
    done = steps(jo_notice="2026-11-03", hearing_requested="2026-11-09")
    assert dates(answer(with_procedure("ministers_initiative", "latm", steps=done))) == {
        "latm.generic_project": "2026-11-23",
        "latm.generic_project_hearing_request": "2026-11-11",
        "latm.generic_project_hearing": "2026-12-24",
    }


def test_information_on_a_project_about_a_telemonitoring_brand() -> None:
    got = answer(with_procedure("ministers_initiative", "latm", [request("2026-11-02")]))
    assert dates(got) == {"latm.ministers_initiative_information": "2026-12-17"}


def test_a_procedure_that_has_ended_shows_no_deadline() -> None:
    done = steps(jo_notice="2026-10-05", decided="2026-11-16")
    assert dates(answer(with_procedure("ministers_initiative", steps=done, outcome="granted"))) == {}


@pytest.mark.parametrize("name", ["lppr", "latm"])
def test_a_delisting_and_the_silence_of_the_commission(name: str) -> None:
    facts = with_procedure("delisting", name, steps=steps(notified="2026-11-02"), opinion_due_on="2026-11-20")
    got = answer(facts)
    assert dates(got) == {f"{name}.delisting_obs": "2026-11-22", f"{name}.delisting_opinion": "2026-11-20"}
    assert finding(got, "opinion_deemed_given").values == {"due_on": "2026-11-20"}
    assert stands(got, "listing") == ("attention", "delisting_planned")
    assert "opinion_deemed_given" not in codes(answer(facts, on="2026-11-20"))
    given = steps(notified="2026-11-02", cnedimts_opinion_received="2026-11-20")
    told = with_procedure("delisting", name, steps=given, opinion_due_on="2026-11-20")
    assert "opinion_deemed_given" not in codes(answer(told))


def test_a_change_of_tariff_stops_from_receipt_and_is_granted_by_silence() -> None:
    done = steps(ceps_received="2026-08-03")
    asked = [request("2026-08-20", "2026-09-10", received_on="2026-08-24")]
    facts = with_procedure("tariff_change_request", requests=asked, steps=done)
    assert dates(answer(facts)) == {"lppr.tariff_change_request": "2026-11-18"}
    assert deadline(answer(facts), "lppr.tariff_change_request").state == "tacitly_accepted"
    assert deadline(answer(facts, on="2026-11-18"), "lppr.tariff_change_request").state == "due_today"


def test_a_refusal_of_the_tariff_after_the_term_comes_too_late() -> None:
    done = steps(ceps_received="2026-08-03", notified="2026-11-02")
    got = answer(with_procedure("tariff_change_request", steps=done, outcome="refused"))
    assert finding(got, "refusal_after_tacit_acceptance").values == {
        "refused_on": "2026-11-02",
        "granted_by_silence_on": "2026-11-01",
    }
    in_time = steps(ceps_received="2026-08-03", notified="2026-11-01")
    told = answer(with_procedure("tariff_change_request", steps=in_time, outcome="refused"))
    assert "refusal_after_tacit_acceptance" not in codes(told)


def test_a_withdrawn_request_for_a_tariff_is_granted_by_nothing() -> None:
    done = steps(ceps_received="2026-08-03", withdrawn="2026-09-01")
    got = answer(with_procedure("tariff_change_request", steps=done, outcome="withdrawn"))
    assert not deadlines(got, "lppr.tariff_change_request")


@pytest.mark.parametrize(
    ("fields", "whole", "state"),
    [
        ({}, False, None),
        ({}, True, "overdue"),
        ({"declared_on": "2026-11-16"}, False, "met"),
        ({"starts_on": "2026-11-07"}, False, "due_today"),
        ({"starts_on": "2021-09-30"}, True, None),
    ],
)
def test_the_code_is_declared_in_fifteen_days(fields: dict[str, Any], whole: bool, state: str | None) -> None:
    line = listed("lppr", line="brand", **{"starts_on": "2026-11-02", **fields})
    got = [
        one.state
        for one in deadlines(answer(device(listings=[line], whole=whole)), "lppr.post_listing_declaration")
    ]
    assert got == ([state] if state else [])


@pytest.mark.parametrize(("name", "count"), [("lppr", 1), ("intra_ghs", 1), ("latm", 0), ("pecan", 0)])
def test_the_code_is_declared_for_two_lists(name: str, count: int) -> None:
    got = answer(device(listings=[listed(name, starts_on="2026-11-16")]))
    assert len(deadlines(got, "lppr.post_listing_declaration")) == count


def test_prices_are_declared_by_the_end_of_march() -> None:
    sales = [{"key": "s", "sales_year": 2025, "declared_on": "2026-04-01"}, {"key": "t", "sales_year": 2020}]
    got = answer({"listing": {"price_declarations": sales}})
    # The sales of 2020 were to be declared before 1 September 2021 (R.165-102, nota).
    assert [(one.strict.isoformat(), one.state) for one in deadlines(got, "lppr.price_declaration")] == [
        ("2021-08-31", "overdue"),
        ("2026-03-31", "met_late"),
    ]


def test_the_agency_sends_its_receipt_within_a_month() -> None:
    declared = [{"key": "d", "operator": "Hospital", "complete_on": "2026-10-15", "receipt_on": "2026-11-15"}]
    assert (
        deadline(answer({"listing": {"operator_declarations": declared}}), "latm.ars_receipt").state == "met"
    )


@pytest.mark.parametrize(
    ("fields", "strict", "told"),
    [
        ({}, "2026-12-31", False),
        ({"remedies_mentioned": True}, "2026-12-31", False),
        ({"remedies_mentioned": False}, None, True),
        ({"outcome": "granted"}, None, False),
    ],
)
def test_an_appeal_against_a_notified_refusal(fields: dict[str, Any], strict: str | None, told: bool) -> None:
    refused = file("latm_listing", **{"outcome": "refused", "steps": steps(notified="2026-10-31"), **fields})
    got = answer(device(refused))
    assert [one.strict.isoformat() for one in deadlines(got, "fr.appeal_two_months")] == (
        [strict] if strict else []
    )
    assert ("appeal_time_not_opposable" in codes(got)) is told


def test_the_appeal_is_in_time_on_the_day_after_the_strict_one() -> None:
    """The time is a full one: the last day is not counted, and a holiday moves it."""
    asked = file(
        "lppr_listing", outcome="refused", steps=steps(notified="2026-10-31", appeal_filed="2027-01-04")
    )
    got = deadline(answer(device(asked), on="2027-01-05"), "fr.appeal_two_months")
    assert (got.strict.isoformat(), got.rolled.isoformat(), got.state) == ("2026-12-31", "2027-01-04", "met")


def silent(**done: str) -> dict[str, Any]:
    """Return a request for innovation funding that silence rejected on 27 October 2026."""
    asked = file("forfait_innovation", extra_days=0, steps=steps(requested="2026-04-15", **done))
    return device(asked)


@pytest.mark.parametrize(
    ("done", "found"),
    [
        ({}, {"fr.appeal_implicit_rejection": "2026-12-27"}),
        ({"reasons_requested": "2026-11-16"}, {"fr.reasons_of_implicit_rejection": "2026-12-16"}),
        (
            {"reasons_requested": "2026-11-02", "reasons_received": "2026-11-20"},
            {"fr.reasons_of_implicit_rejection": "2026-12-02", "fr.appeal_after_reasons": "2027-01-20"},
        ),
        # asked for before the rejection was born, or on a day to come: nothing is held
        ({"reasons_requested": "2026-10-27"}, {"fr.appeal_implicit_rejection": "2026-12-27"}),
        ({"reasons_requested": "2026-11-23"}, {"fr.appeal_implicit_rejection": "2026-12-27"}),
    ],
)
def test_reasons_asked_for_in_time_hold_the_appeal_against_silence(
    done: dict[str, str], found: dict[str, str]
) -> None:
    got = answer(silent(**done))
    assert {one.rule: one.strict.isoformat() for one in got.deadlines if one.rule.startswith("fr.")} == found
    assert ("appeal_time_held" in codes(got)) is (done == {"reasons_requested": "2026-11-16"})


def test_the_postmark_is_in_time_and_the_receipt_starts_the_clock() -> None:
    sent = file("lppr_listing", steps=steps(posted="2026-11-02", requested="2026-11-05"))
    got = answer(device(sent))
    assert deadline(got, "lppr.initial_decision").trigger_date == date(2026, 11, 5)
    assert finding(got, "filed_by_post").values == {"posted": "2026-11-02", "received": "2026-11-05"}
    same_day = file("lppr_listing", steps=steps(posted="2026-11-05", requested="2026-11-05"))
    assert "filed_by_post" not in codes(answer(device(same_day)))
