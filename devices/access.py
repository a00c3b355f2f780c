"""API keys: made once, shown once, then known by their hash only."""

import hashlib
import hmac
import re
import secrets
import string
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q

from devices.models import ApiKey, Role, User

PREFIX_LENGTH = 8
SECRET_BYTES = 32
_USE_NOTED_EVERY = timedelta(minutes=1)
_ALPHABET = string.ascii_lowercase + string.digits
_FORM = re.compile(rf"jln_(?P<prefix>[a-z0-9]{{{PREFIX_LENGTH}}})_(?P<secret>[A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; ``plain`` is the only copy of the key itself."""

    key: ApiKey
    plain: str = field(repr=False)


def create_key(*, user: User, role: Role, name: str, expires_at: datetime, at: datetime) -> NewKey:
    """Make a key ``jln_<prefix>_<secret>`` for a person in a role. Raises ValidationError."""
    prefix = "".join(secrets.choice(_ALPHABET) for _ in range(PREFIX_LENGTH))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    key = ApiKey(
        user=user,
        name=name,
        role=role,
        prefix=prefix,
        secret_hash=_hash(secret),
        created_at=at,
        expires_at=expires_at,
    )
    key.full_clean()
    key.save()
    return NewKey(key, f"jln_{prefix}_{secret}")


def verify_key(plain: str, *, at: datetime) -> ApiKey | None:
    """Return the key with its user and note its use; None if it is unknown, expired, revoked or orphaned."""
    parts = _FORM.fullmatch(plain)
    if parts is None:
        return None
    key = ApiKey.objects.select_related("user").filter(prefix=parts["prefix"]).first()
    if (
        key is None
        or not hmac.compare_digest(_hash(parts["secret"]), key.secret_hash)
        or not _usable(key, at)
    ):
        return None
    _note_use(key, at)
    return key


def revoke_key(*, key: ApiKey, at: datetime) -> None:
    """Make the key useless from now on; a key revoked already keeps its day."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at)
    key.refresh_from_db(fields=["revoked_at"])


def _usable(key: ApiKey, at: datetime) -> bool:
    return key.revoked_at is None and at < key.expires_at and key.user.is_active


def _note_use(key: ApiKey, at: datetime) -> None:
    """Write when the key was used, at most once a minute."""
    before = at - _USE_NOTED_EVERY
    if key.last_used_at is None or key.last_used_at <= before:
        not_yet = Q(last_used_at=None) | Q(last_used_at__lte=before)
        ApiKey.objects.filter(not_yet, pk=key.pk).update(last_used_at=at)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
