"""How people and organisations want to be told."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.alerts.thresholds import KINDS
from compliance.facts.constraints import one_of

KIND_LABELS = [
    ("long", _("Fixed dates and times of more than a month")),
    ("short", _("Times of a month at most")),
    ("hours", _("Times counted in hours")),
]


class Digest(models.TextChoices):
    """How often mails that are not urgent are sent."""

    AT_ONCE = "at_once", _("At once, one mail for each deadline")
    DAILY = "daily", _("In one mail a day")
    WEEKLY = "weekly", _("In one mail a week, on Monday")


class Preference(models.Model):
    """How a person wants to be told; without a row: at once, and not on weekends and public holidays."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    digest = models.CharField(_("mails"), max_length=20, choices=Digest, default=Digest.AT_ONCE)
    quiet_days_off = models.BooleanField(_("no mail on weekends and public holidays"), default=True)

    class Meta:
        verbose_name = _("preference for alerts")
        verbose_name_plural = _("preferences for alerts")
        constraints: ClassVar = [one_of("digest", Digest)]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.digest}"


class Leave(models.Model):
    """Days on which a person is away, both included."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering: ClassVar = ["first", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="leave_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"


class Thresholds(models.Model):
    """When an organisation wants alerts of one kind of deadlines, in place of the defaults of the product.

    ``before`` and ``after`` count days, or hours for the kind ``hours``, before the safe date and after
    the limit.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The unique constraint starts with the organisation.
    organisation = models.ForeignKey(
        "devices.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(_("kind of deadlines"), max_length=20, choices=KIND_LABELS)
    before: "ArrayField[list[int], list[int]]" = ArrayField(models.PositiveSmallIntegerField())
    after: "ArrayField[list[int], list[int]]" = ArrayField(models.PositiveSmallIntegerField())

    class Meta:
        verbose_name = _("thresholds of alerts")
        verbose_name_plural = _("thresholds of alerts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="one_row_a_kind_of_thresholds"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="known_kind_of_thresholds"),
            models.CheckConstraint(
                condition=Q(before__len__gt=0, after__len__gt=0), name="thresholds_on_both_sides"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.before} {self.after}"
