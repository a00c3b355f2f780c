"""Roles of people in an organisation: who may give them, and how they end.

What a role gave ends with it, at once: the person's sessions and the API keys of the role.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.facts.errors import FactError, Problem, given_reason, gone, not_an_owner
from compliance.facts.permissions import owns, permit_owner
from compliance.followup.operations import plan_anew_of
from compliance.law.text import gettext_noop
from compliance.people import grants
from compliance.people.events import audit, save, turn
from devices import access
from devices.models import ApiKey, Membership, Organisation, Role, User

_OWNERS_GIVE = (Role.OWNER, Role.OFFICER, Role.READER, Role.AUDITOR)


def roles_given_by(actor: Actor, organisation: Organisation) -> tuple[Role, ...]:
    """Return the roles that the actor may give and take in the organisation.

    An administrator gives every role. An owner does not make administrators, nor the first buyer: a buyer
    sees what every maker publishes, so that an administrator says which organisation is a hospital.
    """
    if actor.user is None or is_administrator(actor.user):
        return tuple(Role)
    if not owns(actor.user, organisation):
        return ()
    hospital = Membership.objects.filter(organisation=organisation, role=Role.BUYER).exists()
    return (*_OWNERS_GIVE, *([Role.BUYER] if hospital else []))


def is_administrator(user: User) -> bool:
    """Return whether the person looks after the whole installation."""
    held = Membership.objects.filter(user=user, role=Role.ADMINISTRATOR)
    return user.is_active and (user.is_superuser or held.exists())


def permit_role(actor: Actor, organisation: Organisation, role: str) -> None:
    """Let pass who may give or take the role there. Raises FactError (forbidden)."""
    permit_owner(actor, organisation)
    if role not in roles_given_by(actor, organisation):
        raise not_an_owner()


@transaction.atomic
def change_role(*, actor: Actor, membership: Membership, role: Role, reason: str, at: datetime) -> Membership:
    """Give a person another role in the organisation in place of the one held. Raises FactError."""
    row = _current(membership)
    permit_role(actor, row.organisation, row.role)
    permit_role(actor, row.organisation, role)
    before = _told(row)
    if role == row.role:
        return row
    reason = given_reason(reason)
    _keep_an_owner(row)
    old, row.role = row.role, role
    save(row)
    _end(actor, row, old, at)
    audit(
        actor, row.organisation, Action.MEMBERSHIP_CHANGED, row, row.user.email,
        before=before, after=_told(row), reason=reason, at=at,
    )  # fmt: skip
    return row


@transaction.atomic
def remove(*, actor: Actor, membership: Membership, reason: str, at: datetime) -> None:
    """Take a role in the organisation from a person, with all that it gave. Raises FactError."""
    row = _current(membership)
    permit_role(actor, row.organisation, row.role)
    reason = given_reason(reason)
    _keep_an_owner(row)
    Membership.objects.filter(pk=row.pk).delete()
    _end(actor, row, row.role, at)
    audit(
        actor, row.organisation, Action.MEMBERSHIP_REMOVED, row, row.user.email,
        before=_told(row), reason=reason, at=at,
    )  # fmt: skip


def _current(membership: Membership) -> Membership:
    """Return the recorded row, with its organisation locked. Raises FactError (stale)."""
    turn(membership.organisation)
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "organisation")
    row = rows.filter(pk=membership.pk).first()
    if row is None:
        raise gone()
    return row


def _keep_an_owner(row: Membership) -> None:
    others = Membership.objects.filter(organisation=row.organisation, role=Role.OWNER, user__is_active=True)
    if row.role == Role.OWNER and not others.exclude(pk=row.pk).exists():
        message = gettext_noop("An organisation keeps at least one owner: name another one first.")
        raise FactError([Problem("", "last_owner", message)])


def _end(actor: Actor, row: Membership, role: str, at: datetime) -> None:
    """End what the role gave here: sessions, keys, grants of an auditor."""
    User.objects.filter(pk=row.user_id).update(session_epoch=F("session_epoch") + 1)
    keys = ApiKey.objects.filter(user=row.user, organisation=row.organisation, role=role, revoked_at=None)
    for key in keys.order_by("pk"):
        access.revoke_key(actor=actor, key=key, at=at)
    plan_anew_of([row.organisation_id])
    if role == Role.AUDITOR:
        grants.end_with_membership(actor=actor, user=row.user, organisation=row.organisation, at=at)


def _told(row: Membership) -> dict[str, Any]:
    return {"person": row.user.email, "role": row.role}
