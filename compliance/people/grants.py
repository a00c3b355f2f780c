"""What auditors are shown: named devices, from a day to a day. A grant ends by itself."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.facts.errors import FactError, Problem, given_reason, gone
from compliance.facts.permissions import permit_owner
from compliance.law.text import gettext_noop
from compliance.people.events import audit, save
from devices.models import Device, Grant, Membership, Organisation, Role, User


@transaction.atomic
def give(
    *,
    actor: Actor,
    device: Device,
    auditor: User | Organisation,
    starts_on: date,
    ends_on: date,
    at: datetime,
) -> Grant:
    """Show a device to an auditor or to those of an organisation; for its owners. Raises FactError."""
    device = _locked(device)
    permit_owner(actor, device.owner)
    if ends_on < timezone.localdate(at):
        message = gettext_noop("The last day is past: the grant would show nothing.")
        raise FactError([Problem("ends_on", "past", message)])
    whom = "user" if isinstance(auditor, User) else "organisation"
    if not Membership.objects.filter(**{whom: auditor.pk}, role=Role.AUDITOR, user__is_active=True).exists():
        message = gettext_noop("No auditor is behind this name.")
        raise FactError([Problem("auditor", "no_auditor", message)])
    grant = Grant(
        device=device, starts_on=starts_on, ends_on=ends_on, given_by=actor.user, given_at=at,
        **{whom: auditor},
    )  # fmt: skip
    save(grant)
    audit(actor, device.owner, Action.GRANT_GIVEN, grant, _label(grant), after=_told(grant), at=at)
    return grant


@transaction.atomic
def revoke(*, actor: Actor, grant: Grant, reason: str, at: datetime) -> None:
    """End a grant before its last day; for the owners of the device. Raises FactError."""
    device = _locked(grant.device)
    permit_owner(actor, device.owner)
    row = Grant.objects.filter(pk=grant.pk, revoked_at=None).select_related("user", "organisation").first()
    if row is None or row.ends_on < timezone.localdate(at):
        raise gone()
    _revoke(actor, row, device, given_reason(reason), at)


def end_with_membership(*, actor: Actor, user: User, organisation: Organisation, at: datetime) -> None:
    """Revoke what the organisation showed to a person who is no auditor there any more."""
    own = Grant.objects.filter(user=user, revoked_at=None, ends_on__gte=timezone.localdate(at))
    for row in own.filter(device__owner=organisation).select_related("device", "user").order_by("pk"):
        _revoke(actor, row, row.device, "", at)


def _revoke(actor: Actor, grant: Grant, device: Device, reason: str, at: datetime) -> None:
    grant.revoked_at = at
    grant.save(update_fields=["revoked_at"])
    audit(
        actor, device.owner, Action.GRANT_REVOKED, grant, _label(grant),
        before=_told(grant), reason=reason, at=at,
    )  # fmt: skip


def _locked(device: Device) -> Device:
    """Return the recorded device, locked: the writers of its grants take turns. Raises FactError (stale)."""
    rows = Device.objects.select_for_update(no_key=True, of=("self",)).select_related("owner")
    row = rows.filter(pk=device.pk).first()
    if row is None:
        raise gone()
    return row


def _label(grant: Grant) -> str:
    return f"{grant.device} · {_name(grant.auditor)}"[:300]


def _name(auditor: User | Organisation) -> str:
    return auditor.email if isinstance(auditor, User) else auditor.name


def _told(grant: Grant) -> dict[str, Any]:
    auditor = grant.auditor
    return {
        "device": grant.device.key,
        "auditor": auditor.email if isinstance(auditor, User) else auditor.key,
        "starts_on": grant.starts_on.isoformat(),
        "ends_on": grant.ends_on.isoformat(),
    }
