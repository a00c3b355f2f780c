"""The way in: every change of a fact, a device, an organisation or a source.

Each operation is one transaction: check, write, audit event, new assessment of the devices concerned. It
raises ``FactError`` with every problem found, and then nothing is written. ``at`` is the instant of the
operation; ``expected_version`` is the ``row_version`` that the author saw, refused when it is no more the
recorded one. A change that changes nothing writes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from compliance.assessments import changes
from compliance.assessments.models import What
from compliance.assessments.operations import reassess
from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import acting, append, take_turns
from compliance.facts import values, writing
from compliance.facts.checks import CROSS_NAMED, ROLES, checked_codes, device_problems, unknown_keys
from compliance.facts.errors import FactError, Problem, given_reason, stale
from compliance.facts.form import validate
from compliance.facts.kinds import KINDS, Kind
from compliance.facts.models import Fact
from compliance.facts.permissions import permit, permit_owner
from compliance.facts.shapes import shape
from compliance.facts.writing import Change
from compliance.law.facts.base import Value
from compliance.law.text import gettext_noop
from devices import wall
from devices.models import Device, Organisation, Source

Subject = Device | Organisation


@transaction.atomic
def record(
    *,
    actor: Actor,
    subject: Subject,
    kind: str,
    value: Mapping[str, Any],
    reason: str = "",
    at: datetime,
) -> Fact:
    """Record a new fact of a device or an organisation and return its row. Raises FactError."""
    found = KINDS[kind]
    subject = _locked(subject)
    fact = _checked(found.value_class, value)
    row = found.model(**{found.subject: subject})
    _commit(actor, subject, Change(subject, kind, row, None, fact), Action.FACT_RECORDED, reason, at)
    return row


@transaction.atomic
def amend(
    *,
    actor: Actor,
    fact: Fact,
    changes: Mapping[str, Any],
    reason: str,
    at: datetime,
    expected_version: int | None = None,
) -> Fact:
    """Change fields of a fact and return its row; there must be a reason. Raises FactError."""
    given_reason(reason)
    kind, subject, row = _current(fact, expected_version)
    before = values.read(row, kind.value_class)
    after = _checked(kind.value_class, {**before.model_dump(), **changes})
    if after != before:
        _commit(
            actor, subject, Change(subject, kind.path, row, before, after), Action.FACT_AMENDED, reason, at
        )
    return row


@transaction.atomic
def retract(
    *, actor: Actor, fact: Fact, reason: str, at: datetime, expected_version: int | None = None
) -> None:
    """Remove a fact recorded by mistake, for a reason; the trail keeps what it said. Raises FactError."""
    given_reason(reason)
    kind, subject, row = _current(fact, expected_version)
    before = values.read(row, kind.value_class)
    _commit(actor, subject, Change(subject, kind.path, row, before, None), Action.FACT_RETRACTED, reason, at)


@transaction.atomic
def save_device(
    *,
    actor: Actor,
    device: Device | None,
    changes: Mapping[str, Any],
    reason: str = "",
    at: datetime,
    expected_version: int | None = None,
) -> Device:
    """Create a device (None) or change its own fields, and return it. Raises FactError.

    It starts private: ``set_publication`` alone shows it to hospitals.
    """
    if "published" in changes:
        message = gettext_noop("A device is published by an operation of its own.")
        raise FactError([Problem("published", "unknown_field", message)])
    row = _versioned(device, expected_version) if device else Device()
    change = _own_change("device", row, changes)
    if change.before != change.after:
        _commit(actor, row, change, Action.DEVICE_SAVED, reason, at)
    return row


@transaction.atomic
def set_publication(
    *,
    actor: Actor,
    device: Device,
    published: bool,
    reason: str = "",
    at: datetime,
    expected_version: int | None = None,
) -> Device:
    """Show a device to hospitals, or take it back with a reason; for its owners. Raises FactError."""
    row: Device = _versioned(device, expected_version)
    permit_owner(actor, row.owner)
    if not published:
        given_reason(reason)
    change = _own_change("device", row, {"published": published})
    if change.before != change.after:
        action = Action.DEVICE_PUBLISHED if published else Action.DEVICE_UNPUBLISHED
        _commit(actor, row, change, action, reason, at)
        if not published:
            changes.note([row], What.WITHDRAWN, at=at)
    return row


@transaction.atomic
def save_organisation(
    *,
    actor: Actor,
    organisation: Organisation | None,
    changes: Mapping[str, Any],
    reason: str = "",
    at: datetime,
    expected_version: int | None = None,
) -> Organisation:
    """Create an organisation (None) or change its own fields, and return it. Raises FactError."""
    row = _versioned(organisation, expected_version) if organisation else Organisation()
    change = _own_change("organisation", row, changes)
    if change.before != change.after:
        _commit(actor, row, change, Action.ORGANISATION_SAVED, reason, at)
    return row


@transaction.atomic
def save_source(
    *, actor: Actor, source: Source | None, changes: Mapping[str, Any], reason: str = "", at: datetime
) -> Source:
    """Create a source (None) or change it, and return it. Raises FactError."""
    row = Source.objects.select_for_update(no_key=True).get(pk=source.pk) if source else Source()
    change = _own_change("source", row, changes)
    if change.before != change.after:
        permit(actor, row)
        with acting(actor, at):
            _raise(writing.apply([change]))
        audit_changes(actor, row, [change], Action.SOURCE_SAVED, reason, at)
    return row


def audit_changes(
    actor: Actor,
    subject: Subject | Source,
    changes: Sequence[Change],
    action: Action,
    reason: str,
    at: datetime,
) -> None:
    """Add the event of the changes of one subject to the chain of who keeps it.

    A device given from one organisation to another leaves the event in both chains.
    """
    written = chains(subject, changes)
    take_turns(written)
    for chain in written:
        append(
            actor=actor,
            organisation=chain,
            action=action,
            subject_type=type(subject)._meta.model_name or "",
            subject_id=str(subject.pk),
            subject_label=str(subject),
            before=_snapshot((one.name, one.before) for one in changes),
            after=_snapshot((one.name, one.after) for one in changes),
            reason=reason,
            at=at,
        )


def affected_devices(organisations: Iterable[Organisation]) -> models.QuerySet[Device]:
    """Return the devices for which one of the organisations holds a role."""
    wanted = models.Q()
    for role in ROLES:
        wanted |= models.Q(**{f"{role}__in": organisations})
    return Device.objects.filter(wanted)


def lock(rows: models.QuerySet[Any]) -> list[Any]:
    """Return the rows locked until the end of the transaction, in one order for all writers."""
    return list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)))


def _snapshot(named: Iterable[tuple[str, Value | None]]) -> dict[str, Any]:
    """Return values as JSON, by the path of their kind and their key."""
    found: dict[str, Any] = {}
    for name, value in named:
        if value is not None:
            dump = values.as_json(value)
            found.setdefault(name, {})[dump["key"]] = dump
    return found


def chains(subject: Subject | Source, changes: Sequence[Change]) -> list[Organisation | None]:
    """Return whose chains tell the changes of a subject: its keeper's, and that of who gave it away."""
    if isinstance(subject, Organisation):
        return [subject]
    if isinstance(subject, Source):
        return [None]
    left = [
        one.before.owner
        for one in changes
        if one.name == "device" and one.before and one.before.owner and one.before.owner != one.after.owner
    ]
    return [subject.owner, *Organisation.objects.filter(key__in=left)]


