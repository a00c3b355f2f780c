"""The words of an alert, in the recipient's language."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from compliance.alerts.models import Alert
from compliance.assessments.dates import distance, write_date
from compliance.assessments.models import DeadlineRow
from compliance.law.parameters import current_law


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: a subject of one line, a text, the same in HTML."""

    subject: str
    text: str
    html: str


def compose(alert: Alert, today: date) -> Message:
    """Return the message of an alert. Raises DeadlineRow.DoesNotExist when the deadline is gone."""
    row = DeadlineRow.objects.get(
        device=alert.device, rule=alert.rule, trigger_fact=alert.trigger_fact, n=alert.n
    )
    parameter = current_law()[alert.rule]
    language = alert.recipient.language
    with override(language):
        label = getattr(parameter.label, language)
        values = {
            "device": alert.device,
            "deadline": row,
            "label": label,
            "date": ", ".join(filter(None, [write_date(row.strict), row.hour])),
            "safe": write_date(row.safe),
            "distance": distance(row.strict, today),
            "late": getattr(parameter.late, language) if parameter.late else "",
            "to_confirm": row.certainty != "verified",
            "link": settings.BASE_URL + reverse("admin:device", args=[alert.device_id]),
        }
        subject = gettext("%(label)s: %(device)s, %(date)s") % {
            "label": label,
            "device": alert.device.name,
            "date": values["date"],
        }
        return Message(
            subject=" ".join(subject.split()),
            text=render_to_string("alerts/mail.txt", values),
            html=render_to_string("alerts/mail.html", values),
        )
