"""Who may write what: the last check, whatever the surface has checked before."""

from django.db.models import Q

from compliance.audit.actors import Actor
from compliance.facts.errors import forbidden, not_an_owner
from devices.models import Device, Membership, Organisation, Role, Source, User
from devices.queries import KEEP_RECORDS, Caller, editable_devices


def permit(actor: Actor, subject: Device | Organisation | Source) -> None:
    """Let the system and those who keep the record write it. Raises FactError (forbidden).

    A device is written by the officers of its owner, an organisation by its own officers; only an
    administrator adds an organisation or changes a source that is there, for others use them.
    """
    if actor.user is not None and not _may_write(actor, subject):
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


def _may_write(actor: Actor, subject: Device | Organisation | Source) -> bool:
    user = actor.user
    if user is None or not user.is_active:
        return False
    if isinstance(subject, Device):
        return editable_devices(Caller(user)).filter(pk=subject.pk).exists()
    roles = Membership.objects.filter(user=user)
    if user.is_superuser or roles.filter(role=Role.ADMINISTRATOR).exists():
        return True
    kept = roles.filter(role__in=KEEP_RECORDS)
    if isinstance(subject, Organisation):
        return kept.filter(organisation=subject.pk).exists()
    return subject._state.adding and kept.exists()
