"""Where every queryset of devices starts: at the caller."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from config import clock
from devices.models import Device, Grant, Membership, Role, User

_KEEP_RECORDS = (Role.OWNER, Role.OFFICER)
_SEE_OWN = (*_KEEP_RECORDS, Role.READER)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and on which day.

    ``role`` and ``organisation_id`` narrow the person to one of the roles held, as a key does.

    A program of an organisation has no person behind it (``user`` is None): it holds the one role itself.
    """

    user: User | AnonymousUser | None
    role: str | None = None
    organisation_id: UUID | None = None
    today: date = field(default_factory=clock.today)


def visible_devices(caller: Caller) -> QuerySet[Device]:
    """Return the devices that the caller may see: those of all roles held; none for an anonymous caller.

    A buyer sees what is published, an auditor what a running grant covers.
    """
    held = _organisations_by_role(caller)
    if Role.ADMINISTRATOR in held:
        return Device.objects.all()
    if not held:
        return Device.objects.none()
    seen = Q(owner__in=_organisations(held, _SEE_OWN))
    if Role.BUYER in held:
        seen |= Q(published=True)
    if Role.AUDITOR in held:
        seen |= Q(pk__in=_granted(caller, held[Role.AUDITOR]))
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


def _granted(caller: Caller, organisations: set[UUID]) -> QuerySet[Grant, UUID]:
    """Return the devices that a grant running today shows to the auditor or to one of the organisations."""
    holder = Q(organisation__in=organisations)
    if isinstance(caller.user, User):
        holder |= Q(user=caller.user)
    running = Grant.objects.filter(
        holder, revoked_at=None, starts_on__lte=caller.today, ends_on__gte=caller.today
    )
    return running.values_list("device", flat=True)


def _organisations_by_role(caller: Caller) -> Mapping[str, set[UUID]]:
    """Return the organisations in which the caller acts, by role; a superuser is an administrator of none."""
    held: defaultdict[str, set[UUID]] = defaultdict(set)
    user = caller.user
    if user is None and caller.role and caller.organisation_id:
        return {caller.role: {caller.organisation_id}}
    if not isinstance(user, User) or not user.is_active:
        return held
    memberships = Membership.objects.filter(user=user)
    if caller.role is not None:
        memberships = memberships.filter(role=caller.role)
    if caller.organisation_id is not None:
        memberships = memberships.filter(organisation=caller.organisation_id)
    for role, organisation in memberships.values_list("role", "organisation_id"):
        held[role].add(organisation)
    if user.is_superuser and caller.role in (None, Role.ADMINISTRATOR):
        held.setdefault(Role.ADMINISTRATOR, set())
    return held


def _organisations(held: Mapping[str, set[UUID]], roles: tuple[Role, ...]) -> set[UUID]:
    return {one for role in roles for one in held.get(role, ())}
