"""The marks of periodic tasks, failed alerts that somebody has seen, and the weekly mails."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.facts.constraints import matches


class Heartbeat(models.Model):
    """The last tick of a periodic task: when it ended, how long it took, and how.

    ``name`` is that of its entry in the schedule of beat, ``error`` the type of what went wrong, "" for a
    good one, ``good_at`` the end of the last good one.
    """

    name = models.CharField(_("task"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("last tick"))
    took = models.DurationField(_("took"))
    error = models.CharField(_("error"), max_length=100, blank=True, default="")
    good_at = models.DateTimeField(_("last good tick"), null=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(error="") | Q(good_at=models.F("at")), name="good_tick_is_the_last_good_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.at}"


class SeenFailure(models.Model):
    """A failed alert that an administrator has seen: it turns nothing red any more."""

    alert = models.OneToOneField("alerts.Alert", on_delete=models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField(_("date and time"))
    by = models.CharField(_("author"), max_length=300)

    class Meta:
        verbose_name = _("failed alert that was seen")
        verbose_name_plural = _("failed alerts that were seen")

    def __str__(self) -> str:
        return f"{self.alert_id}"


class WeeklyMail(models.Model):
    """The mail "still watching" of an ISO week (``2026-W48``) to a person: one row, whatever happens.

    ``claimed_until`` is the lease of who sends it now, and when a failed one is tried again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The unique constraint starts with the week: its index serves weekly.send, too.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("recipient")
    )
    week = models.CharField(_("week"), max_length=8)
    claimed_until = models.DateTimeField(_("claimed until"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("weekly mail")
        verbose_name_plural = _("weekly mails")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["week", "user"], name="one_mail_a_week"),
            matches("week", "^[0-9]{4}-W[0-9]{2}$", _("A week is written as 2026-W48.")),
        ]

    def __str__(self) -> str:
        return f"{self.week} {self.user_id}"


class WeeklyWish(models.Model):
    """Whether a person wants the weekly mail; without a row: yes."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    wanted = models.BooleanField(_("mail of each Monday: what is watched, what was sent, what is next"))

    class Meta:
        verbose_name = _("wish for the weekly mail")
        verbose_name_plural = _("wishes for the weekly mail")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.wanted}"
