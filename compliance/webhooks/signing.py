"""Signatures as Standard Webhooks 1.0.0 writes them (standardwebhooks.com): HMAC-SHA256, scheme ``v1``."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
_SECRET_BYTES = 32


def draw_secret() -> str:
    """Return a new secret, as receivers get it: ``whsec_`` and 32 bytes in Base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def headers(event_id: str, timestamp: int, payload: bytes, keys: Iterable[str]) -> dict[str, str]:
    """Return the headers of an attempt made at ``timestamp`` (Unix seconds), signed with each of the keys."""
    signed = f"{event_id}.{timestamp}.".encode() + payload
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_signature(key, signed)}" for key in keys),
    }


def _signature(key: str, signed: bytes) -> str:
    raw = base64.b64decode(key.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(raw, signed, hashlib.sha256)).decode()
