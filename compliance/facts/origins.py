"""Where the facts of a device come from: recorded now, in one query whatever their number, or in a file."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection
from psycopg import sql

from compliance.facts.checks import ROLES
from compliance.facts.kinds import KINDS, Kind
from compliance.facts.values import as_json, items_of
from compliance.law.facts import FactsFile
from devices.models import Device

_KEY = re.compile(r"\[[^]]*\]")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact with its source: ``path`` as reasons name it, ``data`` as JSON holds its own fields.

    ``holder`` is the key of the organisation that holds it, "" for a fact of the device. ``quality`` and
    ``read_on`` are those of the source, None where it has none.
    """

    kind: str
    path: str
    holder: str
    data: Mapping[str, Any]
    quality: str | None
    read_on: date | None


def recorded_now(device: Device, named: Iterable[str]) -> list[Recorded]:
    """Return the facts, of the kinds that these paths name, of a device and of the organisations about it.

    One query, which the database plans anew each time: the fewer kinds, the sooner.
    """
    stems = {_KEY.sub("", path) for path in named}
    kinds = tuple(kind for kind in KINDS if any(f"{one}.".startswith(f"{kind}.") for one in stems))
    if not kinds:
        return []
    holders = [pk for role in ROLES if (pk := getattr(device, f"{role}_id"))]
    with connection.cursor() as cursor:
        cursor.execute(_statement(kinds), {"device": [device.pk], "organisation": holders})
        rows = cursor.fetchall()
    return [
        _recorded(KINDS[path], json.loads(text, parse_float=Decimal), holder or "", quality, read_on)
        for path, text, holder, quality, read_on in rows
    ]


def recorded_in(file: FactsFile) -> list[Recorded]:
    """Return the facts of the devices and organisations of a file."""
    sources = {one.key: one for one in file.sources}

    def facts(subjects: Iterable[Any], *, named: bool) -> Iterator[Recorded]:
        for subject in subjects:
            for item in items_of(subject):
                if item.kind is None:
                    continue
                source = sources.get(item.value.source)
                quality, read_on = (source.quality, source.read_on) if source else (None, None)
                holder = subject.key if named else ""
                yield _recorded(item.kind, as_json(item.value), holder, quality, read_on)

    return [*facts(file.devices, named=False), *facts(file.organisations, named=True)]


def _recorded(
    kind: Kind, data: Mapping[str, Any], holder: str, quality: str | None, read_on: date | None
) -> Recorded:
    base = kind.path
    if kind.subject == "organisation":
        root, _dot, rest = kind.path.partition(".")
        base = f"{root}[{holder}].{rest}"
    return Recorded(kind.path, f"{base}[{data['key']}]", holder, data, quality, read_on)


@lru_cache(maxsize=512)
def _statement(kinds: tuple[str, ...]) -> str:
    """Return the query: a fact a row, with what its source is. Amounts are read as text, never as floats."""
    each = [
        sql.SQL("SELECT {}, to_jsonb(t), t.source_id, {} FROM {} t WHERE t.{} = ANY({})").format(
            path,
            sql.SQL("t.organisation_id" if kind.subject == "organisation" else "NULL::uuid"),
            sql.Identifier(kind.model._meta.db_table),
            sql.Identifier(f"{kind.subject}_id"),
            sql.Placeholder(kind.subject),
        )
        for path, kind in KINDS.items()
        if path in kinds
    ]
    return (
        sql.SQL(
            "SELECT f.kind, f.data::text, o.key, s.quality, s.read_on"
            " FROM ({}) f (kind, data, source_id, holder_id)"
            " LEFT JOIN devices_source s ON s.id = f.source_id"
            " LEFT JOIN devices_organisation o ON o.id = f.holder_id"
        )
        .format(sql.SQL(" UNION ALL ").join(each))
        .as_string(None)
    )
