"""The ledger of alerts: one row for each deadline, date, threshold, person and channel, whatever happens.

A row says what is to be told and when; a letter is one sending to one person, and carries one row or many.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.amendments.models import Amendment
from compliance.facts.constraints import one_of
from compliance.followup.models import IDENTITY
from devices.models import Device


class AlertState(models.TextChoices):
    """Where an alert stands. Only ``planned`` and ``claimed`` may still be sent."""

    PLANNED = "planned", _("planned")
    CLAIMED = "claimed", _("in a letter, not sent yet")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")
    SUPERSEDED = "superseded", _("superseded by a more urgent one")


class LetterState(models.TextChoices):
    """Where a letter stands."""

    WAITING = "waiting", _("to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Channel(models.TextChoices):
    """How an alert reaches its recipient."""

    EMAIL = "email", _("e-mail")
    NOTICE = "notice", _("notice in the back office")


class AlertReason(models.TextChoices):
    """Why this person is told."""

    ASSIGNED = "assigned", _("the deadline is assigned to you")
    KEEPER = "keeper", _("you look after this record")
    ESCALATED = "escalated", _("nobody has acknowledged this deadline yet")
    UNDELIVERED = "undelivered", _("the mail to the person in charge could not be delivered")


class Letter(models.Model):
    """One sending to one person. Its Message-ID is made of its key: every attempt carries the same.

    ``claimed_until`` is the lease of who sends it now. ``threshold`` is that of its most urgent alert: it
    says which letters go first. A digest (``gathered``) carries what was not urgent.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="letters",
        db_index=False,
        verbose_name=_("recipient"),
    )
    gathered = models.BooleanField(_("digest"), default=False)
    threshold = models.SmallIntegerField(_("hours before, of the most urgent"))
    state = models.CharField(_("state"), max_length=20, choices=LetterState, default=LetterState.WAITING)
    made_at = models.DateTimeField(_("made at"))
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True, default="")
    subject = models.CharField(_("subject"), max_length=300, blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering: ClassVar = ["-made_at", "id"]
        constraints: ClassVar = [
            one_of("state", LetterState),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="sent_letter_has_its_time"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(claimed_until__isnull=True), name="lease_of_a_waiting_letter"
            ),
        ]
        indexes: ClassVar = [
            # delivery.lease: what is to be sent, the most urgent first
            models.Index(
                fields=["threshold", "made_at", "id"], condition=Q(state="waiting"), name="letter_waiting"
            ),
            # gathering.gather: the digest of a person that has not gone yet
            models.Index(
                fields=["recipient"], condition=Q(state="waiting", gathered=True), name="letter_digest"
            ),
        ]

    def __str__(self) -> str:
        return self.subject or str(self.pk)


class Alert(models.Model):
    """A planned or sent alert: of a deadline of a device, or of a text that moves dates of several.

    ``strict`` is the date of the deadline that it was planned for, or of the publication of the text;
    ``hour`` is its hour where it has one, ``safe`` its safe date. ``threshold`` counts the hours before the
    limit: days are 24 hours, after the limit it is negative. A notice is shown from ``sent_at``, when it is
    not snoozed, until ``closed_at``: acknowledged, told again with more urgency, or no longer true.
    """

    # The unique constraint starts with the device: its index serves every search by device.
    device = models.ForeignKey(
        Device,
        on_delete=models.CASCADE,
        null=True,
        related_name="alerts",
        db_index=False,
        verbose_name=_("device"),
    )
    amendment = models.ForeignKey(
        Amendment,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("amendment of the law"),
    )
    rule = models.CharField(_("rule"), max_length=80, blank=True)
    trigger_fact = models.CharField(_("trigger"), max_length=200, blank=True)
    n = models.CharField(max_length=80, blank=True)
    strict = models.DateField(_("date of the text"))
    hour = models.CharField(_("hour"), max_length=5, blank=True, default="")
    safe = models.DateField(_("safe date"))
    threshold = models.SmallIntegerField(_("hours before"))
    due_at = models.DateTimeField(_("to be sent at"))
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="alerts", verbose_name=_("recipient")
    )
    channel = models.CharField(_("channel"), max_length=20, choices=Channel, default=Channel.EMAIL)
    reason = models.CharField(_("reason"), max_length=20, choices=AlertReason, default=AlertReason.KEEPER)
    state = models.CharField(_("state"), max_length=20, choices=AlertState, default=AlertState.PLANNED)
    letter = models.ForeignKey(
        Letter,
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="alerts",
        db_index=False,
        verbose_name=_("letter"),
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering: ClassVar = ["-sent_at", "due_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["device", *IDENTITY, "strict", "threshold", "recipient", "channel"],
                name="one_alert_a_threshold",
            ),
            models.UniqueConstraint(
                fields=["amendment", "recipient", "channel"],
                condition=Q(amendment__isnull=False),
                name="one_alert_an_amendment",
            ),
            models.CheckConstraint(
                condition=Q(device__isnull=True) ^ Q(amendment__isnull=True),
                name="alert_of_a_device_or_of_a_text",
            ),
            one_of("state", AlertState),
            one_of("channel", Channel),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="sent_alert_has_its_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(letter__isnull=False, channel="email"),
                name="claimed_alert_has_its_letter",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent", channel="email") | Q(letter__isnull=False),
                name="sent_mail_has_its_letter",
            ),
        ]
        indexes: ClassVar = [
            # gathering.gather: what may be sent now
            models.Index(
                fields=["due_at", "recipient", "id"], condition=Q(state="planned"), name="alert_planned"
            ),
            # delivery: what a letter carries; gathering.settle: what is on its way
            models.Index(fields=["letter"], condition=Q(state="claimed"), name="alert_claimed"),
            # gathering.settle: which deadlines were told of today
            models.Index(
                fields=["sent_at"], condition=Q(state="sent", channel="email"), name="alert_sent_mail"
            ),
            # queries.notices_of: the bell on every page
            models.Index(
                fields=["recipient"],
                condition=Q(state="sent", channel="notice", closed_at=None),
                name="alert_shown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.strict} -{self.threshold}"

    @property
    def identity(self) -> tuple[str, str, str]:
        """Return what names the deadline within its device."""
        return (self.rule, self.trigger_fact, self.n)
