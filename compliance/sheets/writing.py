"""The workbook written: the empty template, or devices filled in with all that is recorded of them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.utils import get_column_letter

from compliance.facts.files import read_file
from compliance.facts.values import items_of
from compliance.law.facts import FORMAT, Device, FactsFile, Organisation
from compliance.sheets.cells import to_cell
from compliance.sheets.explaining import explain
from compliance.sheets.layout import FIRST_ROW, HEADER_ROW, MACHINE_ROW, MARK, POSITION, Column, Sheet, sheets
from compliance.sheets.looks import TITLE_LENGTH, comment, head, sheet_title
from compliance.sheets.validating import Lists, validate

EXAMPLES = Path(__file__).parents[1] / "facts" / "portfolio" / "example.yaml"
_WIDTHS: Mapping[str, int] = {"mark": 11, "position": 9, "day": 13, "yes_no": 12, "amount": 14, "whole": 12}
_EXAMPLE = PatternFill("solid", fgColor="EEF1F4")
_FREE = Protection(locked=False)
_DAY, _TEXT = "dd/mm/yyyy", "@"

Line = tuple[dict[str, Any], Any]  # what names the line (subject, key of the fact, position), and its value


def template() -> bytes:
    """Return the empty workbook: every sheet with an example line, which is not read."""
    return _workbook(FactsFile(format=FORMAT), examples=True)


def filled(facts: FactsFile) -> bytes:
    """Return the workbook with all these facts: imported as it is, it changes nothing."""
    return _workbook(facts, examples=False)


def titles() -> dict[str, str]:
    """Return the title of each sheet, by path, in the language of the moment: unique."""
    found: dict[str, str] = {}
    for path, sheet in sheets().items():
        title, number = sheet_title(sheet.label), 1
        while title.casefold() in {one.casefold() for one in found.values()}:
            number += 1
            title = f"{sheet_title(sheet.label)[: TITLE_LENGTH - 3].strip()} {number}"
        found[path] = title
    return found


def lines(facts: FactsFile) -> dict[str, list[Line]]:
    """Return the lines of each sheet, by its path."""
    found: defaultdict[str, list[Line]] = defaultdict(list)
    for path in ("sources", "organisations", "devices"):
        found[path] = [({}, one) for one in getattr(facts, path)]
    subjects: list[Organisation | Device] = [*facts.organisations, *facts.devices]
    for subject in subjects:
        for item in items_of(subject):
            kind = item.kind
            if kind is None:
                continue
            named: dict[str, Any] = {kind.subject: subject.key}
            found[kind.path].append((named, item.value))
            for name in kind.parts:
                inside = {**named, "key": item.value.key}
                found[f"{kind.path}:{name}"] += [
                    ({**inside, POSITION: n}, part) for n, part in enumerate(getattr(item.value, name), 1)
                ]
    return found


def _workbook(facts: FactsFile, *, examples: bool) -> bytes:
    book = Workbook(write_only=True)
    named, held, lists = titles(), lines(facts), Lists()
    explain(book, named, {path: len(held.get(path, ())) for path in named})
    shown = _examples() if examples else {}
    for path, sheet in sheets().items():
        page = book.create_sheet(named[path])
        _set_up(page, sheet)
        page.append(_machine_row(sheet))
        page.append([_header(page, column) for column in sheet.columns])
        if line := shown.get(path):
            page.append(_row(page, sheet, ({**line[0], MARK: "example"}, line[1]), _EXAMPLE))
        for line in held.get(path, ()):
            page.append(_row(page, sheet, line))
        validate(page, sheet, named, lists)
    lists.write(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def _examples() -> dict[str, Line]:
    """Return one line for each sheet: the one of the bundled examples that says most, else one made up."""
    found = lines(read_file(EXAMPLES))
    return {
        path: max(found.get(path) or [_made_up(sheet)], key=lambda line: len(_known(sheet, line)))
        for path, sheet in sheets().items()
    }


def _made_up(sheet: Sheet) -> Line:
    """Return a line whose required fields, choices and days hold something."""
    sample: dict[str, Any] = {}
    for number, column in enumerate(sheet.columns):
        if column.form == "choice":
            sample[column.name] = column.choices[0][0]
        elif column.form == "day":
            sample[column.name] = date(2026, number % 12 + 1, 15)
        elif column.required or column.name == "key":
            sample[column.name] = "example-1"
    return sample, None


def _known(sheet: Sheet, line: Line) -> list[str]:
    return [one.name for one in sheet.columns if to_cell(one, _value(one, line)) is not None]


def _value(column: Column, line: Line) -> Any:
    named, value = line
    if column.name in named:
        return named[column.name]
    found = getattr(value, column.name, None)
    return None if found == column.default and not column.required else found


# --- One sheet ---


def _set_up(page: Any, sheet: Sheet) -> None:
    """Set what a sheet says before its first row: widths, kinds of cells, what may be changed."""
    fixed = [*takewhile(lambda one: one.form in ("mark", "key", "position"), sheet.columns)]
    page.freeze_panes = f"{get_column_letter(len(fixed) + 1)}{FIRST_ROW}"
    page.row_dimensions[MACHINE_ROW].hidden = True
    page.row_dimensions[HEADER_ROW].height = 45
    for number, column in enumerate(sheet.columns, 1):
        shape = page.column_dimensions[get_column_letter(number)]
        shape.width = _WIDTHS.get(column.form, 24)
        shape.protection = _FREE
        shape.number_format = _format(column)
    page.protection.sheet = True
    for allowed in (
        "formatCells",
        "formatColumns",
        "formatRows",
        "insertRows",
        "deleteRows",
        "sort",
        "autoFilter",
    ):
        setattr(page.protection, allowed, False)


def _format(column: Column) -> str:
    return {"day": _DAY, "amount": "0.00##", "whole": "0", POSITION: "0"}.get(column.form, _TEXT)


def _machine_row(sheet: Sheet) -> list[Any]:
    """Return the hidden row by which a sheet and its columns are known, whatever they are called."""
    names = [one.name for one in sheet.columns]
    return [f"{FORMAT} {sheet.path} {get_language()}", *names[1:]]


def _header(page: Any, column: Column) -> Any:
    cell = head(page, f"{column.label} *" if column.required else column.label)
    if said := "\n".join(part for part in (str(column.help), _hint(column)) if part):
        cell.comment = comment(said)
    return cell


def _hint(column: Column) -> str:
    """Return what the cells of a column take."""
    hints = {
        "day": gettext("A date: 28/02/2029."),
        "yes_no": gettext("yes, no; empty: unknown."),
        "choice": gettext("One of the words of the list."),
        "amount": gettext("An amount in euros, without the sign."),
        "whole": gettext("A whole number."),
    }
    if column.form == "choices":
        words = "; ".join(str(label) for _code, label in column.choices)
        return gettext("One or several of these, between them a semicolon: %(words)s") % {"words": words}
    required = gettext("Required.") if column.required else ""
    return " ".join(part for part in (hints.get(column.form, ""), required) if part)


def _row(page: Any, sheet: Sheet, line: Line, fill: PatternFill | None = None) -> list[Any]:
    return [_cell(page, column, to_cell(column, _value(column, line)), fill) for column in sheet.columns]


def _cell(page: Any, column: Column, value: Any, fill: PatternFill | None) -> Any:
    cell = WriteOnlyCell(page, value)
    if isinstance(value, str):
        cell.data_type = "s"  # also what reads like an error or a formula
    cell.number_format, cell.protection = _format(column), _FREE
    if fill:
        cell.fill, cell.font = fill, Font(italic=True, color="5B6770")
    return cell
