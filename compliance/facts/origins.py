"""Where the facts of a device come from: recorded now, in one query whatever their number, or in a file."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection
from psycopg import sql

from compliance.facts.checks import ROLES
from compliance.facts.kinds import KINDS, Kind
from compliance.facts.values import as_json, items_of
from compliance.law.facts import FactsFile
from devices.models import Device


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


def recorded_now(device: Device) -> list[Recorded]:
    """Return the facts of a device and of the organisations that hold a role for it, as recorded."""
    holders = [pk for role in ROLES if (pk := getattr(device, f"{role}_id"))]
    with connection.cursor() as cursor:
        cursor.execute(_statement(), {"device": [device.pk], "organisation": holders})
        rows = cursor.fetchall()
    return [
        _recorded(KINDS[path], json.loads(text, parse_float=Decimal), holder, quality, read_on)
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


@cache
def _statement() -> str:
    """Return the query: a fact a row, with what its source is. Amounts are read as text, never as floats."""
    each = []
    for kind in KINDS.values():
        holder = sql.SQL("''")
        if kind.subject == "organisation":
            holder = sql.SQL("(SELECT o.key FROM devices_organisation o WHERE o.id = t.organisation_id)")
        each.append(
            sql.SQL(
                "SELECT {}, to_jsonb(t)::text, {}, s.quality, s.read_on"
                " FROM {} t LEFT JOIN devices_source s ON s.id = t.source_id WHERE t.{} = ANY({})"
            ).format(
                kind.path,
                holder,
                sql.Identifier(kind.model._meta.db_table),
                sql.Identifier(f"{kind.subject}_id"),
                sql.Placeholder(kind.subject),
            )
        )
    return sql.SQL(" UNION ALL ").join(each).as_string(None)
