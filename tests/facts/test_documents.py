"""The documents of the facts file say what is so."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from compliance.audit.actors import Actor
from compliance.facts.importing import import_file
from compliance.facts.reference import reference
from tests.facts.conftest import AT

DOCS = Path(__file__).parents[2] / "docs"


def test_the_reference_is_current() -> None:
    """Mended by: manage.py facts_reference > docs/facts-reference.md"""
    assert (DOCS / "facts-reference.md").read_text(encoding="utf-8") == reference()


def test_the_command_prints_the_reference() -> None:
    out = StringIO()
    call_command("facts_reference", stdout=out)
    assert out.getvalue() == reference()


@pytest.mark.django_db
def test_the_example_can_be_imported(system: Actor) -> None:
    text = (DOCS / "facts-file.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    report = import_file(actor=system, content=example.encode(), name="example.yaml", at=AT)
    assert (report.devices, report.organisations, report.sources) == (1, 2, 2)
