"""Workbooks for the tests: sheets of the template, filled in as a person would."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from openpyxl import Workbook

from compliance.law.facts import FORMAT, FactsFile
from compliance.sheets.layout import sheets
from compliance.sheets.writing import filled, titles

Lines = Mapping[str, list[dict[str, Any]]]


def plain(lines: Lines) -> Any:
    """Return an open workbook with these sheets of the template only, and these lines from row 3."""
    book = Workbook()
    del book["Sheet"]
    for path, rows in lines.items():
        page = book.create_sheet(titles()[path])
        names = [one.name for one in sheets()[path].columns]
        page.append([f"{FORMAT} {path} {get_language()}", *names[1:]])
        page.append([str(one.label) for one in sheets()[path].columns])
        for row in rows:
            page.append([row.get(name) for name in names])
    return book


def content(lines: Lines) -> bytes:
    """Return such a workbook as a file."""
    out = BytesIO()
    plain(lines).save(out)
    return out.getvalue()


def of_facts(facts: FactsFile, folder: Path) -> Path:
    """Return a file with these facts."""
    path = folder / "facts.xlsx"
    path.write_bytes(filled(facts))
    return path
