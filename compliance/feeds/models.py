"""The secret addresses of calendar feeds, and what feeds said last of each deadline."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.facts.constraints import matches
from compliance.followup.models import IDENTITY
from devices.models import Device


class FeedAddress(models.Model):
    """The one address of a person's feed, known by its hash only. A row that is gone is a revoked one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True)

    class Meta:
        verbose_name = _("address of a calendar feed")
        verbose_name_plural = _("addresses of calendar feeds")
        constraints = [
            matches("token_hash", "^[0-9a-f]{64}$", _("A SHA-256 hash has 64 hexadecimal digits."))
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class Said(models.Model):
    """What feeds said last of a deadline: its day, the hash of its words, and in which revision.

    Who reads the whole record of the device hears of declarations on its deadlines, a buyer does not: what
    was said to either is kept apart (``whole``). Rows stay when the deadline is gone: without them nobody
    would tell the calendars that showed it.
    """

    # The unique constraint starts with the device: its index serves every search by device.
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+", db_index=False)
    rule = models.CharField(max_length=80)
    trigger_fact = models.CharField(max_length=200)
    n = models.CharField(max_length=80, blank=True, default="")
    whole = models.BooleanField()
    strict = models.DateField()
    hour = models.CharField(max_length=5, blank=True, default="")
    words = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("deadline as feeds said it last")
        verbose_name_plural = _("deadlines as feeds said them last")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", *IDENTITY, "whole"], name="one_memory_a_deadline"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(cancelled_at__lte=models.F("changed_at")),
                name="cancelled_when_last_changed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.strict} ({self.sequence})"
