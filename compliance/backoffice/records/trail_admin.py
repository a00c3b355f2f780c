"""What the product itself wrote: audit events and alerts, to read."""

import json
from typing import Any

from django.contrib.admin import SimpleListFilter, display
from django.db.models import Q
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from compliance.audit.models import Action
from compliance.backoffice import access
from compliance.backoffice.periods import start_of
from compliance.backoffice.records.base_admin import ReadOnlyAdmin


class PeriodFilter(SimpleListFilter):
    """When: the last days, today included."""

    title = _("period")
    parameter_name = "days"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the periods."""
        return [("7", _("last 7 days")), ("30", _("last 30 days"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the events of the period."""
        days = self.value()
        return queryset.filter(at__gte=start_of(int(days))) if days in {"7", "30"} else queryset


class SubjectFilter(SimpleListFilter):
    """What events are about."""

    title = _("subject")
    parameter_name = "about"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the kinds of subjects."""
        return [("device", _("devices")), ("other", _("everything else"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the events about devices, or about everything else."""
        about = Q(subject_type="device")
        return queryset.filter(about if self.value() == "device" else ~about) if self.value() else queryset


class EventAdmin(ReadOnlyAdmin):
    """Audit events."""

    empty_words = _("Nothing was done yet. Every change of a record appears here by itself, with its author.")

    list_display = ("at", "action_said", "subject_label", "actor_label", "reason")
    list_display_links = ("at",)
    list_filter = (PeriodFilter, SubjectFilter, "action")
    search_fields = ("subject_label", "actor_label", "reason")
    search_help_text = _("Subject, person, reason")
    ordering = ("-id",)
    fields = (
        "at", "action_said", "subject_label", "actor_label", "on_behalf_of", "reason", "legal_basis",
        "said_before", "said_after", "organisation", "sequence", "hash",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the events that the person may read."""
        return access.events(request).select_related("organisation")

    def heading(self, row: Any) -> str:
        """Return what was done to what."""
        return f"{self.action_said(row)}, {row.subject_label}"

    @display(description=_("action"), ordering="action")
    def action_said(self, event: Any) -> str:
        """Return the action in words."""
        return str(Action(event.action).label) if event.action in Action.values else event.action

    @display(description=_("before"))
    def said_before(self, event: Any) -> SafeString:
        """Return what was recorded before."""
        return _json(event.before)

    @display(description=_("after"))
    def said_after(self, event: Any) -> SafeString:
        """Return what is recorded since."""
        return _json(event.after)


class AlertAdmin(ReadOnlyAdmin):
    """Alerts, with the text of the letter that carries them. People read their own, administrators all."""

    empty_words = _("No alert was sent to you yet. Alerts are sent by mail as a deadline comes near.")

    list_display = ("due_at", "device", "subject", "recipient", "channel", "state", "sent_at", "error")
    list_filter = ("state", "channel")
    list_select_related = ("device", "amendment", "recipient", "letter")
    search_fields = ("letter__subject", "letter__text", "device__name")
    search_help_text = _("Device, subject, text")
    fields = (
        "subject", "said", "recipient", "reason", "channel", "device", "strict", "due_at", "state", "sent_at",
        "attempts", "error",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the alerts that the person may read."""
        alerts = super().get_queryset(request)
        alerts = alerts.filter(Q(device__in=access.visible(request)) | Q(device=None))
        return alerts if access.is_administrator(request) else alerts.filter(recipient=request.user)

    def heading(self, row: Any) -> str:
        """Return the subject of the mail."""
        return self.subject(row) or str(row.device or row.amendment)

    @display(description=_("subject"))
    def subject(self, alert: Any) -> str:
        """Return the subject of the letter."""
        return alert.letter.subject if alert.letter else ""

    @display(description=_("text"))
    def said(self, alert: Any) -> SafeString:
        """Return the text of the letter."""
        return format_html('<pre class="mail">{}</pre>', alert.letter.text if alert.letter else "")

    @display(description=_("attempts"))
    def attempts(self, alert: Any) -> int:
        """Return how often the letter was tried in vain, or sent at last."""
        return alert.letter.attempts if alert.letter else 0

    @display(description=_("error"))
    def error(self, alert: Any) -> str:
        """Return what went wrong at the last attempt."""
        return alert.letter.error if alert.letter else ""


def _json(value: Any) -> SafeString:
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) if value else "–"
    return format_html('<pre class="changes">{}</pre>', text)
