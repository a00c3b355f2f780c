"""Delivery: claim what is due, send it, write down what happened.

At-least-once attempts, one ledger row. A duplicate can only arise in the moment between the mail
server's yes and our commit, and carries the same Message-ID.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q

from compliance.alerts.messages import Message, compose
from compliance.alerts.models import Alert, AlertState
from compliance.assessments.models import DeviceAssessment
from compliance.followup.models import IDENTITY, Mark
from devices.queries import Caller, editable_devices

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 8
_FIRST_RETRY = timedelta(minutes=2)


def deliver_due(*, today: date, now: datetime, limit: int = 200) -> int:
    """Send the alerts that are due; return how many went out. A failure of one blocks no other."""
    return sum(_deliver(alert, today, now) for alert in claim(today=today, now=now, limit=limit))


@transaction.atomic
def claim(*, today: date, now: datetime, limit: int) -> list[Alert]:
    """Return the alerts to send now, leased to the caller; the less urgent of one deadline are superseded.

    What a dead worker had claimed comes back when its lease is over.
    """
    ready = Q(state=AlertState.PLANNED, due_on__lte=today) & (Q(not_before=None) | Q(not_before__lte=now))
    left_behind = Q(state=AlertState.CLAIMED, claimed_until__lte=now)
    rows = list(
        Alert.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(ready | left_behind)
        .select_related("device", "amendment", "recipient")
        .order_by("due_on", "id")[:limit]
    )
    by_deadline = defaultdict(list)
    for row in rows:
        subject = (row.device_id, row.rule, row.trigger_fact, row.n, row.amendment_id)
        by_deadline[*subject, row.recipient_id, row.channel].append(row)
    urgent = [min(group, key=lambda row: row.threshold) for group in by_deadline.values()]
    kept = {row.pk for row in urgent}
    Alert.objects.filter(pk__in=[row.pk for row in rows if row.pk not in kept]).update(
        state=AlertState.SUPERSEDED
    )
    Alert.objects.filter(pk__in=kept).update(state=AlertState.CLAIMED, claimed_until=now + LEASE)
    return urgent


def _deliver(alert: Alert, today: date, now: datetime) -> bool:
    if not _concerns(alert, today):
        Alert.objects.filter(pk=alert.pk, state=AlertState.CLAIMED).update(
            state=AlertState.CANCELLED, claimed_until=None
        )
        # Whoever else keeps the record is told in the place of who has left.
        DeviceAssessment.objects.filter(device=alert.device_id).update(alerts_planned=False)
        return False
    try:
        message = compose(alert, today)
        _mail(alert, message).send()
    except Exception as error:  # whatever fails is written down and tried again
        _failed(alert, error, now)
        return False
    Alert.objects.filter(pk=alert.pk, state=AlertState.CLAIMED).update(
        state=AlertState.SENT,
        sent_at=now,
        claimed_until=None,
        attempts=alert.attempts + 1,
        error="",
        subject=message.subject,
        text=message.text,
    )
    return True


def _concerns(alert: Alert, today: date) -> bool:
    """Return whether the alert still holds for its recipient.

    They still keep the record of the device, or of one that the text moves, and the deadline was neither
    declared done nor waived since the alert was planned.
    """
    own = editable_devices(Caller(alert.recipient, today=today))
    if alert.amendment is not None:
        return own.filter(pk__in=alert.amendment.effects.values("device")).exists()
    if alert.device_id is None:
        return False
    marks = Mark.objects.filter(**{name: getattr(alert, name) for name in ("device", *IDENTITY, "strict")})
    return own.filter(pk=alert.device_id).exists() and not marks.exists()


def _failed(alert: Alert, error: Exception, now: datetime) -> None:
    attempts = alert.attempts + 1
    Alert.objects.filter(pk=alert.pk, state=AlertState.CLAIMED).update(
        state=AlertState.FAILED if attempts >= MAX_ATTEMPTS else AlertState.PLANNED,
        attempts=attempts,
        not_before=now + _FIRST_RETRY * 2 ** min(attempts, 8),
        claimed_until=None,
        error=f"{type(error).__name__}: {error}"[:2000],
    )


def _mail(alert: Alert, message: Message) -> EmailMultiAlternatives:
    host = settings.BASE_URL.split("://")[-1].split(":")[0].split("/")[0]
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[alert.recipient.email],
        headers={"Message-ID": f"<alert-{alert.pk}@{host}>"},
    )
    mail.attach_alternative(message.html, "text/html")
    return mail
