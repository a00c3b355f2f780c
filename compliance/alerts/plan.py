"""The plan: which alerts a device's deadlines call for. Pure of any sending.

A device is planned again after each assessment, by the tick that finds it unplanned; work is in
proportion to what changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from compliance.alerts.models import Alert, AlertState, Channel
from compliance.amendments.models import Amendment
from compliance.assessments.models import DeadlineRow, DeviceAssessment
from compliance.followup.models import Assignment
from compliance.followup.queries import covered, keepers
from compliance.law.types import PENDING, is_ours
from devices.models import Device, User

# Days before the safe date; -1 is the day after the limit: overdue.
THRESHOLDS = (180, 90, 30, 7, 1, 0, -1)


def plan_changed(*, limit: int = 500) -> int:
    """Plan the alerts of the devices assessed since their last plan; return how many devices.

    A device locked by another writer is left to the next tick.
    """
    with transaction.atomic():
        rows = list(
            DeviceAssessment.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(alerts_planned=False)
            .select_related("device")
            .order_by("pk")[:limit]
        )
        for row in rows:
            plan_device(row.device)
        DeviceAssessment.objects.filter(pk__in=[row.pk for row in rows]).update(alerts_planned=True)
    return len(rows)


def plan_amendments(today: date) -> None:
    """Plan to tell the people of each organisation which of their devices an applied text moves.

    A text locked by another writer is left to the next tick.
    """
    with transaction.atomic():
        texts = Amendment.objects.select_for_update(skip_locked=True).filter(alerts_planned=False)
        for text in list(texts):
            owners = text.effects.values("device__owner")
            Alert.objects.bulk_create(
                [
                    Alert(
                        amendment=text,
                        strict=text.published,
                        threshold=0,
                        due_on=today,
                        recipient=one,
                        channel=Channel.EMAIL,
                    )
                    for one in keepers(owners)
                ],
                ignore_conflicts=True,
            )
            Amendment.objects.filter(pk=text.pk).update(alerts_planned=True)


def plan_device(device: Device) -> None:
    """Write the alerts that the pending deadlines of a device call for, cancel those that no longer hold.

    A deadline that moves, is declared done or is waived cancels what was planned; one that comes back has
    what was cancelled planned again. A row that exists is never doubled, and nobody who was told hears of
    it again with less urgency.
    """
    rows = DeadlineRow.objects.filter(~covered(), device=device, state__in=PENDING)
    pending = [row for row in rows if row.obliged and is_ours(rule=row.rule, obliged=row.obliged)]
    people, assigned = keepers([device.owner_id]), _assigned(device)
    told = _told(device)
    drawn = (one for row in pending for one in _alerts(device, row, people, assigned))
    alerts = [one for one in drawn if one.threshold < told.get(_heard(one), one.threshold + 1)]
    wanted = {_named(one) for one in alerts}
    states = (AlertState.PLANNED, AlertState.CANCELLED)
    held = {one.pk: one for one in Alert.objects.filter(device=device, state__in=states)}
    stale = [pk for pk, one in held.items() if _named(one) not in wanted]
    back = [pk for pk, one in held.items() if _named(one) in wanted]
    Alert.objects.filter(pk__in=stale).update(state=AlertState.CANCELLED)
    Alert.objects.filter(pk__in=back).update(state=AlertState.PLANNED)
    Alert.objects.bulk_create(alerts, ignore_conflicts=True)


def _assigned(device: Device) -> dict[tuple[str, str, str], UUID]:
    """Return the person to whom each deadline of a device is assigned."""
    return {one.identity: one.person_id for one in Assignment.objects.filter(device=device)}


def _told(device: Device) -> dict[tuple[Any, ...], int]:
    """Return the most urgent threshold that was sent of each deadline to each person."""
    told: dict[tuple[Any, ...], int] = {}
    for one in Alert.objects.filter(device=device, state=AlertState.SENT):
        told[_heard(one)] = min(told.get(_heard(one), one.threshold), one.threshold)
    return told


def _heard(alert: Alert) -> tuple[Any, ...]:
    """Return what alerts of one deadline on one date to one person share."""
    return (alert.rule, alert.trigger_fact, alert.n, alert.strict, alert.recipient_id, alert.channel)


def _named(alert: Alert) -> tuple[Any, ...]:
    """Return what tells an alert of a device apart."""
    return (*_heard(alert), alert.threshold)


def _alerts(
    device: Device, row: DeadlineRow, people: Sequence[User], assigned: Mapping[tuple[str, str, str], UUID]
) -> Iterator[Alert]:
    """Yield the alerts of a deadline: to whom it is assigned, once it is overdue to all who keep the record.

    An assignment to somebody who keeps the record no more counts for nothing.
    """
    identity = (row.rule, row.trigger_fact, row.n)
    first = [one for one in people if one.pk == assigned.get(identity)] or people
    for threshold in THRESHOLDS:
        # before the limit alerts aim at the safe date; the overdue notice follows the legal one
        aim = row.safe if threshold >= 0 else max(row.strict, row.rolled)
        for recipient in first if threshold >= 0 else people:
            yield Alert(
                device=device,
                rule=row.rule,
                trigger_fact=row.trigger_fact,
                n=row.n,
                strict=row.strict,
                threshold=threshold,
                due_on=aim - timedelta(days=threshold),
                recipient=recipient,
                channel=Channel.EMAIL,
            )
