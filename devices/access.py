"""API keys: made once, shown once, then known by their hash only."""

import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append
from devices import wall
from devices.models import ApiKey, KeyState, Membership, Organisation, Role, Scope, User

PREFIX_LENGTH = 8
SECRET_BYTES = 32
LONGEST_OVERLAP = timedelta(days=14)
_USE_NOTED_EVERY = timedelta(minutes=1)
_ALPHABET = string.ascii_lowercase + string.digits
_FORM = re.compile(rf"jln_(?P<prefix>[a-z0-9]{{{PREFIX_LENGTH}}})_(?P<secret>[A-Za-z0-9_-]+)")
_NO_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; ``plain`` is the only copy of the key itself."""

    key: ApiKey
    plain: str = field(repr=False)


@transaction.atomic
def create_key(
    *,
    actor: Actor,
    user: User,
    organisation: Organisation,
    role: Role,
    name: str,
    scopes: Sequence[Scope],
    expires_at: datetime,
    at: datetime,
) -> NewKey:
    """Make a key ``jln_<prefix>_<secret>`` for a role that the person holds. Raises ValidationError."""
    key = ApiKey(
        user=user,
        organisation=organisation,
        role=role,
        name=name,
        scopes=sorted(scopes),
        expires_at=expires_at,
    )
    made = _draw(key, at)
    _audit(actor, Action.KEY_MADE, key, None, _said(key), at)
    return made


@transaction.atomic
def rotate_key(*, actor: Actor, key: ApiKey, overlap: timedelta, at: datetime) -> NewKey:
    """Make a key that takes over from another, and let the older one end by itself after the overlap.

    The new key opens the same and lives as long as the older one was made for. Raises ValidationError if
    the overlap is not between nothing and LONGEST_OVERLAP, or the key is over or replaced already.
    """
    if not timedelta(0) < overlap <= LONGEST_OVERLAP:
        raise ValidationError(_("The older key stays valid for 14 days at most."), code="overlap")
    old = ApiKey.objects.select_for_update().get(pk=key.pk)
    if old.state(at) != KeyState.LIVE:
        raise ValidationError(_("Only a valid key that is not replaced already is rotated."), code="state")
    before = _said(old)
    new = ApiKey(
        user=old.user,
        organisation=old.organisation,
        role=old.role,
        name=old.name,
        scopes=old.scopes,
        replaces=old,
        expires_at=at + _life(old),
    )
    made = _draw(new, at)
    old.expires_at = min(old.expires_at, at + overlap)
    old.save(update_fields=["expires_at"])
    _audit(actor, Action.KEY_ROTATED, old, before, {**_said(old), "replaced_by": new.prefix}, at)
    _audit(actor, Action.KEY_MADE, new, None, _said(new), at)
    return made


@transaction.atomic
def revoke_key(*, actor: Actor, key: ApiKey, at: datetime) -> None:
    """Make the key useless from now on; a key revoked already keeps its instant."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at):
        after = {"revoked_at": at.isoformat()}
        _audit(actor, Action.KEY_REVOKED, key, {"revoked_at": None}, after, at)
    key.refresh_from_db(fields=["revoked_at"])


@wall.system()  # nobody is known yet
def verify_key(plain: str, *, at: datetime) -> ApiKey | None:
    """Return the key with its user and note its use.

    None if it is unknown, expired or revoked, or its person is inactive or no longer holds the role. Which
    of these it was shows neither in the answer nor in the time it takes to compare.
    """
    parts = _FORM.fullmatch(plain)
    if parts is None:
        return None
    found = ApiKey.objects.select_related("user").filter(_held(), prefix=parts["prefix"])
    key = found.filter(revoked_at=None, expires_at__gt=at).first()
    kept_hash = key.secret_hash if key else _NO_HASH
    if not hmac.compare_digest(hashed(parts["secret"]), kept_hash) or key is None:
        return None
    note_use(key, at)
    return key


def stated_keys() -> QuerySet[ApiKey]:
    """Return all keys, newest first, with what tells their state."""
    related = ("user", "organisation", "replaced_by")
    return ApiKey.objects.select_related(*related).annotate(held=_held())


def _held() -> Q:
    """Return: the person of the key is active and still holds its role."""
    held = Membership.objects.filter(
        user=OuterRef("user"), organisation=OuterRef("organisation"), role=OuterRef("role")
    )
    return Q(Exists(held), user__is_active=True)


def _draw(key: ApiKey, at: datetime) -> NewKey:
    """Draw prefix and secret, check and save. Raises ValidationError."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    key.prefix = "".join(secrets.choice(_ALPHABET) for _ in range(PREFIX_LENGTH))
    key.secret_hash = hashed(secret)
    key.created_at = at
    key.full_clean()
    held = Membership.objects.filter(user=key.user, organisation=key.organisation, role=key.role)
    if not (key.user.is_active and held.exists()):
        raise ValidationError({"role": _("This person does not hold this role.")}, code="role")
    key.save(force_insert=True)
    return NewKey(key, f"jln_{key.prefix}_{secret}")


def _life(key: ApiKey) -> timedelta:
    return key.expires_at - key.created_at


def note_use(row: Any, at: datetime) -> None:
    """Write when a key or a client was used, at most once a minute."""
    before = at - _USE_NOTED_EVERY
    if row.last_used_at is None or row.last_used_at <= before:
        not_yet = Q(last_used_at=None) | Q(last_used_at__lte=before)
        type(row)._default_manager.filter(not_yet, pk=row.pk).update(last_used_at=at)


def _audit(
    actor: Actor,
    action: Action,
    key: ApiKey,
    before: dict[str, Any] | None,
    after: dict[str, Any],
    at: datetime,
) -> None:
    append(
        actor=actor,
        organisation=key.organisation,
        action=action,
        subject_type="api_key",
        subject_id=str(key.pk),
        subject_label=str(key),
        before=before,
        after=after,
        at=at,
    )


def _said(key: ApiKey) -> dict[str, Any]:
    """Return what the trail keeps of a key: all but what is secret."""
    return {
        "name": key.name,
        "prefix": key.prefix,
        "person": key.user.email,
        "role": str(key.role),
        "scopes": [str(scope) for scope in key.scopes],
        "expires_at": key.expires_at.isoformat(),
        "replaces": key.replaces.prefix if key.replaces else None,
    }


def hashed(secret: str) -> str:
    """Return what is kept of a drawn secret: no list of guesses reaches it, whatever the hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
