"""The way in: attach a document to requirements, say that requirements do not apply, take either back.

Each operation is one transaction with its audit event in the history of the device, and raises ``FactError``,
and then nothing is written. The answer of the law does not depend on any of it: nothing is assessed anew.
``at`` is the instant of the operation.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils import timezone

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import acting, append
from compliance.evidence.models import Document
from compliance.facts.errors import FactError, Problem, given_reason, stale
from compliance.facts.fields import NOTE_LENGTH
from compliance.facts.permissions import permit
from compliance.law.catalogues import Reference, current_catalogues
from compliance.law.text import gettext_noop
from compliance.requirements.models import Statement
from devices.models import Device


@transaction.atomic
def attach(
    *,
    actor: Actor,
    device: Device,
    document: Document,
    requirements: Collection[Reference],
    since: date,
    note: str = "",
    at: datetime,
) -> list[Statement]:
    """Say that a document of a device serves requirements from a day on; return what was not said before."""
    device = _locked(actor, device)
    problems = [*_asked(requirements), *_dated(since, note, at)]
    if not Document.objects.filter(pk=document.pk, device=device, removed_at=None).exists():
        message = gettext_noop("The device has no such document any more: choose another one.")
        problems.append(Problem("document", "unknown_document", message))
    held = _standing(actor, device, requirements, at)
    if exempt := sorted(str(one) for one in held if one.exempts):
        message = gettext_noop("Marked as not applicable: %(requirements)s. Take that back first.")
        problems.append(Problem("requirements", "not_applicable", message, {"requirements": _few(exempt)}))
    if problems:
        raise FactError(problems)
    there = {_named(one) for one in held if one.document_id == document.pk}
    new = [one for one in requirements if one not in there]
    told = _say(actor, device, document, new, since, note.strip(), at)
    _audit(actor, device, Action.REQUIREMENT_SERVED, None, told, at)
    return told


@transaction.atomic
def exempt(
    *,
    actor: Actor,
    device: Device,
    requirements: Collection[Reference],
    since: date,
    reason: str,
    at: datetime,
) -> list[Statement]:
    """Say that requirements do not apply to a device, for a reason; return what was not said before."""
    device = _locked(actor, device)
    given_reason(reason)
    problems = [*_asked(requirements), *_dated(since, reason, at, field="reason")]
    held = _standing(actor, device, requirements, at)
    if served := sorted({str(one) for one in held if not one.exempts}):
        message = gettext_noop("Documents are attached to: %(requirements)s. Detach them first.")
        problems.append(Problem("requirements", "served", message, {"requirements": _few(served)}))
    if problems:
        raise FactError(problems)
    there = {_named(one) for one in held}
    new = [one for one in requirements if one not in there]
    told = _say(actor, device, None, new, since, reason.strip(), at)
    _audit(actor, device, Action.REQUIREMENT_NOT_APPLICABLE, None, told, at, reason=reason.strip())
    return told


@transaction.atomic
def take_back(*, actor: Actor, statements: Iterable[Statement], at: datetime) -> None:
    """Detach documents from requirements, or say that requirements apply after all: what was said ends.

    Raises FactError (stale) if one of the statements has ended already.
    """
    asked = list(statements)
    for device in Device.objects.filter(pk__in={one.device_id for one in asked}).order_by("pk"):
        device = _locked(actor, device)
        own = {one.pk for one in asked if one.device_id == device.pk}
        found = list(Statement.objects.filter(pk__in=own, ended_at=None).select_related("document"))
        if len(found) < len(own):
            raise stale()
        _end(actor, device, found, at)


def _locked(actor: Actor, device: Device) -> Device:
    """Return the device as recorded, locked: whoever says something of the same device waits."""
    permit(actor, device)
    rows = Device.objects.select_related("owner").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=device.pk)


def _asked(requirements: Collection[Reference]) -> Iterable[Problem]:
    if not requirements:
        yield Problem("requirements", "missing", gettext_noop("Choose at least one requirement."))
    catalogues = current_catalogues()
    if unknown := sorted("/".join(one) for one in requirements if not catalogues.holds(one)):
        message = gettext_noop("No catalogue has these requirements: %(requirements)s.")
        yield Problem("requirements", "unknown_requirement", message, {"requirements": _few(unknown)})


def _dated(since: date, note: str, at: datetime, *, field: str = "note") -> Iterable[Problem]:
    if since > timezone.localdate(at):
        yield Problem("since", "future", gettext_noop("This day is still to come."))
    if len(note) > NOTE_LENGTH:
        message = gettext_noop("This text is longer than %(most)d characters: shorten it.")
        yield Problem(field, "length", message, {"most": NOTE_LENGTH})


def _standing(
    actor: Actor, device: Device, requirements: Collection[Reference], at: datetime
) -> list[Statement]:
    """Return what is said of the requirements now; what a removed document served is ended first."""
    rows = Statement.objects.filter(device=device, ended_at=None).select_related("document")
    held = [one for one in rows if _named(one) in requirements]
    lost = [one for one in held if one.document and one.document.removed_at]
    if lost:
        _end(actor, device, lost, at)
    return [one for one in held if one not in lost]


def _say(
    actor: Actor,
    device: Device,
    document: Document | None,
    requirements: Iterable[Reference],
    since: date,
    note: str,
    at: datetime,
) -> list[Statement]:
    new = [
        Statement(
            device=device, catalogue=catalogue, number=number, document=document, since=since, note=note,
            at=at, by=actor.label,
        )
        for catalogue, number in dict.fromkeys(requirements)
    ]  # fmt: skip
    with acting(actor, at):
        return Statement.objects.bulk_create(new)


def _end(actor: Actor, device: Device, statements: Sequence[Statement], at: datetime) -> None:
    with acting(actor, at):
        Statement.objects.filter(pk__in=[one.pk for one in statements]).update(
            ended_at=at, ended_by=actor.label
        )
    for exempts, found in groupby(sorted(statements, key=_exempts), key=_exempts):
        action = Action.REQUIREMENT_APPLICABLE if exempts else Action.REQUIREMENT_UNSERVED
        _audit(actor, device, action, list(found), None, at)


def _exempts(statement: Statement) -> bool:
    return statement.exempts


def _audit(
    actor: Actor,
    device: Device,
    action: Action,
    before: Sequence[Statement] | None,
    after: Sequence[Statement] | None,
    at: datetime,
    *,
    reason: str = "",
) -> None:
    """Add the event to the history of the device; none where nothing changed."""
    if before or after:
        append(
            actor=actor, organisation=device.owner, action=action, subject_type="device",
            subject_id=str(device.pk), subject_label=str(device), before=_told(before), after=_told(after),
            reason=reason, at=at,
        )  # fmt: skip


def _told(statements: Sequence[Statement] | None) -> dict[str, Any] | None:
    """Return what the trail keeps of statements, by requirement; of a document, by requirement and title."""
    if not statements:
        return None
    said: dict[str, Any] = {}
    for one in statements:
        document = one.document
        name = f"{one} {document.title}" if document else str(one)
        said[name] = {
            "document": {"id": str(document.pk), "title": document.title} if document else None,
            "since": one.since.isoformat(),
            "note": one.note,
        }
    return {"requirement": said}


def _named(statement: Statement) -> Reference:
    return statement.catalogue, statement.number


def _few(names: list[str]) -> str:
    return ", ".join(names[:10]) + (" …" if len(names) > 10 else "")
