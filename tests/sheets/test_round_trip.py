"""What is written to a workbook is read again as it was, whatever it is."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from compliance.audit.actors import Actor
from compliance.facts.exporting import recorded
from compliance.facts.files import dump, read_file
from compliance.facts.importing import import_file
from compliance.sheets.cells import from_cell, to_cell
from compliance.sheets.importing import import_workbook, read_workbook
from compliance.sheets.layout import Column, sheets
from compliance.sheets.writing import _cell, filled
from devices.models import Membership, Organisation, Role, User
from tests.facts.conftest import AT, PORTFOLIO
from tests.sheets import books

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=80)
TRICKY = st.sampled_from(
    [
        "=1+1", "+33 1", "-5", "@x", "\tx", "'", "''=1", "inconnu",
        "Unknown", "_x000D_", "x005F_", "_x005F_", "_x0001", "#N/A", "#REF!", "\r\n",
        "\x01", "\ufffe", "TRUE", "0459", "2026-02-28", "<a>&amp;", "é\u0301", "x0001\x01", "_x0001\x01",
    ]
)  # fmt: skip
COLUMNS = [(path, column) for path, sheet in sheets().items() for column in sheet.columns]


def value_of(column: Column) -> st.SearchStrategy[Any]:
    codes = [code for code, _label in column.choices]
    match column.form:
        case "yes_no":
            return st.booleans()
        case "choice" | "mark":
            return st.sampled_from(codes)
        case "choices":
            return st.lists(st.sampled_from(codes), min_size=1, unique=True).map(tuple)
        case "day":
            return st.dates()
        case "amount":
            return st.decimals("0", "9999999999999999", places=2)
        case "whole" | "position":
            return st.integers(1, 366)
        case "key":
            return st.from_regex(r"[a-z0-9][a-z0-9._-]{0,79}", fullmatch=True) | st.just("inconnu")
    return TEXTS | TRICKY | TRICKY.map(lambda one: one + one)


def plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return (
        value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
    )


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_cell_of_any_column_loses_anything(data: st.DataObject, tmp_path: Path) -> None:
    """Through a file, as openpyxl writes and reads it, for every column of the workbook at once."""
    held = [(column, data.draw(value_of(column))) for _path, column in COLUMNS]
    book = Workbook(write_only=True)
    page = book.create_sheet()
    for column, value in held:
        page.append([_cell(page, column, to_cell(column, value), None)])
    book.save(tmp_path / "cells.xlsx")
    read = load_workbook(tmp_path / "cells.xlsx", read_only=True, data_only=True).worksheets[0]
    for (column, value), (cell,) in zip(held, read.iter_rows(1, None, 1, 1), strict=True):
        if isinstance(value, str) and not value.strip():
            continue  # says nothing, and keeps what is recorded
        assert from_cell(column, cell.value) == plain(value), column.name


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_word_of_every_choice_is_read_as_its_code(language: str) -> None:
    for path, column in COLUMNS:
        if column.form == "choice":
            with override(language):
                cells = {code: to_cell(column, code) for code, _label in column.choices}
            read = {code: from_cell(column, cell) for code, cell in cells.items()}
            assert read == {code: code for code in cells}, (path, column.name)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ["example.yaml", "real_devices.yaml"])
def test_the_bundled_portfolio_written_and_imported_changes_nothing(
    tmp_path: Path, name: str, language: str
) -> None:
    content = (PORTFOLIO / name).read_bytes()
    import_file(actor=Actor.system("test"), content=content, name=name, at=AT)
    house = Organisation.objects.create(key="house", name="House")
    user = User.objects.create_user("administrator@example.org", "x")
    Membership.objects.create(user=user, organisation=house, role=Role.ADMINISTRATOR)
    with override(language):
        path = tmp_path / "filled.xlsx"
        path.write_bytes(filled(recorded()))
        reading = read_workbook(path, user=user, at=AT)
    assert [(one.place, one.text) for one in reading.faults] == []
    assert [(one.name, one.key) for one in reading.changes] == []
    assert reading.unchanged == reading.lines > 100
    assert reading.kept == ()


@pytest.mark.django_db
def test_the_bundled_portfolio_comes_whole_through_a_workbook_into_an_empty_record(tmp_path: Path) -> None:
    facts = read_file(PORTFOLIO / "example.yaml")
    user = User.objects.create_superuser("root@example.org", "x")
    path = books.of_facts(facts, tmp_path)
    reading = read_workbook(path, user=user, at=AT)
    assert [(one.place, one.text) for one in reading.faults] == []
    import_workbook(path, user=user, seen=reading.digest, reason="", at=AT)
    assert dump(recorded()) == dump(facts)
