"""The words of an alert, in the recipient's language."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from compliance.alerts.models import Alert
from compliance.amendments.models import Amendment
from compliance.amendments.queries import law_in_force
from compliance.amendments.words import Labels
from compliance.assessments.dates import distance, write_date
from compliance.assessments.models import DeadlineRow
from devices.queries import Caller, editable_devices


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: a subject of one line, a text, the same in HTML."""

    subject: str
    text: str
    html: str


def compose(alert: Alert, today: date) -> Message:
    """Return the message of an alert. Raises DeadlineRow.DoesNotExist when the deadline is gone."""
    with override(alert.recipient.language):
        if alert.amendment is not None:
            return _of_text(alert, alert.amendment)
        return _of_deadline(alert, today)


def _of_deadline(alert: Alert, today: date) -> Message:
    row = DeadlineRow.objects.select_related("device").get(
        device=alert.device, rule=alert.rule, trigger_fact=alert.trigger_fact, n=alert.n
    )
    parameter, language = law_in_force()[alert.rule], alert.recipient.language
    label = getattr(parameter.label, language)
    values = {
        "device": row.device,
        "deadline": row,
        "label": label,
        "date": ", ".join(filter(None, [write_date(row.strict), row.hour])),
        "safe": write_date(row.safe),
        "distance": distance(row.strict, today),
        "late": getattr(parameter.late, language) if parameter.late else "",
        "to_confirm": row.certainty != "verified",
        "link": settings.BASE_URL + reverse("admin:device", args=[row.device_id]),
    }
    subject = gettext("%(label)s: %(device)s, %(date)s") % {
        "label": label,
        "device": row.device.name,
        "date": values["date"],
    }
    return _message(subject, "mail", values)


def _of_text(alert: Alert, text: Amendment) -> Message:
    """Return what a text moves for the devices that the recipient looks after."""
    own = editable_devices(Caller(alert.recipient))
    effects = text.effects.filter(device__in=own).select_related("device").order_by("device__name")
    labels = Labels(law_in_force(), alert.recipient.language)
    values = {
        "text": text,
        "published": write_date(text.published),
        "devices": [(one.device, [labels.moved(move) for move in one.moves]) for one in effects],
        "link": settings.BASE_URL + reverse("admin:amendment", args=[text.key]),
    }
    return _message(gettext("Change of the law: %(title)s") % {"title": text}, "law", values)


def _message(subject: str, template: str, values: dict[str, Any]) -> Message:
    return Message(
        subject=" ".join(subject.split()),
        text=render_to_string(f"alerts/{template}.txt", values),
        html=render_to_string(f"alerts/{template}.html", values),
    )
