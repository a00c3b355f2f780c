"""Which renewal file is for which listing and term, and which listing follows another."""

from typing import Any

import pytest

from tests.law.answers import answer, deadline, stands
from tests.law.files import device, steps
from tests.law.test_listing import brand, renewal


@pytest.mark.parametrize(
    ("fields", "starts", "state"),
    [
        # Filed for the term before, it does not ask for the renewal of this one.
        ({"listing": None}, "2021-11-16", "overdue"),
        # Unless it names the listing, or nothing says when the listing started.
        ({"listing": "line"}, "2021-11-16", "met"),
        ({"listing": None}, None, "met"),
        ({"listing": "other"}, "2021-11-16", "overdue"),
        ({"listing": None, "indication": "b"}, None, "overdue"),
    ],
)
def test_which_renewal_file_is_for_which_term(fields: dict[str, Any], starts: str | None, state: str) -> None:
    filed = {**renewal("2021-02-01"), "indication": "a", **fields}
    line = brand(starts_on=starts, indication="a")
    got = answer(device(filed, listings=[line], whole=True), on="2026-06-01")
    assert deadline(got, "lppr.renewal_request_lead").state == state


def test_a_file_without_indication_counts_where_the_list_has_one_line() -> None:
    filed = {**renewal(), "listing": None}
    alone = answer(device(filed, listings=[brand(indication="a")], whole=True))
    assert stands(alone, "listing") == ("valid", "tacitly_renewed")
    other = brand(key="other", indication="b", code="7654321")
    two = answer(device(filed, listings=[brand(indication="a", code="1234567"), other], whole=True))
    assert stands(two, "listing") == ("expired", "listing_ended")


def test_the_acknowledgement_proves_a_filing_whose_day_is_not_recorded() -> None:
    filed = {**renewal(None), "steps": steps(acknowledged="2026-05-19")}
    assert stands(answer(device(filed, listings=[brand()])), "listing") == ("valid", "tacitly_renewed")


def test_an_old_line_with_a_renewal_file_is_not_said_to_have_ended() -> None:
    line = brand(starts_on="2020-01-01", ends_on=None)
    filed = {**renewal("2024-05-10"), "listing": "line"}
    assert stands(answer(device(filed, listings=[line])), "listing") == ("valid", "listed")


@pytest.mark.parametrize(
    ("second", "stand"),
    [
        ({}, ("expired", "renewed")),
        ({"code": "1234567"}, ("expired", "renewed")),
        ({"code": "7654321"}, ("expired", "listing_ended")),
        ({"function": "telemonitoring"}, ("expired", "listing_ended")),
        ({"line": "generic"}, ("expired", "listing_ended")),
        ({"starts_on": "2021-11-16"}, ("expired", "listing_ended")),
    ],
)
def test_what_the_next_listing_of_a_line_is(second: dict[str, Any], stand: tuple[str, str]) -> None:
    over = {"ended_on": "2026-11-20", "ended_reason": "delisted"}
    first = brand(key="line", code="1234567", function="therapeutic")
    then = brand(**{"key": "next", "function": "therapeutic", "starts_on": "2026-11-16", **over, **second})
    assert stands(answer(device(listings=[first, then], whole=True)), "listing") == stand
