"""Verification of the audit trail: walks every chain and names the first event that does not hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from compliance.audit import check
from compliance.audit.check import Chain, SealFault
from compliance.audit.models import AuditEvent
from compliance.audit.operations import exported
from compliance.audit.sealing import kept_seals, public_key
from devices.models import Organisation


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: every chain, under the key of its organisation, how many seals, and their faults."""

    chains: list[Chain]
    seals: int
    seal_faults: list[SealFault]

    @property
    def holds(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.seal_faults and not any(chain.fault for chain in self.chains)


def verify() -> Verdict:
    """Return what the walk along every chain finds, against the seals of the folder and the database."""
    seals = kept_seals()
    faults, sealed = check.check_seals(seals, public_key()) if seals else ([], {})
    return Verdict(list(walk(sealed)), len(seals), faults)


def walk(sealed: Mapping[str, Mapping[int, str]] | None = None) -> Iterator[Chain]:
    """Yield every chain, reading the events one by one; ``organisation`` is its key, "" for the platform."""
    keys = {str(pk): key for pk, key in Organisation.objects.values_list("pk", "key")}
    for chain in check.walk(exported_events(), sealed or {}):
        yield replace(chain, organisation=keys.get(chain.organisation, chain.organisation))


def exported_events() -> Iterator[dict[str, Any]]:
    """Yield every event, chain by chain, with all that its hash covers."""
    rows = AuditEvent.objects.order_by("organisation_id", "sequence")
    return map(exported, rows.iterator(chunk_size=1000))
