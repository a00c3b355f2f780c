"""The tables of a dossier as an Excel workbook whose bytes depend on its content alone."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from compliance.sheets.cells import LONGEST, written
from compliance.sheets.looks import head, sheet_title

_TOP = Alignment(vertical="top", wrap_text=True)
_INSTANT = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_FIRST_ZIP_DAY, _LAST_ZIP_DAY = date(1980, 1, 1), date(2107, 12, 31)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its title, the heads with their widths in signs, and the rows of texts, numbers, dates."""

    title: str
    heads: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Any]]


def workbook(tables: Iterable[Table], *, on: date) -> bytes:
    """Return the tables as a workbook dated ``on``: same tables, same bytes. No text becomes a formula."""
    book = Workbook(write_only=True)
    titles: set[str] = set()
    for table in tables:
        _write(book, table, titles)
    out = io.BytesIO()
    book.save(out)
    return _stable(out, on)


def _write(book: Any, table: Table, titles: set[str]) -> None:
    title, number = sheet_title(table.title), 1
    while title.casefold() in titles:
        number += 1
        title = f"{sheet_title(table.title)[:28].strip()} {number}"
    titles.add(title.casefold())
    page = book.create_sheet(title)
    for n, (_, width) in enumerate(table.heads, 1):
        page.column_dimensions[get_column_letter(n)].width = width
    page.freeze_panes = "A2"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage = 0, True
    page.print_title_rows = "1:1"
    page.append([head(page, label) for label, _ in table.heads])
    last = 1
    for row in table.rows:
        page.append([_cell(page, one) for one in row])
        last += 1
    page.auto_filter.ref = f"A1:{get_column_letter(len(table.heads))}{last}"


def _cell(page: Any, value: Any) -> Any:
    """Return a cell; a text that a spreadsheet could take for a formula stays a text."""
    if isinstance(value, str):
        value = written(value[: LONGEST // 8])  # a code of a sign takes 7
    cell = WriteOnlyCell(page, value)
    cell.alignment = _TOP
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy" if get_language() == "fr" else "yyyy-mm-dd"
    return cell


def _stable(book: io.BytesIO, on: date) -> bytes:
    """Return the workbook with the date of the dossier for every time in it, stored without compression."""
    day = min(max(on, _FIRST_ZIP_DAY), _LAST_ZIP_DAY)
    instant = f"{day.isoformat()}T00:00:00Z".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(book) as held, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in held.namelist():
            content = held.read(name)
            if name == "docProps/core.xml":
                content = _INSTANT.sub(rb"\g<1>" + instant, content)
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, content)
    return out.getvalue()
