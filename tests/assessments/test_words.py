"""Every code that the kernel gives has words, and distances read well."""

from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from django.utils.translation import override

from compliance.assessments.assess import assess
from compliance.assessments.dates import distance
from compliance.assessments.render import spoken
from compliance.assessments.words import ROLLS, WORDS, word
from compliance.facts.files import read_file
from compliance.law.calendar import Roll
from compliance.law.facts import TRACKS
from compliance.law.parameters import Certainty, current_law
from compliance.law.types import DeadlineState, Gate, Status

EXAMPLE = Path(__file__).parents[2] / "compliance" / "facts" / "portfolio" / "example.yaml"


def test_every_status_state_of_deadlines_certainty_and_roll_has_words() -> None:
    codes = {*get_args(Status), *get_args(DeadlineState), *get_args(Certainty)}
    codes |= set(get_args(Gate.__annotations__["status"]))
    assert codes - WORDS.keys() == set()
    assert set(get_args(Roll)) == ROLLS.keys()


def test_every_obliged_party_has_words() -> None:
    parties = {one.obliged for one in current_law().parameters.values()} - {""}
    assert parties - WORDS.keys() == set()


@pytest.mark.parametrize("on", [date(2025, 1, 1), date(2026, 11, 22), date(2027, 7, 1), date(2031, 1, 1)])
def test_every_state_of_the_example_portfolio_has_words(on: date) -> None:
    file = read_file(EXAMPLE)
    law = current_law()
    answers = [assess(one, file.organisations, law, on=on, known_on=on) for one in file.devices]
    states = {status.state for answer in answers for status in answer.tracks.values()}
    assert states - WORDS.keys() == set()


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 22), "today"),
        (date(2026, 11, 23), "in 1 day"),
        (date(2027, 1, 14), "in 53 days"),
        (date(2026, 11, 21), "1 day ago"),
        (date(2026, 11, 10), "12 days ago"),
    ],
)
def test_distances(day: date, words: str) -> None:
    with override("en"):
        assert distance(day, date(2026, 11, 22)) == words


def test_codes_within_a_text_are_said_in_words() -> None:
    stored: dict[str, Any] = {"tracks": dict.fromkeys(TRACKS), "deadlines": [], "deployer_duties": []}
    stored["text"] = {"$message": "Missing: %(duties)s.", "params": {"duties": ["logging", "registration"]}}
    with override("fr"):
        answer = spoken(stored, current_law(), "fr", say=word)
    assert answer["text"] == "Missing: Journalisation (art. 12), Enregistrement (art. 49)."
