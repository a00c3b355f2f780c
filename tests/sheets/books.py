"""Workbooks for the tests: the template, changed as a person would change it."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from compliance.law.facts import FORMAT, FactsFile
from compliance.sheets.layout import sheets
from compliance.sheets.writing import filled, template, titles

Lines = Mapping[str, list[dict[str, Any]]]


def changed(lines: Lines, content: bytes | None = None) -> Any:
    """Return the template (or another workbook), open, with lines added at the end of its sheets."""
    book = load_workbook(BytesIO(content or template()))
    for path, rows in lines.items():
        page = book[titles()[path]]
        names = [one.name for one in sheets()[path].columns]
        for row in rows:
            page.append([row.get(name) for name in names])
    return book


def saved(book: Any, folder: Path) -> Path:
    """Write an open workbook to a file."""
    path = folder / "book.xlsx"
    book.save(path)
    return path


def with_lines(folder: Path, lines: Lines, content: bytes | None = None) -> Path:
    """Return a file of the template with these lines."""
    return saved(changed(lines, content), folder)


def of_facts(facts: FactsFile, folder: Path) -> Path:
    """Return a file with these facts."""
    path = folder / "facts.xlsx"
    path.write_bytes(filled(facts))
    return path


EMPTY = FactsFile(format=FORMAT)
