"""The address of a person's feed: made, made anew, revoked by that person. Only its hash is kept."""

import secrets
from datetime import datetime

from django.db import transaction

from compliance.audit.models import Action
from compliance.feeds.models import FeedAddress
from compliance.login.operations import note
from devices import wall
from devices.access import hashed, note_use
from devices.models import User

SECRET_BYTES = 32


@transaction.atomic
def make_address(*, user: User, at: datetime) -> str:
    """Draw the secret of the person's feed and return it, this once; an older address opens nothing more."""
    token = secrets.token_urlsafe(SECRET_BYTES)
    values = {"token_hash": hashed(token), "made_at": at, "last_used_at": None}
    _address, new = FeedAddress.objects.update_or_create(user=user, defaults=values)
    note(action=Action.FEED_MADE if new else Action.FEED_ROTATED, user=user, by=user, at=at)
    return token


@transaction.atomic
def revoke_address(*, user: User, at: datetime) -> None:
    """Make the address of the person's feed useless from now on; without one nothing happens."""
    deleted, _kinds = FeedAddress.objects.filter(user=user).delete()
    if deleted:
        note(action=Action.FEED_REVOKED, user=user, by=user, at=at)


@wall.system()  # nobody is known yet
def person_of(token: str, *, at: datetime) -> User | None:
    """Return the person whose feed the secret opens and note its use; None for any other secret."""
    found = FeedAddress.objects.select_related("user").filter(token_hash=hashed(token)).first()
    if found is None or not found.user.is_active:
        return None
    note_use(found, at)
    return found.user
