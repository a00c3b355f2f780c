"""The file: one canonical form, which any YAML reader reads alike, and nothing lost on the way."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from compliance.facts.errors import FactError
from compliance.facts.files import dump, read_file
from compliance.facts.parsing import parse
from compliance.law import strict_yaml
from compliance.law.facts import FactsFile
from tests.facts.conftest import PORTFOLIO

BUNDLED = sorted(PORTFOLIO.glob("*.yaml"))


def facts(**parts: Any) -> FactsFile:
    return FactsFile.model_validate({"format": "jalon-facts/1", **parts})


def again(file: FactsFile) -> FactsFile:
    parsed = parse(dump(file).encode(), "facts.yaml")
    assert parsed.problems == []
    return FactsFile.model_validate(parsed.data)


def test_the_canonical_form() -> None:
    certificates = [
        {
            "key": "b",
            "number": "0123",
            "kind": "quality_management",
            "regulation": "MDR",
            "issued_on": "2024-03-01",
        },
        {
            "key": "a",
            "number": "yes",
            "kind": "type_examination",
            "regulation": "IVDR",
            "notified_body": "0459",
        },
    ]
    steps = [{"step": "requested", "on": "2026-02-01"}, {"step": "notified", "on": "2026-01-01"}]
    file = facts(
        organisations=[
            {"key": "b", "name": "no", "turnover_eur": "4200000.00"},
            {"key": "a", "name": "A: b #c"},
        ],
        devices=[
            {
                "key": "d",
                "name": "Détecteur",
                "note": "two\nlines",
                "is_software": False,
                "ce_marking": {"certificates": certificates},
                "cnedimts": {"applications": [{"key": "x", "procedure": "pecan", "steps": steps}]},
                "listing": {"listings": [{"key": "l", "list": "latm", "tariff_eur": "12.50"}]},
            }
        ],
    )
    assert dump(file) == (Path(__file__).parent / "files" / "canonical.yaml").read_text(encoding="utf-8")
    assert dump(again(file)) == dump(file)


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_the_bundled_files_lose_nothing(path: Path) -> None:
    file = read_file(path)
    text = dump(file)
    assert dump(again(file)) == text
    assert {one.key for one in again(file).devices} == {one.key for one in file.devices}


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_other_readers_read_the_same(path: Path) -> None:
    """PyYAML's own reading (YAML 1.1: dates, ``on``, octal numbers) comes to the same facts."""
    file = again(read_file(path))
    assert FactsFile.model_validate(yaml.safe_load(dump(file))) == file
    assert FactsFile.model_validate(strict_yaml.load(dump(file))) == file


signs = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.one_of(
    st.text(signs, max_size=60),
    st.sampled_from(
        ["on", "no", "~", "null", "1_0", "0x1", "089", "1e3", "12:30", ".5", "=", "<<", "- a", "2026-01-01"]
    ),
)


@given(note=texts, name=texts.filter(lambda text: text.strip()))
def test_no_text_is_lost(note: str, name: str) -> None:
    file = facts(devices=[{"key": "d", "name": name, "note": note}])
    assert again(file) == file
    assert FactsFile.model_validate(yaml.safe_load(dump(file))) == file


@given(amount=st.decimals("0", "9999999999999", places=2), day=st.dates(min_value=date(1000, 1, 1)))
def test_no_amount_and_no_date_is_lost(amount: Decimal, day: date) -> None:
    listing = {"key": "l", "list": "latm", "tariff_eur": amount, "starts_on": day}
    file = facts(devices=[{"key": "d", "name": "D", "listing": {"listings": [listing]}}])
    assert again(file) == file


def test_a_file_holds_all_that_it_names(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(
        '{"format": "jalon-facts/1", "devices": [{"key": "d", "name": "D", "source": "s", "owner": "o"}]}'
    )
    with pytest.raises(FactError) as error:
        read_file(path)
    assert [(one.path, one.code) for one in error.value.problems] == [
        ("devices[0].owner", "unknown_organisation"),
        ("devices[0].source", "unknown_source"),
    ]


@pytest.mark.parametrize("name", [".", "missing.yaml"])
def test_what_is_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(FactError) as error:
        read_file(tmp_path / name)
    assert [one.code for one in error.value.problems] == ["unreadable"]
