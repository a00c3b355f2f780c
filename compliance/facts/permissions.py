"""Who may write what: the last check, whatever the surface has checked before."""

from compliance.audit.actors import Actor
from compliance.facts.errors import forbidden
from devices.models import Device, Membership, Organisation, Role, Source
from devices.queries import Caller, editable_devices

_KEEP_RECORDS = (Role.OWNER, Role.OFFICER)


def permit(actor: Actor, subject: Device | Organisation | Source) -> None:
    """Let the system and those who keep the record write it. Raises FactError (forbidden).

    A device is written by the officers of its owner, an organisation by its own officers; only an
    administrator adds an organisation or changes a source that is there, for others use them.
    """
    if actor.user is not None and not _may_write(actor, subject):
        raise forbidden()


def _may_write(actor: Actor, subject: Device | Organisation | Source) -> bool:
    user = actor.user
    if user is None or not user.is_active:
        return False
    if isinstance(subject, Device):
        return editable_devices(Caller(user)).filter(pk=subject.pk).exists()
    roles = Membership.objects.filter(user=user)
    if user.is_superuser or roles.filter(role=Role.ADMINISTRATOR).exists():
        return True
    kept = roles.filter(role__in=_KEEP_RECORDS)
    if isinstance(subject, Organisation):
        return kept.filter(organisation=subject.pk).exists()
    return subject._state.adding and kept.exists()
