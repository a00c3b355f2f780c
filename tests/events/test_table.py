"""Every kind of facts, every field and every step is reached by an event, and the table holds no other."""

from typing import get_args

import pytest

from compliance.assessments.tables import TABLES
from compliance.events.table import Event, Write, events
from compliance.facts.kinds import KINDS
from compliance.law.facts.procedures import StepName
from compliance.law.parameters import current_law

WRITES = [(event, write) for event in events().values() for write in event.writes]
_SHARED = {"key", "source", "note"}
# Fields that all procedures have and that no rule reads in these: the full form asks for them.
_NOT_ASKED = {
    "ans.applications": {"extra_days", "hearing_reduced", "listing", "under_pecan"},
    "listing.procedures": {"under_pecan"},
}


def _asked(write: Write) -> set[str]:
    return {one.name for one in write.ask} | set(write.set)


@pytest.mark.parametrize("path", sorted(KINDS))
def test_each_kind_of_facts_begins_with_an_event_that_asks_its_fields(path: str) -> None:
    own = [write for _event, write in WRITES if write.kind == path]
    assert any(write.new for write in own), "no event records the first one"
    fields = set(KINDS[path].value_class.model_fields) - _SHARED - set(KINDS[path].parts)
    reached = {name for write in own for name in _asked(write)}
    assert fields - reached == _NOT_ASKED.get(path, set())


@pytest.mark.parametrize("path", sorted(path for path, kind in KINDS.items() if kind.parts))
def test_each_list_within_a_fact_is_reached(path: str) -> None:
    for name, part in KINDS[path].parts.items():
        own = [write for _event, write in WRITES if write.kind == path]
        if name == "steps":
            assert any(write.steps for write in own)
            continue
        reached = {one.name for write in own if name in (write.part, write.ends) for one in write.ask_part}
        assert reached == set(part.value_class.model_fields)


@pytest.mark.parametrize("step", get_args(StepName))
def test_each_step_is_reached(step: str) -> None:
    assert any(one.name == step for _event, write in WRITES for one in write.steps)


@pytest.mark.parametrize("event", events().values(), ids=lambda one: one.key)
def test_an_event_names_what_there_is_and_asks_what_must_be_said(event: Event) -> None:
    law = current_law()
    assert event.wizard is None or event.wizard in TABLES
    assert [rule for rule in event.rules if rule not in law.parameters] == []
    for write in event.writes:
        kind = KINDS[write.kind]
        fields = kind.value_class.model_fields
        assert {*_asked(write), *write.start, *write.where} <= fields.keys()
        assert (write.of is not None) == (kind.subject == "organisation")
        must = {name for name, one in fields.items() if one.is_required()} - _SHARED
        said = {one.name for one in write.ask if one.required} | set(write.set)
        if write.new:
            assert must <= said
        if name := write.part or write.ends:
            part = kind.parts[name].value_class.model_fields
            needed = {name for name, one in part.items() if one.is_required()}
            told = {one.name for one in write.ask_part if one.required}
            assert write.ends or write.part_optional or needed <= told
            assert {one.name for one in write.ask_part} <= part.keys()
            assert write.ends is None or len(write.ask_part) == 1


def test_an_entry_with_a_step_that_does_not_exist_is_refused() -> None:
    words = {"fr": "x", "en": "x"}
    wrong = {"add": "ans.applications", "steps": ["requested!", "dreamt"]}
    with pytest.raises(ValueError, match="no such step: dreamt"):
        Event.model_validate({"key": "x", "group": "ans", "words": words, "writes": [wrong]})
    with pytest.raises(ValueError, match="a write is new, or adds"):
        Write.model_validate({"new": "versions", "add": "versions"})
