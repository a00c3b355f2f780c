"""Whether a planned alert still holds at the moment when it is sent."""

from datetime import date

from compliance.alerts.models import Alert, AlertReason
from compliance.assessments.models import DeadlineRow
from compliance.followup.models import Acknowledgement
from compliance.followup.queries import covered
from compliance.law.types import PENDING
from devices.queries import Caller, editable_devices


def still_holds(alert: Alert, today: date) -> bool:
    """Return whether the alert still concerns its recipient.

    They still keep the record of the device, or of one that the text moves; the deadline still falls on
    that date, is neither met, declared done nor waived; and nobody has acknowledged what was escalated.
    """
    own = editable_devices(Caller(alert.recipient, today=today))
    if alert.amendment is not None:
        return own.filter(pk__in=alert.amendment.effects.values("device")).exists()
    if alert.device_id is None:
        return False
    deadline = {"device": alert.device_id, **named(alert)}
    if alert.reason == AlertReason.ESCALATED and Acknowledgement.objects.filter(**deadline).exists():
        return False
    pending = DeadlineRow.objects.filter(~covered(), **deadline, state__in=PENDING)
    return pending.exists() and own.filter(pk=alert.device_id).exists()


def named(alert: Alert) -> dict[str, object]:
    """Return what names the deadline of an alert within its device, with its date."""
    return {"rule": alert.rule, "trigger_fact": alert.trigger_fact, "n": alert.n, "strict": alert.strict}
