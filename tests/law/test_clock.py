"""The clock of the rules: ``next_change`` is exact, and the same input gives the same answer."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.assessments.assess import assess
from compliance.law.clock import Clock
from compliance.law.facts import Device
from compliance.law.parameters import current_law
from compliance.law.types import Assessment
from tests.law import made_up

START = date(2026, 3, 1)
THREE_YEARS = [START + timedelta(days=n) for n in range(3 * 365)]
KNOWN_ON = date(2026, 11, 22)
SEEDS = st.integers(min_value=0, max_value=10**6)


def _ask(device: Device, seed: int, on: date) -> Assessment:
    return assess(device, [made_up.organisation(seed)], current_law(), on=on, known_on=KNOWN_ON)


@settings(max_examples=4, deadline=None, derandomize=True)
@given(SEEDS)
def test_next_change_is_the_first_day_on_which_the_answer_differs(seed: int) -> None:
    device = made_up.device(seed)
    answers = [_ask(device, seed, day) for day in THREE_YEARS]
    change: date | None = None
    for before, after in reversed(list(pairwise(answers))):
        if replace(before, on=START, next_change=None) != replace(after, on=START, next_change=None):
            change = after.on
        if change is not None:
            assert before.next_change == change
        else:
            assert before.next_change is None or before.next_change > THREE_YEARS[-1]


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.sampled_from(THREE_YEARS))
def test_the_same_input_gives_the_same_bytes(seed: int, on: date) -> None:
    device = made_up.device(seed)
    read_again = Device.model_validate_json(device.model_dump_json())
    assert repr(_ask(device, seed, on)) == repr(_ask(read_again, seed, on))


def test_the_clock_remembers_the_first_later_day_it_was_asked_about() -> None:
    clock = Clock(date(2026, 11, 22))
    assert clock.reached(date(2026, 11, 22))
    assert clock.next_pivot is None
    assert not clock.reached(date(2026, 12, 10))
    assert not clock.passed(date(2026, 12, 1))
    assert clock.next_pivot == date(2026, 12, 2)
    assert clock.passed(date(2026, 11, 21))
    assert not clock.passed(date.max)
    assert not clock.happened(None)
