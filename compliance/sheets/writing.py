"""The workbook written: the empty template, or devices filled in with all that is recorded of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from io import BytesIO
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal

from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from compliance.facts.files import read_file
from compliance.facts.values import items_of
from compliance.law.facts import FORMAT, Device, FactsFile, Organisation
from compliance.sheets.cells import NO, UNKNOWN, YES, to_cell
from compliance.sheets.layout import MARK, POSITION, Column, Sheet, sheets

EXAMPLES = Path(__file__).parents[1] / "facts" / "portfolio" / "example.yaml"
MACHINE_ROW, HEADER_ROW, FIRST_ROW = 1, 2, 3
LAST_VALIDATED = 5000
_TITLE_LENGTH = 31
_WIDTHS: Mapping[str, int] = {"mark": 11, "position": 9, "day": 13, "yes_no": 12, "amount": 14, "whole": 12}
_HEADER = PatternFill("solid", fgColor="1F3B57")
_EXAMPLE = PatternFill("solid", fgColor="EEF1F4")
_WHITE = Font(bold=True, color="FFFFFF")
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
        name = capfirst("".join(" " if sign in r"[]:*?/\'" else sign for sign in str(sheet.label)))
        title, number = name[:_TITLE_LENGTH].strip(), 1
        while title.casefold() in {one.casefold() for one in found.values()}:
            number += 1
            title = f"{name[: _TITLE_LENGTH - 3].strip()} {number}"
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
    named, held, lists = titles(), lines(facts), _Lists()
    _explain(book, named, {path: len(held.get(path, ())) for path in named})
    shown = _examples() if examples else {}
    for path, sheet in sheets().items():
        page = book.create_sheet(named[path])
        _set_up(page, sheet)
        page.append(_machine_row(page, sheet))
        page.append([_header(page, column) for column in sheet.columns])
        if line := shown.get(path):
            page.append(_row(page, sheet, ({**line[0], MARK: "example"}, line[1]), _EXAMPLE))
        for line in held.get(path, ()):
            page.append(_row(page, sheet, line))
        _validate(page, sheet, named, lists)
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


def _machine_row(page: Any, sheet: Sheet) -> list[Any]:
    """Return the hidden row by which a sheet and its columns are known, whatever they are called."""
    names = [one.name for one in sheet.columns]
    return [f"{FORMAT} {sheet.path} {get_language()}", *names[1:]]


def _header(page: Any, column: Column) -> Any:
    cell = WriteOnlyCell(page, capfirst(str(column.label)) + (" *" if column.required else ""))
    cell.fill, cell.font = _HEADER, _WHITE
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    said = "\n".join(part for part in (str(column.help), _hint(column)) if part)
    if said:
        cell.comment = Comment(
            said, "Jalon", height=40 + 18 * (len(said) // 40 + said.count("\n") + 1), width=320
        )
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


# --- What may be chosen ---


class _Lists:
    """The hidden sheet that holds the words to choose from: a list in a cell's own rule is too short."""

    def __init__(self) -> None:
        self.title = gettext("Lists")
        self._columns: list[tuple[str, ...]] = []

    def range(self, words: tuple[str, ...]) -> str:
        """Return where these words stand."""
        if words not in self._columns:
            self._columns.append(words)
        letter = get_column_letter(self._columns.index(words) + 1)
        return f"'{self.title}'!${letter}$1:${letter}${len(words)}"

    def write(self, book: Workbook) -> None:
        """Write the sheet, last of the book."""
        page = book.create_sheet(self.title)
        page.sheet_state = "hidden"
        for n in range(max(map(len, self._columns), default=0)):
            page.append([words[n] if n < len(words) else None for words in self._columns])


def _validate(page: Any, sheet: Sheet, named: Mapping[str, str], lists: _Lists) -> None:
    for number, column in enumerate(sheet.columns, 1):
        if rule := _rule(column, named, lists):
            letter = get_column_letter(number)
            rule.add(f"{letter}{FIRST_ROW}:{letter}{LAST_VALIDATED}")
            page.data_validations.append(rule)


