"""Accounts: who leaves is made inactive, for nobody is deleted."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append, take_turns
from compliance.facts.errors import FactError, Problem, given_reason, gone, not_an_owner
from compliance.followup.operations import plan_anew_of
from compliance.law.text import gettext_noop
from compliance.people.events import turn
from compliance.people.memberships import is_administrator
from devices.models import Membership, Organisation, Role, User


@transaction.atomic
def set_active(*, actor: Actor, user: User, active: bool, reason: str, at: datetime) -> User:
    """Close an account, for a reason, or open it again; for administrators. Raises FactError.

    A closed account ends its sessions, and its keys open nothing. Each organisation of the person has the
    event in its chain, and so has the platform.
    """
    if actor.user is not None and not is_administrator(actor.user):
        raise not_an_owner()
    organisations = [turn(one) for one in _organisations(user)]
    row = User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()
    if row is None:
        raise gone()
    if row.is_active == active:
        return row
    if not active:
        reason = given_reason(reason)
        _keep_owners(row, organisations)
        row.session_epoch = F("session_epoch") + 1
    row.is_active = active
    row.save(update_fields=["is_active", "session_epoch"])
    plan_anew_of(organisations)
    chains = [None, *organisations]
    take_turns(chains)
    for chain in chains:
        append(
            actor=actor,
            organisation=chain,
            action=Action.ACCOUNT_REOPENED if active else Action.ACCOUNT_CLOSED,
            subject_type="user",
            subject_id=str(row.pk),
            subject_label=row.email,
            before={"active": not active},
            after={"active": active},
            reason=reason,
            at=at,
        )
    return row


def may_be_closed(user: User) -> None:
    """Let pass an account that is not the last active owner of an organisation. Raises FactError."""
    _keep_owners(user, _organisations(user))


def _organisations(user: User) -> list[Organisation]:
    """Return the organisations in which the person holds a role, in one order for all writers."""
    return list(Organisation.objects.filter(memberships__user=user).distinct().order_by("pk"))


def _keep_owners(user: User, organisations: Iterable[Organisation]) -> None:
    left = Membership.objects.filter(role=Role.OWNER, user__is_active=True).exclude(user=user)
    own = Membership.objects.filter(user=user, role=Role.OWNER, organisation__in=list(organisations))
    alone = own.exclude(organisation__in=left.values("organisation")).order_by("organisation__name")
    names = list(alone.values_list("organisation__name", flat=True))
    if names:
        message = gettext_noop("This person is the last active owner of %(names)s: name another one first.")
        raise FactError([Problem("is_active", "last_owner", message, {"names": ", ".join(names)})])
