"""The worked cases are tests: each case of tests/cases is one."""

from pathlib import Path

import pytest

from compliance.assessments.cases import Case, CasesFile, run
from compliance.law import strict_yaml
from compliance.law.parameters import current_law

FOLDER = Path(__file__).parent.parent / "cases"


def _cases() -> list[Case]:
    files = sorted(FOLDER.glob("*.yaml"))
    return [
        case for file in files for case in CasesFile.model_validate(strict_yaml.load(file.read_bytes())).cases
    ]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.id)
def test_the_law_answers_as_the_case_says(case: Case) -> None:
    assert run(case, current_law()).differences == ()


def test_no_case_stands_twice() -> None:
    ids = [case.id for case in _cases()]
    assert sorted(ids) == sorted(set(ids))


def test_a_wrong_expectation_is_told_apart() -> None:
    case = Case.model_validate(
        {
            "id": "X",
            "title": "A date that the law does not give",
            "on": "2026-11-22",
            "device": {"key": "x", "name": "X"},
            "expected": {
                "deadlines": [{"rule": "mdr.surveillance_audit", "strict": "2026-11-30"}],
                "tracks": {"ans": {"status": "valid"}},
                "findings": [{"code": "certificate_period_too_long"}],
                "duties": ["aia.fria"],
            },
        }
    )
    differences = run(case, current_law()).differences
    assert [line.split(" is missing")[0].split(": status")[0] for line in differences] == [
        "deadline mdr.surveillance_audit",
        "ans",
        "finding certificate_period_too_long",
        "duty aia.fria",
    ]
