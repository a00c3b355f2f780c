"""A workbook read: its lines as plain data, each with its place, and all that is wrong, cell by cell."""

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from django.conf import settings
from django.utils.translation import gettext, override
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from compliance.evidence.errors import refusal
from compliance.facts.errors import Problem
from compliance.law.facts import FORMAT
from compliance.law.text import Param, gettext_noop
from compliance.sheets.cells import CellError, from_cell
from compliance.sheets.layout import FIRST_ROW, HEADER_ROW, MACHINE_ROW, MARK, Sheet, sheets

MOST_LINES = 100_000
MOST_COLUMNS = 100
_TOLD = 200  # rows between two tellings of how far the reading is
Progress = Callable[[int, int], None]
_BROKEN = (
    AttributeError,
    EOFError,
    IndexError,
    InvalidFileException,
    KeyError,
    OSError,
    ParseError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A cell: the title of its sheet, its row and its column, from 1."""

    sheet: str
    row: int
    column: int

    @property
    def cell(self) -> str:
        """Return the cell as spreadsheets name it: ``C4``."""
        return f"{get_column_letter(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a cell; ``place`` is None for what is wrong with the whole."""

    place: Place | None
    problem: Problem

    @property
    def text(self) -> str:
        """Return what is wrong, in the user's language."""
        return self.problem.text


@dataclass(slots=True, eq=False)
class Line:
    """A line of a sheet: what its cells say by the name of their column; an empty cell is left out."""

    sheet: Sheet
    title: str
    row: int
    columns: Mapping[str, int]
    data: dict[str, Any] = field(default_factory=dict)

    def place(self, name: str = "key") -> Place:
        """Return the cell of a column; the first cell where the sheet has no such column."""
        return Place(self.title, self.row, self.columns.get(name, 1))


@dataclass(slots=True)
class Book:
    """What a workbook says. ``unread`` are the sheets and columns that are not of the template."""

    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    progress: Callable[[], None] = lambda: None

    def fault(self, place: Place | None, code: str, message: str, **params: Param) -> None:
        """Add what is wrong at a cell."""
        self.faults.append(Fault(place, Problem("", code, message, params)))


def read_book(path: Path, progress: Progress = lambda _done, _all: None) -> Book:
    """Return what a workbook says. Raises FactError where it is none of ours, or cannot be read.

    ``progress`` is told every few hundred lines how many are read, and of how many rows.
    """
    book = Book()
    known = 0
    try:
        rows, has_formulas = _counted(path)
        book.progress = lambda: progress(len(book.lines), rows)
        with path.open("rb") as file, path.open("rb") as again:
            values = load_workbook(file, read_only=True, data_only=True)
            formulas = load_workbook(again, read_only=True) if has_formulas else None
            for page in values.worksheets:
                known += _read_page(book, page, formulas[page.title] if formulas else None)
    except _BROKEN as error:
        raise refusal("damaged", _DAMAGED) from error
    if not known:
        raise refusal(
            "other",
            gettext_noop(
                "This workbook is not made from the template: download the template and fill it in."
            ),
        )
    return book


_DAMAGED = gettext_noop(
    "This workbook cannot be read: open it in a spreadsheet, save it anew and upload that."
)


def _counted(path: Path) -> tuple[int, bool]:
    """Return how many rows the sheets have, and whether any holds a formula.

    Only then is the book read a second time, for the formulas.
    """
    rows, formulas = 0, False
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/"):
                continue
            with archive.open(name) as entry:
                before = b""
                while part := entry.read(2**20):
                    text = before + part
                    rows += text.count(b"<row ") - before.count(b"<row ")
                    formulas = formulas or any(one in text for one in (b"<f>", b"<f ", b":f>"))
                    before = part[-4:]
    return rows, formulas


def _read_page(book: Book, page: Any, formulas: Any) -> bool:
    """Read a sheet; return whether it is one of the template."""
    for one in (page, formulas):
        if one is not None:
            one.reset_dimensions()  # they may lie
    first = next(page.iter_rows(MACHINE_ROW, MACHINE_ROW, 1, MOST_COLUMNS, values_only=True), ())
    marker = str(first[0] or "").split() if first else []
    sheet = sheets().get(marker[1]) if len(marker) == 3 and marker[0] == FORMAT else None
    if sheet is None:
        if page.title not in _our_own():
            book.unread.append(page.title)
        return False
    columns = _columns(book, page, sheet, first)
    rows = _rows(page, formulas, max(columns.values()))
    for number, (row, formula_row) in enumerate(rows, FIRST_ROW):
        if len(book.lines) >= MOST_LINES:
            raise refusal(
                "too_many",
                gettext_noop("The workbook has more than %(most)d lines: split it."),
                most=MOST_LINES,
            )
        line = Line(sheet, page.title, number, columns)
        if _read_line(book, line, row, formula_row, day_first=marker[2] == "fr"):
            book.lines.append(line)
        if number % _TOLD == 0:
            book.progress()
    return True


def _our_own() -> set[str]:
    """Return the titles of the sheets that hold no data, in every language."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {gettext("Explanations"), gettext("Lists")}
    return found


def _columns(book: Book, page: Any, sheet: Sheet, machine: Iterable[Any]) -> dict[str, int]:
    """Return the number of each column by its name, from the hidden row."""
    found = {MARK: 1}
    headers = next(page.iter_rows(HEADER_ROW, HEADER_ROW, 1, MOST_COLUMNS, values_only=True), ())
    named = dict(enumerate(machine, 1))
    for number, header in enumerate(headers, 1):
        name = str(named.get(number) or "")
        if number == 1:
            continue
        if name in found:
            place = Place(page.title, HEADER_ROW, number)
            book.fault(place, "twice", gettext_noop("This column stands twice: delete one of them."))
        elif sheet.column(name):
            found[name] = number
        elif header is not None:
            book.unread.append(f"{page.title}, {get_column_letter(number)}: {str(header)[:60]}")
    return found


def _rows(page: Any, formulas: Any, width: int) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Yield the cells of each row, with those that hold the formulas."""
    rows = page.iter_rows(FIRST_ROW, None, 1, width)
    if formulas is None:
        yield from ((row, ()) for row in rows)
    else:
        yield from zip(rows, formulas.iter_rows(FIRST_ROW, None, 1, width), strict=False)


def _read_line(
    book: Book, line: Line, row: tuple[Any, ...], formulas: tuple[Any, ...], *, day_first: bool
) -> bool:
    """Read the cells of a line; return whether it says anything. An example line is not looked at."""
    if all(_empty(one.value) for one in row) and not any(one.data_type == "f" for one in formulas):
        return False
    faults = []
    for name, number in line.columns.items():
        column = line.sheet.column(name)
        cell = row[number - 1] if number <= len(row) else None
        if column is None or cell is None:
            continue
        try:
            if cell.data_type == "e":
                raise CellError(
                    "error_value",
                    gettext_noop("The cell holds an error of the spreadsheet: write the value."),
                )
            if not _empty(cell.value):
                line.data[name] = from_cell(column, cell.value, day_first=day_first)
            elif number <= len(formulas) and formulas[number - 1].data_type == "f":
                raise CellError(
                    "formula",
                    gettext_noop(
                        "The formula has no value: write the value, or open and save the file in a "
                        "spreadsheet."
                    ),
                )
        except CellError as error:
            line.data[name] = error
            faults.append(Fault(line.place(name), Problem("", error.code, error.message, error.params)))
    if line.data.get(MARK) == "example":
        return False
    book.faults += faults
    return True


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
