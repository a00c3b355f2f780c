"""The ledger of alerts: one row for each deadline, date, threshold, person and channel, whatever happens."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.amendments.models import Amendment
from devices.models import Device


class AlertState(models.TextChoices):
    """Where an alert stands. Only ``planned`` and ``claimed`` may still be sent."""

    PLANNED = "planned", _("planned")
    CLAIMED = "claimed", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    SUPERSEDED = "superseded", _("superseded by a more urgent one")


class Channel(models.TextChoices):
    """How an alert reaches its recipient."""

    EMAIL = "email", _("e-mail")


class Alert(models.Model):
    """A planned or sent alert: of a deadline of a device, or of a text that moves dates of several.

    ``strict`` is the date of the deadline that it was planned for, or of the publication of the text.
    """

    device = models.ForeignKey(
        Device, on_delete=models.CASCADE, null=True, related_name="alerts", verbose_name=_("device")
    )
    amendment = models.ForeignKey(
        Amendment,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("amendment of the law"),
    )
    rule = models.CharField(_("rule"), max_length=80, blank=True)
    trigger_fact = models.CharField(_("trigger"), max_length=200, blank=True)
    n = models.CharField(max_length=80, blank=True)
    strict = models.DateField(_("date of the text"))
    threshold = models.SmallIntegerField(_("days before"))
    due_on = models.DateField(_("to be sent on"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alerts", verbose_name=_("recipient")
    )
    channel = models.CharField(_("channel"), max_length=20, choices=Channel, default=Channel.EMAIL)
    state = models.CharField(_("state"), max_length=20, choices=AlertState, default=AlertState.PLANNED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering: ClassVar = ["-sent_at", "due_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["device", "rule", "trigger_fact", "n", "strict", "threshold", "recipient", "channel"],
                name="one_alert_a_threshold",
            ),
            models.UniqueConstraint(
                fields=["amendment", "recipient", "channel"],
                condition=models.Q(amendment__isnull=False),
                name="one_alert_an_amendment",
            ),
            models.CheckConstraint(
                condition=models.Q(device__isnull=True) ^ models.Q(amendment__isnull=True),
                name="alert_of_a_device_or_of_a_text",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
                name="sent_alert_has_its_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="claimed") | models.Q(claimed_until__isnull=False),
                name="claimed_alert_has_its_lease",
            ),
        ]
        indexes: ClassVar = [
            # delivery.claim: what may be sent now
            models.Index(fields=["due_on", "id"], condition=models.Q(state="planned"), name="alert_planned"),
            # delivery.claim: what a dead worker left behind
            models.Index(fields=["claimed_until"], condition=models.Q(state="claimed"), name="alert_claimed"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.strict} -{self.threshold}"
