"""What holds whatever the facts: checked on devices made up from a seed, and on the bundled portfolio.

THOROUGH=100 in the environment draws a hundred times as many examples, others each time.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from bench.grow import bundled
from compliance.assessments.assess import assess
from compliance.assessments.render import body
from compliance.law.calendar import (
    Period,
    Roll,
    add_months,
    is_working_day,
    previous_working_day,
    rolled,
    working_days_between,
)
from compliance.law.clock import Clock
from compliance.law.context import Context
from compliance.law.facts import Device, FactsFile, Organisation
from compliance.law.facts.procedures import InformationRequest, Procedure, StopStart
from compliance.law.filings import put_clock
from compliance.law.parameters import Citation, Law, Parameter, current_law
from compliance.law.stops import stopped_days
from compliance.law.types import Assessment, Deadline, Reason
from tests.law import made_up

LAW = current_law()
TODAY = date(2026, 11, 22)
THOROUGH = int(os.environ.get("THOROUGH", "1"))
SEEDS = st.integers(min_value=0, max_value=10**9)
DAYS = st.dates(min_value=date(2001, 1, 1), max_value=date(2089, 12, 31))
STARTS = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 3, 31))
ASKED = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 8, 31))
LATER = st.dates(min_value=date(2026, 3, 1), max_value=date(2027, 3, 31))
ONE = timedelta(days=1)


def examples(count: int) -> settings:
    """Return the settings of a test: the same examples each time, unless they are many."""
    return settings(max_examples=count * THOROUGH, deadline=None, derandomize=THOROUGH == 1)


def seeded(count: int) -> settings:
    """Return the settings of a test that draws by seeds, of which none is simpler: nothing to shrink."""
    return settings(examples(count), phases=[Phase.explicit, Phase.generate])


def random(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - no secret


def ask(
    facts: made_up.Facts | Device,
    organisations: Iterable[Organisation],
    on: date,
    *,
    known_on: date = TODAY,
    law: Law = LAW,
) -> Assessment:
    device = facts if isinstance(facts, Device) else Device.model_validate(facts)
    return assess(device, organisations, law, on=on, known_on=known_on)


# --- More facts ---


def reasons(answer: Assessment) -> Iterator[Reason]:
    for track in answer.tracks.values():
        yield from track.reasons
    for gate in (answer.market_access, answer.reimbursement):
        yield from (*gate.blockers, *gate.reasons)
    yield from (one.reason for one in answer.findings)


def gone_without_a_word(before: Assessment, after: Assessment, added: str) -> list[Deadline]:
    """Return the deadlines that left when a fact was added at a path, where nothing new explains it.

    Explained is one whose rule has a new deadline (another fact took over), whose fact has a new one (another
    rule governs it), or whose fact or the added one is named by a new reason of a track, a door or a finding.
    """
    new = {one.identity for one in after.deadlines} - {one.identity for one in before.deadlines}
    rules, facts = {rule for rule, _, _ in new}, {fact for _, fact, _ in new}
    said = list(reasons(before))
    named = {one.fact for one in reasons(after) if one not in said}
    stays = {one.identity for one in after.deadlines}
    return [
        one
        for one in before.deadlines
        if one.identity not in stays
        and one.rule not in rules
        and one.trigger_fact not in facts
        and named.isdisjoint({one.trigger_fact, added})
    ]


@seeded(150)
@given(SEEDS)
def test_one_more_fact_takes_no_deadline_away_without_a_word(seed: int) -> None:
    draw = random(seed)
    facts, organisations, on = (
        made_up.facts(draw, thin=True),
        made_up.organisations(seed),
        made_up.a_day(draw),
    )
    before = ask(facts, organisations, on)
    for _ in range(6):
        more, added = made_up.one_more(facts, draw)
        assert gone_without_a_word(before, ask(more, organisations, on), added) == [], (on, facts, more)


@seeded(300)
@given(SEEDS)
def test_no_two_deadlines_share_an_identity(seed: int) -> None:
    draw = random(seed)
    answer = ask(made_up.facts(draw), made_up.organisations(seed), made_up.a_day(draw))
    identities = [one.identity for one in answer.deadlines]
    assert sorted(identities) == sorted(set(identities))


@seeded(100)
@given(SEEDS)
def test_no_answer_depends_on_the_order_of_the_facts(seed: int) -> None:
    draw = random(seed)
    facts, organisations, on = made_up.facts(draw), made_up.organisations(seed), made_up.a_day(draw)
    others = [made_up.shuffled(one.model_dump(), draw) for one in reversed(organisations)]
    moved = ask(made_up.shuffled(facts, draw), map(Organisation.model_validate, others), on)
    assert json.dumps(body(moved)) == json.dumps(body(ask(facts, organisations, on)))


# --- The calendar ---


@cache
def months() -> list[list[date]]:
    """Return all days from 1990 to 2100, month by month, found by going from day to day."""
    found: list[list[date]] = []
    day = date(1990, 1, 1)
    while day.year <= 2100:
        if day.day == 1:
            found.append([])
        found[-1].append(day)
        day += ONE
    return found


def months_later(day: date, count: int) -> date:
    """Return the last day of the month so many months later whose number is no greater."""
    month = months()[(day.year - 1990) * 12 + day.month - 1 + count]
    return [one for one in month if one.day <= day.day][-1]


def easter(year: int) -> date:
    """Return Easter Sunday (the anonymous Gregorian algorithm)."""
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    gap = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + gap - 7 * ((a + 11 * h + 22 * gap) // 451) + 114, 31)
    return date(year, month, day + 1)


def is_worked(day: date) -> bool:
    """Return whether a day is worked: by its name, the dates of L.3133-1 and its distance from Easter."""
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    movable = (day - easter(day.year)).days in {1, 39, 50}
    return day.strftime("%w") not in "06" and (day.month, day.day) not in fixed and not movable


def worked_from(day: date, step: timedelta = ONE) -> date:
    while not is_worked(day):
        day += step
    return day


@examples(300)
@given(DAYS, st.integers(min_value=-120, max_value=120))
@example(date(2026, 8, 31), 6)
@example(date(2024, 2, 29), 12)
def test_months_count_from_the_first_day_on(day: date, count: int) -> None:
    assert add_months(day, count) == months_later(day, count)


@examples(200)
@given(
    DAYS,
    st.integers(min_value=0, max_value=60),
    st.integers(min_value=0, max_value=400),
    st.integers(min_value=0, max_value=90),
)
def test_a_period_counts_its_months_first_forward_and_backward(
    day: date, count: int, days: int, stopped: int
) -> None:
    period = Period(count, days)
    assert period.after(day, extra_days=stopped) == months_later(day, count) + (days + stopped) * ONE
    assert period.before(day) == months_later(day, -count) - days * ONE


@examples(300)
@given(DAYS)
def test_working_days_are_those_of_the_code_du_travail(day: date) -> None:
    assert is_working_day(day) is is_worked(day)
    assert previous_working_day(day) == worked_from(day, -ONE)


@examples(200)
@given(DAYS, st.integers(min_value=0, max_value=40))
def test_each_roll_as_its_text_says(trigger: date, length: int) -> None:
    strict = trigger + length * ONE
    second = worked_from(worked_from(trigger + ONE) + ONE)
    expected: dict[Roll, date] = {
        "none": strict,
        "eu": worked_from(strict),
        "eu_min2": max(worked_from(strict), second),
        "fr_indicative": worked_from(strict),
        "fr_franc": worked_from(strict + ONE),
        "prev": worked_from(strict, -ONE),
    }
    assert {roll: rolled(strict, roll, trigger) for roll in expected} == expected
    worked = [trigger + n * ONE for n in range(1, length + 1) if is_worked(trigger + n * ONE)]
    assert working_days_between(trigger + ONE, strict) == len(worked)


# --- The next change ---

TEN_YEARS = timedelta(days=3652)


def same(one: Assessment, other: Assessment) -> bool:
    return replace(one, on=TODAY, next_change=None) == replace(other, on=TODAY, next_change=None)


def check_next_change(device: Device, organisations: list[Organisation], start: date) -> None:
    """Assess each day until the next change, ten years at most: it is the first day that differs."""
    answer = ask(device, organisations, start)
    change = answer.next_change or date.max
    day = start + ONE
    while day < min(change, start + TEN_YEARS):
        later = ask(device, organisations, day)
        assert same(answer, later), f"the answer of {start} changes on {day}, not on {change}"
        assert later.next_change == answer.next_change
        day += ONE
    if day == change:
        assert not same(answer, ask(device, organisations, day)), f"nothing changes on {change}"


@seeded(10)
@given(SEEDS)
def test_the_next_change_is_exact_for_devices_made_up(seed: int) -> None:
    draw = random(seed)
    device = Device.model_validate(made_up.facts(draw, thin=draw.random() < 0.5))
    check_next_change(device, made_up.organisations(seed), made_up.a_day(draw))


PORTFOLIO: tuple[FactsFile, ...] = tuple(bundled())


@seeded(8)
@given(st.sampled_from(PORTFOLIO), st.dates(min_value=date(2022, 1, 1), max_value=date(2032, 1, 1)))
def test_the_next_change_is_exact_for_the_portfolio(facts: FactsFile, start: date) -> None:
    check_next_change(facts.devices[0], list(facts.organisations), start)


# --- The law as known ---

_LATER = "published later"


def with_later_values(law: Law, known_on: date, draw: Random) -> Law:
    """Return the law with a value more on every rule, published after a day and marked by its article."""

    def extended(rule: Parameter) -> Parameter:
        last = rule.values[-1]
        value = {
            "period": f"P{draw.randint(100, 1500)}D",
            "fixed_date": made_up.a_day(draw).isoformat(),
            "choice": last.value,
            "condition": None,
        }[rule.kind]
        later: dict[str, Any] = {
            "value": value,
            "published": known_on + draw.randint(1, 700) * ONE,
            "applies": made_up.a_day(draw) - draw.choice((0, 5000)) * ONE,
            "citation": Citation(text=last.citation.text, article=_LATER, source=last.citation.source),
            "repealed": draw.random() < 0.1,
        }
        return rule.model_copy(update={"values": (*rule.values, last.model_copy(update=later))})

    return Law({name: extended(rule) for name, rule in law.parameters.items()}, law.version)


@seeded(25)
@given(SEEDS)
def test_what_is_published_later_changes_no_earlier_answer(seed: int) -> None:
    draw = random(seed)
    facts, organisations, on = made_up.facts(draw), made_up.organisations(seed), made_up.a_day(draw)
    known_on = made_up.a_day(draw)
    more = with_later_values(LAW, known_on, draw)
    answer = ask(facts, organisations, on, known_on=known_on, law=more)
    assert body(answer) == body(ask(facts, organisations, on, known_on=known_on))
    assert _LATER not in json.dumps(body(answer))


def test_what_is_published_later_shows_once_it_is_known() -> None:
    facts, law = PORTFOLIO[0], with_later_values(LAW, TODAY, random(0))
    shown = [
        _LATER in json.dumps(body(ask(facts.devices[0], facts.organisations, TODAY, known_on=day, law=law)))
        for day in (TODAY, TODAY + 700 * ONE)
    ]
    assert shown == [False, True]


# --- Clock stops ---

REQUESTS = st.lists(
    st.builds(
        lambda sent, read, answered: InformationRequest(
            sent_on=sent,
            received_on=None if read is None else sent + read * ONE,
            answered_on=None if answered is None else sent + answered * ONE,
        ),
        ASKED,
        st.none() | st.integers(min_value=0, max_value=5),
        st.none() | st.integers(min_value=0, max_value=120),
    ),
    max_size=6,
)
SINCE = st.sampled_from(("sent", "received"))


@examples(300)
@given(REQUESTS, SINCE, STARTS, LATER)
def test_a_clock_stands_still_for_the_days_of_its_stops_each_once(
    requests: list[InformationRequest], since: StopStart, start: date, today: date
) -> None:
    stopped = {
        stop + n * ONE
        for one in requests
        if (stop := one.counted_from(since)) >= start and one.answered_on and one.answered_on <= today
        for n in range((one.answered_on - stop).days)
    }
    assert stopped_days(requests, since=since, clock=Clock(today), start=start) == len(stopped)


@examples(150)
@given(REQUESTS, REQUESTS, SINCE, STARTS, LATER)
def test_one_more_stop_makes_no_limit_earlier(
    requests: list[InformationRequest],
    more: list[InformationRequest],
    since: StopStart,
    start: date,
    today: date,
) -> None:
    def limit(held: list[InformationRequest]) -> Deadline | None:
        context = Context(Device(key="device", name="Device"), {}, LAW, today, TODAY)
        procedure = Procedure(key="file", information_requests=tuple(held))
        return put_clock(context, "latm.decision", procedure, "file", start=start, since=since)

    before, after = limit(requests), limit([*requests, *more])
    if before is None or after is None:
        assert before is after
        assert start > today
    else:
        assert after.strict >= before.strict
        assert (after.strict - before.strict).days == after.stopped_days - before.stopped_days
