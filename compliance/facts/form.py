"""The form of facts: plain data to pydantic values, with every problem said in our own words.

Parts are read one by one, so that a wrong field in one fact hides nothing that is wrong elsewhere.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from compliance.facts.errors import Loc, Problem, path_text
from compliance.facts.kinds import KINDS, Kind
from compliance.law.facts import Device, FactsFile, Organisation, Source
from compliance.law.facts.base import Value
from compliance.law.text import Param, gettext_noop

V = TypeVar("V", bound=Value)

_LIST = ("list", gettext_noop("A list is expected."))
_MAPPING = ("mapping", gettext_noop("Fields with their values are expected."))
_NUMBER = ("number", gettext_noop("A number is expected."))
_WHOLE = ("whole_number", gettext_noop("A whole number is expected."))
_UNKNOWN_FIELD = ("unknown_field", gettext_noop("The form has no field of this name."))
_TEXT = ("text", gettext_noop("Text is expected: put the value between quotes."))
_MESSAGES: Mapping[str, tuple[str, str]] = {
    "missing": ("missing", gettext_noop("This field is required.")),
    "extra_forbidden": _UNKNOWN_FIELD,
    "invalid_key": _UNKNOWN_FIELD,
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
    "tuple_type": _LIST,
    "model_type": _MAPPING,
}
_PATTERNS: Mapping[str, str] = {
    "^[a-z0-9][a-z0-9._-]*$": gettext_noop(
        "A key is made of small letters, digits, dots, dashes and underscores, for example scanner-2."
    ),
    "^[0-9]{4}$": gettext_noop("The number of a notified body has 4 digits."),
    "^[A-Z]{2}$": gettext_noop("A country is written with its two capital letters, for example FR."),
}
_OTHER = ("invalid", gettext_noop("The value is not accepted here."))
_NOT_KEPT = gettext_noop("The text holds a character that cannot be kept.")


def validate(value_class: type[V], data: Any, loc: Loc = ()) -> tuple[V | None, list[Problem]]:
    """Return the value and no problem, or None and every problem, with paths that start at ``loc``."""
    problems = [Problem(path_text(at), "control_character", _NOT_KEPT) for at in _unkept(data, loc)]
    try:
        value = value_class.model_validate(data)
    except ValidationError as error:
        return None, problems + [_problem(one, loc) for one in error.errors(include_url=False)]
    return (None if problems else value), problems


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
    code, message = _MESSAGES.get(error["type"], _OTHER)
    context = error.get("ctx", {})
    params: dict[str, Param] = {
        name: value for name, value in context.items() if isinstance(value, str | int | Decimal)
    }
    if code == "pattern":
        message = _PATTERNS.get(str(params.pop("pattern")), message)
    if code == "choice":
        params = {"choices": ", ".join(re.findall(r"'([^']*)'", str(params.get("expected"))))}
    return Problem(path_text((*loc, *error["loc"])), code, message, params)


@dataclass(frozen=True, slots=True)
class Item:
    """One fact, with its place."""

    path: str
    kind: Kind
    value: Any


@dataclass(frozen=True, slots=True)
class Record:
    """A device or an organisation, with its place and facts. ``own`` holds its own fields, None if they are
    wrong; ``key`` is None if it cannot be read.
    """

    path: str
    key: str | None
    own: Any
    items: tuple[Item, ...]


@dataclass(slots=True)
class Portfolio:
    """What could be read of a facts file, and all that is wrong with its form."""

    sources: list[tuple[str, Source]] = field(default_factory=list)
    organisations: list[Record] = field(default_factory=list)
    devices: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    keys: dict[str, set[str]] = field(default_factory=dict)

    def report(self, loc: Loc, message: tuple[str, str]) -> None:
        """Add a problem of form."""
        self.problems.append(Problem(path_text(loc), *message))

    def read(self, value_class: type[V], data: Any, loc: Loc) -> V | None:
        """Return the value, or None after adding its problems."""
        value, problems = validate(value_class, data, loc)
        self.problems += problems
        return value


def read_portfolio(data: Any) -> Portfolio:
    """Return all that can be read of the data of a facts file."""
    portfolio = Portfolio()
    if not isinstance(data, dict):
        message = gettext_noop("A facts file starts with the fields format, sources, organisations, devices.")
        portfolio.report((), ("mapping", message))
        return portfolio
    portfolio.read(FactsFile, {name: one for name, one in data.items() if name not in _SUBJECTS}, ())
    for name in _SUBJECTS:
        entries = _entries(portfolio, data.get(name, []), (name,))
        portfolio.keys[name] = {key for _, one in entries if (key := _key(one))}
        for loc, one in entries:
            if name == "sources":
                if source := portfolio.read(Source, one, loc):
                    portfolio.sources.append((path_text(loc), source))
            else:
                _read_record(portfolio, name, one, loc)
    return portfolio


_SUBJECTS = ("sources", "organisations", "devices")


def _key(entry: Any) -> str | None:
    """Return the key of an entry whose other fields may be wrong."""
    key = entry.get("key") if isinstance(entry, dict) else None
    return key if isinstance(key, str) else None


def _entries(portfolio: Portfolio, data: Any, loc: Loc) -> list[tuple[Loc, Any]]:
    if not isinstance(data, list):
        portfolio.report(loc, _LIST)
        return []
    return [((*loc, n), one) for n, one in enumerate(data)]


def kinds_of(value_class: type[Value]) -> dict[tuple[str, ...], Kind]:
    """Return the kinds of a device or an organisation, by where they stand in its value."""
    if value_class is Device:
        return {tuple(path.split(".")): kind for path, kind in KINDS.items() if kind.subject == "device"}
    return {tuple(path.split("."))[1:]: kind for path, kind in KINDS.items() if kind.subject != "device"}


def _read_record(portfolio: Portfolio, name: str, data: Any, loc: Loc) -> None:
    """Read a device or an organisation: its own fields, then its facts."""
    if not isinstance(data, dict):
        portfolio.report(loc, _MAPPING)
        return
    own_class: type[Value] = Device if name == "devices" else Organisation
    kinds = kinds_of(own_class)
    heads = {place[0] for place in kinds}
    own = portfolio.read(own_class, {k: v for k, v in data.items() if k not in heads}, loc)
    items: list[Item] = []
    for head in [one for one in data if one in heads]:
        if (head,) in kinds:
            lists = {(head,): data[head]}
        elif isinstance(data[head], dict):
            lists = {(head, one): value for one, value in data[head].items()}
        else:
            portfolio.report((*loc, head), _MAPPING)
            continue
        for place, value in lists.items():
            items += _read_facts(portfolio, kinds.get(place), value, (*loc, *place))
    records = portfolio.devices if name == "devices" else portfolio.organisations
    records.append(Record(path_text(loc), _key(data), own, tuple(items)))


def _read_facts(portfolio: Portfolio, kind: Kind | None, data: Any, loc: Loc) -> list[Item]:
    if kind is None:
        portfolio.report(loc, _UNKNOWN_FIELD)
        return []
    read = [(at, portfolio.read(kind.value_class, one, at)) for at, one in _entries(portfolio, data, loc)]
    return [Item(path_text(at), kind, value) for at, value in read if value]
