"""The recorded facts of a device, of all kinds at once, each with its summary and its page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, QuerySet, Value
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from compliance.assessments.dates import write_date
from compliance.facts.kinds import KINDS, Kind
from compliance.facts.values import as_json, items_of
from compliance.law.facts import Device as DeviceValue
from devices.models import Device

_SHARED = {"id", "key", "source", "note", "recorded_at", "row_version"}
_LINKS = {"device", "organisation", "parent", "position"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A recorded fact: its path as reasons name it (``versions[v1]``), summary, page ("" for none)."""

    path: str
    summary: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one kind, and where to add another (empty when the person may not)."""

    kind: Kind
    label: str
    singular: str
    entries: tuple[Entry, ...]
    add_url: str


def groups(device: Device, *, readable: bool, addable: bool) -> list[Group]:
    """Return the facts of a device by kind, with one query whatever their number.

    Who may not read the record sees its versions and identifiers only, and no page of a fact.
    """
    kinds = [one for one in KINDS.values() if one.subject == "device" and (readable or one.track is None)]
    first, *others = (_rows(kind, device) for kind in kinds)
    found: dict[str, list[dict[str, Any]]] = {}
    for path, row in first.union(*others, all=True):
        found.setdefault(path, []).append(row)
    made = [_group(kind, device, found.get(kind.path, []), addable) for kind in kinds]
    return made if readable else [_without_pages(one) for one in made]


def past_groups(device: DeviceValue, *, readable: bool) -> list[Group]:
    """Return the facts of a device as known on a past day, by kind: without pages, and none can be added."""
    found: dict[str, list[Entry]] = {}
    for one in items_of(device):
        if one.kind and (readable or one.kind.track is None):
            text = summary(one.kind.model, as_json(one.value)) or one.value.key
            entry = Entry(f"{one.kind.path}[{one.value.key}]", text, "")
            found.setdefault(one.kind.path, []).append(entry)
    kinds = [KINDS[path] for path in KINDS if path in found]
    return [Group(kind, *_labels(kind), entries=tuple(found[kind.path]), add_url="") for kind in kinds]


def summary(model: type[models.Model], row: dict[str, Any]) -> str:
    """Return what a fact says in one line: its codes and texts, then its dates, then its parts."""
    texts: list[str] = []
    dates: list[str] = []
    for field in fields_of(model):
        value = row.get(field.name)
        if value in (None, "", []):
            continue
        if isinstance(field, models.DateField):
            day = value if isinstance(value, date) else date.fromisoformat(value)
            dates.append(write_date(day) if field.name == "on" else _pair(field, write_date(day)))
        else:
            texts.append(_text(field, value))
    parts = [_part(model, name, one) for name, many in _parts(row) for one in many]
    return " · ".join([*texts, *dates, *parts])


@cache
def fields_of(model: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":
    """Return the fields that a fact or part has of its own."""
    return tuple(one for one in model._meta.concrete_fields if one.name not in _SHARED | _LINKS)


def admin_url(model: type[models.Model], view: str, *args: Any) -> str:
    """Return the address of a page of a model."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


def _rows(kind: Kind, device: Device) -> "QuerySet[Any, Any]":
    held: dict[str, Any] = {"id": "pk", "key": "key"} | {one.name: one.name for one in fields_of(kind.model)}
    for name, part in kind.parts.items():
        own = {one.name: one.name for one in fields_of(part)}
        held[name] = ArraySubquery(
            part._default_manager.filter(**{"parent": OuterRef("pk")})
            .order_by("position")
            .values(row=JSONObject(**own))
        )
    rows = kind.model._default_manager.filter(**{kind.subject: device})
    return rows.annotate(path=Value(kind.path), row=JSONObject(**held)).values_list("path", "row")


def _group(kind: Kind, device: Device, rows: list[dict[str, Any]], addable: bool) -> Group:
    entries = tuple(
        Entry(
            f"{kind.path}[{row['key']}]",
            summary(kind.model, row) or row["key"],
            admin_url(kind.model, "change", row["id"]),
        )
        for row in sorted(rows, key=lambda one: one["key"])
    )
    add = f"{admin_url(kind.model, 'add')}?device={device.pk}" if addable else ""
    return Group(kind, *_labels(kind), entries, add)


def _labels(kind: Kind) -> tuple[str, str]:
    """Return what a kind is called, of many and of one."""
    return str(kind.model._meta.verbose_name_plural), str(kind.model._meta.verbose_name)


def _without_pages(group: Group) -> Group:
    return replace(group, entries=tuple(replace(one, url="") for one in group.entries))


def _parts(row: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name, value in row.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield name, value


def _part(model: type[models.Model], name: str, row: dict[str, Any]) -> str:
    return summary(cast(type[models.Model], model._meta.get_field(name).related_model), row).replace(
        " · ", " "
    )


def _text(field: "models.Field[Any, Any]", value: Any) -> str:
    if isinstance(value, bool):
        return _pair(field, gettext("yes") if value else gettext("no"))
    inner = getattr(field, "base_field", field)
    labels = dict(inner.flatchoices)
    if isinstance(value, list):
        return _pair(field, ", ".join(str(labels.get(one, one)) for one in value))
    if value in labels:
        return str(labels[value])
    if isinstance(field, models.CharField | models.TextField):
        text = str(value)
        return text if len(text) <= 60 else f"{text[:59]}…"
    return _pair(field, str(value))


def _pair(field: "models.Field[Any, Any]", value: str) -> str:
    words = {"name": str(field.verbose_name), "value": value}
    return pgettext("name and value", "%(name)s: %(value)s") % words