def _rule(column: Column, named: Mapping[str, str], lists: _Lists) -> DataValidation | None:
    unknown = () if column.required or column.default is not None else (str(UNKNOWN),)
    match column.form:
        case "yes_no":
            return _list(lists.range((str(YES), str(NO), *unknown)))
        case "choice":
            return _list(lists.range((*(str(label) for _code, label in column.choices), *unknown)))
        case "mark":
            return _list(lists.range(tuple(str(label) for _code, label in column.choices)))
        case "day":
            return _warning("date", gettext("A date is expected: 28/02/2029."))
        case "whole" | "position":
            return _warning("whole", gettext("A whole number is expected."))
        case "key" if column.refers:
            place = _key_column(column.refers)
            rule = _list(f"'{named[column.refers]}'!${place}${FIRST_ROW}:${place}${LAST_VALIDATED}")
            rule.showErrorMessage = False  # it may also be a key recorded already
            return rule
    return None


def _key_column(path: str) -> str:
    names = [one.name for one in sheets()[path].columns]
    return get_column_letter(names.index("key") + 1)


def _list(place: str) -> DataValidation:
    rule = DataValidation(type="list", formula1=place, allow_blank=True, showErrorMessage=True)
    rule.error = gettext("Choose one of the words of the list, or leave the cell empty.")
    return rule


def _warning(kind: Literal["date", "whole"], said: str) -> DataValidation:
    rule = DataValidation(type=kind, operator="greaterThanOrEqual", formula1="1", allow_blank=True)
    rule.errorStyle, rule.error, rule.showErrorMessage = "warning", said, True
    return rule


# --- The first sheet ---


def _explain(book: Workbook, named: Mapping[str, str], counts: Mapping[str, int]) -> None:
    page = book.create_sheet(gettext("Explanations"))
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 46, 30
    page.protection.sheet = True
    said = [*_said()]
    for line in said:
        page.append([line])
    page.append([])
    page.append(_headers(page, gettext("Sheet"), gettext("About"), gettext("Lines")))
    for row, (path, title) in enumerate(named.items(), len(said) + 3):
        link = WriteOnlyCell(page, title)
        link.hyperlink = title
        if target := link.hyperlink:
            target.target, target.location, target.ref = None, f"'{title}'!A{FIRST_ROW}", f"A{row}"
        link.font = Font(underline="single", color="0B5CAD")
        page.append([link, str(sheets()[path].area), counts[path]])


def _headers(page: Any, *words: str) -> Iterable[Any]:
    for word in words:
        cell = WriteOnlyCell(page, word)
        cell.fill, cell.font = _HEADER, _WHITE
        yield cell


def _said() -> Iterator[str]:
    yield gettext(
        "This workbook holds devices and all that is recorded of them. It is filled in, then "
        "imported in Jalon."
    )
    yield ""
    yield gettext(
        "One line is one entry. The key names it: small letters, digits, dots, dashes; it stays when "
        "the entry is corrected."
    )
    yield gettext(
        "The star * marks what is required. An empty cell says nothing: a new entry does not know "
        "it, a recorded one keeps it."
    )
    yield gettext("The word “unknown” in a cell empties what is recorded there.")
    yield gettext(
        "Nothing is taken out because it is missing here. The word “remove” in the first column "
        "takes an entry out."
    )
    yield gettext("A line marked “example” is not read.")
    yield gettext(
        "Dates are written day/month/year (28/02/2029) or 2029-02-28. A month without its day is "
        "written in the note."
    )
    yield gettext(
        "Steps, requests and opinions have sheets of their own: each line names its device and the "
        "key of its entry."
    )
    yield gettext("Before anything is written, the import shows every change and every error, cell by cell.")
    yield gettext(
        "A text that starts with = + - @ has an apostrophe before it, so that no program takes it "
        "for a formula."
    )
