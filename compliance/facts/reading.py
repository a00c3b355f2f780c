"""Plain data to the values of a facts file, part by part: what is wrong in one hides nothing in another."""

from dataclasses import dataclass, field
from typing import Any

from compliance.facts.errors import Loc, Problem, path_text
from compliance.facts.form import MESSAGES, salvage
from compliance.facts.kinds import KINDS, Kind
from compliance.law.facts import Device, FactsFile, Organisation, Source
from compliance.law.facts.base import Value
from compliance.law.text import gettext_noop

_SUBJECTS: dict[str, type[Value]] = {"sources": Source, "organisations": Organisation, "devices": Device}


@dataclass(frozen=True, slots=True)
class Item:
    """A value with its place: a fact (then with its kind), or the own fields of a subject.

    One that is not ``sound`` holds only what is right in it: it is looked into, never written.
    """

    path: str
    value: Any
    kind: Kind | None = None
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """A source, an organisation or a device: its own fields, and its facts."""

    own: Item
    items: tuple[Item, ...] = ()


@dataclass(slots=True)
class Portfolio:
    """What could be read of a facts file, and all that is wrong with its form."""

    sources: list[Record] = field(default_factory=list)
    organisations: list[Record] = field(default_factory=list)
    devices: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def records(self) -> list[Record]:
        """Return all records."""
        return [*self.sources, *self.organisations, *self.devices]

    def report(self, loc: Loc, error: str) -> None:
        """Add a problem of form, named as the errors of a value are."""
        self.problems.append(Problem(path_text(loc), *MESSAGES[error]))

    def read(self, value_class: type[Value], data: Any, loc: Loc, kind: Kind | None = None) -> Item | None:
        """Return the value with its place, None where nothing can be read; add its problems."""
        value, sound, problems = salvage(value_class, data, loc)
        self.problems += problems
        return Item(path_text(loc), value, kind, sound) if value else None


def read_portfolio(data: Any) -> Portfolio:
    """Return all that can be read of the data of a facts file."""
    portfolio = Portfolio()
    if not isinstance(data, dict):
        message = gettext_noop("A facts file starts with the fields format, sources, organisations, devices.")
        portfolio.problems.append(Problem("", "mapping", message))
        return portfolio
    portfolio.read(FactsFile, {name: one for name, one in data.items() if name not in _SUBJECTS}, ())
    for name, value_class in _SUBJECTS.items():
        records: list[Record] = getattr(portfolio, name)
        for loc, one in _entries(portfolio, data.get(name, []), (name,)):
            if record := _read_record(portfolio, value_class, one, loc):
                records.append(record)
    return portfolio


def kinds_of(value_class: type[Value]) -> dict[tuple[str, ...], Kind]:
    """Return the kinds of facts of a subject, by where they stand in its value."""
    if value_class is Device:
        return {tuple(path.split(".")): kind for path, kind in KINDS.items() if kind.subject == "device"}
    if value_class is Organisation:
        return {tuple(path.split("."))[1:]: kind for path, kind in KINDS.items() if kind.subject != "device"}
    return {}


def _entries(portfolio: Portfolio, data: Any, loc: Loc) -> list[tuple[Loc, Any]]:
    if not isinstance(data, list):
        portfolio.report(loc, "tuple_type")
        return []
    return [((*loc, n), one) for n, one in enumerate(data)]


def _read_record(portfolio: Portfolio, own_class: type[Value], data: Any, loc: Loc) -> Record | None:
    if not isinstance(data, dict):
        portfolio.report(loc, "model_type")
        return None
    kinds = kinds_of(own_class)
    heads = {place[0] for place in kinds}
    own = portfolio.read(own_class, {k: v for k, v in data.items() if k not in heads}, loc)
    items: list[Item] = []
    for head in [one for one in data if one in heads]:
        lists: dict[tuple[str, ...], Any]
        if (head,) in kinds:
            lists = {(head,): data[head]}
        elif isinstance(data[head], dict):
            lists = {(head, one): value for one, value in data[head].items()}
        else:
            portfolio.report((*loc, head), "model_type")
            continue
        for place, value in lists.items():
            items += _read_facts(portfolio, kinds.get(place), value, (*loc, *place))
    return Record(own, tuple(items)) if own else None


def _read_facts(portfolio: Portfolio, kind: Kind | None, data: Any, loc: Loc) -> list[Item]:
    if kind is None:
        portfolio.report(loc, "extra_forbidden")
        return []
    read = [portfolio.read(kind.value_class, one, at, kind) for at, one in _entries(portfolio, data, loc)]
    return [one for one in read if one]