def _raise(problems: Sequence[Problem]) -> None:
    if problems:
        raise FactError(problems)


def _locked(subject: Subject) -> Any:
    """Return the recorded row, locked: the writers of one subject take turns. Raises FactError (stale)."""
    rows = lock(type(subject)._default_manager.filter(pk=subject.pk))
    if not rows:
        raise stale()
    return rows[0]


def _versioned(subject: Subject, expected_version: int | None) -> Any:
    row = _locked(subject)
    if expected_version not in {None, row.row_version}:
        raise stale()
    return row


def _current(fact: Fact, expected_version: int | None) -> tuple[Kind, Any, Fact]:
    """Return the kind of a fact, its subject locked, and its row as recorded. Raises FactError (stale)."""
    kind = next(one for one in KINDS.values() if one.model is type(fact))
    subject = _locked(getattr(fact, kind.subject))
    row = values.fetched(kind.model, kind.value_class).filter(pk=fact.pk).first()
    if row is None or expected_version not in {None, row.row_version}:
        raise stale()
    return kind, subject, row


def _checked(value_class: type[Value], data: Mapping[str, Any]) -> Any:
    """Return the value of a form, with its codes in their stored form. Raises FactError."""
    value, problems = validate(value_class, dict(data))
    if value is not None:
        value, problems = checked_codes(value)
        problems += unknown_keys(value, *_known_keys(value))
    _raise(problems)
    return value


def _known_keys(value: Any) -> tuple[set[str], set[str]]:
    """Return which of the sources and of the organisations that a value names are recorded."""
    sources = {getattr(value, "source", None)} - {None}
    organisations = {getattr(value, role, None) for role in ROLES} - {None}
    return (
        set(Source.objects.filter(key__in=sources).values_list("key", flat=True)),
        set(Organisation.objects.filter(key__in=organisations).values_list("key", flat=True)),
    )


def _own_change(name: str, row: Any, changes: Mapping[str, Any]) -> Change:
    """Return the change of the own fields of a device, an organisation or a source. Raises FactError."""
    value_class = type(row).value_class
    held = shape(type(row), value_class)
    before = None if row._state.adding else values.read(row, value_class)
    own = {*held.plain, *held.keys}
    message = gettext_noop("The form has no field of this name.")
    _raise([Problem(one, "unknown_field", message) for one in changes if one not in own])
    data = before.model_dump(include=own) if before else {}
    after = _checked(value_class, {**data, **changes})
    if (before is None or before.key != after.key) and _taken(type(row), after.key):
        taken = gettext_noop("The key %(key)s is taken.")
        raise FactError([Problem("key", "duplicate_key", taken, {"key": after.key})])
    return Change(row, name, row, before, after)


@wall.system()
def _taken(model: Any, key: str) -> bool:
    """Return whether a row has the key, in view or not."""
    return bool(model.objects.filter(key=key).exists())


def _commit(
    actor: Actor, subject: Subject, change: Change, action: Action, reason: str, at: datetime
) -> None:
    """Write a change, check the record as it then stands, audit it and assess the devices concerned."""
    new = subject._state.adding
    if not new:
        permit(actor, subject)
    with wall.system():  # others may keep the record of a device in which this organisation has a part
        devices = lock(affected_devices([subject])) if isinstance(subject, Organisation) and not new else []
    with acting(actor, at):
        _raise(writing.apply([change]))
    permit(actor, subject)
    if isinstance(subject, Device):
        devices = [subject]
        if isinstance(change.after or change.before, CROSS_NAMED):
            found = device_problems(values.items_of(values.device_value(subject)))
            own = f"{change.name}.{change.key}."
            _raise([replace(one, path=one.path.removeprefix(own)) for one in found])
    reassess(devices=devices, today=timezone.localdate(at), at=at)
    # Last, since other writers of the same chain wait from here to the end of the transaction.
    audit_changes(actor, subject, [change], action, reason, at)
