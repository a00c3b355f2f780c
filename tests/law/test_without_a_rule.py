"""No rule is taken for granted: where a text did not exist yet, or is repealed, there still is an answer."""

from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from compliance.assessments.assess import assess
from compliance.assessments.cases import Case, CasesFile
from compliance.law import strict_yaml
from compliance.law.parameters import Law, Parameter, current_law

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.yaml"))
MOST = 3  # cases tried for each rule


class _Asked(dict[str, Parameter]):
    """Parameters that remember which of them were asked for."""

    def __init__(self, parameters: dict[str, Parameter]) -> None:
        super().__init__(parameters)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> Parameter:
        self.names.add(name)
        return super().__getitem__(name)


def _run(case: Case, law: Law, *, on: date | None = None, known_on: date | None = None) -> None:
    day = on or case.on
    assess(case.device, case.organisations, law, on=day, known_on=known_on or case.known_on or day)


@cache
def _cases() -> list[Case]:
    files = [CasesFile.model_validate(strict_yaml.load(path.read_bytes())) for path in CASES]
    return [case for file in files for case in file.cases]


@cache
def _asking() -> dict[str, list[Case]]:
    """Return the first cases that ask for each rule."""
    found: dict[str, list[Case]] = defaultdict(list)
    for case in _cases():
        asked = _Asked(dict(current_law().parameters))
        _run(case, Law(asked, "asked"))
        for name in asked.names:
            if len(found[name]) < MOST:
                found[name].append(case)
    return found


def test_an_answer_needs_no_rule_in_particular() -> None:
    """One test for all rules: each process that took one would find out anew which cases ask for which."""
    asking = _asking()
    for rule, parameter in current_law().parameters.items():
        law = Law({**current_law().parameters, rule: parameter.model_copy(update={"values": ()})}, "without")
        for case in asking.get(rule, ()):
            try:
                _run(case, law)
            except Exception as error:
                error.add_note(f"without {rule}, case {case.id}")
                raise


@pytest.mark.parametrize(
    "day", ["1995-01-01", "2010-06-15", "2020-01-01", "2024-07-11", "2026-07-25", "2099-12-31"]
)
def test_there_is_an_answer_on_any_day_as_known_on_any_other(day: str) -> None:
    for number, case in enumerate(_cases()):
        if number % 4 == int(day[-1]) % 4:
            _run(case, current_law(), on=date.fromisoformat(day))
            _run(case, current_law(), known_on=date.fromisoformat(day))
