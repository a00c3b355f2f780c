"""Which endpoints a caller looks after, and in which places a caller may add one."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q

from compliance.webhooks.models import Endpoint, EndpointQuerySet
from devices.models import Role, User
from devices.queries import KEEP_RECORDS, Caller


def endpoints_of(caller: Caller) -> EndpointQuerySet:
    """Return the endpoints of the organisations whose record the caller keeps, and the buyer's own."""
    found = Endpoint.objects.select_related("organisation")
    if Role.ADMINISTRATOR in caller.held:
        return found
    kept = {one for role, one in places_of(caller) if role == Role.OFFICER}
    own = Q(role=Role.BUYER, user=caller.user) if isinstance(caller.user, User) else Q(pk=None)
    return found.filter(Q(role=Role.OFFICER, organisation__in=kept) | own)


def places_of(caller: Caller) -> Iterator[tuple[Role, UUID]]:
    """Yield the roles of endpoints that the caller may add, each with its organisation."""
    for organisation in {one for role in KEEP_RECORDS for one in caller.held.get(role, ())}:
        yield Role.OFFICER, organisation
    for organisation in caller.held.get(Role.BUYER, ()):
        yield Role.BUYER, organisation
