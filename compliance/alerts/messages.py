"""The words of a letter, in the recipient's language: one deadline or text, or several in a digest."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, ngettext, override

from compliance.alerts.models import Alert, Letter
from compliance.alerts.standing import named
from compliance.amendments.models import Amendment
from compliance.amendments.queries import law_in_force
from compliance.amendments.words import Labels
from compliance.assessments.dates import distance, write_date
from compliance.assessments.models import DeadlineRow
from compliance.assessments.words import language
from devices.queries import Caller, editable_devices


@dataclass(frozen=True, slots=True)
class Item:
    """What a letter says of one alert: a line that names it, and its part of the text and of the HTML."""

    alert: Alert
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: a subject of one line, a text, the same in HTML."""

    subject: str
    text: str
    html: str


def compose(letter: Letter, items: list[Item]) -> Message:
    """Return the message of a letter."""
    with override(letter.recipient.language):
        subject = items[0].subject
        if len(items) > 1:
            count = ngettext("%(n)d deadline to come", "%(n)d deadlines to come", len(items))
            subject = count % {"n": len(items)}
        values = {"items": items, "subject": subject, "settings": _url("alert_settings")}
        return Message(
            subject,
            render_to_string("alerts/letter.txt", values),
            render_to_string("alerts/letter.html", values),
        )


def item_of(alert: Alert, today: date) -> Item:
    """Return what is said of an alert. Raises DeadlineRow.DoesNotExist when the deadline is gone."""
    with override(alert.recipient.language):
        if alert.amendment is not None:
            return _of_text(alert, alert.amendment)
        return _of_deadline(alert, today)


def _of_deadline(alert: Alert, today: date) -> Item:
    row = DeadlineRow.objects.select_related("device").get(device=alert.device, **named(alert))
    parameter = law_in_force()[alert.rule]
    label = getattr(parameter.label, language())
    overdue = alert.threshold < 0
    values = {
        "device": row.device,
        "deadline": row,
        "label": label,
        "date": ", ".join(filter(None, [write_date(row.strict), row.hour])),
        "safe": write_date(row.safe),
        "distance": distance(row.strict, today),
        "overdue": overdue,
        "late": getattr(parameter.late, language()) if parameter.late else "",
        "to_confirm": row.certainty != "verified",
        "reason": alert.get_reason_display(),
        "link": _url("deadline", row.pk),
        "acknowledge": _url("deadline_acknowledge", row.pk),
    }
    named_line = {"label": label, "device": row.device.name, "date": values["date"]}
    subject = gettext("%(label)s: %(device)s, %(date)s") % named_line
    if overdue:
        subject = gettext("Overdue: %(subject)s") % {"subject": subject}
    return _item(alert, subject, "mail", values)


def _of_text(alert: Alert, text: Amendment) -> Item:
    """Return what a text moves for the devices that the recipient looks after."""
    own = editable_devices(Caller(alert.recipient))
    effects = text.effects.filter(device__in=own).select_related("device").order_by("device__name")
    labels = Labels(law_in_force(), language())
    values = {
        "text": text,
        "published": write_date(text.published),
        "devices": [(one.device, [labels.moved(move) for move in one.moves]) for one in effects],
        "link": _url("amendment", text.key),
    }
    return _item(alert, gettext("Change of the law: %(title)s") % {"title": text}, "law", values)


def _item(alert: Alert, subject: str, template: str, values: dict[str, Any]) -> Item:
    return Item(
        alert,
        " ".join(subject.split()),
        render_to_string(f"alerts/{template}.txt", values),
        render_to_string(f"alerts/{template}.html", values),
    )


def _url(page: str, *args: object) -> str:
    return str(settings.BASE_URL) + reverse(f"admin:{page}", args=args)
