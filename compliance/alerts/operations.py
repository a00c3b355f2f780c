"""The way in: acknowledge, snooze, and say how alerts are to come.

Each operation is one transaction: check, write, audit event, and the alerts concerned are planned anew. It
raises ``FactError``, and then nothing is written. ``at`` is the instant of the operation.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from compliance.alerts.models import Digest, Leave, Preference, Thresholds
from compliance.alerts.queries import shown_to
from compliance.alerts.standing import named
from compliance.alerts.thresholds import KINDS
from compliance.assessments.models import DeadlineRow
from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append
from compliance.facts.errors import FactError, Problem, gone
from compliance.facts.permissions import permit_owner
from compliance.followup import operations as followup
from compliance.law.text import gettext_noop
from devices import wall
from devices.models import Membership, Organisation, User
from devices.queries import KEEP_RECORDS

LONGEST_SNOOZE, LONGEST_LEAVE, MOST_LEAVES = timedelta(days=30), timedelta(days=366), 20
MOST, FARTHEST = 12, {"long": 730, "short": 90, "hours": 168}


@transaction.atomic
def acknowledge(*, actor: Actor, person: User, seen: Mapping[int, date], at: datetime) -> None:
    """Say that a person takes care of deadlines on their dates; their notices of these are taken down."""
    followup.acknowledge(actor=actor, person=person, seen=seen, at=at)
    for row in DeadlineRow.objects.filter(pk__in=seen):
        with wall.system():
            shown_to(person).filter(device=row.device_id, **named(row)).update(closed_at=at)


@wall.system()
@transaction.atomic
def dismiss(*, person: User, notice: int, at: datetime) -> None:
    """Take down a person's notice of a text of the law. Raises FactError where there is none."""
    if not shown_to(person).filter(pk=notice, amendment__isnull=False).update(closed_at=at):
        raise gone()


@wall.system()
@transaction.atomic
def snooze(*, person: User, notice: int, until: datetime, at: datetime) -> None:
    """Put off a person's notice for 30 days at most. Told again with more urgency, it is back before."""
    if not at < until <= at + LONGEST_SNOOZE:
        message = gettext_noop("A notice is put off for %(days)d days at most.")
        raise FactError([Problem("until", "out_of_range", message, {"days": LONGEST_SNOOZE.days})])
    if not shown_to(person).filter(pk=notice).update(snoozed_until=until):
        raise gone()


@transaction.atomic
def set_preference(*, actor: Actor, person: User, digest: Digest, quiet_days_off: bool, at: datetime) -> None:
    """Say how often a person gets mails, and whether on weekends and public holidays."""
    _take_turns(person)
    held = Preference.objects.filter(user=person).first() or Preference(user=person)
    before = _said(held)
    held.digest, held.quiet_days_off = digest, quiet_days_off
    held.save()
    if before != _said(held):
        _told(actor, Action.ALERTS_PREFERENCE_SET, person, before, _said(held), at)


@transaction.atomic
def add_leave(*, actor: Actor, person: User, first: date, last: date, at: datetime) -> Leave:
    """Say that a person is away, from the first day to the last one. Raises FactError."""
    _take_turns(person)
    problems = []
    if last < first:
        message = gettext_noop("The last day comes before the first one.")
        problems.append(Problem("last", "date_order", message))
    elif last - first > LONGEST_LEAVE:
        problems.append(Problem("last", "too_long", gettext_noop("A leave is a year long at most.")))
    if Leave.objects.filter(user=person).count() >= MOST_LEAVES:
        message = gettext_noop("You keep %(most)d leaves already: delete one first.")
        problems.append(Problem("first", "too_many", message, {"most": MOST_LEAVES}))
    if Leave.objects.filter(user=person, first__lte=last, last__gte=first).exists():
        message = gettext_noop("You are away on some of these days already: delete that leave first.")
        problems.append(Problem("first", "overlap", message))
    if problems:
        raise FactError(problems)
    row = Leave.objects.create(user=person, first=first, last=last)
    _told(actor, Action.ALERTS_LEAVE_ADDED, person, None, _days(row), at)
    return row


