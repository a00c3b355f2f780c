"""The way into the audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from compliance.audit.actors import Actor
from compliance.audit.chain import event_hash
from compliance.audit.models import AuditEvent
from devices import wall
from devices.models import Organisation

_TEXTS = (
    "actor_id",
    "actor_label",
    "on_behalf_of",
    "action",
    "subject_type",
    "subject_id",
    "subject_label",
    "reason",
    "legal_basis",
)


@wall.system()
@transaction.atomic
def append(
    *,
    actor: Actor,
    organisation: Organisation | None,
    action: str,
    subject_type: str,
    subject_id: str,
    subject_label: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    reason: str = "",
    legal_basis: str = "",
    at: datetime,
) -> AuditEvent:
    """Add an event to the chain of the organisation (of the platform when None) and return it.

    It stands or falls with the transaction of the caller. Other writers of the same chain wait for the end
    of that transaction: this is what keeps the sequence without a gap. ``before`` and ``after`` are plain
    JSON values without floats (TypeError).
    """
    chain = str(organisation.pk) if organisation else "platform"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"audit {chain}"])
    last = (
        AuditEvent.objects.filter(organisation=organisation)
        .order_by("-sequence")
        .only("sequence", "hash")
        .first()
    )
    event = AuditEvent(
        organisation=organisation,
        sequence=last.sequence + 1 if last else 1,
        at=at,
        actor_id=str(actor.user.pk) if actor.user else "",
        actor_label=actor.label,
        on_behalf_of=actor.organisation.key if actor.organisation else "",
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        subject_label=subject_label,
        before=before,
        after=after,
        reason=reason,
        legal_basis=legal_basis,
        previous_hash=last.hash if last else "",
    )
    event.hash = computed_hash(event)
    event.save(force_insert=True)
    return event


def computed_hash(event: AuditEvent) -> str:
    """Return the hash that the event must carry."""
    return event_hash(
        organisation_id=str(event.organisation_id or ""),
        sequence=event.sequence,
        at=event.at,
        texts=[getattr(event, name) for name in _TEXTS],
        before=event.before,
        after=event.after,
        previous_hash=event.previous_hash,
    )
