"""Who may write what: the last check, whatever the surface has checked before."""

from collections.abc import Iterable

from django.db.models import Q

from compliance.audit.actors import Actor
from compliance.facts.errors import forbidden, not_an_owner
from devices.models import Device, Membership, Organisation, Role, Source, User
from devices.queries import KEEP_RECORDS, Caller, editable_devices

Subject = Device | Organisation | Source


def permit(actor: Actor, *subjects: Subject) -> None:
    """Let the system and those who keep the records write them all. Raises FactError (forbidden).

    A device is written by the officers of its owner, an organisation by its own officers; only an
    administrator adds an organisation or changes a source that is there, for others use them.
    """
    if subjects and actor.user is not None and not _may_write(actor.user, subjects):
        raise forbidden()


def permit_owner(actor: Actor, organisation: Organisation | None) -> None:
    """Let pass the system, owners of the organisation and administrators. Raises FactError (forbidden)."""
    if actor.user is not None and not owns(actor.user, organisation):
        raise not_an_owner()


def owns(user: User, organisation: Organisation | None) -> bool:
    """Return whether the person is an owner of the organisation, or an administrator."""
    if not user.is_active:
        return False
    own = Q(role=Role.ADMINISTRATOR) | Q(role=Role.OWNER, organisation=organisation)
    return user.is_superuser or Membership.objects.filter(own, user=user).exists()


def _may_write(user: User, subjects: Iterable[Subject]) -> bool:
    if not user.is_active:
        return False
    caller = Caller(user)
    devices = {one.pk for one in subjects if isinstance(one, Device)}
    if devices and editable_devices(caller).filter(pk__in=devices).count() < len(devices):
        return False
    kept = {one for role in KEEP_RECORDS for one in caller.held.get(role, ())}
    return Role.ADMINISTRATOR in caller.held or all(
        one.pk in kept if isinstance(one, Organisation) else one._state.adding and bool(kept)
        for one in subjects
        if not isinstance(one, Device)
    )
