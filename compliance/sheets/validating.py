"""What the cells of a column may hold, said to the spreadsheet: words to choose from, dates, numbers."""

from collections.abc import Mapping
from typing import Any, Literal

from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from compliance.sheets.cells import NO, UNKNOWN, YES
from compliance.sheets.layout import FIRST_ROW, Column, Sheet, sheets

LAST_VALIDATED = 5000


class Lists:
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


def validate(page: Any, sheet: Sheet, named: Mapping[str, str], lists: Lists) -> None:
    """Give each column of a sheet the rule of its cells; ``named`` are the titles of the sheets."""
    for number, column in enumerate(sheet.columns, 1):
        if rule := _rule(column, named, lists):
            letter = get_column_letter(number)
            rule.add(f"{letter}{FIRST_ROW}:{letter}{LAST_VALIDATED}")
            page.data_validations.append(rule)


def _rule(column: Column, named: Mapping[str, str], lists: Lists) -> DataValidation | None:
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
