"""How far answers lead through a table: the questions asked, what is missing, the decision at the end.

Pure: no clock, no database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.law.context import Context
from compliance.law.decisions import Answer, Ask, Decision, MissingAnswer, Question, Step, Table
from compliance.law.facts import Device
from compliance.law.parameters import Law
from compliance.law.text import text
from compliance.law.types import Reason


@dataclass(frozen=True, slots=True)
class Walk:
    """The path so far: ``missing`` is the question that comes next, ``decision`` what a whole path gives."""

    path: tuple[Step, ...]
    missing: Question | None
    decision: Decision[Any] | None

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the keys of the questions answered, in the order of the path."""
        return tuple(one.question for one in self.path if one.question)


def walk(table: Table[Any], answers: Mapping[str, Answer], law: Law, *, on: date, known_on: date) -> Walk:
    """Return how far the answers lead; those that fit no question are not heard."""
    ask = Ask(_context(law, on, known_on), lambda question, _rule: _heard(question, answers))
    try:
        decision = table.answer(ask)
    except MissingAnswer as refusal:
        return Walk(tuple(ask.path), refusal.questions[0], None)
    return Walk(decision.path, None, decision)


def used(walked: Walk) -> dict[str, Answer]:
    """Return the answers that the path rests on."""
    return {one.question: one.answer for one in walked.path if one.question and one.answer is not None}


def why(question: Question, law: Law, *, on: date, known_on: date) -> Reason:
    """Return the rule that poses a question, with its article and certainty on a date."""
    return _context(law, on, known_on).reason(text(question.words), rule=question.rule)


def _context(law: Law, on: date, known_on: date) -> Context:
    return Context(Device(key="questionnaire", name="questionnaire"), {}, law, on, known_on)


def _heard(question: Question, answers: Mapping[str, Answer]) -> Answer | None:
    answer = answers.get(question.key)
    return answer if answer is not None and question.accepts(answer) else None
