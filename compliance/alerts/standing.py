"""Whether a planned alert still holds at the moment when it is sent."""

from datetime import date
from typing import Any

from django.db.models import F

from compliance.alerts.models import Alert, AlertReason
from compliance.alerts.recipients import scales_of
from compliance.alerts.thresholds import kind_of
from compliance.assessments.models import DeadlineRow
from compliance.followup.models import Acknowledgement, Assignment
from compliance.followup.queries import to_do
from devices.queries import KEEP_RECORDS, Caller, editable_devices

# Reasons of who is told first; whoever is told later hears of it whoever looks after it.
_FIRST = (AlertReason.KEEPER, AlertReason.ASSIGNED)


def still_holds(alert: Alert, today: date) -> bool:
    """Return whether the alert still concerns its recipient.

    They still keep the record of the device, or of one that the text moves; the deadline still falls on
    that date, is neither met, declared done nor waived; nobody has acknowledged what was escalated, or what
    is past its first alert after the limit; and nobody else was given what was theirs. What holds no more
    is planned anew: where it is still theirs to hear, for another reason, it comes back.
    """
    own = editable_devices(Caller(alert.recipient, today=today))
    if alert.amendment is not None:
        return own.filter(pk__in=alert.amendment.effects.values("device")).exists()
    if alert.device_id is None:
        return False
    deadline = {"device": alert.device_id, **named(alert)}
    if alert.reason in _FIRST and _given_to_another(alert):
        return False
    row = DeadlineRow.objects.filter(to_do(), **deadline).select_related("device").first()
    if row is None or not own.filter(pk=alert.device_id).exists():
        return False
    return not (Acknowledgement.objects.filter(**deadline).exists() and _silenced(alert, row))


def _silenced(alert: Alert, row: DeadlineRow) -> bool:
    """Return whether an acknowledgement ends an alert, as ``Desk.told`` says of the plan."""
    if alert.reason not in _FIRST:
        return alert.reason == AlertReason.ESCALATED
    kind = kind_of(hour=row.hour, value=row.value)
    return alert.threshold < scales_of(row.device.owner_id)[kind].overdue


def _given_to_another(alert: Alert) -> bool:
    """Return whether the deadline is assigned to somebody else who keeps the record, as the plan reads it."""
    return (
        Assignment.objects.filter(
            device=alert.device_id, rule=alert.rule, trigger_fact=alert.trigger_fact, n=alert.n
        )
        .exclude(person=alert.recipient_id)
        .filter(
            person__is_active=True,
            person__memberships__organisation=F("device__owner"),
            person__memberships__role__in=KEEP_RECORDS,
        )
        .exists()
    )


def named(one: Alert | DeadlineRow) -> dict[str, Any]:
    """Return what names a deadline, or that of an alert, within its device, with its date."""
    return {"rule": one.rule, "trigger_fact": one.trigger_fact, "n": one.n, "strict": one.strict}
