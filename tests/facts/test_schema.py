"""The published JSON Schema is that of the values, and takes what they take."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator

from compliance.facts.parsing import parse
from compliance.facts.schema import SCHEMA_FILE, schema_text
from tests.facts.conftest import PORTFOLIO


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def test_the_committed_schema_is_current() -> None:
    """Mended by: manage.py facts_schema > compliance/facts/schema/facts.schema.json"""
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def test_the_command_prints_it() -> None:
    out = StringIO()
    call_command("facts_schema", stdout=out)
    assert out.getvalue() == schema_text()


def test_it_is_a_schema(validator: Draft202012Validator) -> None:
    Draft202012Validator.check_schema(validator.schema)


@pytest.mark.parametrize("path", sorted(PORTFOLIO.glob("*.yaml")), ids=lambda path: path.stem)
def test_it_takes_the_bundled_files(validator: Draft202012Validator, path: Any) -> None:
    data = json.loads(json.dumps(parse(path.read_bytes(), path.name).data, default=float))
    assert list(validator.iter_errors(data)) == []


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"format": "jalon-facts/2"},
        {"format": "jalon-facts/1", "device": []},
        {"format": "jalon-facts/1", "devices": [{"key": "A", "name": "A"}]},
        {"format": "jalon-facts/1", "devices": [{"key": "a", "name": "A", "published": "yes"}]},
    ],
)
def test_it_refuses_what_the_values_refuse(validator: Draft202012Validator, data: Any) -> None:
    assert not validator.is_valid(data)
