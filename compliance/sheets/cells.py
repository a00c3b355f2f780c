"""Cells to plain data and back. A cell says a date, an amount, a word; what is not sure is refused.

An empty cell says nothing; the word for unknown empties a field that is recorded.
"""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final, NoReturn

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from compliance.facts.values import number_text
from compliance.law.text import Param, gettext_noop
from compliance.sheets.layout import Column

# A text that a spreadsheet could take for a formula gets an apostrophe before it, which reading takes off.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_FIRST_DAY = dt.date(1900, 3, 1)  # before it, spreadsheets count a day that never was
_MOST_DIGITS = 15  # what a spreadsheet keeps of a number
LONGEST = 32_767  # signs in a cell
YES, NO, UNKNOWN = _("yes"), _("no"), _("unknown")
_SEPARATOR = ";"
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# What XML lacks is written _xHHHH_, and so is the x of a text that would be read as such a code.
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|x(?=[0-9A-Fa-f]{4})")
_FRENCH_DAY = re.compile(r"(\d{1,2})(?:er)?[./ -](\d{1,2}|[^\W\d]+\.?)[./ -](\d{2}|\d{4})")
_MONTHS = (
    ("janvier", "janv", "january", "jan"),
    ("février", "fevrier", "févr", "fevr", "february", "feb"),
    ("mars", "march", "mar"),
    ("avril", "avr", "april", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "juil", "july", "jul"),
    ("août", "aout", "august", "aug"),
    ("septembre", "sept", "september", "sep"),
    ("octobre", "oct", "october"),
    ("novembre", "nov", "november"),
    ("décembre", "decembre", "déc", "dec", "december"),
)


class Unset:
    """What the word for unknown says: the field is known no more."""


UNSET: Final = Unset()


class CellError(Exception):
    """A cell that cannot be read: what is wrong, and how to mend it."""

    def __init__(self, code: str, message: str, **params: Param) -> None:
        self.code, self.message, self.params = code, message, params
        super().__init__(code)


# --- To a cell ---


def to_cell(column: Column, value: Any) -> Any:
    """Return what a cell holds for a value (as in a facts value), None for what is unknown."""
    if value is None or value in ("", ()):
        return None
    match column.form:
        case "yes_no":
            return gettext("yes") if value else gettext("no")
        case "choice" | "mark":
            return str(dict(column.choices).get(value, value))
        case "choices":
            words = dict(column.choices)
            return f"{_SEPARATOR} ".join(str(words.get(one, one)) for one in value)
        case "day":
            return value if value >= _FIRST_DAY else value.isoformat()
        case "amount":
            text = number_text(value)
            return text if len(text.replace(".", "")) > _MOST_DIGITS else value
        case "whole" | "position":
            return value
    return written(value)


def written(text: str) -> str:
    """Return the text as a cell holds it: never a formula, never the word for unknown, nothing XML lacks."""
    guarded = f"'{text}" if text.startswith(_FORMULA) or _word(text) in _unknown() else text
    return _NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", guarded)


# --- From a cell ---


def from_cell(column: Column, value: Any, *, day_first: bool = True) -> Any:
    """Return the plain data of a cell, ``UNSET`` for the word for unknown. Raises CellError.

    ``value`` is what the spreadsheet holds, not None. ``day_first``: 03/04/2026 is the third of April;
    without it, such a date may be either and is refused.
    """
    if isinstance(value, str):
        value = _CODED.sub(lambda found: chr(int(found[1], 16)), value)
        if len(value) > LONGEST:
            raise CellError(
                "too_long", gettext_noop("At most %(most)d characters are possible."), most=LONGEST
            )
        if _word(value) in _unknown():
            return UNSET
        if column.form != "text":
            value = value.replace("\xa0", " ").strip()
    match column.form:
        case "yes_no":
            return _yes_no(value)
        case "choice" | "mark":
            return _choice(column, value)
        case "choices":
            parts = [one.strip() for one in _text(value).split(_SEPARATOR)]
            return [_choice(column, one) for one in parts if one]
        case "day":
            return _day(value, day_first).isoformat()
        case "amount":
            return number_text(_amount(value))
        case "whole" | "position":
            return _whole(value)
    text = _text(value)
    return text.removeprefix("'") if text.startswith("'") else text


