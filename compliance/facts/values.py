"""Models to values and back, field by field (``compliance.facts.shapes``)."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from compliance.facts.checks import ROLES
from compliance.facts.reading import Item, kinds_of
from compliance.facts.shapes import shape
from compliance.facts.together import facts_of
from compliance.law.facts import Device as DeviceValue
from compliance.law.facts import Organisation as OrganisationValue
from compliance.law.facts import Source as SourceValue
from compliance.law.facts.base import Value
from devices.models import Device, Organisation, Source

V = TypeVar("V", bound=Value)


def read(instance: models.Model, value_class: type[V]) -> V:
    """Return the value of one row. One query for each foreign key and list of parts not fetched before."""
    return value_class.model_validate(_plain(instance, value_class))


def _plain(instance: models.Model, value_class: type[Value]) -> dict[str, Any]:
    held = shape(type(instance), value_class)
    data = {name: getattr(instance, name) for name in held.plain}
    for name in held.keys:
        other = getattr(instance, name)
        data[name] = other.key if other else None
    for name, model in held.parts.items():
        part_class = model.value_class  # type: ignore[attr-defined]
        data[name] = [_plain(part, part_class) for part in getattr(instance, name).all()]
    return data


def fetched(model: type[models.Model], value_class: type[Value]) -> models.QuerySet[Any]:
    """Return the rows of a model with all that ``read`` needs, in the order of their keys."""
    held = shape(model, value_class)
    rows = model._default_manager.select_related(*held.keys).prefetch_related(*held.parts)
    return rows.order_by("key")


def source_value(source: Source) -> SourceValue:
    """Return a source as a value."""
    return read(source, SourceValue)


def device_value(device: Device) -> DeviceValue:
    """Return a device with all its facts: the form that the law is applied to."""
    return device_values([device.pk])[device.pk]


def device_values(ids: Iterable[UUID]) -> dict[UUID, DeviceValue]:
    """Return devices by id, with all their facts, in the order of their keys.

    Two queries, whatever their number.
    """
    return _subjects(Device, DeviceValue, "device", ids)


def organisation_values(device: Device) -> dict[str, OrganisationValue]:
    """Return the organisations that hold a role for the device, by key, with their facts."""
    ids = {getattr(device, f"{role}_id") for role in ROLES} - {None}
    return {one.key: one for one in organisations_by_id(ids).values()}


def organisations_by_id(ids: Iterable[UUID]) -> dict[UUID, OrganisationValue]:
    """Return organisations by id, with their facts, in the order of their keys."""
    return _subjects(Organisation, OrganisationValue, "organisation", ids)


def _subjects(
    model: type[models.Model], value_class: type[V], link: str, ids: Iterable[UUID]
) -> dict[UUID, V]:
    ids = list(ids)
    found = {row.pk: _plain(row, value_class) for row in fetched(model, value_class).filter(pk__in=ids)}
    for pk, place, fact in facts_of(value_class, link, ids) if ids else ():
        add_fact(found[pk], place, fact)
    return {pk: value_class.model_validate(data) for pk, data in found.items()}


def add_fact(subject: dict[str, Any], place: tuple[str, ...], fact: dict[str, Any]) -> None:
    """Put a fact at its place in the data of its subject."""
    for name in place[:-1]:
        subject = subject.setdefault(name, {})
    subject.setdefault(place[-1], []).append(fact)


def as_json(value: Value) -> dict[str, Any]:
    """Return what is known of a value as plain JSON: dates and amounts as text, one text for one amount."""
    data: dict[str, Any] = json.loads(json.dumps(value.model_dump(exclude_defaults=True), default=_text))
    return data


def _text(value: date | Decimal) -> str:
    return number_text(value) if isinstance(value, Decimal) else value.isoformat()


def number_text(value: Decimal) -> str:
    """Return the shortest plain text of an amount: ``4200000``, ``12.5``."""
    return f"{value.normalize():f}"


def items_of(value: DeviceValue | OrganisationValue) -> Iterator[Item]:
    """Yield the facts of a device or an organisation, each at the place ``certificates.KEY``."""
    for place, kind in kinds_of(type(value)).items():
        holder: Any = value
        for name in place:
            holder = getattr(holder, name)
        for fact in holder:
            yield Item(".".join((*place, fact.key)), fact, kind)
