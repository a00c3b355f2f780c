"""What people and programs do with dossiers: ask for one, cancel it, download it; each an audited event."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from compliance.amendments.queries import law_in_force
from compliance.assessments.models import DeviceChange
from compliance.audit.actors import Actor
from compliance.audit.models import Action, AuditEvent
from compliance.audit.operations import append, take_turns
from compliance.dossiers import keeping
from compliance.dossiers.models import WAITS, DossierDevice, DossierRequest, DossierState
from compliance.dossiers.queries import dossiers_of, with_devices
from compliance.dossiers.scopes import Question, check
from compliance.facts.errors import FactError, Problem, gone
from compliance.law.text import gettext_noop
from devices import wall
from devices.queries import Caller, editable_devices, whole_devices

MOST_WAITING = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """The dossier that answers a question. ``new`` is False of one that was there already."""

    dossier: DossierRequest
    new: bool


@dataclass(frozen=True, slots=True)
class Download:
    """A dossier and its open file."""

    dossier: DossierRequest
    file: BinaryIO


@transaction.atomic
def ask(*, actor: Actor, caller: Caller, question: Question, anew: bool = False, at: datetime) -> Asked:
    """Ask for a dossier. Raises FactError.

    One of the same question that waits, or is ready while nothing has changed since, is the answer, unless
    it is asked for ``anew``.
    """
    check(question, today=timezone.localdate(at))
    devices = {one.pk: one for one in question.devices}
    if whole_devices(caller).filter(pk__in=devices).count() != len(devices):
        raise FactError([Problem("devices", "forbidden", _FORBIDDEN)])
    _one_after_the_other(question)
    if not anew and (found := _same(caller, question, at)):
        return Asked(found, new=False)
    _check_waiting(actor)
    row = DossierRequest(
        scope=question.scope, device_count=len(devices), on=question.on, known_on=question.known_on,
        since=question.since, track=question.track, language=question.language,
        asked_by=actor.user, asked_label=actor.label, asked_for=actor.organisation, asked_at=at,
    )  # fmt: skip
    with wall.system():
        row.save(force_insert=True)
        DossierDevice.objects.bulk_create(DossierDevice(dossier=row, device=one) for one in devices.values())
        audit(row, Action.DOSSIER_ASKED, actor=actor, at=at)
        return Asked(with_devices(DossierRequest.objects.all()).get(pk=row.pk), new=True)


@transaction.atomic
def cancel(*, actor: Actor, caller: Caller, dossier: DossierRequest, at: datetime) -> None:
    """Make no more of a dossier; a worker that makes it learns so at its next step. Raises FactError."""
    with wall.system():
        row = DossierRequest.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
        if not may_cancel(actor, caller, row):
            raise FactError([Problem("", "forbidden", _NOT_YOURS)])
        if not row.waits:
            raise gone()
        row.state, row.ended_at = DossierState.CANCELLED, at
        row.claim = row.claimed_until = None
        row.save()
        audit(row, Action.DOSSIER_CANCELLED, actor=actor, at=at)


def may_cancel(actor: Actor, caller: Caller, row: DossierRequest) -> bool:
    """Return whether it is theirs to cancel: who asked for it, and who keeps the record of its devices."""
    if DossierRequest.objects.filter(_by(actor), pk=row.pk).exists():
        return True
    devices = DossierDevice.objects.filter(dossier=row).values("device")
    kept = editable_devices(caller).filter(pk__in=devices)
    return kept.count() == row.device_count


def download(*, actor: Actor, caller: Caller, dossier_id: UUID, at: datetime) -> Download:
    """Return the open file of a dossier whose devices the caller sees whole now; the trail says to whom.

    Raises DossierRequest.DoesNotExist, FactError.
    """
    row = dossiers_of(caller).get(pk=dossier_id)
    if not is_kept(row, at):
        message = _MESSAGES.get(DossierState(row.state), _EXPIRED)
        raise FactError([Problem("", "not_ready" if row.waits else "gone", message)])
    try:
        file = keeping.path_of(row.file).open("rb")
    except OSError as error:
        raise FactError([Problem("", "gone", _LOST)]) from error
    try:
        if os.fstat(file.fileno()).st_size != row.size:
            raise FactError([Problem("", "gone", _LOST)])
        audit(row, Action.DOSSIER_DOWNLOADED, actor=actor, at=at)
    except BaseException:
        file.close()
        raise
    return Download(row, file)


def is_kept(row: DossierRequest, at: datetime) -> bool:
    """Return whether its file can be downloaded."""
    return row.state == DossierState.READY and row.expires_at is not None and at < row.expires_at


@wall.system()
@transaction.atomic
def audit(
    row: DossierRequest, action: Action, *, actor: Actor, at: datetime,
    more: Mapping[str, Any] | None = None, reason: str = "",
) -> list[AuditEvent]:  # fmt: skip
    """Say in the trail of each device what came to be of a dossier, with ``more``; return the events."""
    subjects = DossierDevice.objects.filter(dossier=row).select_related("device__owner")
    devices = [one.device for one in subjects.order_by("device__key")]
    take_turns({one.owner for one in devices})
    told = _told(row, more or {})
    return [
        append(
            actor=actor, organisation=device.owner, action=action, subject_type="device",
            subject_id=str(device.pk), subject_label=str(device), before=None, after=told, reason=reason,
            at=at,
        )
        for device in devices
    ]  # fmt: skip


def _told(row: DossierRequest, more: Mapping[str, Any]) -> dict[str, Any]:
    said = {
        "request": row.pk, "scope": row.scope, "on": row.on, "known_on": row.known_on, "since": row.since,
        "track": row.track, "language": row.language, "devices": row.device_count, "sha512": row.sha512,
    }  # fmt: skip
    told = {name: one if isinstance(one, int) else str(one) for name, one in said.items() if one}
    return {"dossier": {str(row): {**told, **more}}}


def _one_after_the_other(question: Question) -> None:
    """Let who asks the same at the same time wait, and then find what the first one asked for."""
    named = [question.scope, question.on, question.known_on, question.since, question.track]
    named += [question.language, *sorted(one.pk for one in question.devices)]
    digest = hashlib.sha256(repr(named).encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(digest[:8], signed=True)])


def _same(caller: Caller, question: Question, at: datetime) -> DossierRequest | None:
    """Return the last dossier of the same question that waits, or is ready with nothing changed since."""
    ids = [one.pk for one in question.devices]
    others = DossierDevice.objects.filter(dossier=OuterRef("pk")).exclude(device__in=ids)
    rows = dossiers_of(caller).filter(
        ~Exists(others),
        Q(state__in=WAITS) | Q(state=DossierState.READY, expires_at__gt=at),
        scope=question.scope, device_count=len(ids), on=question.on, known_on=question.known_on,
        since=question.since, track=question.track, language=question.language,
    )  # fmt: skip
    row = rows.first()
    return row if row and _is_current(row, question) else None


@wall.system()
def _is_current(row: DossierRequest, question: Question) -> bool:
    """Return whether nothing was written of the devices, nor of the law, since the making began."""
    if row.seen_before is None:
        return True  # it is still to begin
    ids = [one.pk for one in question.devices]
    written = AuditEvent.objects.filter(
        subject_type="device", subject_id__in=map(str, ids), transaction_id__gte=row.seen_before
    ).exclude(action__startswith="dossier.")
    answered = DeviceChange.objects.filter(device__in=ids, xid__gte=row.seen_before)
    return row.law_version == law_in_force().version and not (written.exists() or answered.exists())


def _by(actor: Actor) -> Q:
    """Return the dossiers that a person or a client asked for."""
    if actor.user:
        return Q(asked_by=actor.user)
    return Q(asked_by=None, asked_label=actor.label, asked_for=actor.organisation)


def _check_waiting(actor: Actor) -> None:
    """Raise FactError where the person or the client waits for too many."""
    with wall.system():
        waiting = DossierRequest.objects.filter(_by(actor), state__in=WAITS).count()
    if waiting >= MOST_WAITING:
        raise FactError([Problem("", "too_many", _WAITING, {"number": waiting})])


_FORBIDDEN = gettext_noop(
    "The whole record of a device chosen is not yours to read: no dossier of it is made."
)
_NOT_YOURS = gettext_noop("Only who asked for it, and who keeps the record, may cancel this dossier.")
_WAITING = gettext_noop("%(number)d dossiers of yours are being made: wait for them, or cancel some.")
_EXPIRED = gettext_noop("This dossier has expired and its file is deleted: ask for it anew.")
_LOST = gettext_noop("The file of this dossier is no longer there: ask for it anew.")
_NOT_READY = gettext_noop("This dossier is still being made: come back in a moment.")
_MESSAGES = dict.fromkeys(WAITS, _NOT_READY) | {
    DossierState.FAILED: gettext_noop("This dossier could not be made, so there is no file."),
    DossierState.CANCELLED: gettext_noop("This dossier was cancelled, so there is no file."),
}
