"""The JSON Schema in each bag: that of the shape, and every dossier keeps it, strictly."""

import copy
import json
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from compliance.assessments.assess import assess
from compliance.assessments.render import Json
from compliance.dossiers.content import content, to_bytes
from compliance.dossiers.evidence import listed
from compliance.dossiers.shape import SCHEMA_FILE, schema_text
from compliance.facts.checks import ROLES
from compliance.facts.files import read_file
from compliance.law.facts import FORMAT, FactsFile
from compliance.law.parameters import current_law
from tests.dossiers.samples import DETAILS, EXAMPLE, ON, example, of

VALIDATOR = Draft202012Validator(
    json.loads(SCHEMA_FILE.read_text("utf-8")), format_checker=Draft202012Validator.FORMAT_CHECKER
)


def content_of(facts: FactsFile, *, known_on: date = ON, documents: list[Json] | None = None) -> Any:
    law = current_law()
    answer = assess(facts.devices[0], facts.organisations, law, on=ON, known_on=known_on)
    made = content(facts, answer, law, "fr", documents or [], facts_on=known_on)
    return json.loads(to_bytes(made))


def test_the_committed_schema_is_current() -> None:
    """Mended by: manage.py dossier_schema > compliance/dossiers/schema/dossier.schema.json"""
    assert SCHEMA_FILE.read_text("utf-8") == schema_text()
    Draft202012Validator.check_schema(VALIDATOR.schema)


def portfolio() -> list[FactsFile]:
    """Return every device of the bundled portfolio by itself, with its organisations."""
    found = []
    for path in sorted(EXAMPLE.parent.glob("*.yaml")):
        whole = read_file(path)
        for one in whole.devices:
            held = {getattr(one, role) for role in ROLES}
            organisations = tuple(row for row in whole.organisations if row.key in held)
            found.append(
                FactsFile(format=FORMAT, sources=whole.sources, organisations=organisations, devices=(one,))
            )
    return found


def test_every_device_of_the_portfolio_keeps_it() -> None:
    devices = portfolio()
    assert len(devices) > 20
    for facts in [*devices, of()]:
        for known_on in (ON, date(2026, 5, 1)):
            assert [one.message for one in VALIDATOR.iter_errors(content_of(facts, known_on=known_on))] == []


def test_documents_keep_it() -> None:
    purged = {**DETAILS, "withheld": "purged", "sha256": "b" * 64}
    found = content_of(of(), documents=listed([DETAILS, purged]))
    assert [one["path"] for one in found["documents"]] == ["data/evidence/aaaaaaaaaaaa-e.pdf", None]
    assert [one.message for one in VALIDATOR.iter_errors(found)] == []


def every_object(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(one for part in value.values() for one in every_object(part))]
    return [one for part in value for one in every_object(part)] if isinstance(value, list) else []


@pytest.mark.parametrize("form", ["jalon-dossier/1", "jalon-dossier/3"])
def test_another_form_is_refused(form: str) -> None:
    assert not VALIDATOR.is_valid({**content_of(of()), "format": form})


def test_nothing_is_taken_that_it_does_not_name() -> None:
    whole = content_of(example(), documents=listed([DETAILS]))
    assert VALIDATOR.is_valid(whole)
    free = [one["values"] for one in whole["assessment"]["findings"]]  # names of each finding's own
    checked = 0
    for n, part in enumerate(every_object(whole)):
        if any(part is one for one in free):
            continue
        other = copy.deepcopy(whole)
        every_object(other)[n]["x"] = "y"
        checked += 1
        if checked % 7 == 0 or part is whole:
            assert not VALIDATOR.is_valid(other), part
    assert checked > 200
