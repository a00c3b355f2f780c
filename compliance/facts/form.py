"""The form of one fact: plain data to a value, with every problem said in our own words."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from compliance.facts.errors import Loc, Problem, path_text
from compliance.law.facts.base import Value
from compliance.law.text import Param, gettext_noop

V = TypeVar("V", bound=Value)

_NUMBER = ("number", gettext_noop("A number is expected."))
_WHOLE = ("whole_number", gettext_noop("A whole number is expected."))
_NOT_KEPT = ("control_character", gettext_noop("The text holds a character that cannot be kept."))
_UNKNOWN_FIELD = ("unknown_field", gettext_noop("The form has no field of this name."))
_TEXT = ("text", gettext_noop("Text is expected: put the value between quotes."))
MESSAGES: Mapping[str, tuple[str, str]] = {
    "missing": ("missing", gettext_noop("This field is required.")),
    "extra_forbidden": _UNKNOWN_FIELD,
    "calendar_date": ("date", gettext_noop("A date of the calendar is expected, written YYYY-MM-DD.")),
    "string_type": _TEXT,
    "string_too_long": ("too_long", gettext_noop("At most %(max_length)d characters are possible.")),
    "string_too_short": ("empty", gettext_noop("This field cannot be empty.")),
    "string_pattern_mismatch": ("pattern", gettext_noop("The value does not have the form of this field.")),
    "literal_error": ("choice", gettext_noop("One of these is expected: %(choices)s.")),
    "bool_type": ("boolean", gettext_noop("true or false is expected.")),
    "int_type": _WHOLE,
    "greater_than_equal": ("too_small", gettext_noop("%(ge)s or more is expected.")),
    "less_than_equal": ("too_large", gettext_noop("%(le)s or less is expected.")),
    "decimal_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "finite_number": _NUMBER,
    "tuple_type": ("list", gettext_noop("A list is expected.")),
    "model_type": ("mapping", gettext_noop("Fields with their values are expected.")),
    "control_character": _NOT_KEPT,
    "string_unicode": _NOT_KEPT,
}
_PATTERNS: Mapping[str, str] = {
    "^[a-z0-9][a-z0-9._-]*$": gettext_noop(
        "A key is made of small letters, digits, dots, dashes and underscores, for example scanner-2."
    ),
    "^([01][0-9]|2[0-3]):[0-5][0-9]$": gettext_noop("An hour is written HH:MM, for example 14:20."),
    "^[0-9]{4}$": gettext_noop("The number of a notified body has 4 digits."),
    "^[A-Z]{2}$": gettext_noop("A country is written with its two capital letters, for example FR."),
}
_OTHER = ("invalid", gettext_noop("The value is not accepted here."))


def validate(value_class: type[V], data: Any, loc: Loc = ()) -> tuple[V | None, list[Problem]]:
    """Return the value and no problem, or None and every problem, with paths that start at ``loc``."""
    value, errors = _validated(value_class, data)
    return value, [_problem(one, loc) for one in errors]


def salvage(value_class: type[V], data: Any, loc: Loc) -> tuple[V | None, bool, list[Problem]]:
    """Return the value and whether it is sound, with every problem.

    A value that is not sound holds the fields that are right, and None for those that are wrong or missing:
    good for looking into, not for writing. It is None where the data is no mapping.
    """
    value, errors = _validated(value_class, data)
    if errors and isinstance(data, Mapping):
        wrong = {one["loc"][0] for one in errors if one["loc"]}
        fields: dict[str, Any] = {
            name: None
            if name in wrong or (field.is_required() and name not in data)
            else data.get(name, field.default)
            for name, field in value_class.model_fields.items()
        }
        value = cast(V, value_class.model_construct(**fields))
    return value, not errors, [_problem(one, loc) for one in errors]


def _validated(value_class: type[V], data: Any) -> tuple[V | None, list[ErrorDetails]]:
    errors: list[ErrorDetails] = [
        {"type": "control_character", "loc": loc, "msg": "", "input": None} for loc in _unkept(data, ())
    ]
    try:
        value = value_class.model_validate(data)
    except ValidationError as error:
        return None, [*errors, *(one for one in error.errors(include_url=False))]
    return (None if errors else value), errors


def _unkept(value: Any, loc: Loc) -> Iterator[Loc]:
    """Yield the places of texts with what no database keeps (NUL) or what is half a character."""
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            yield loc
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _unkept(one, (*loc, str(name)))
    elif isinstance(value, list | tuple):
        for n, one in enumerate(value):
            yield from _unkept(one, (*loc, n))


def _problem(error: ErrorDetails, loc: Loc) -> Problem:
    """Return the problem for an error of pydantic, whose own words are English only."""
    code, message = MESSAGES.get(error["type"], _OTHER)
    context = error.get("ctx", {})
    params: dict[str, Param] = {
        name: value for name, value in context.items() if isinstance(value, str | int | Decimal)
    }
    if code == "pattern":
        message = _PATTERNS.get(str(params.pop("pattern")), message)
    if code == "choice":
        params = {"choices": ", ".join(re.findall(r"'([^']*)'", str(params.get("expected"))))}
    return Problem(path_text((*loc, *error["loc"])), code, message, params)
