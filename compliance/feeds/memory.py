"""What a feed says, and what it said before: revisions and cancellations.

The memory is written when a feed is read, before it answers: it holds all that any calendar was shown, and
whatever of it is no longer to be done is said to be cancelled, however long ago that happened. Nothing has
to be remembered of a deadline that came and went while nobody read.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from compliance.amendments.queries import law_in_force
from compliance.assessments.models import DeadlineRow
from compliance.assessments.queries import to_meet
from compliance.feeds.models import Said
from compliance.followup.models import IDENTITY
from compliance.followup.queries import to_do
from compliance.law.parameters import Law
from devices import wall
from devices.models import Device, User
from devices.queries import Caller, reach, visible_devices, whole_devices

MOST = 2000  # deadlines in a feed: the first ones
CANCELLED_FOR = timedelta(days=90)
_Key = tuple[UUID, str, str, str]
_REVISED = ("strict", "hour", "words", "sequence", "changed_at", "cancelled_at")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of a deadline; ``row`` is None of one that is no longer to be done."""

    said: Said
    row: DeadlineRow | None


def entries(person: User, *, today: date, at: datetime) -> list[Entry]:
    """Return what the feed of a person says now: what is to be done, then what was said and no longer is.

    The deadlines are those that the person sees, within their reach. The number of queries is constant.
    """
    caller = Caller(person, today=today)
    with wall.within(reach(caller)):
        visible, whole = visible_devices(caller), whole_devices(caller)
        pending = DeadlineRow.objects.filter(to_do(), device__in=visible).select_related("device")
        rows = list(pending.order_by("strict", "pk")[:MOST])
        seen_whole = set(whole.filter(pk__in={row.device_id for row in rows}).values_list("pk", flat=True))
    return _remembered(rows, seen_whole, _of(visible, whole), at)


def _of(visible: QuerySet[Device], whole: QuerySet[Device]) -> Q:
    """Return: it was said to who sees these devices as the person does."""
    answers = Q(whole=False, device__in=visible) & ~Q(device__in=whole)
    return Q(whole=True, device__in=whole) | answers


@wall.system()
@transaction.atomic
def _remembered(rows: Sequence[DeadlineRow], seen_whole: set[UUID], own: Q, at: datetime) -> list[Entry]:
    law = law_in_force()
    _cancel(Said.objects.filter(own, cancelled_at=None), at)
    told: list[Entry] = []
    for whole in (True, False):
        part = [row for row in rows if (row.device_id in seen_whole) is whole]
        held = _say(part, whole, law, at)
        told += [Entry(held[_key(row)], row) for row in part]
    told.sort(key=lambda one: (one.said.strict, one.said.pk))
    gone = Said.objects.filter(own, cancelled_at__gt=at - CANCELLED_FOR).select_related("device")
    return [*told, *(Entry(said, None) for said in gone.order_by("-cancelled_at", "pk")[:MOST])]


def _cancel(said: QuerySet[Said], at: datetime) -> None:
    """Cancel what was said and is no longer to be done, for those who hear of declarations and for others."""
    same = {name: OuterRef(name) for name in ("device", *IDENTITY)}
    rows = DeadlineRow.objects.filter(**same)
    for_whole, for_others = Exists(rows.filter(to_do())), Exists(rows.filter(to_meet()))
    over = Q(whole=True) & ~for_whole | Q(whole=False) & ~for_others
    gone = [one.pk for one in said.filter(over).order_by("pk").select_for_update(of=("self",))]
    Said.objects.filter(pk__in=gone).update(sequence=F("sequence") + 1, changed_at=at, cancelled_at=at)


def _say(rows: Sequence[DeadlineRow], whole: bool, law: Law, at: datetime) -> dict[_Key, Said]:
    """Return the memory of each deadline, with a new revision where the feed says something else now."""
    memory = Said.objects.filter(whole=whole, device__in={row.device_id for row in rows})
    held = {_key(one): one for one in memory}
    new = [row for row in rows if _key(row) not in held]
    Said.objects.bulk_create([_new(row, whole, law, at) for row in new], ignore_conflicts=True)
    others = [row for row in rows if _key(row) in held and _differs(held[_key(row)], row, law)]
    stale = [held[_key(row)].pk for row in others]
    locked = {_key(one): one for one in memory.filter(pk__in=stale).order_by("pk").select_for_update()}
    revised = []
    for row in others:
        one = locked[_key(row)]
        if _differs(one, row, law):  # unless another reader was faster
            one.strict, one.hour, one.words = row.strict, row.hour, _words(row, law)
            one.sequence, one.changed_at, one.cancelled_at = one.sequence + 1, at, None
            revised.append(one)
    Said.objects.bulk_update(revised, _REVISED)
    return {_key(one): one for one in memory.all()} if new or others else held


def _key(one: DeadlineRow | Said) -> _Key:
    return (one.device_id, one.rule, one.trigger_fact, one.n)


def _new(row: DeadlineRow, whole: bool, law: Law, at: datetime) -> Said:
    return Said(
        device_id=row.device_id, rule=row.rule, trigger_fact=row.trigger_fact, n=row.n, whole=whole,
        strict=row.strict, hour=row.hour, words=_words(row, law), changed_at=at,
    )  # fmt: skip


def _differs(said: Said, row: DeadlineRow, law: Law) -> bool:
    return said.cancelled_at is not None or said.words != _words(row, law)


def _words(row: DeadlineRow, law: Law) -> str:
    """Return the hash of all that a feed says of a deadline, whatever the language it says it in."""
    rule = law.parameters.get(row.rule)
    texts = [one and one.model_dump() for one in (rule.label, rule.late, rule.silence)] if rule else []
    dates = [row.strict.isoformat(), row.hour, row.safe.isoformat()]
    said = [row.device.name, row.obliged, row.citation, row.certainty, *dates, *texts]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
