"""The oracle: it says so when something is lost, late, doubled, too early or in vain."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.faults.facts import Deadline, Facts, Person
from tests.faults.oracle import Oracle
from tests.faults.rules import PARIS, calls

STRICT = date(2027, 6, 16)  # a Wednesday
NOW = datetime(2026, 6, 16, 9, tzinfo=PARIS)
OFFICER, OWNER = "officer@example.org", "owner@example.org"


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


def stored(name: str, to: str, when: datetime, strict: date = STRICT, real: float = 100.0) -> dict[str, Any]:
    told = [["D1", strict.isoformat()]]
    return {
        "event": "stored", "id": name, "to": [to], "told": told, "sim": when.isoformat(), "at": real,
        "subject": "",
    }  # fmt: skip


def answer(name: str, event: str, real: float = 100.1) -> dict[str, Any]:
    return {"event": event, "id": name, "at": real}


@pytest.fixture
def oracle() -> Oracle:
    facts = Facts()
    for email, role in ((OFFICER, "officer"), (OWNER, "owner")):
        facts.people[email] = Person(email, "north", role)
    facts.deadlines["D1"] = Deadline(
        "D1", "north", uuid4(), 1, "mdr.surveillance_audit", "made/up", STRICT, STRICT, "P1Y"
    )
    return Oracle(facts)


def kinds(oracle: Oracle) -> list[str]:
    return [one.kind for one in oracle.violations]


def days(oracle: Oracle, person: str) -> dict[int, date]:
    """Return on which day a person is to hear of each urgency, in days."""
    facts = oracle.facts
    found = calls(facts, facts.deadlines["D1"], facts.people[person])
    return {one.urgency // 24: one.due.astimezone(PARIS).date() for one in found}


def test_the_rules_say_who_hears_when(oracle: Oracle) -> None:
    assert days(oracle, OFFICER) == {
        365: date(2026, 6, 16), 180: date(2026, 12, 18), 90: date(2027, 3, 18), 30: date(2027, 5, 18),
        7: date(2027, 6, 9), 1: date(2027, 6, 15), 0: STRICT, -1: date(2027, 6, 17),
        -3: date(2027, 6, 21), -7: date(2027, 6, 23), -14: date(2027, 6, 30),
    }  # fmt: skip
    assert list(days(oracle, OWNER)) == [-3, -7, -14]


def test_what_is_told_in_time_is_sound(oracle: Oracle) -> None:
    oracle.check(at(date(2026, 6, 15)), excused=False)
    oracle.read([stored("a", OFFICER, at(date(2026, 6, 16))), answer("a", "yes")], NOW)
    oracle.check(at(date(2026, 6, 16)), excused=False)
    assert kinds(oracle) == []


def test_what_is_not_told_is_lost_once_no_fault_excuses_it(oracle: Oracle) -> None:
    oracle.check(at(date(2026, 6, 16)), excused=True)
    assert kinds(oracle) == []
    oracle.check(at(date(2026, 6, 17)), excused=False)
    oracle.check(at(date(2026, 6, 18)), excused=False)
    assert kinds(oracle) == ["lost"]


@pytest.mark.parametrize(("shown", "found"), [(8, []), (7, ["lost"])])
def test_a_digest_that_went_before_the_clock_was_put_back_is_not_missed(
    oracle: Oracle, shown: int, found: list[str]
) -> None:
    oracle.facts.people[OFFICER].digest = "weekly"
    monday = date(2026, 6, 22)
    farthest = at(monday, shown) + timedelta(seconds=30)
    oracle.check(at(monday, 6), excused=False, farthest=farthest)  # a week late: it has just appeared
    oracle.check(at(monday, 12), excused=False)
    assert kinds(oracle) == found


def test_whoever_changes_from_weekly_to_daily_waits_for_the_next_daily_digest(oracle: Oracle) -> None:
    officer = oracle.facts.people[OFFICER]
    officer.digest = "weekly"
    oracle.check(at(date(2026, 6, 16)), excused=False)  # a Tuesday
    officer.digest = "daily"
    oracle.facts.changed += 1
    oracle.wished(officer)
    oracle.check(at(date(2026, 6, 18)), excused=False)
    assert kinds(oracle) == []
    oracle.check(at(date(2026, 6, 19)), excused=False)
    assert kinds(oracle) == ["lost"]


def test_what_is_on_its_way_when_thresholds_change_still_comes_once(oracle: Oracle) -> None:
    oracle.read([stored("a", OFFICER, at(date(2026, 6, 16))), answer("a", "yes")], NOW)
    friday = at(date(2026, 12, 18))  # half a year before: the letter is put off
    oracle.thresholds("north", friday)
    oracle.facts.thresholds["north", "long"] = ((365, 30), (1,))
    oracle.facts.changed += 1
    oracle.read([stored("b", OFFICER, at(date(2026, 12, 19))), answer("b", "yes")], friday)
    assert kinds(oracle) == []
    oracle.read([stored("c", OFFICER, at(date(2026, 12, 20))), answer("c", "yes")], friday)
    assert kinds(oracle) == ["told twice of the same"]


def test_two_names_are_two_messages_and_one_name_is_a_copy(oracle: Oracle) -> None:
    day = date(2026, 6, 16)
    oracle.read([stored("a", OFFICER, at(day)), answer("a", "cut"), stored("a", OFFICER, at(day, 10))], NOW)
    assert (kinds(oracle), oracle.duplicates()) == ([], 1)
    oracle.read([answer("a", "yes"), stored("b", OFFICER, at(day, 11))], NOW)
    assert kinds(oracle) == ["told twice of the same", "two messages of one deadline on one day"]


@pytest.mark.parametrize(
    ("strikes", "found"), [([[100.5, 100.6]], []), ([[90.0, 91.0]], ["a copy outside the window"])]
)
def test_a_copy_needs_a_fault_at_its_time(
    oracle: Oracle, strikes: list[list[float]], found: list[str]
) -> None:
    day = date(2026, 6, 16)
    oracle.read(
        [stored("a", OFFICER, at(day)), answer("a", "yes"), stored("a", OFFICER, at(day, 10), real=200)], NOW
    )
    oracle.strikes += strikes
    assert oracle.duplicates() == 1
    assert kinds(oracle) == found


def test_who_is_told_too_early_or_after_the_end_is_told_in_vain(oracle: Oracle) -> None:
    oracle.read([stored("a", OWNER, at(STRICT))], NOW)
    assert kinds(oracle) == ["told too early, or without reason"]
    deadline = oracle.facts.deadlines["D1"]
    oracle.over(deadline, 90.0)
    deadline.over = "waived"
    oracle.read([stored("b", OFFICER, at(STRICT))], NOW)
    assert kinds(oracle)[1:] == ["told of what was over, had moved, or to who had left"]


def test_quiet_days_and_leave_move_what_is_not_urgent(oracle: Oracle) -> None:
    officer = oracle.facts.people[OFFICER]
    officer.leaves = ((date(2027, 6, 8), date(2027, 6, 18)),)
    assert days(oracle, OFFICER)[7] == date(2027, 6, 7)  # the day after the leave would be too late
    assert days(oracle, OFFICER)[-1] == date(2027, 6, 21)
    officer.quiet_days_off = False
    assert days(oracle, OFFICER)[-1] == date(2027, 6, 19)


def test_an_hour_counts_hours_also_in_the_night_in_which_the_clock_changes(oracle: Oracle) -> None:
    deadline = oracle.facts.deadlines["D1"]
    deadline.strict, deadline.hour = date(2027, 3, 28), "11:00"
    found = {one.urgency: one.due for one in calls(oracle.facts, deadline, oracle.facts.people[OFFICER])}
    assert found[24] == datetime(2027, 3, 27, 10, tzinfo=PARIS)
    assert found[1] - found[24] == timedelta(hours=24)  # on the clock of the wall
