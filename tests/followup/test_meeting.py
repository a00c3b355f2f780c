"""What is said to meet a deadline is what the rules take as meeting it, over all worked cases."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from compliance.assessments.assess import assess
from compliance.assessments.cases import Case, CasesFile
from compliance.facts.kinds import KINDS
from compliance.facts.values import items_of
from compliance.followup.meeting import NEW_FACT, kind_and_key, new_kind
from compliance.law import strict_yaml
from compliance.law.parameters import current_law

CASES = Path(__file__).parents[1] / "cases"


def cases() -> Iterator[Case]:
    for file in sorted(CASES.glob("*.yaml")):
        yield from CasesFile.model_validate(strict_yaml.load(file.read_bytes())).cases


def days(value: Any) -> Iterator[date]:
    """Yield every date within a value."""
    if isinstance(value, date):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from days(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from days(one)


def test_the_rules_and_the_kinds_of_the_table_exist() -> None:
    assert NEW_FACT.keys() - current_law().parameters.keys() == set()
    assert set(NEW_FACT.values()) - KINDS.keys() == set()


def test_the_fact_that_meets_a_deadline_is_of_the_kind_said() -> None:
    law, wrong, met = current_law(), set(), 0
    for case in cases():
        answer = assess(case.device, case.organisations, law, on=case.on, known_on=case.known_on or case.on)
        items = [*items_of(case.device)]
        for organisation in case.organisations:
            items += items_of(organisation)
        for one in answer.deadlines:
            if one.met_on is None:
                continue
            met += 1
            kinds = {new_kind(one.rule), kind_and_key(one.trigger_fact)[0]}
            held = [item.value.model_dump() for item in items if item.kind and item.kind.path in kinds]
            if one.met_on not in days(held):
                wrong.add((one.rule, *kinds, case.id))
    assert met > 100
    assert not wrong, "\n".join(map(str, sorted(wrong)))


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("ce_marking.audits[y1]", ("ce_marking.audits", "y1")),
        ("organisations[maker].actor_registrations[srn]", ("organisations.actor_registrations", "srn")),
        ("", ("", "")),
    ],
)
def test_the_fact_that_a_deadline_counts_from(fact: str, said: tuple[str, str]) -> None:
    assert kind_and_key(fact) == said
