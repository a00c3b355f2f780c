"""Transitional coverage, innovation funding, doors that are closed, decisions on requests for coverage."""

from typing import Any

import pytest

from tests.law.answers import answer, codes, deadline, deadlines, finding, stands
from tests.law.files import device, file, listed, request, steps


def test_telemonitoring_alone_is_kept_out_of_the_lppr() -> None:
    asked = file("lppr_listing", steps=steps(requested="2026-11-10"))
    got = answer(device(asked, is_software=True, functions=["telemonitoring"]))
    assert finding(got, "not_listable").values["rule"] == "lppr.telemonitoring_only"
    both = device(asked, is_software=True, functions=["telemonitoring", "therapeutic"])
    assert "not_listable" not in codes(answer(both))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, True),
        ({"ans_certificate_in_file": True}, False),
        ({"ans_certificate_in_file": None}, False),
        # Not required before 1 January 2024.
        ({"steps": steps(requested="2023-12-31")}, False),
    ],
)
def test_a_digital_device_needs_the_certificate_in_its_file(fields: dict[str, Any], code: bool) -> None:
    asked = file(
        "lppr_listing", **{"ans_certificate_in_file": False, "steps": steps(requested="2026-09-15"), **fields}
    )
    assert ("not_listable" in codes(answer(device(asked, digital_device=True)))) is code
    assert "not_listable" not in codes(answer(device(asked, digital_device=False)))


def transitional(**fields: Any) -> dict[str, Any]:
    return listed("pect", "early", **{"decided_on": "2026-04-02", "starts_on": "2026-04-02", **fields})


ASKED = file("pect", "pect", outcome="granted", steps=steps(requested="2025-12-15", decided="2026-04-02"))


def lppr(day: str, **done: str) -> dict[str, Any]:
    return file(
        "lppr_listing", "lppr", steps=steps(requested=day, **done), outcome="refused" if done else None
    )


@pytest.mark.parametrize(
    ("on", "files", "stand"),
    [
        ("2026-12-15", [], ("valid", "transitional_coverage")),
        ("2026-12-16", [], ("attention", "to_be_suspended")),
        ("2026-12-16", [lppr("2026-12-15")], ("valid", "transitional_coverage")),
        # A request made before that for transitional coverage counts too.
        ("2026-12-16", [lppr("2025-10-01")], ("attention", "transitional_coverage")),
        ("2026-12-16", [lppr("2026-03-15", notified="2026-11-03")], ("refused", "refused")),
    ],
)
def test_transitional_coverage_awaits_the_lppr_request(
    on: str, files: list[dict[str, Any]], stand: tuple[str, str]
) -> None:
    got = answer(device(ASKED, *files, listings=[transitional()], whole=True), on=on)
    assert stands(got, "listing") == stand


def test_a_refusal_of_the_lppr_ends_it_with_forty_five_days() -> None:
    facts = device(ASKED, lppr("2026-03-15", notified="2026-11-03"), listings=[transitional()])
    assert deadline(answer(facts), "pect.continuity_after_refusal").strict.isoformat() == "2026-12-18"


def test_a_suspended_coverage_ends_for_good_after_twelve_months() -> None:
    gone = transitional(ended_on="2026-12-20", ended_reason="suspended")
    facts = device(ASKED, listings=[gone], whole=True)
    suspended = answer(facts, on="2027-12-20")
    assert stands(suspended, "listing") == ("suspended", "suspended")
    assert deadline(suspended, "pect.lppr_filing_after_suspension").strict.isoformat() == "2027-12-20"
    over = answer(facts, on="2027-12-21")
    assert stands(over, "listing") == ("expired", "ended_no_filing")
    assert deadline(over, "pect.continuity").strict.isoformat() == "2028-12-20"
    assert deadline(suspended, "pect.lppr_filing_after_suspension").trigger_fact == "listing.listings[early]"


@pytest.mark.parametrize(
    ("done", "on", "stand"),
    [
        ({"intent_notified": "2026-11-02"}, "2026-11-12", ("in_progress", "requested")),
        ({"intent_notified": "2026-11-02"}, "2026-11-13", ("expired", "deemed_abandoned")),
        ({"proposal_received": "2026-09-01"}, "2026-10-17", ("attention", "silent_at_term")),
        (
            {"proposal_received": "2026-09-01", "counter_proposal_notified": "2026-10-10"},
            "2026-10-21",
            ("expired", "deemed_abandoned"),
        ),
    ],
)
def test_the_exchange_on_the_compensation(done: dict[str, str], on: str, stand: tuple[str, str]) -> None:
    asked = file("pect", steps=steps(requested="2026-06-01", **done))
    assert stands(answer(device(asked), on=on), "listing") == stand


def test_innovation_funding_ends_on_another_coverage_or_with_its_arrete() -> None:
    study = listed("forfait_innovation", "study", starts_on="2023-01-01", ends_on="2026-11-22")
    assert stands(answer(device(listings=[study])), "listing") == ("valid", "innovation_funding")
    assert stands(answer(device(listings=[study]), on="2026-11-23"), "listing") == ("expired", "ended")
    line = listed("lppr", "line", line="brand", starts_on="2026-11-01", ends_on="2031-10-31")
    got = answer(device(listings=[study, line], whole=True))
    assert stands(got, "listing") == ("valid", "listed")
    assert "fi.ends_on_other_coverage" in {one.rule for one in got.tracks["listing"].reasons}


def test_the_second_favourable_opinion_gives_forty_five_days() -> None:
    opinions = [
        {"verdict": "favourable_with_observations", "adopted_on": "2026-08-18", "published_on": "2026-08-20"},
        {"verdict": "favourable", "adopted_on": "2026-10-05", "published_on": "2026-10-12"},
    ]
    done = steps(requested="2026-05-25", acknowledged="2026-06-04")
    additions = [request("2026-10-20", "2026-10-28", answer_days=20), request("2026-11-03", answer_days=20)]
    asked = file("forfait_innovation", steps=done, opinions=opinions, requests=additions)
    got = answer(device(asked))
    # Forty-five days and thirty at most for the two requests of the ministers.
    assert deadline(got, "fi.ministers_second_opinion").strict.isoformat() == "2026-12-26"
    assert not deadlines(got, "fi.ministers_first_opinion")
    assert deadline(got, "fi.tacit_rejection").strict.isoformat() == "2027-01-05"


def test_silence_on_the_lppr_is_no_acceptance() -> None:
    asked = device(file("lppr_listing", steps=steps(requested="2026-05-26")))
    got = answer(asked)
    assert deadline(got, "lppr.initial_decision").state == "due_today"
    after = answer(asked, on="2026-11-23")
    assert deadline(after, "lppr.initial_decision").state == "silent_at_term"
    assert stands(after, "listing") == ("attention", "silent_at_term")


def test_several_stops_of_the_lppr_count_from_receipt() -> None:
    requests = [
        request("2026-07-01", "2026-07-20", received_on="2026-07-06"),
        request("2026-09-01", "2026-09-11", received_on="2026-09-04"),
    ]
    got = answer(device(file("lppr_listing", steps=steps(requested="2026-06-01"), requests=requests)))
    assert deadline(got, "lppr.initial_decision").strict.isoformat() == "2026-12-19"
    assert deadline(got, "lppr.initial_decision").stopped_days == 21
