"""All facts of a device as plain rows, whatever their number: one query for it, one for its organisations."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, QuerySet, Value
from django.db.models.functions import JSONObject

from compliance.facts.checks import ROLES
from compliance.facts.kinds import KINDS, Kind
from compliance.facts.past import Known
from compliance.facts.shapes import shape
from compliance.facts.values import add_fact, as_json, items_of
from compliance.law.facts import Device as DeviceValue
from compliance.law.facts import Organisation as OrganisationValue
from compliance.law.facts.base import Value as FactValue
from devices.models import Device, Organisation

_SHARED = {"id", "key", "source", "note", "recorded_at", "row_version"}
_LINKS = {"device", "organisation", "parent", "position"}
_OF_ROW = ("id", "source")  # what a row has beside the fields of the value


@dataclass(frozen=True, slots=True)
class Row:
    """A recorded fact: its kind, its fields and parts as JSON; ``holder`` is the key of its organisation.

    ``id`` and ``source`` stand in ``data`` of what is recorded now only.
    """

    kind: Kind
    data: Mapping[str, Any]
    holder: str = ""

    @property
    def path(self) -> str:
        """Return how reasons name it: ``versions[v1]``, ``organisations[host].hds_certificates[c1]``."""
        if self.holder:
            return f"organisations[{self.holder}].{self.kind.path.rpartition('.')[2]}[{self.data['key']}]"
        return f"{self.kind.path}[{self.data['key']}]"


@cache
def fields_of(model: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":
    """Return the fields that a fact or part has of its own."""
    return tuple(one for one in model._meta.concrete_fields if one.name not in _SHARED | _LINKS)


def rows_of(device: Device, kinds: Iterable[Kind] | None = None) -> list[Row]:
    """Return the facts of a device, of all kinds of its own or of those given."""
    own = [one for one in KINDS.values() if one.subject == "device"] if kinds is None else kinds
    return _read(own, [device.pk])


def rows_of_organisations(device: Device) -> list[Row]:
    """Return the facts of the organisations that hold a role for a device."""
    ids = {getattr(device, f"{role}_id") for role in ROLES} - {None}
    return _read([one for one in KINDS.values() if one.subject == "organisation"], ids) if ids else []


def rows_known(known: Known) -> list[Row]:
    """Return the facts of a past day as rows."""
    subjects: Sequence[DeviceValue | OrganisationValue] = (known.device, *known.organisations)
    return [
        Row(item.kind, as_json(item.value), "" if isinstance(one, DeviceValue) else one.key)
        for one in subjects
        for item in items_of(one)
        if item.kind
    ]


def known_now(device: Device, rows: Iterable[Row], today: date) -> Known:
    """Return what rows of now say, to apply the law to: without notes and sources, which it never reads.

    ``device`` has its organisations beside it.
    """
    holders = {one.key: one for role in ROLES if (one := getattr(device, role))}
    own = _plain(device, DeviceValue) | {role: getattr(getattr(device, role), "key", None) for role in ROLES}
    subjects: dict[str, dict[str, Any]] = {
        key: _plain(one, OrganisationValue) for key, one in holders.items()
    }
    for row in rows:
        place = tuple(row.kind.path.split("."))[1 if row.holder else 0 :]
        fact = {name: value for name, value in row.data.items() if name not in _OF_ROW}
        add_fact(subjects[row.holder] if row.holder else own, place, fact)
    organisations = [OrganisationValue.model_validate(subjects[key]) for key in sorted(subjects)]
    return Known(DeviceValue.model_validate(own), tuple(organisations), today)


def _plain(instance: Device | Organisation, value_class: type[FactValue]) -> dict[str, Any]:
    return {name: getattr(instance, name) for name in shape(type(instance), value_class).plain}


def _read(kinds: Iterable[Kind], holders: Collection[Any]) -> list[Row]:
    first, *others = (_rows(kind, holders) for kind in kinds)
    rows = [Row(KINDS[path], data, holder) for path, holder, data in first.union(*others, all=True)]
    return sorted(rows, key=lambda one: one.data["key"])


def _rows(kind: Kind, holders: Collection[Any]) -> "QuerySet[Any, Any]":
    held: dict[str, Any] = {"id": "pk", "key": "key", "source": "source_id"}
    held |= {one.name: one.name for one in fields_of(kind.model)}
    for name, part in kind.parts.items():
        own = {one.name: one.name for one in fields_of(part)}
        held[name] = ArraySubquery(
            part._default_manager.filter(**{"parent": OuterRef("pk")})
            .order_by("position")
            .values(row=JSONObject(**own))
        )
    rows = kind.model._default_manager.filter(**{f"{kind.subject}__in": holders})
    holder: Any = F("organisation__key") if kind.subject == "organisation" else Value("")
    named = rows.annotate(path=Value(kind.path), holder_key=holder, row=JSONObject(**held))
    return named.values_list("path", "holder_key", "row")
