"""Where every queryset of devices starts: at the caller."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from devices.models import Device, Membership, Role, User

_KEEP_RECORDS = (Role.OWNER, Role.OFFICER)
_SEE_OWN = (*_KEEP_RECORDS, Role.READER)
_SEE_PUBLISHED = (Role.BUYER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. ``role`` narrows the person to one of the roles held, as an API key does."""

    user: User | AnonymousUser
    role: str | None = None


def visible_devices(caller: Caller) -> QuerySet[Device]:
    """Return the devices that the caller may see: those of all roles held; none for an anonymous caller."""
    held = _organisations_by_role(caller)
    if Role.ADMINISTRATOR in held:
        return Device.objects.all()
    if not held:
        return Device.objects.none()
    seen = Q(owner__in=_organisations(held, _SEE_OWN))
    if any(role in held for role in _SEE_PUBLISHED):
        seen |= Q(published=True)
    return Device.objects.filter(seen)


def sees_whole(caller: Caller, owner: str) -> Q:
    """Return the condition that the caller sees the whole record of a device, published or not.

    ``owner`` is the path to the owner of the device in the query that it goes into.
    """
    held = _organisations_by_role(caller)
    if Role.ADMINISTRATOR in held:
        return Q(pk__isnull=False)
    return Q(**{f"{owner}__in": _organisations(held, _SEE_OWN)})


def editable_devices(caller: Caller) -> QuerySet[Device]:
    """Return the devices whose record the caller may change."""
    held = _organisations_by_role(caller)
    if Role.ADMINISTRATOR in held:
        return Device.objects.all()
    return Device.objects.filter(owner__in=_organisations(held, _KEEP_RECORDS))


def _organisations_by_role(caller: Caller) -> Mapping[str, set[UUID]]:
    """Return the organisations in which the caller acts, by role; a superuser is an administrator of none."""
    held: defaultdict[str, set[UUID]] = defaultdict(set)
    user = caller.user
    if not isinstance(user, User) or not user.is_active:
        return held
    memberships = Membership.objects.filter(user=user)
    if caller.role is not None:
        memberships = memberships.filter(role=caller.role)
    for role, organisation in memberships.values_list("role", "organisation_id"):
        held[role].add(organisation)
    if user.is_superuser and caller.role in (None, Role.ADMINISTRATOR):
        held.setdefault(Role.ADMINISTRATOR, set())
    return held


def _organisations(held: Mapping[str, set[UUID]], roles: tuple[Role, ...]) -> set[UUID]:
    return {one for role in roles for one in held.get(role, ())}
