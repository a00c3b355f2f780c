"""The legal calendar: French public holidays, months, rolls, two working days, francs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.law.calendar import (
    Period,
    Roll,
    add_months,
    is_working_day,
    next_working_day,
    previous_working_day,
    public_holidays,
    rolled,
    working_days_between,
)

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 12, 31))
MOVABLE = {
    2026: ("04-06", "05-14", "05-25"),
    2027: ("03-29", "05-06", "05-17"),
    2028: ("04-17", "05-25", "06-05"),
    2029: ("04-02", "05-10", "05-21"),
    2030: ("04-22", "05-30", "06-10"),
}
FIXED = ("01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25")


@pytest.mark.parametrize("year", sorted(MOVABLE))
def test_the_eleven_public_holidays_of_metropolitan_france(year: int) -> None:
    expected = {date.fromisoformat(f"{year}-{day}") for day in (*FIXED, *MOVABLE[year])}
    assert public_holidays(year) == expected
    assert len(expected) == 11


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 2, 29), 60, date(2029, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 8, 31), -6, date(2027, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_a_month_ends_on_the_same_day_or_the_last_one(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(DAYS, st.integers(min_value=-600, max_value=600))
def test_months_keep_the_day_number_or_stop_at_the_end_of_the_month(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + timedelta(days=1)).day == 1)


@given(DAYS, st.integers(min_value=1, max_value=120))
def test_later_months_never_come_earlier(day: date, months: int) -> None:
    assert add_months(day, months) <= add_months(day, months + 1)


@pytest.mark.parametrize("months", [12 * 9999, -12 * 9999])
def test_a_month_outside_the_calendar_is_an_overflow(months: int) -> None:
    with pytest.raises(OverflowError):
        add_months(date(2026, 11, 22), months)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P180D", Period(0, 180)),
        ("P5Y", Period(60, 0)),
        ("P12M", Period(12, 0)),
        ("P2W", Period(0, 14)),
        ("P1Y6M10D", Period(18, 10)),
        ("PT24H", Period(0, 0, 24)),
        ("P1DT12H", Period(0, 1, 12)),
    ],
)
def test_a_period_is_read_from_its_iso_form(text: str, period: Period) -> None:
    assert Period.parse(text) == period


@pytest.mark.parametrize("text", ["", "P", "180D", "P-1D", "PT", "PT1.5H", "P1.5Y", "p1y", "P1D ", "P1D2Y"])
def test_anything_else_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 8601 duration"):
        Period.parse(text)


def test_hours_from_an_unknown_hour_count_as_whole_days() -> None:
    assert Period.parse("PT72H").after(date(2026, 11, 20)) == date(2026, 11, 23)
    assert Period.parse("PT36H").after(date(2026, 11, 20)) == date(2026, 11, 21)


def test_months_are_counted_before_days() -> None:
    assert Period.parse("P1M1D").after(date(2026, 1, 31)) == date(2026, 3, 1)
    assert Period.parse("P1M").after(date(2026, 1, 31), extra_days=1) == date(2026, 3, 1)
    assert Period.parse("P1M1D").before(date(2026, 3, 31)) == date(2026, 2, 27)


@pytest.mark.parametrize(
    ("strict", "roll", "trigger", "expected"),
    [
        # Sunday 22 November 2026
        (date(2026, 11, 22), "none", None, date(2026, 11, 22)),
        (date(2026, 11, 22), "eu", None, date(2026, 11, 23)),
        (date(2026, 11, 22), "fr_indicative", None, date(2026, 11, 23)),
        (date(2026, 11, 22), "prev", None, date(2026, 11, 20)),
        # Christmas 2026 is a Friday
        (date(2026, 12, 25), "eu", None, date(2026, 12, 28)),
        (date(2026, 12, 25), "prev", None, date(2026, 12, 24)),
        # Wednesday 11 November 2026
        (date(2026, 11, 11), "eu", None, date(2026, 11, 12)),
        # 1 May 2027 is a Saturday
        (date(2027, 5, 1), "eu", None, date(2027, 5, 3)),
        # Friday 18 December: Monday 21 and Tuesday 22 are the two working days
        (date(2026, 12, 20), "eu_min2", date(2026, 12, 18), date(2026, 12, 22)),
        (date(2026, 12, 17), "eu_min2", date(2026, 12, 15), date(2026, 12, 17)),
        # Thursday 24 December: Monday 28 and Tuesday 29 are the two working days
        (date(2026, 12, 26), "eu_min2", date(2026, 12, 24), date(2026, 12, 29)),
        # the last day of a franc period is not counted
        (date(2023, 1, 3), "fr_franc", None, date(2023, 1, 4)),
        (date(2026, 11, 20), "fr_franc", None, date(2026, 11, 23)),
    ],
)
def test_each_kind_of_roll(strict: date, roll: Roll, trigger: date | None, expected: date) -> None:
    assert rolled(strict, roll, trigger) == expected


@given(DAYS)
def test_the_nearest_working_days_surround_the_day(day: date) -> None:
    later, earlier = next_working_day(day), previous_working_day(day)
    assert earlier <= day <= later
    assert is_working_day(earlier)
    assert is_working_day(later)
    assert (earlier == day) is (later == day) is is_working_day(day)
    assert working_days_between(earlier + timedelta(days=1), later - timedelta(days=1)) == 0


@given(DAYS)
def test_no_roll_goes_back_but_the_backward_one(day: date) -> None:
    rolls: tuple[Roll, ...] = ("none", "eu", "fr_indicative", "fr_franc")
    assert all(rolled(day, roll) >= day for roll in rolls)
    assert rolled(day, "prev") <= day
    assert rolled(day, "fr_franc") > day


@given(DAYS, st.integers(min_value=2, max_value=20))
def test_two_working_days_at_least_and_never_more_than_needed(trigger: date, length: int) -> None:
    strict = trigger + timedelta(days=length)
    limit = rolled(strict, "eu_min2", trigger)
    after = trigger + timedelta(days=1)
    assert is_working_day(limit)
    assert working_days_between(after, limit) >= 2
    assert limit == rolled(strict, "eu") or working_days_between(after, limit) == 2
