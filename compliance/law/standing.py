"""Several things on one track: each has its standing, and the track takes the most favourable one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from compliance.law.types import Reason, Status, TrackStatus

# From the most to the least favourable; what needs attention shows before what runs smoothly.
_ORDER: tuple[Status, ...] = (
    "attention",
    "valid",
    "in_progress",
    "suspended",
    "unknown",
    "refused",
    "expired",
    "not_started",
    "not_applicable",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one application, listing or certificate stands. ``running``: it opens the door today."""

    status: Status
    state: str
    reason: Reason
    since: date | None = None
    until: date | None = None
    running: bool = False


def combined(standings: Iterable[Standing], otherwise: TrackStatus) -> TrackStatus:
    """Return the status of the track, with every standing among its reasons.

    What runs comes before what does not; then the order of favour. A running standing that needs nothing
    becomes ``attention`` where another one needs attention. Without any standing the answer is ``otherwise``.
    """
    ranked = sorted(standings, key=lambda one: (not one.running, _ORDER.index(one.status)))
    if not ranked:
        return otherwise
    best = ranked[0]
    needs_attention = best.status == "valid" and any(one.status == "attention" for one in ranked)
    return TrackStatus(
        "attention" if needs_attention else best.status,
        best.state,
        tuple(one.reason for one in ranked),
        best.since,
        best.until,
    )
