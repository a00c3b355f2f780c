"""Invitations: sent, sent again, withdrawn, accepted. Who invites learns nothing of other accounts.

The link carries a signed text; what it is worth stands in the row: it works once, until it expires, and a
newer link takes its place.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.facts.errors import FactError, Problem, given_reason, gone
from compliance.followup.operations import plan_anew_of
from compliance.law.text import gettext_noop
from compliance.login.operations import vouch_for_address
from compliance.people.events import audit, save, turn
from compliance.people.memberships import permit_role
from devices import wall
from devices.models import Invitation, Membership, Organisation, Role, User

LIFE = timedelta(days=7)
_SIGNER = signing.Signer(salt="compliance.people.invitations")


@transaction.atomic
def invite(
    *, actor: Actor, organisation: Organisation, email: str, role: Role, language: str, at: datetime
) -> Invitation:
    """Invite an address into the organisation in a role; the caller then mails the link. Raises FactError."""
    organisation = turn(organisation)
    permit_role(actor, organisation, role)
    email = User.objects.normalize_email(email.strip())
    held = Membership.objects.filter(organisation=organisation, role=role, user__email__iexact=email)
    if held.exists():
        message = gettext_noop("This person already holds this role in this organisation.")
        raise FactError([Problem("email", "duplicate", message)])
    row = Invitation(
        organisation=organisation, email=email, role=role, language=language, invited_by=actor.user,
        created_at=at, sent_at=at, expires_at=at + LIFE,
    )  # fmt: skip
    save(row)
    audit(actor, organisation, Action.INVITATION_SENT, row, row.email, after=_told(row), at=at)
    return row


@transaction.atomic
def resend(*, actor: Actor, invitation: Invitation, at: datetime) -> Invitation:
    """Start the seven days anew with a new link, which the caller then mails. Raises FactError."""
    row = _open(invitation.pk)
    permit_role(actor, row.organisation, row.role)
    row.sent_at, row.expires_at = at, at + LIFE
    row.save(update_fields=["sent_at", "expires_at"])
    audit(actor, row.organisation, Action.INVITATION_RESENT, row, row.email, after=_told(row), at=at)
    return row


@transaction.atomic
def withdraw(*, actor: Actor, invitation: Invitation, reason: str, at: datetime) -> None:
    """Make the link of an invitation useless. Raises FactError."""
    row = _open(invitation.pk)
    permit_role(actor, row.organisation, row.role)
    reason = given_reason(reason)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    audit(
        actor, row.organisation, Action.INVITATION_WITHDRAWN, row, row.email,
        before=_told(row), reason=reason, at=at,
    )  # fmt: skip


def token_of(invitation: Invitation) -> str:
    """Return the text of the link that was sent last."""
    return _SIGNER.sign_object([str(invitation.pk), invitation.sent_at.isoformat()])


@wall.system()  # who holds the link is of no organisation yet
def invitation_of(token: str, *, at: datetime) -> Invitation | None:
    """Return the invitation of a link; None if it is false, replaced, expired, used or withdrawn."""
    try:
        pk, sent_at = _SIGNER.unsign_object(token)
    except signing.BadSignature:
        return None
    open_ones = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=at)
    asked = open_ones.filter(pk=pk, sent_at=datetime.fromisoformat(sent_at))
    return asked.select_related("organisation").first()


@wall.system()
@transaction.atomic
def accept(*, token: str, user: User, at: datetime) -> Membership:
    """Give the invited role to a signed-in person of the invited address. Raises FactError."""
    row = _taken(token, at)
    if user.email.casefold() != row.email.casefold() or not user.is_active:
        message = gettext_noop("This invitation is for another address.")
        raise FactError([Problem("", "other_address", message)])
    return _join(row, user, at)


@wall.system()
@transaction.atomic
def accept_as_new(*, token: str, name: str, language: str, password: str, at: datetime) -> Membership:
    """Make an account for the invited address and give it the role. Raises FactError."""
    row = _taken(token, at)
    if has_account(row):
        message = gettext_noop("This address has an account: log in to accept.")
        raise FactError([Problem("", "has_account", message)])
    try:
        user = User.objects.create_user(row.email, password, name=name, language=language)
    except ValidationError as error:
        raise FactError([Problem("", "invalid", text) for text in error.messages]) from error
    vouch_for_address(user=user)
    return _join(row, user, at)


def has_account(invitation: Invitation) -> bool:
    """Return whether the invited address has an account; for who holds the link, nobody else."""
    return User.objects.filter(email__iexact=invitation.email).exists()


def _join(row: Invitation, user: User, at: datetime) -> Membership:
    row.accepted_at = at
    row.save(update_fields=["accepted_at"])
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    membership, _new = Membership.objects.get_or_create(
        user=user, organisation=row.organisation, role=row.role
    )
    plan_anew_of([row.organisation_id])
    who = Actor.person(user, row.organisation)
    audit(who, row.organisation, Action.INVITATION_ACCEPTED, row, row.email, after=_told(row), at=at)
    return membership


def _taken(token: str, at: datetime) -> Invitation:
    """Return the invitation of a link, locked: of two who accept it, the second finds it used."""
    found = invitation_of(token, at=at)
    if found is not None:
        turn(found.organisation)
        found = invitation_of(token, at=at)
    if found is None:
        message = gettext_noop("This invitation has expired, or was used or withdrawn.")
        raise FactError([Problem("", "ended", message)])
    return found


def _open(pk: UUID) -> Invitation:
    """Return an invitation that waits for an answer, expired or not, locked. Raises FactError (stale)."""
    turn(Organisation.objects.get(invitations=pk))
    waiting = Invitation.objects.select_related("organisation").filter(accepted_at=None, withdrawn_at=None)
    row = waiting.filter(pk=pk).first()
    if row is None:
        raise gone()
    return row


def _told(row: Invitation) -> dict[str, Any]:
    return {"email": row.email, "role": row.role, "expires_at": row.expires_at.isoformat()}
