"""The merged record: entries with their facts and parts, and the facts file that describes them whole."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from compliance.facts import values
from compliance.facts.reading import kinds_of
from compliance.law.facts import FORMAT
from compliance.sheets.layout import SUBJECTS, sheets
from compliance.sheets.reading import Line, Place


@dataclass(slots=True, eq=False)
class Part:
    """A part of a fact: its data, the line that says it, and where the list has it."""

    data: dict[str, Any]
    position: float
    line: Line | None = None


@dataclass(slots=True, eq=False)
class Fact:
    """A fact of the merged record, with its lists of parts by name."""

    data: dict[str, Any]
    parts: dict[str, list[Part]]
    line: Line | None = None


@dataclass(slots=True, eq=False)
class Entry:
    """A source, an organisation or a device of the merged record."""

    path: str
    data: dict[str, Any]
    new: bool
    facts: dict[tuple[str, str], Fact] = field(default_factory=dict)
    line: Line | None = None
    changed: bool = False
    barred: bool = False  # not the person's to change: left out


@dataclass(slots=True)
class Merged:
    """A facts file made of the lines, and the way back to their cells.

    ``removed`` are the facts marked to be taken out (subject, kind, key), ``kept`` the recorded fields whose
    cell is empty, ``unchanged`` the number of lines that say what is recorded already.
    """

    content: bytes = b""
    places: dict[str, Line] = field(default_factory=dict)
    removed: set[tuple[str, str, str]] = field(default_factory=set)
    kept: list[Place] = field(default_factory=list)
    unchanged: int = 0


def recorded_fact(data: dict[str, Any], parts: Iterable[str]) -> Fact:
    """Return a recorded fact, its lists of parts (``parts`` names them) taken out of its data."""
    lists = {name: [Part(one, n) for n, one in enumerate(data.pop(name, ()), 1)] for name in parts}
    return Fact(data, lists)


def write_facts_file(entries: Iterable[Entry], merged: Merged) -> None:
    """Write the entries that change as the content of the merged file, with the places of their lines."""
    everything = list(entries)
    data: dict[str, Any] = {"format": FORMAT}
    for path in SUBJECTS:
        changed = [one for one in everything if one.path == path and one.changed and not one.barred]
        data[path] = [_written(merged, entry, f"{path}[{n}]") for n, entry in enumerate(changed)]
    merged.content = json.dumps(data).encode()


def _written(merged: Merged, entry: Entry, at: str) -> dict[str, Any]:
    data: dict[str, Any] = dict(entry.data)
    if entry.line:
        merged.places[at] = entry.line
    for place, kind in kinds_of(sheets()[entry.path].value_class).items():
        facts = [
            fact
            for (path, key), fact in entry.facts.items()
            if path == kind.path and (entry.data["key"], path, key) not in merged.removed
        ]
        said = [_fact_data(merged, fact, f"{at}.{'.'.join(place)}[{n}]") for n, fact in enumerate(facts)]
        for one in said:
            values.add_fact(data, place, one)
    return data


def _fact_data(merged: Merged, fact: Fact, at: str) -> dict[str, Any]:
    if fact.line:
        merged.places[at] = fact.line
    data = dict(fact.data)
    for name, parts in fact.parts.items():
        parts.sort(key=lambda one: one.position)
        for n, part in enumerate(parts):
            if part.line:
                merged.places[f"{at}.{name}[{n}]"] = part.line
        if parts:
            data[name] = [one.data for one in parts]
    return data
