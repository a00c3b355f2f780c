"""The plan: which alerts a device's deadlines call for. Pure of any sending.

A device is planned again after each assessment, by the tick that finds it unplanned; work is in
proportion to what changed.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from compliance.alerts.models import Alert, AlertState, Channel
from compliance.amendments.models import Amendment
from compliance.assessments.models import DeadlineRow, DeviceAssessment
from compliance.law.types import PENDING, is_ours
from devices.models import Device, Membership, Role, User

# Days before the safe date; -1 is the day after the limit: overdue.
THRESHOLDS = (180, 90, 30, 7, 1, 0, -1)
_RECIPIENT_ROLES = (Role.OWNER, Role.OFFICER)


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
                    for one in _people(owners)
                ],
                ignore_conflicts=True,
            )
            Amendment.objects.filter(pk=text.pk).update(alerts_planned=True)


def plan_device(device: Device) -> None:
    """Write the alerts that the pending deadlines of a device call for, cancel those that no longer hold.

    A deadline that moves cancels what was planned for its old date; a row that exists is never doubled.
    """
    pending = [
        row
        for row in DeadlineRow.objects.filter(device=device, state__in=PENDING)
        if row.obliged and is_ours(rule=row.rule, obliged=row.obliged)
    ]
    wanted = {(row.rule, row.trigger_fact, row.n, row.strict) for row in pending}
    waiting = Alert.objects.filter(device=device, state=AlertState.PLANNED)
    stale = [one.pk for one in waiting if (one.rule, one.trigger_fact, one.n, one.strict) not in wanted]
    Alert.objects.filter(pk__in=stale).update(state=AlertState.CANCELLED)
    recipients = _people([device.owner_id])
    Alert.objects.bulk_create(
        [alert for row in pending for alert in _alerts(device, row, recipients)], ignore_conflicts=True
    )


def _alerts(device: Device, row: DeadlineRow, recipients: Iterable[User]) -> Iterable[Alert]:
    for recipient in recipients:
        for threshold in THRESHOLDS:
            # before the limit alerts aim at the safe date; the overdue notice follows the legal one
            aim = row.safe if threshold >= 0 else max(row.strict, row.rolled)
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


def _people(organisations: Any) -> list[User]:
    """Return the people who look after the records of the organisations, each once."""
    members = Membership.objects.filter(
        organisation__in=organisations, role__in=_RECIPIENT_ROLES, user__is_active=True
    ).select_related("user")
    return sorted({member.user for member in members}, key=lambda user: user.pk)
