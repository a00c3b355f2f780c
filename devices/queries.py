"""Where every queryset of devices starts: at the caller."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from devices.models import Device, Membership, Role, User
from devices.wall import NOBODY, Reach

_KEEP_RECORDS = (Role.OWNER, Role.OFFICER)
_SEE_OWN = (*_KEEP_RECORDS, Role.READER)
_SEE_PUBLISHED = (Role.BUYER, Role.AUDITOR)


@dataclass(frozen=True)
class Caller:
    """Who asks. ``role`` narrows the person to one of the roles held, as an API key does."""

    user: User | AnonymousUser
    role: str | None = None

    @cached_property
    def held(self) -> Mapping[str, set[UUID]]:
        """Return the organisations in which the caller acts, by role; asked of the database once."""
        return _organisations_by_role(self)


def caller_of(request: HttpRequest) -> Caller:
    """Return the signed-in person of a request as caller, the same to all who ask."""
    if "caller" not in request.__dict__:
        request.__dict__["caller"] = Caller(request.user)
    found: Caller = request.__dict__["caller"]
    return found


def visible_devices(caller: Caller) -> QuerySet[Device]:
    """Return the devices that the caller may see: those of all roles held; none for an anonymous caller."""
    held = caller.held
    if Role.ADMINISTRATOR in held:
        return Device.objects.all()
    if not held:
        return Device.objects.none()
    seen = Q(owner__in=_organisations(held, _SEE_OWN))
    if any(role in held for role in _SEE_PUBLISHED):
        seen |= Q(published=True)
    return Device.objects.filter(seen)


def editable_devices(caller: Caller) -> QuerySet[Device]:
    """Return the devices whose record the caller may change."""
    held = caller.held
    if Role.ADMINISTRATOR in held:
        return Device.objects.all()
    return Device.objects.filter(owner__in=_organisations(held, _KEEP_RECORDS))


def reach(caller: Caller) -> Reach:
    """Return what the second wall shows to the caller and takes from them: as ``visible_devices`` says."""
    held = caller.held
    if not held or not isinstance(caller.user, User):
        return NOBODY
    return Reach(
        name="administrator" if Role.ADMINISTRATOR in held else "person",
        person=caller.user.pk,
        own=frozenset(_organisations(held, _SEE_OWN)),
        kept=frozenset(_organisations(held, _KEEP_RECORDS)),
        published=any(role in held for role in _SEE_PUBLISHED),
        trail=Role.AUDITOR in held,
    )


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
