"""Verification of the audit trail: walks every chain and names the first event that does not hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from compliance.audit.models import AuditEvent
from compliance.audit.operations import computed_hash

Damage = Literal["missing", "moved", "edited"]


@dataclass(frozen=True, slots=True)
class Fault:
    """The first event of a chain that does not hold: none stands where it should, or not as written."""

    sequence: int
    damage: Damage


@dataclass(frozen=True, slots=True)
class Chain:
    """What the walk along one chain found. ``organisation`` is its key, None for the platform.

    ``head`` is the hash of the last event read: kept elsewhere, it shows later that nothing was rewritten.
    """

    organisation: str | None
    events: int
    head: str
    fault: Fault | None


def walk() -> Iterator[Chain]:
    """Yield every chain, reading the events one by one."""
    events = (
        AuditEvent.objects.select_related("organisation")
        .order_by("organisation_id", "sequence")
        .iterator(chunk_size=1000)
    )
    for _, chain in groupby(events, key=lambda event: event.organisation_id):
        yield _walk_one(chain)


def _walk_one(events: Iterator[AuditEvent]) -> Chain:
    """Return the result of one chain; what follows its first fault is counted, not judged."""
    count, head, fault = 0, "", None
    organisation: str | None = None
    for event in events:
        organisation = event.organisation.key if event.organisation else None
        fault = fault or _fault(event, expected=count + 1, previous_hash=head)
        count, head = count + 1, event.hash
    return Chain(organisation, count, head, fault)


def _fault(event: AuditEvent, *, expected: int, previous_hash: str) -> Fault | None:
    if event.sequence != expected:
        return Fault(expected, "missing")
    if event.previous_hash != previous_hash:
        return Fault(expected, "moved")
    if event.hash != computed_hash(event):
        return Fault(expected, "edited")
    return None
