"""Decision tables: questions, an answer, and the path that led to it with its articles.

A table is a plain function that asks a recorder (``ask(QUESTION)``), as rules ask the clock. The recorder
notes what was asked, answered and concluded, and refuses to go on where an answer is missing. A questionnaire
and the facts of a device are two sources of answers for the same tables.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from compliance.law.context import Context
from compliance.law.facts import Device
from compliance.law.parameters import Law
from compliance.law.questions import fixed_date
from compliance.law.text import Param, text
from compliance.law.types import Reason

Answer = bool | str
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """A question in words (a message id) and the rule that poses it; without choices, of yes or no."""

    key: str
    words: str
    rule: str
    choices: tuple[str, ...] = ()

    def accepts(self, answer: Answer) -> bool:
        """Return whether the answer is one of those that the question allows."""
        return answer in self.choices if self.choices else isinstance(answer, bool)


# Where answers come from: the answer to a question asked under a rule, None where it is not known.
Source = Callable[[Question, str], Answer | None]
# What can be asked: a question of yes or no, or a part of a table that comes to a yes or a no.
Part = Question | Callable[["Ask"], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the path: a question with its answer, or a conclusion. ``why`` has rule and article."""

    why: Reason
    question: str = ""
    answer: Answer | None = None

    @property
    def said(self) -> str:
        """Return the answer as a code: the choice made, ``yes`` or ``no``; empty for a conclusion."""
        if self.answer is None:
            return ""
        return self.answer if isinstance(self.answer, str) else "yes" if self.answer else "no"


class MissingAnswer(LookupError):  # noqa: N818 - it says what is missing
    """Raised when a table cannot go on; ``questions`` are those without an answer, first asked first."""

    def __init__(self, questions: Iterable[Question]) -> None:
        self.questions = tuple(dict.fromkeys(questions))
        super().__init__(f"missing answer: {', '.join(one.key for one in self.questions)}")


class WrongAnswers(ValueError):  # noqa: N818 - it says what is wrong
    """Raised when answers fit no question: ``unknown`` keys, and questions whose value is ``wrong``."""

    def __init__(self, unknown: tuple[str, ...], wrong: tuple[Question, ...]) -> None:
        self.unknown, self.wrong = unknown, wrong
        names = (*unknown, *(one.key for one in wrong))
        super().__init__(f"answers that fit no question: {', '.join(names)}")


class Ask:
    """The recorder of one decision: it asks its source, reads the law of the date and notes the path.

    ``partial``: the answers come from facts, where what is unknown may be left open (``known``); a
    questionnaire is to be complete. ``trigger``: the day on which the law is read, the date if None.
    """

    def __init__(
        self, ctx: Context, source: Source, *, partial: bool = False, trigger: date | None = None
    ) -> None:
        self.ctx = ctx
        self.path: list[Step] = []
        self._source = source
        self._partial = partial
        self._trigger = trigger
        self._open: list[Question] = []
        self._answered: dict[tuple[str, str], Answer] = {}

    def __call__(self, question: Question, *, rule: str = "") -> bool:
        """Return the answer to a question of yes or no. Raises MissingAnswer where there is none."""
        return self._answer(question, rule) is True

    def which(self, question: Question, *, rule: str = "") -> str:
        """Return the choice made. Raises MissingAnswer where there is none."""
        return str(self._answer(question, rule))

    def _answer(self, question: Question, rule: str) -> Answer:
        asked = (question.key, rule or question.rule)
        if asked in self._answered:
            return self._answered[asked]
        answer = self._source(question, asked[1])
        if answer is None:
            raise MissingAnswer([question])
        self._answered[asked] = answer
        self.path.append(Step(self.ctx.reason(text(question.words), rule=asked[1]), question.key, answer))
        return answer

    def every(self, *parts: Part) -> bool:
        """Return whether cumulative conditions all hold: one known "no" is enough to say that they do not."""
        return not self._decided_by(False, parts)

    def any(self, *parts: Part) -> bool:
        """Return whether one of several conditions holds: one known "yes" is enough to say that it does."""
        return self._decided_by(True, parts)

    def _decided_by(self, deciding: bool, parts: Iterable[Part]) -> bool:
        missing: list[Question] = []
        for part in parts:
            try:
                if self._holds(part) is deciding:
                    return True
            except MissingAnswer as refusal:
                missing += refusal.questions
        if missing:
            raise MissingAnswer(missing)
        return False

    def known(self, *parts: Part) -> tuple[bool | None, ...]:
        """Return the answer of each part, None where facts leave it open.

        Raises MissingAnswer, naming all that is missing, where the answers are to be complete.
        """
        answers: list[bool | None] = []
        missing: list[Question] = []
        for part in parts:
            try:
                answers.append(self._holds(part))
            except MissingAnswer as refusal:
                answers.append(None)
                missing += refusal.questions
        if missing and not self._partial:
            raise MissingAnswer(missing)
        self._open += missing
        return tuple(answers)

    def close(self) -> None:
        """Go on only if ``known`` left nothing open. Raises MissingAnswer naming what it left."""
        if self._open:
            raise MissingAnswer(self._open)

    def _holds(self, part: Part) -> bool:
        return self(part) if isinstance(part, Question) else part(self)

    def because(self, message: str, rule: str, **params: Param) -> None:
        """Note a conclusion and the rule that it rests on."""
        self.path.append(Step(self.ctx.reason(text(message, **params), rule=rule)))

    def governs(self, rule: str) -> bool:
        """Return whether a known text governs."""
        return self.ctx.value(rule, self._trigger) is not None

    def choice(self, rule: str) -> str | None:
        """Return the word that the law fixes, or None where no known text governs."""
        governing = self.ctx.value(rule, self._trigger)
        return governing.value if governing else None

    def fixed_date(self, rule: str) -> date | None:
        """Return the calendar date that the law fixes, or None where no known text governs."""
        return fixed_date(self.ctx, rule)


@dataclass(frozen=True)
class Table(Generic[T]):
    """A decision table: its questions in the order of the text, and the function that asks them."""

    key: str
    words: str
    questions: tuple[Question, ...]
    function: Callable[[Ask], T]

    def answer(self, ask: Ask) -> "Decision[T]":
        """Return the answer and its path. Raises MissingAnswer naming the questions without an answer."""
        return Decision(self.function(ask), tuple(ask.path))


@dataclass(frozen=True, slots=True)
class Decision(Generic[T]):
    """What a table answers, and the steps that lead there."""

    answer: T
    path: tuple[Step, ...]

    @property
    def articles(self) -> tuple[str, ...]:
        """Return the articles that the path rests on, each once."""
        return tuple(dict.fromkeys(one.why.citation for one in self.path if one.why.citation))


def decide(
    table: Table[T], answers: Mapping[str, Answer], law: Law, *, on: date, known_on: date
) -> Decision[T]:
    """Return the decision of a table on the answers of a questionnaire, under the law of a date.

    Raises WrongAnswers where an answer fits no question, MissingAnswer where one that is needed is missing.
    """
    asked = {one.key: one for one in table.questions}
    unknown = tuple(sorted(answers.keys() - asked.keys()))
    wrong = tuple(one for one in table.questions if one.key in answers and not one.accepts(answers[one.key]))
    if unknown or wrong:
        raise WrongAnswers(unknown, wrong)
    ctx = Context(Device(key="questionnaire", name="questionnaire"), {}, law, on, known_on)
    return table.answer(Ask(ctx, lambda question, _: answers.get(question.key)))
