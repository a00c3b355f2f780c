"""The clock of the rules: it remembers what it was asked, and the same input gives the same answer."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.assessments.assess import assess
from compliance.law.clock import Clock
from compliance.law.facts import Device
from compliance.law.parameters import current_law
from compliance.law.types import Assessment
from tests.law import made_up

DAYS = st.dates(min_value=date(2026, 3, 1), max_value=date(2029, 2, 28))
KNOWN_ON = date(2026, 11, 22)
SEEDS = st.integers(min_value=0, max_value=10**6)


def _ask(device: Device, seed: int, on: date) -> Assessment:
    return assess(device, made_up.organisations(seed), current_law(), on=on, known_on=KNOWN_ON)


@settings(max_examples=25, deadline=None)
@given(SEEDS, DAYS)
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
