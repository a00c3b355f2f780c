"""The recorded facts of a device, of all kinds at once, each with its summary and its page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from compliance.assessments.dates import write_date
from compliance.facts.kinds import KINDS, Kind
from compliance.facts.rows import Row, fields_of, rows_of
from devices.models import Device


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
    kinds = [one for one in _own_kinds() if readable or one.track is None]
    return grouped(device, rows_of(device, kinds), readable=readable, addable=addable)


def grouped(device: Device, rows: Iterable[Row], *, readable: bool, addable: bool) -> list[Group]:
    """Return rows of a device by kind, as ``groups`` does; those of a past day have no page."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.kind.path, []).append(row)
    return [
        _group(kind, device, found.get(kind.path, []), linked=readable, addable=addable)
        for kind in _own_kinds()
        if readable or kind.track is None
    ]


def summary(model: type[models.Model], row: Mapping[str, Any]) -> str:
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


def admin_url(model: type[models.Model], view: str, *args: Any) -> str:
    """Return the address of a page of a model."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


def _own_kinds() -> list[Kind]:
    return [one for one in KINDS.values() if one.subject == "device"]


def _group(kind: Kind, device: Device, rows: list[Row], *, linked: bool, addable: bool) -> Group:
    entries = tuple(
        Entry(row.path, summary(kind.model, row.data) or row.data["key"], row_url(row) if linked else "")
        for row in rows
    )
    add = f"{admin_url(kind.model, 'add')}?device={device.pk}" if addable else ""
    return Group(kind, *_labels(kind), entries, add)


def row_url(row: Row) -> str:
    """Return the page of a fact, "" for one of a past day."""
    return admin_url(row.kind.model, "change", row.data["id"]) if "id" in row.data else ""


def _labels(kind: Kind) -> tuple[str, str]:
    """Return what a kind is called, of many and of one."""
    return str(kind.model._meta.verbose_name_plural), str(kind.model._meta.verbose_name)


def _parts(row: Mapping[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
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
