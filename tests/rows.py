"""Rows written with plain SQL: past the operations, the models' checks and ``save()``."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from psycopg import sql

from compliance.facts.kinds import KINDS
from compliance.facts.models import Part
from devices.models import Device, Organisation, Source

_TEXTS = {
    "scheme": "catalogue",
    "srn": "FR-MF-000012345",
    "email": "a@example.org",
    "prefix": "abcdefgh",
    "secret_hash": "0" * 64,
}

PARTS: tuple[type[Part], ...] = tuple(part for kind in KINDS.values() for part in kind.parts.values())
MODELS: tuple[type[models.Model], ...] = (
    Source,
    Organisation,
    Device,
    *(kind.model for kind in KINDS.values()),
    *PARTS,
)
SUBJECTS = {"device": Device, "organisation": Organisation}


def insert(model: type[models.Model], **columns: Any) -> UUID:
    """Insert a row with the least that the model needs, and the given columns; return its id."""
    row = model(**{**_least(model, columns), **columns})
    values = {
        str(field.column): field.get_db_prep_save(_now(field) or getattr(row, field.attname), connection)
        for field in model._meta.concrete_fields
    }
    names = [sql.Identifier(name) for name in values]
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(names),
        sql.SQL(", ").join([sql.Placeholder()] * len(names)),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values.values()))
    identifier: UUID = row.pk
    return identifier


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    """Expect that the database refuses what follows, and that this constraint is why."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    cause = caught.value.__cause__
    assert cause is not None
    assert getattr(cause, "diag").constraint_name == constraint  # noqa: B009


def _least(model: type[models.Model], given: dict[str, Any]) -> dict[str, Any]:
    return {
        field.attname: _some(field)
        for field in model._meta.concrete_fields
        if not field.null and not field.has_default() and not _given(field, given) and _now(field) is None
    }


def _given(field: "models.Field[Any, Any]", given: dict[str, Any]) -> bool:
    return field.name in given or field.attname in given


def _now(field: "models.Field[Any, Any]") -> Any:
    return timezone.now() if getattr(field, "auto_now_add", False) else None


def _some(field: "models.Field[Any, Any]") -> Any:
    if isinstance(field, models.ForeignKey):
        return insert(field.related_model, **_unique_key(field.related_model))
    if field.name in _TEXTS:
        return _TEXTS[field.name]
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.DateField):
        return date(2024, 1, 1)
    if isinstance(field, models.IntegerField):
        return 2025
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, ArrayField):
        return []
    return "x"


def _unique_key(model: type[models.Model]) -> dict[str, str]:
    number = model._default_manager.count()
    return {"key": f"row-{number}"} if any(f.name == "key" for f in model._meta.concrete_fields) else {}
