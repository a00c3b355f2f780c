"""Rules of the track."""

from compliance.law.context import Context
from compliance.law.types import TrackStatus


def assess(ctx: Context) -> TrackStatus:
    """Return where the track stands."""
    return TrackStatus("unknown", "unknown")
