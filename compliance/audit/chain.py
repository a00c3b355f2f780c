"""What goes into the trail: plain JSON whose text is one, and instants as PostgreSQL keeps them.

The bytes that the hash of an event covers stand in ``compliance.audit.check``. A chain without a key shows
that an event was edited, removed or moved by someone who did not recompute what follows; against someone who
can rewrite the whole chain, or cut off its end, stand the seals.
"""

from datetime import UTC, datetime
from typing import Any


def refuse_floats(value: Any) -> None:
    """Raise TypeError where a value holds a float: its text is not one."""
    if isinstance(value, float):
        raise TypeError("a number with a fraction goes into the trail as text")
    if isinstance(value, dict):
        refuse_floats(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            refuse_floats(one)


def canonical_instant(at: datetime) -> str:
    """Return the instant in UTC with microseconds, as PostgreSQL keeps it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
