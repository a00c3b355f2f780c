"""The way into the audit trail."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from compliance.audit.actors import Actor
from compliance.audit.chain import canonical_instant, refuse_floats
from compliance.audit.check import TEXTS, event_hash
from compliance.audit.models import AuditEvent
from compliance.facts.errors import fit_reason
from devices import wall
from devices.models import Organisation


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
    JSON values without floats (TypeError). Raises FactError where the reason is too long to be one.
    """
    take_turns([organisation])
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
        reason=fit_reason(reason),
        legal_basis=legal_basis,
        previous_hash=last.hash if last else "",
    )
    event.hash = computed_hash(event)
    event.save(force_insert=True)
    return event


def take_turns(organisations: Iterable[Organisation | None]) -> None:
    """Wait until no other transaction writes to the chains of these organisations (None: the platform).

    Who writes to several chains takes them all at once, before the first event: in one order for all
    writers, so that none waits for another for ever.
    """
    chains = sorted({str(one.pk) if one else "platform" for one in organisations})
    with connection.cursor() as cursor:
        for chain in chains:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"audit {chain}"])


@contextmanager
def acting(actor: Actor, at: datetime) -> Iterator[None]:
    """Date and sign the versions of rows that the block writes; the operation's event then explains them.

    The mark ends with the block, or with the transaction where the block raises.
    """
    _mark(at.isoformat(), actor.label)
    yield
    _mark("", "")


def _mark(at: str, actor: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('jalon.at', %s, true), set_config('jalon.actor', %s, true)", [at, actor]
        )


def computed_hash(event: AuditEvent) -> str:
    """Return the hash that the event must carry. Raises TypeError where it holds a float."""
    refuse_floats([event.before, event.after])
    return event_hash(exported(event))


def exported(event: AuditEvent) -> dict[str, Any]:
    """Return an event with all that its hash covers, as plain JSON."""
    return {
        "organisation": str(event.organisation_id or ""),
        "sequence": event.sequence,
        "at": canonical_instant(event.at),
        **{name: getattr(event, name) for name in TEXTS},
        "before": event.before,
        "after": event.after,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
    }
