"""Where every queryset of devices starts: at the caller."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from config import clock
from devices import wall
from devices.models import Device, Grant, Membership, Role, User
from devices.wall import NOBODY, Reach

KEEP_RECORDS = (Role.OWNER, Role.OFFICER)
SEE_OWN = (*KEEP_RECORDS, Role.READER)


@dataclass(frozen=True)
class Caller:
    """Who asks, and on which day.

    ``role`` and ``organisation_id`` narrow the person to one of the roles held, as a key does.

    A program of an organisation has no person behind it (``user`` is None): it holds the one role itself.
    """

    user: User | AnonymousUser | None
    role: str | None = None
    organisation_id: UUID | None = None
    today: date = field(default_factory=clock.today)

    @cached_property
    def held(self) -> Mapping[str, set[UUID]]:
        """Return the organisations in which the caller acts, by role; asked of the database once."""
        return _organisations_by_role(self)

    @cached_property
    def granted(self) -> frozenset[UUID]:
        """Return the devices that running grants show to an auditor; asked of the database once."""
        if Role.AUDITOR not in self.held:
            return frozenset()
        with wall.system():  # asked before anybody knows what the caller reaches
            return frozenset(_granted(self, self.held[Role.AUDITOR]))


def caller_of(request: HttpRequest) -> Caller:
    """Return the signed-in person of a request as caller, the same to all who ask."""
    if "caller" not in request.__dict__:
        request.__dict__["caller"] = Caller(request.user)
    found: Caller = request.__dict__["caller"]
    return found


def visible_devices(caller: Caller) -> QuerySet[Device]:
    """Return the devices that the caller may see: those of all roles held; none for an anonymous caller.

    A buyer sees what is published, beside what is seen whole.
    """
    if Role.BUYER in caller.held and Role.ADMINISTRATOR not in caller.held:
        return Device.objects.filter(_whole(caller) | Q(published=True))
    return whole_devices(caller)


def whole_devices(caller: Caller) -> QuerySet[Device]:
    """Return the devices of which the caller sees the whole record, published or not.

    Those of the caller's organisations, and for an auditor those that a running grant covers.
    """
    if Role.ADMINISTRATOR in caller.held:
        return Device.objects.all()
    if not caller.held:
        return Device.objects.none()
    return Device.objects.filter(_whole(caller))


def sees_some_whole(caller: Caller) -> bool:
    """Return whether ``whole_devices`` may hold any: not for a hospital buyer who is nothing else."""
    return any(role != Role.BUYER for role in caller.held)


def editable_devices(caller: Caller) -> QuerySet[Device]:
    """Return the devices whose record the caller may change."""
    held = caller.held
    if Role.ADMINISTRATOR in held:
        return Device.objects.all()
    return Device.objects.filter(owner__in=_organisations(held, KEEP_RECORDS))


def reach(caller: Caller) -> Reach:
    """Return what the second wall shows to the caller and takes from them: as ``visible_devices`` says."""
    held, user = caller.held, caller.user
    person = user.pk if isinstance(user, User) and user.is_active else None
    if not held and person is None:
        return NOBODY
    return Reach(
        name="administrator" if Role.ADMINISTRATOR in held else "person",
        person=person,
        own=frozenset(_organisations(held, SEE_OWN)),
        kept=frozenset(_organisations(held, KEEP_RECORDS)),
        granted=caller.granted,
        published=Role.BUYER in held,
    )


def _whole(caller: Caller) -> Q:
    return Q(owner__in=_organisations(caller.held, SEE_OWN)) | Q(pk__in=caller.granted)


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
