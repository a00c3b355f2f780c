"""All facts of devices or organisations in one query, whatever their kinds and their number."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from psycopg import sql

from compliance.facts.kinds import KINDS, Kind
from compliance.facts.reading import kinds_of
from compliance.facts.shapes import shape
from compliance.law.facts.base import Value


def facts_of(
    value_class: type[Value], link: str, ids: Iterable[UUID]
) -> Iterator[tuple[UUID, tuple[str, ...], dict[str, Any]]]:
    """Yield each fact of the subjects with these ids: its subject, its place, its data with its parts.

    ``link`` is the foreign key of the facts to a subject of the class. The facts come in the order of their
    keys.
    """
    kinds = kinds_of(value_class)
    places = {kind.path: place for place, kind in kinds.items()}
    for kind, subject, columns in columns_of(kinds.values(), link, ids):
        yield subject, places[kind.path], _data(kind.model, kind.value_class, columns)


def columns_of(
    kinds: Iterable[Kind], link: str, ids: Iterable[UUID]
) -> list[tuple[Kind, UUID, dict[str, Any]]]:
    """Return the facts of these kinds in the order of their keys: kind, subject, columns as JSON.

    Beside its columns a fact has the keys of what it names, by the name of the field, and its parts.
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(kind.path for kind in kinds), link), {"ids": list(ids)})
        rows = [
            (KINDS[path], subject, json.loads(text, parse_float=Decimal))
            for path, subject, text in cursor.fetchall()
        ]
    return sorted(rows, key=lambda one: one[2]["key"])


@cache
def _statement(paths: tuple[str, ...], link: str) -> str:
    """Return the query: a fact a row, as JSON, with the keys of what it names and its parts in order.

    JSON in the database would give amounts as floats: it is read as text.
    """
    column, each = sql.Identifier(f"{link}_id"), []
    for kind in (KINDS[path] for path in paths):
        held = shape(kind.model, kind.value_class)
        whole: list[sql.Composable] = [sql.SQL("to_jsonb(t)")]
        for name, other in held.keys.items():
            key = sql.SQL("(SELECT o.key FROM {} o WHERE o.id = t.{})").format(
                _table(other), sql.Identifier(f"{name}_id")
            )
            whole.append(sql.SQL("jsonb_build_object({}, {})").format(name, key))
        for name, part in held.parts.items():
            parts = sql.SQL(
                "(SELECT coalesce(jsonb_agg(to_jsonb(p) ORDER BY p.position), '[]')"
                " FROM {} p WHERE p.parent_id = t.id)"
            ).format(_table(part))
            whole.append(sql.SQL("jsonb_build_object({}, {})").format(name, parts))
        each.append(
            sql.SQL("SELECT {}, t.{}, ({})::text FROM {} t WHERE t.{} = ANY(%(ids)s)").format(
                kind.path, column, sql.SQL(" || ").join(whole), _table(kind.model), column
            )
        )
    return sql.SQL(" UNION ALL ").join(each).as_string(None)


def _table(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def _data(model: type[models.Model], value_class: type[Value], columns: Mapping[str, Any]) -> dict[str, Any]:
    held = shape(model, value_class)
    data = {name: _plain(model, name, columns) for name in held.plain}
    data |= {name: columns[name] for name in held.keys}
    for name, part in held.parts.items():
        part_class = part.value_class  # type: ignore[attr-defined]
        data[name] = [_data(part, part_class, one) for one in columns[name]]
    return data


def _plain(model: type[models.Model], name: str, columns: Mapping[str, Any]) -> Any:
    field: Any = model._meta.get_field(name)
    value = field.to_python(columns[field.column])
    return value.astimezone(UTC) if isinstance(value, datetime) else value
