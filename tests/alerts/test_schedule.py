"""When an alert is due: thresholds by kind, instants in Paris, quiet days, digests."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.alerts.schedule import (
    ALWAYS,
    URGENT,
    Limit,
    Rhythm,
    due_at,
    instant,
    limit_of,
    next_digest,
    sending_day,
)
from compliance.alerts.thresholds import defaults, kind_of, scale
from compliance.law.calendar import previous_working_day
from config.clock import PARIS

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def due(safe: date, days: int) -> datetime:
    return due_at(Limit(safe, safe, safe), days * 24, ALWAYS, LONG_AGO)


@pytest.mark.parametrize(
    ("hour", "value", "kind"),
    [
        ("14:00", "PT72H", "hours"),
        ("", "PT72H", "short"),  # the hour of the breach is not recorded
        ("", "P15D", "short"),
        ("", "P1M", "short"),
        ("", "P180D", "long"),
        ("", "P5Y", "long"),
        ("", "2028-08-02", "long"),
        ("", "", "long"),
    ],
)
def test_the_kind_of_a_deadline_follows_from_its_hour_and_its_time(hour: str, value: str, kind: str) -> None:
    assert kind_of(hour=hour, value=value) == kind


def test_the_thresholds_of_the_product() -> None:
    days = [one // 24 for one in defaults()["long"].all]
    assert days == [365, 180, 90, 30, 7, 1, 0, -1, -3, -7, -14]
    assert defaults()["hours"].all == (72, 24, 4, 1, -1, -24)
    assert (defaults()["long"].officers, defaults()["long"].owners) == (24, -72)


def test_an_organisation_sets_its_own_in_days_or_hours() -> None:
    assert scale("long", (10, 60), (2,)).all == (1440, 240, -48)
    assert scale("hours", (12, 2), (1,)).all == (12, 2, -1)


def test_days_are_due_at_eight_in_paris_on_both_sides_of_a_change_of_time() -> None:
    assert due(date(2026, 3, 28), 0) == datetime(2026, 3, 28, 7, tzinfo=UTC)  # winter
    assert due(date(2026, 3, 30), 1) == datetime(2026, 3, 29, 6, tzinfo=UTC)  # the night of the change
    assert due(date(2026, 10, 24), 0) == datetime(2026, 10, 24, 6, tzinfo=UTC)
    assert due(date(2026, 10, 26), 1) == datetime(2026, 10, 25, 7, tzinfo=UTC)


def test_the_overdue_notice_follows_the_rolled_date() -> None:
    limit = Limit(strict=date(2026, 11, 28), rolled=date(2026, 11, 30), safe=date(2026, 11, 27))
    assert due_at(limit, -24, Rhythm(), LONG_AGO) == instant(date(2026, 12, 1))
    assert due_at(limit, 0, Rhythm(), LONG_AGO) == instant(date(2026, 11, 27))


@pytest.mark.parametrize(
    ("day", "hour", "limit"),
    [
        (date(2026, 3, 29), "02:30", "2026-03-29T01:30"),  # that the clock skips: as in winter
        (date(2026, 3, 29), "03:00", "2026-03-29T01:00"),
        (date(2026, 10, 25), "02:30", "2026-10-25T00:30"),  # that it shows twice: the earlier
        (date(2026, 10, 25), "03:00", "2026-10-25T02:00"),
        (date(2026, 10, 24), "24:00", "2026-10-24T22:00"),
    ],
)
def test_an_hour_is_an_instant_in_both_nights(day: date, hour: str, limit: str) -> None:
    assert limit_of(day, hour) == datetime.fromisoformat(limit).replace(tzinfo=UTC)


def test_hours_are_counted_as_they_pass_and_know_no_quiet_day() -> None:
    saturday = Limit(date(2026, 3, 29), date(2026, 3, 29), date(2026, 3, 27), "14:00")
    away = Rhythm(leaves=((date(2026, 3, 1), date(2026, 4, 30)),), digest="weekly")
    for rhythm in (away, Rhythm()):
        assert due_at(saturday, 24, rhythm, LONG_AGO) == datetime(2026, 3, 28, 12, tzinfo=UTC)
        assert due_at(saturday, -1, rhythm, LONG_AGO) == datetime(2026, 3, 29, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("safe", "days", "sent"),
    [
        (date(2027, 1, 5), 30, date(2026, 12, 7)),  # a Sunday: the Monday after
        (date(2027, 1, 5), 11, date(2026, 12, 28)),  # Christmas, a Friday
        (date(2027, 1, 5), 1, date(2027, 1, 4)),
        (date(2027, 1, 4), 1, date(2026, 12, 31)),  # the next working day is the safe date: before New Year
        (date(2027, 1, 4), 0, date(2027, 1, 4)),
    ],
)
def test_a_quiet_day_moves_a_mail(safe: date, days: int, sent: date) -> None:
    assert sending_day(safe - timedelta(days=days), safe, Rhythm()) == sent


RHYTHMS = st.builds(
    Rhythm,
    digest=st.sampled_from(["at_once", "daily", "weekly"]),
    quiet_days_off=st.booleans(),
    leaves=st.lists(
        st.builds(lambda first, length: (first, first + timedelta(days=length)), DAYS, st.integers(0, 60)),
        max_size=3,
    ).map(tuple),
)


@given(day=DAYS, days=st.integers(0, 400), rhythm=RHYTHMS, ago=st.integers(0, 800))
def test_no_quiet_day_and_no_digest_moves_an_alert_past_its_deadline(
    day: date, days: int, rhythm: Rhythm, ago: int
) -> None:
    safe = previous_working_day(day)
    now = instant(safe - timedelta(days=ago))
    told = due_at(Limit(day, day, safe), days * 24, rhythm, now)
    sent = told.astimezone(PARIS).date()
    assert sent <= safe
    assert not rhythm.quiet(sent)  # it is sent at once only where that day is past already
    assert told.astimezone(PARIS).hour == 8
    if not rhythm.quiet(safe - timedelta(days=days)) and (days * 24 <= URGENT or rhythm.digest == "at_once"):
        assert sent == safe - timedelta(days=days)


@given(day=DAYS, after=st.integers(1, 60), rhythm=RHYTHMS)
def test_an_overdue_notice_waits_for_a_day_that_is_not_quiet(day: date, after: int, rhythm: Rhythm) -> None:
    sent = due_at(Limit(day, day, day), -after * 24, rhythm, LONG_AGO).astimezone(PARIS).date()
    assert sent >= day + timedelta(days=after)
    assert not rhythm.quiet(sent)


@given(day=DAYS, hour=st.integers(0, 23), rhythm=RHYTHMS)
def test_the_next_digest_comes_and_is_never_past(day: date, hour: int, rhythm: Rhythm) -> None:
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    slot = next_digest(rhythm, at)
    assert slot >= at
    assert not rhythm.quiet(slot.astimezone(PARIS).date())
    assert next_digest(rhythm, slot) == slot


def test_a_weekly_digest_comes_on_monday_or_the_first_working_day_after() -> None:
    weekly = Rhythm("weekly")
    assert next_digest(weekly, instant(date(2026, 11, 25))) == instant(date(2026, 11, 30))
    easter_monday = date(2026, 4, 6)
    assert next_digest(weekly, instant(easter_monday)) == instant(date(2026, 4, 7))
