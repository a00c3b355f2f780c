"""Reading what is said of deadlines. The second wall shows it to who sees the whole record, not to buyers."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf, TruncDate

from compliance.assessments.models import DeadlineRow
from compliance.assessments.queries import to_meet
from compliance.followup.models import IDENTITY, Acknowledgement, Assignment, Mark, MarkKind
from devices.models import Membership, User
from devices.queries import KEEP_RECORDS

_SAME = {name: OuterRef(name) for name in ("device", *IDENTITY)}


def keepers(organisations: Iterable[UUID | None] | Any) -> list[User]:
    """Return the people who look after the records of the organisations, each once, in a steady order."""
    members = Membership.objects.filter(
        organisation__in=organisations, role__in=KEEP_RECORDS, user__is_active=True
    ).select_related("user")
    return sorted({member.user for member in members}, key=lambda user: user.pk)


def covered(*kinds: MarkKind) -> Exists:
    """Return: a mark of these kinds (of any, without kinds) covers the deadline on the date it has now."""
    marks = Mark.objects.filter(**_SAME, strict=OuterRef("strict"))
    return Exists(marks.filter(kind__in=kinds) if kinds else marks)


def to_do() -> Q:
    """Return: a deadline is the company's to meet, and is neither declared done nor waived."""
    return to_meet() & Q(~covered())


def outdated() -> Exists:
    """Return: the deadline has moved away from the date that a mark was about."""
    return Exists(Mark.objects.filter(**_SAME).exclude(strict=OuterRef("strict")))


def assigned(person: User | None = None) -> Exists:
    """Return: the deadline is assigned to the person, or to anybody."""
    held = Assignment.objects.filter(**_SAME)
    return Exists(held.filter(person=person) if person else held)


def attach(rows: Iterable[DeadlineRow]) -> None:
    """Give each deadline its ``mark`` and ``assignment``, None where there is none, in two queries for all.

    ``mark_covers`` says whether the mark is about the date that the deadline has now.
    """
    told = list(rows)
    devices = {row.device_id for row in told}
    marks = _by_deadline(Mark.objects.filter(device__in=devices).select_related("version__document"))
    held = _by_deadline(Assignment.objects.filter(device__in=devices).select_related("person"))
    for row in told:
        identity = (row.device_id, row.rule, row.trigger_fact, row.n)
        found: Any = row
        found.mark, found.assignment = marks.get(identity), held.get(identity)
        found.mark_covers = found.mark is not None and found.mark.strict == row.strict


def acknowledged() -> ArraySubquery:
    """Return: who has acknowledged the deadline on the date it has now, and when, the first one first."""
    given = Acknowledgement.objects.filter(**_SAME, strict=OuterRef("strict")).order_by("at")
    named = Coalesce(NullIf("person__name", Value("")), "person__email")
    return ArraySubquery(given.values(said=JSONObject(person=named, on=TruncDate("at"))))


def _by_deadline(rows: Any) -> dict[Any, Any]:
    return {(row.device_id, *row.identity): row for row in rows}
