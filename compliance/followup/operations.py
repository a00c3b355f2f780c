"""The way in: assign deadlines, acknowledge them, declare them done or waived, undo either.

Each operation is one transaction: check, write, audit event in the chain of each owner, and the alerts of
the devices are planned anew. It raises ``FactError``, and then nothing is written. ``seen`` names deadlines
by their id with the strict date that the author saw: one that has moved meanwhile is refused. ``at`` is the
instant of the operation.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone

from compliance.assessments.models import DeadlineRow, DeviceAssessment
from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import acting, append, take_turns
from compliance.evidence.models import DocumentVersion
from compliance.facts.errors import FactError, Problem, given_reason, stale
from compliance.facts.operations import lock
from compliance.facts.permissions import permit
from compliance.followup.models import IDENTITY, Acknowledgement, Assignment, Mark, MarkKind
from compliance.followup.queries import keepers
from compliance.law.text import gettext_noop
from compliance.law.types import PENDING
from devices import wall
from devices.models import Device, User

Seen = Mapping[int, date]


@dataclass(frozen=True, slots=True)
class _Told:
    """What an operation changed on one deadline, as the trail tells it."""

    row: DeadlineRow
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@transaction.atomic
def assign(*, actor: Actor, seen: Seen, person: User, at: datetime) -> None:
    """Give deadlines to a person who keeps the records of their devices; whoever had one is relieved."""
    rows = _locked(actor, seen)
    owners = {row.device.owner_id for row in rows}
    if any(person not in keepers([owner]) for owner in owners):
        message = gettext_noop("A deadline is assigned to a person who keeps the record of its device.")
        raise FactError([Problem("person", "keeps_no_record", message)])

    def write(row: DeadlineRow) -> _Told | None:
        held = _of(Assignment, row)
        if held is not None and held.person_id == person.pk:
            return None
        before = _assigned(row, held.person) if held else None
        new = held or Assignment(**_named(row))
        new.person, new.at, new.by = person, at, actor.label
        new.save()
        return _Told(row, before, _assigned(row, person))

    _write(actor, Action.DEADLINE_ASSIGNED, rows, write, "", at)


@transaction.atomic
def unassign(*, actor: Actor, seen: Seen, at: datetime) -> None:
    """Give deadlines back to all who keep the records of their devices."""

    def write(row: DeadlineRow) -> _Told | None:
        held = _of(Assignment, row)
        if held is None:
            return None
        held.delete()
        return _Told(row, _assigned(row, held.person), None)

    _write(actor, Action.DEADLINE_UNASSIGNED, _locked(actor, seen), write, "", at)


@transaction.atomic
def declare_done(
    *, actor: Actor, seen: Seen, on: date, version: DocumentVersion | None, note: str, at: datetime
) -> None:
    """Declare deadlines done on a day, with a document of the device or a note as evidence."""
    rows = _locked(actor, seen)
    problems = []
    if on > timezone.localdate(at):
        problems.append(Problem("on", "future", gettext_noop("This day is still to come.")))
    if version is None and not note.strip():
        message = gettext_noop("Choose a document of the device, or say in a note what shows it.")
        problems.append(Problem("note", "no_evidence", message))
    if version is not None and any(not _evidence_of(version, row.device) for row in rows):
        message = gettext_noop("The device has no such document any more: choose another one.")
        problems.append(Problem("version", "unknown_document", message))
    if problems:
        raise FactError(problems)
    new = {"kind": MarkKind.DONE, "on": on, "version": version, "note": note.strip()}
    _write(actor, Action.DEADLINE_DONE, rows, _marking(actor, new, at), "", at)


@transaction.atomic
def waive(*, actor: Actor, seen: Seen, reason: str, at: datetime) -> None:
    """Declare that deadlines do not concern their devices, for a reason."""
    reason, rows = given_reason(reason), _locked(actor, seen)
    new = {"kind": MarkKind.WAIVED, "on": None, "version": None, "note": reason}
    _write(actor, Action.DEADLINE_WAIVED, rows, _marking(actor, new, at), reason, at)


@transaction.atomic
def undo(*, actor: Actor, seen: Seen, at: datetime) -> None:
    """Take back what was declared of deadlines, whichever date it was about."""

    def write(row: DeadlineRow) -> _Told | None:
        held = _of(Mark, row)
        if held is None:
            return None
        held.delete()
        return _Told(row, _said(held), None)

    _write(actor, Action.DEADLINE_UNMARKED, _locked(actor, seen), write, "", at)


@transaction.atomic
def acknowledge(*, actor: Actor, person: User, seen: Seen, at: datetime) -> None:
    """Say that a person has seen deadlines on their dates, and takes care: nobody else is called for them."""

    def write(row: DeadlineRow) -> _Told | None:
        _check_pending(row)
        said = {"by": actor.label, "at": at}
        _row, new = Acknowledgement.objects.get_or_create(
            **_named(row), strict=row.strict, person=person, defaults=said
        )
        after = {"strict": row.strict.isoformat(), "acknowledged_by": person.email}
        return _Told(row, None, after) if new else None

    _write(actor, Action.DEADLINE_ACKNOWLEDGED, _locked(actor, seen), write, "", at)


def _marking(actor: Actor, new: Mapping[str, Any], at: datetime) -> Callable[[DeadlineRow], _Told | None]:
    """Return what puts a mark on a deadline that is to be met; a mark on another date gives way to it."""

    def write(row: DeadlineRow) -> _Told:
        held = _of(Mark, row)
        _check_pending(row)
        if held is not None and held.strict == row.strict:
            message = gettext_noop("This deadline is declared done or waived already: undo that first.")
            raise FactError([Problem("", "marked", message)])
        before = _said(held) if held else None
        mark = held or Mark(**_named(row))
        for name, value in {**new, "strict": row.strict, "at": at, "by": actor.label}.items():
            setattr(mark, name, value)
        mark.save()
        return _Told(row, before, _said(mark))

    return write


def _check_pending(row: DeadlineRow) -> None:
    if row.state not in PENDING:
        message = gettext_noop("The rules hold this deadline as met or past: nothing is left to declare.")
        raise FactError([Problem("", "not_pending", message)])


def _locked(actor: Actor, seen: Seen) -> list[DeadlineRow]:
    """Return the deadlines, their devices locked against every other writer. Raises FactError."""
    found = DeadlineRow.objects.filter(pk__in=seen).order_by("device_id", "strict", "pk")
    devices = Device.objects.filter(pk__in=found.order_by().values("device"))
    for device in devices:
        permit(actor, device)
    lock(devices)
    rows = list(found.select_related("device__owner"))
    if len(rows) != len(seen) or any(row.strict != seen[row.pk] for row in rows):
        raise stale()
    return rows


def _write(
    actor: Actor,
    action: Action,
    rows: Sequence[DeadlineRow],
    write: Callable[[DeadlineRow], _Told | None],
    reason: str,
    at: datetime,
) -> None:
    """Write each deadline, have the alerts planned anew, and leave one event for each device changed."""
    with acting(actor, at):
        told = [one for row in rows if (one := write(row))]
    plan_anew({one.row.device_id for one in told})
    # Last, since other writers of the same chains wait from here to the end of the transaction.
    take_turns({one.row.device.owner for one in told})
    for _pk, changed in groupby(told, key=lambda one: one.row.device_id):
        _audit(actor, action, list(changed), reason, at)


def plan_anew_of(organisations: Iterable[Any]) -> None:
    """Have the alerts of all devices of organisations planned anew: who is told, or when, has changed."""
    plan_anew(Device.objects.filter(owner__in=organisations).values("pk"))


@wall.system()
def plan_anew(devices: Iterable[Any]) -> None:
    """Have the alerts of devices (their ids, or a query for them) planned anew by the next tick."""
    DeviceAssessment.objects.filter(device__in=devices).update(alerts_planned=False)


def _audit(actor: Actor, action: Action, told: Sequence[_Told], reason: str, at: datetime) -> None:
    device = told[0].row.device

    def named(side: str) -> dict[str, Any] | None:
        said = {name_of(one.row): getattr(one, side) for one in told if getattr(one, side)}
        return {"deadline": said} if said else None

    append(
        actor=actor, organisation=device.owner, action=action, subject_type="device",
        subject_id=str(device.pk), subject_label=str(device), before=named("before"), after=named("after"),
        reason=reason, at=at,
    )  # fmt: skip


def _of(model: type[Any], row: DeadlineRow) -> Any:
    """Return what is said of a deadline, None where nothing is."""
    return model.objects.filter(**_named(row)).first()


def _named(row: DeadlineRow) -> dict[str, Any]:
    return {"device": row.device, **{name: getattr(row, name) for name in IDENTITY}}


def name_of(row: DeadlineRow) -> str:
    """Return the name under which the trail tells of a deadline."""
    return " ".join(filter(None, (row.rule, row.trigger_fact, row.n)))


def _assigned(row: DeadlineRow, person: User) -> dict[str, Any]:
    return {"strict": row.strict.isoformat(), "assigned_to": person.email}


def _said(mark: Mark) -> dict[str, Any]:
    version = mark.version
    return {
        "strict": mark.strict.isoformat(),
        "declared": str(mark.kind),
        "on": mark.on.isoformat() if mark.on else None,
        "document": {"id": str(version.pk), "sha256": version.blob_id} if version else None,
        "note": mark.note,
    }


def _evidence_of(version: DocumentVersion, device: Device) -> bool:
    rows = DocumentVersion.objects.filter(document__device=device, document__removed_at=None)
    return rows.filter(pk=version.pk).exists()
