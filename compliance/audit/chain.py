"""The bytes that a hash of the trail covers.

An unkeyed chain shows that an event was edited, removed or moved by someone who did not recompute what
follows. It does not stop someone who can rewrite the whole chain, nor show that its last events were cut
off: for that its head must be kept outside of the database.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

FORM = "jalon-audit/1"


def canonical_json(value: Any) -> str:
    """Return the one JSON text of a value. Raises TypeError on a float: its text is not one."""
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a number with a fraction goes into the trail as text")
    if isinstance(value, dict):
        _refuse_floats(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            _refuse_floats(one)


def canonical_instant(at: datetime) -> str:
    """Return the instant in UTC with microseconds, as PostgreSQL keeps it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def event_hash(
    *,
    organisation_id: str,
    sequence: int,
    at: datetime,
    texts: Iterable[str],
    before: Any,
    after: Any,
    previous_hash: str,
) -> str:
    """Return the SHA-256 (hexadecimal) of an event and of the hash before it.

    Each part is preceded by its length, so that no two events share their bytes.
    """
    parts = [
        FORM,
        organisation_id,
        str(sequence),
        canonical_instant(at),
        *texts,
        canonical_json(before),
        canonical_json(after),
        previous_hash,
    ]
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()
