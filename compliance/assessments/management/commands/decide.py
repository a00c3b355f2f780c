"""Ask a decision table: its answer, the path that leads there and the articles, as JSON."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext, override

from compliance.assessments.tables import TABLES, choices, plain
from compliance.assessments.words import said
from compliance.law.decisions import Answer, MissingAnswer, Question, Step, Table, WrongAnswers, decide
from compliance.law.parameters import current_law
from config import clock

_YES_NO = {"yes": True, "no": False}


class Command(BaseCommand):
    """``decide TABLE key=value …``: names the question that is missing and ends with code 1 where one is."""

    help = "Decide by a table of the law on the answers given, and print the decision as JSON."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the table, the answers, the two dates and the language."""
        parser.add_argument("table", choices=sorted(TABLES))
        parser.add_argument("answers", nargs="*", metavar="key=value")
        parser.add_argument("--on", type=date.fromisoformat, default=None)
        parser.add_argument("--known-on", type=date.fromisoformat, default=None)
        parser.add_argument("--language", choices=["fr", "en"], default="fr")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the decision. Raises CommandError where an answer is missing or fits no question."""
        table = TABLES[options["table"]]
        on, known_on = options["on"] or clock.today(), options["known_on"] or clock.today()
        with override(options["language"]):
            given = _answers(table, options["answers"])
            try:
                decision = decide(table, given, current_law(), on=on, known_on=known_on)
            except MissingAnswer as refusal:
                lines = [_asked(one) for one in refusal.questions]
                raise CommandError("\n".join([gettext("An answer is missing."), *lines])) from refusal
            except WrongAnswers as refusal:
                lines = [gettext("%(key)s: no such question.") % {"key": key} for key in refusal.unknown]
                raise CommandError("\n".join([*lines, *map(_asked, refusal.wrong)])) from refusal
            answer = {
                "table": table.key,
                "label": gettext(table.words),
                "on": on.isoformat(),
                "known_on": known_on.isoformat(),
                "answer": plain(decision.answer),
                "path": [_step(one) for one in decision.path],
                "articles": list(decision.articles),
            }
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


def _answers(table: Table[Any], pairs: list[str]) -> dict[str, Answer]:
    """Return the answers written ``key=value``; a value that a question does not allow is left as written."""
    questions = {one.key: one for one in table.questions}
    answers: dict[str, Answer] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator or key in answers:
            raise CommandError(gettext("%(pair)s: write key=value, each key once.") % {"pair": pair})
        question = questions.get(key)
        yes_no = question is not None and not question.choices
        answers[key] = _YES_NO.get(value, value) if yes_no else value
    return answers


def _step(step: Step) -> dict[str, str | None]:
    """Return a step of the path: a question with its answer, or a conclusion, and why."""
    return {
        "question": step.question or None,
        "answer": step.said or None,
        "why": said(step.why.text),
        "rule": step.why.rule,
        "article": step.why.citation,
        "certainty": step.why.certainty,
    }


def _asked(question: Question) -> str:
    return f"{question.key} ({' | '.join(choices(question))}): {gettext(question.words)}"
