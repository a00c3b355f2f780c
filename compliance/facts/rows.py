"""All facts of a device as plain rows, whatever their number: one query for it, one for its organisations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models

from compliance.facts.checks import ROLES
from compliance.facts.kinds import KINDS, Kind
from compliance.facts.past import Known
from compliance.facts.shapes import shape
from compliance.facts.together import columns_of
from compliance.facts.values import add_fact, as_json, items_of, number_text
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
    return _read(own, {device.pk: ""})


def rows_of_organisations(device: Device) -> list[Row]:
    """Return the facts of the organisations that hold a role for a device."""
    holders = {one.pk: one.key for role in ROLES if (one := getattr(device, role))}
    kinds = [one for one in KINDS.values() if one.subject == "organisation"]
    return _read(kinds, holders) if holders else []


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


def _read(kinds: Iterable[Kind], holders: Mapping[UUID, str]) -> list[Row]:
    """Return the facts of these kinds of subjects, each of which has a key here."""
    own = list(kinds)
    found = columns_of(own, own[0].subject, holders)
    return [Row(kind, _fields(kind, columns), holders[holder]) for kind, holder, columns in found]


def _fields(kind: Kind, columns: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: columns[name] for name in ("id", "key", "source")}
    parts = {name: [_own(part, one) for one in columns[name]] for name, part in kind.parts.items()}
    return named | _own(kind.model, columns) | parts


def _own(model: type[models.Model], columns: Mapping[str, Any]) -> dict[str, Any]:
    data = {one.name: columns[str(one.column)] for one in fields_of(model)}
    return {name: number_text(one) if isinstance(one, Decimal) else one for name, one in data.items()}
