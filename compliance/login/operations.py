"""What is written about accounts: their addresses, and the events of logins.

The events stand in the chain of the platform. An account is of no organisation: a person may act for
several, none of which needs to know of the others, and a failed login may be of no account at all. The
events hold no secret, no network address, and no address of who has no account: a trail forgets nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from compliance.audit.actors import Actor
from compliance.audit.models import Action, AuditEvent
from compliance.audit.operations import append
from devices.models import User

NO_ACCOUNT = "no account"
LOCK_NOTED_FOR = 5 * 60  # seconds: one event for a lock, however often it is tried


@transaction.atomic
def vouch_for_address(*, user: User) -> None:
    """Make the address of the account its only one, and a verified one.

    Nobody signs up: an account is made by somebody who vouches for its address. A past address, of this
    account or of another one, opens nothing any more.
    """
    own = Q(user=user, email=user.email)
    EmailAddress.objects.filter(Q(user=user) | Q(email=user.email)).exclude(own).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


def note(
    *,
    action: Action,
    user: User | None,
    by: User | None,
    after: Mapping[str, Any] | None = None,
    at: datetime,
) -> AuditEvent:
    """Add to the trail what happened to an account.

    ``user`` is None where there is no such account, ``by`` is None where nobody has shown who they are.
    """
    return append(
        actor=Actor.person(by) if by else Actor.system("login"),
        organisation=None,
        action=action,
        subject_type="user",
        subject_id=str(user.pk) if user else "",
        subject_label=user.email if user else NO_ACCOUNT,
        before=None,
        after=after,
        at=at,
    )
