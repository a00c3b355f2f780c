"""Who is told of a deadline: who looks after it first, then the officers, then the owners."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from compliance.alerts.models import AlertReason, Leave, Preference, Thresholds
from compliance.alerts.schedule import Rhythm
from compliance.alerts.thresholds import Scale, defaults, scale
from devices.models import Membership, Role, User
from devices.queries import KEEP_RECORDS


@dataclass(frozen=True, slots=True)
class Desk:
    """The people who keep the records of an organisation, how each wants to be told, and its thresholds."""

    officers: tuple[User, ...]
    owners: tuple[User, ...]
    rhythms: Mapping[UUID, Rhythm]
    scales: Mapping[str, Scale]

    def rhythm(self, person: User) -> Rhythm:
        """Return how the person wants to be told."""
        return self.rhythms.get(person.pk, Rhythm())

    def told(
        self, threshold: int, kind: str, *, assignee: UUID | None, acknowledged: bool
    ) -> Iterator[tuple[User, AlertReason]]:
        """Yield who is told at a threshold and why, each person once.

        First the assignee, failing which the officers, failing which the owners. Until somebody has
        acknowledged, the officers join from their threshold on, and the owners from theirs. Once somebody
        has, the first are told of what comes before the limit, and once that it is past.
        """
        people, found = self.scales[kind], set[UUID]()
        assigned = [one for one in (*self.officers, *self.owners) if one.pk == assignee]
        steps = [(assigned or self.officers or self.owners, True)]
        if acknowledged and threshold < people.overdue:
            return
        if not acknowledged:
            steps += [
                (self.officers, threshold <= people.officers),
                (self.owners, threshold <= people.owners),
            ]
        for n, (step, reached) in enumerate(steps):
            for one in step if reached else ():
                if one.pk not in found:
                    found.add(one.pk)
                    yield one, _reason(first=n == 0, assigned=bool(assigned))


def desk_of(organisation: UUID | None) -> Desk:
    """Return the desk of an organisation, in four queries."""
    rows = Membership.objects.filter(
        organisation=organisation, role__in=KEEP_RECORDS, user__is_active=True
    ).select_related("user")
    held = {role: {one.user for one in rows if one.role == role} for role in KEEP_RECORDS}
    people = held[Role.OWNER] | held[Role.OFFICER]
    return Desk(
        _in_order(held[Role.OFFICER]),
        _in_order(held[Role.OWNER] - held[Role.OFFICER]),
        _rhythms_of(people),
        scales_of(organisation),
    )


def scales_of(organisation: UUID | None) -> Mapping[str, Scale]:
    """Return the thresholds of an organisation by kind of deadline: its own, failing which the product's."""
    own = {
        one.kind: scale(one.kind, tuple(one.before), tuple(one.after))
        for one in Thresholds.objects.filter(organisation=organisation)
    }
    return {**defaults(), **own}


def _rhythms_of(people: set[User]) -> Mapping[UUID, Rhythm]:
    """Return how people want to be told, by their id; those who said nothing have the usual way."""
    wishes = {one.user_id: one for one in Preference.objects.filter(user__in=people)}
    leaves: dict[UUID, list[Leave]] = {}
    for one in Leave.objects.filter(user__in=people):
        leaves.setdefault(one.user_id, []).append(one)
    found = {}
    for person in people:
        wish = wishes.get(person.pk) or Preference()
        away = tuple((one.first, one.last) for one in leaves.get(person.pk, ()))
        found[person.pk] = Rhythm(wish.digest, wish.quiet_days_off, away)
    return found


def _in_order(people: set[User]) -> tuple[User, ...]:
    return tuple(sorted(people, key=lambda one: one.pk))


def _reason(*, first: bool, assigned: bool) -> AlertReason:
    if not first:
        return AlertReason.ESCALATED
    return AlertReason.ASSIGNED if assigned else AlertReason.KEEPER