@transaction.atomic
def remove_leave(*, actor: Actor, leave: Leave, at: datetime) -> None:
    """Take back a leave. Raises FactError where it is gone."""
    if not Leave.objects.filter(pk=leave.pk).delete()[0]:
        raise gone()
    _told(actor, Action.ALERTS_LEAVE_REMOVED, leave.user, _days(leave), None, at)


@transaction.atomic
def set_thresholds(
    *,
    actor: Actor,
    organisation: Organisation,
    kind: str,
    before: Sequence[int],
    after: Sequence[int],
    at: datetime,
) -> None:
    """Say when an organisation is alerted of a kind of deadlines; for its owners. Raises FactError.

    In days, or hours for the kind ``hours``: before the safe date (or the hour), and after the limit.
    """
    held = _own_thresholds(actor, organisation, kind)
    problems = [*_wrong("before", before, 0, FARTHEST[kind]), *_wrong("after", after, 1, FARTHEST[kind])]
    if problems:
        raise FactError(problems)
    row = held or Thresholds(organisation=organisation, kind=kind)
    was = _counts(held)
    row.before, row.after = sorted(set(before), reverse=True), sorted(set(after))
    row.save()
    _told_thresholds(actor, row, was, _counts(row), at)


@transaction.atomic
def reset_thresholds(*, actor: Actor, organisation: Organisation, kind: str, at: datetime) -> None:
    """Go back to the thresholds of the product for a kind of deadlines; for owners. Raises FactError."""
    held = _own_thresholds(actor, organisation, kind)
    if held:
        _told_thresholds(actor, held, _counts(held), None, at)
        held.delete()


def _own_thresholds(actor: Actor, organisation: Organisation, kind: str) -> Thresholds | None:
    """Return what the organisation set, its writers taking turns. Raises FactError."""
    permit_owner(actor, organisation)
    if kind not in KINDS:
        raise FactError([Problem("kind", "choice", gettext_noop("There is no such kind of deadlines."))])
    Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=organisation.pk)
    return Thresholds.objects.filter(organisation=organisation, kind=kind).first()


def _told_thresholds(actor: Actor, row: Thresholds, before: Any, after: Any, at: datetime) -> None:
    """Add the event, and plan the alerts of the organisation anew; nothing where nothing changed."""
    if before == after:
        return
    followup.plan_anew_of([row.organisation_id])
    append(
        actor=actor, organisation=row.organisation, action=Action.ALERTS_THRESHOLDS_SET,
        subject_type="organisation", subject_id=str(row.organisation_id),
        subject_label=row.organisation.name, before={row.kind: before} if before else None,
        after={row.kind: after} if after else None, at=at,
    )  # fmt: skip


def _wrong(name: str, counts: Sequence[int], least: int, most: int) -> list[Problem]:
    if not counts:
        return [Problem(name, "missing", gettext_noop("Give one number at least."))]
    if len(set(counts)) > MOST:
        return [Problem(name, "too_many", gettext_noop("Give %(most)d numbers at most."), {"most": MOST})]
    if min(counts) < least or max(counts) > most:
        message = gettext_noop("Each number lies between %(least)d and %(most)d.")
        return [Problem(name, "out_of_range", message, {"least": least, "most": most})]
    return []


def _take_turns(person: User) -> None:
    """Let those who change a person's wishes take turns."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _told(actor: Actor, action: Action, person: User, before: Any, after: Any, at: datetime) -> None:
    """Add the event to the chain of the platform, as all of a person, and plan their alerts anew."""
    kept = Membership.objects.filter(user=person, role__in=KEEP_RECORDS).values("organisation")
    followup.plan_anew_of(kept)
    append(
        actor=actor, organisation=None, action=action, subject_type="user", subject_id=str(person.pk),
        subject_label=person.email, before=before, after=after, at=at,
    )  # fmt: skip


def _said(held: Preference) -> dict[str, Any]:
    return {"digest": str(held.digest), "quiet_days_off": held.quiet_days_off}


def _days(leave: Leave) -> dict[str, Any]:
    return {"first": leave.first.isoformat(), "last": leave.last.isoformat()}


def _counts(held: Thresholds | None) -> dict[str, list[int]] | None:
    return {"before": held.before, "after": held.after} if held else None