def _refuse(code: str, message: str, **params: Param) -> NoReturn:
    raise CellError(code, message, **params)


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            pass
        case int() if len(str(abs(value))) <= _MOST_DIGITS:
            return str(value)
        case dt.time() if not value.second:
            return value.strftime("%H:%M")
        case dt.datetime() | dt.date():
            _refuse(
                "text",
                gettext_noop(
                    "Text is expected, the cell holds a date: set its format to text, then write it again."
                ),
            )
    _refuse(
        "text",
        gettext_noop(
            "Text is expected, the cell holds a number: set its format to text, then write it again."
        ),
    )


def _yes_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = _yes_no_words().get(_word(value)) if isinstance(value, str) else None
    if found is None:
        message = gettext_noop("Write %(yes)s, %(no)s or %(unknown)s.")
        _refuse("boolean", message, yes=str(YES), no=str(NO), unknown=str(UNKNOWN))
    return found


def _choice(column: Column, value: Any) -> str:
    code = _codes(column).get(_word(str(value)))
    if code is None:
        words = ", ".join(str(label) for _code, label in column.choices)
        _refuse("choice", gettext_noop("One of these is expected: %(choices)s."), choices=words)
    return code


def _day(value: Any, day_first: bool) -> dt.date:
    if isinstance(value, dt.datetime):
        if value.time() != dt.time():
            _refuse(
                "date", gettext_noop("A date without an hour is expected: take the hour out of the cell.")
            )
        return value.date()
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str):
        _refuse("date", gettext_noop("The cell holds a number: set its format to date, then check the day."))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return _calendar(int(value[:4]), int(value[5:7]), int(value[8:]))
    if found := _FRENCH_DAY.fullmatch(value.casefold()):
        return _written_day(found, day_first)
    _refuse(
        "date",
        gettext_noop(
            "This is no date: write it like 28/02/2029 or 2029-02-28. A month without its day is "
            "written in the note."
        ),
    )


def _written_day(found: re.Match[str], day_first: bool) -> dt.date:
    day, month, year = found.groups()
    if len(year) == 2:
        _refuse("ambiguous_date", gettext_noop("The year has two digits: write it with four."))
    if not month.isdigit():
        month = month.removesuffix(".")
        number = next((n for n, names in enumerate(_MONTHS, 1) if month in names), 0)
        return _calendar(int(year), number, int(day))
    if not day_first and int(day) <= 12 and int(month) <= 12 and int(day) != int(month):
        _refuse(
            "ambiguous_date",
            gettext_noop("Day and month cannot be told apart: write the date like 2029-02-28."),
        )
    return _calendar(int(year), int(month), int(day))


def _calendar(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        _refuse(
            "date", gettext_noop("The calendar has no such day: write day, month, year, like 28/02/2029.")
        )


def _amount(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        _refuse("number", gettext_noop("A number is expected."))
    text = str(value)
    if isinstance(value, str):
        text = re.sub(r"[\s\u202f€]", "", text)
        text = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found.adjusted()) > 2 * _MOST_DIGITS:
        _refuse("number", gettext_noop("A number is expected, like 1234,50."))
    return found


def _whole(value: Any) -> int:
    found = _amount(value)
    if found != found.to_integral_value():
        _refuse("whole_number", gettext_noop("A whole number is expected."))
    return int(found)


def _word(text: str) -> str:
    return " ".join(text.split()).casefold().replace("’", "'")


@cache
def _unknown() -> frozenset[str]:
    return frozenset(_in_all_languages(UNKNOWN))


@cache
def _yes_no_words() -> dict[str, bool]:
    found = {"true": True, "vrai": True, "false": False, "faux": False}
    return found | dict.fromkeys(_in_all_languages(YES), True) | dict.fromkeys(_in_all_languages(NO), False)


@cache
def _codes(column: Column) -> dict[str, str]:
    """Return the codes by their words, in every language, and by themselves."""
    found = {word: code for code, label in column.choices for word in _in_all_languages(label)}
    return found | {_word(code): code for code, _label in column.choices}


def _in_all_languages(label: Any) -> list[str]:
    found = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.append(_word(str(label)))
    return found
