"""What the record said at the end of a past day, rebuilt from the history of its rows.

A device whose record began later is taken as it was at the end of the first day of its record: what was
known of the law on a date can be asked of any device. Of one whose rows have no history at all nothing was
known then: all is unknown but its name.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Case, F, When
from django.db.models.functions import Cast

from compliance.audit.models import RowHistory, RowOperation
from compliance.facts.checks import ROLES
from compliance.facts.exporting import facts_file, recorded
from compliance.facts.reading import kinds_of
from compliance.facts.shapes import shape
from compliance.facts.values import add_fact, device_value, organisation_values
from compliance.law.facts import Device as DeviceValue
from compliance.law.facts import FactsFile
from compliance.law.facts import Organisation as OrganisationValue
from compliance.law.facts import Source as SourceValue
from compliance.law.facts.base import Value
from config.clock import PARIS, end_of
from devices import wall
from devices.models import Device, Organisation, Source

V = TypeVar("V", bound=Value)
_key = attrgetter("key")


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of a device and of the organisations that hold a role for it, at the end of the day ``on``.

    ``on`` is the day asked for, or the first day of the record where that is later; None where there is no
    record of that time, and nothing is known.
    """

    device: DeviceValue
    organisations: tuple[OrganisationValue, ...]
    on: date | None


def known_facts(device: Device, *, known_on: date, today: date) -> Known:
    """Return what was recorded of a device at the end of a day; of today and later, what is recorded now.

    A past day takes a constant number of queries.
    """
    if known_on >= today:
        return Known(device_value(device), tuple(organisation_values(device).values()), today)
    return _rebuilt(device, known_on)[0]


def known_file(device: Device, *, known_on: date, today: date) -> tuple[FactsFile, date | None]:
    """Return the same as a facts file with the sources that it names, and its day (None: nothing known)."""
    if known_on >= today:
        return recorded([device.key]), today
    known, sources = _rebuilt(device, known_on)
    return facts_file([known.device], known.organisations, sources), known.on


@dataclass(frozen=True, slots=True)
class _Version:
    """A version of a row: its columns as JSON holds them, amounts as Decimal."""

    table: str
    row_id: UUID
    holder_id: UUID
    columns: Mapping[str, Any]


@wall.system()  # whoever sees the device; the history itself is shown to nobody
def _rebuilt(device: Device, known_on: date) -> tuple[Known, list[SourceValue]]:
    """Return the facts as known then, and the sources that they name."""
    began = _began(device)
    if began is None:
        return Known(DeviceValue(key=device.key, name=device.name), (), None), []
    on = max(known_on, began)
    end = end_of(on)
    (own,) = _own_rows({device.pk}, end)
    holders = _own_rows(_links(own, ROLES), end)
    facts = _alive([device.pk, *(one.row_id for one in holders)], end)
    parts = _alive([one.row_id for one in facts], end)
    named = _own_rows({pk for one in (own, *holders, *facts) for pk in _links(one, ["source"])}, end)
    keys = {one.row_id: one.columns["key"] for one in (*holders, *named)}

    def read(version: _Version, model: type[models.Model], value_class: type[Value]) -> dict[str, Any]:
        held = shape(model, value_class)
        data = {name: _plain(model, name, version.columns) for name in held.plain}
        data |= {name: next((keys.get(pk) for pk in _links(version, [name])), None) for name in held.keys}
        for name, part in held.parts.items():
            own_parts = [
                one for one in parts if one.table == part._meta.db_table and one.holder_id == version.row_id
            ]
            own_parts.sort(key=lambda one: one.columns["position"])
            data[name] = [read(one, part, part.value_class) for one in own_parts]  # type: ignore[attr-defined]
        return data

    def subject(version: _Version, model: type[models.Model], value_class: type[V]) -> V:
        data = read(version, model, value_class)
        places = {kind.model._meta.db_table: (place, kind) for place, kind in kinds_of(value_class).items()}
        own_facts = [one for one in facts if one.holder_id == version.row_id and one.table in places]
        for fact in sorted(own_facts, key=lambda one: one.columns["key"]):
            place, kind = places[fact.table]
            add_fact(data, place, read(fact, kind.model, kind.value_class))
        return value_class.model_validate(data)

    known = Known(
        subject(own, Device, DeviceValue),
        tuple(sorted((subject(one, Organisation, OrganisationValue) for one in holders), key=_key)),
        on,
    )
    return known, sorted((subject(one, Source, SourceValue) for one in named), key=_key)


def _began(device: Device) -> date | None:
    """Return the first day of the record of a device, None where its row has no history."""
    first = RowHistory.objects.filter(row_id=device.pk).order_by("id").values_list("at", flat=True).first()
    return first.astimezone(PARIS).date() if first else None


def _own_rows(ids: Collection[UUID], end: datetime) -> list[_Version]:
    """Return the devices, organisations or sources as they were before ``end``, else as first recorded."""
    rows = RowHistory.objects.filter(row_id__in=ids).exclude(operation=RowOperation.DELETE)
    last_by_then = Case(When(at__lt=end, then=F("id"))).desc(nulls_last=True)
    return list(_read(rows.order_by("row_id", last_by_then, "id").distinct("row_id")))


def _alive(holders: Collection[UUID], end: datetime) -> list[_Version]:
    """Return the rows that belonged to the holders before ``end``, in their last version before it."""
    ever = RowHistory.objects.filter(holder_id__in=holders).values("row_id")
    rows = RowHistory.objects.filter(row_id__in=ever, at__lt=end)
    last = _read(rows.order_by("row_id", "-id").distinct("row_id"))
    return [one for one in last if one.holder_id in holders]


def _read(rows: "models.QuerySet[RowHistory]") -> Iterator[_Version]:
    """Yield the versions but for deletions; JSON of the database would give amounts as floats."""
    told = rows.annotate(text=Cast("row", models.TextField()))
    for table, row_id, holder_id, operation, text in told.values_list(
        "table", "row_id", "holder_id", "operation", "text"
    ):
        if operation != RowOperation.DELETE:
            yield _Version(table, row_id, holder_id, json.loads(text, parse_float=Decimal))


def _links(version: _Version, names: Iterable[str]) -> set[UUID]:
    """Return the ids that the foreign keys of these names hold."""
    return {UUID(pk) for name in names if (pk := version.columns.get(f"{name}_id"))}


def _plain(model: type[models.Model], name: str, columns: Mapping[str, Any]) -> Any:
    """Return a field of a version; a column younger than the version has its default."""
    field: Any = model._meta.get_field(name)
    return field.to_python(columns[field.column]) if field.column in columns else field.get_default()
