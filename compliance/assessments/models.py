"""Projections: the answer of the law on today, one indexed read away. Only ``operations`` writes them."""

from typing import ClassVar

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.models import AREA_LABELS, Device, TrackName


class StatusName(models.TextChoices):
    """The common scale of the portfolio matrix."""

    UNKNOWN = "unknown", _("unknown")
    NOT_APPLICABLE = "not_applicable", _("not applicable")
    NOT_STARTED = "not_started", _("not started")
    IN_PROGRESS = "in_progress", _("in progress")
    VALID = "valid", _("valid")
    ATTENTION = "attention", _("attention")
    SUSPENDED = "suspended", _("suspended")
    EXPIRED = "expired", _("expired")
    REFUSED = "refused", _("refused")


class DeviceAssessment(models.Model):
    """The whole answer for a device: ``body`` is the JSON without a language.

    ``words`` is what the search reads of the device: its name, those of its manufacturer and exploitant, its
    description and EMDN code. No index serves it: row-level security lets none answer ``@@``.
    """

    device = models.OneToOneField(
        Device, on_delete=models.CASCADE, primary_key=True, related_name="assessment"
    )
    on = models.DateField(_("on"))
    known_on = models.DateField(_("known on"))
    computed_at = models.DateTimeField(_("computed at"))
    law_version = models.CharField(_("version of the law"), max_length=12)
    next_change = models.DateField(_("next change"), null=True)
    market_access = models.CharField(_("market access"), max_length=20)
    reimbursement = models.CharField(_("reimbursement"), max_length=20)
    alerts_planned = models.BooleanField(default=False)
    body = models.JSONField()
    words = SearchVectorField(null=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        indexes: ClassVar = [
            # operations.due: the devices whose answer changes today or earlier
            models.Index(
                fields=["next_change"],
                condition=models.Q(next_change__isnull=False),
                name="next_change_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.on}"


class TrackState(models.Model):
    """Where one track of a device stands: what lists filter on."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="track_states")
    track = models.CharField(_("track"), max_length=20, choices=TrackName)
    status = models.CharField(_("status"), max_length=20, choices=StatusName)
    state = models.CharField(_("state"), max_length=60)
    since = models.DateField(_("since"), null=True)
    until = models.DateField(_("until"), null=True)

    class Meta:
        verbose_name = _("track status")
        verbose_name_plural = _("track statuses")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "track"], name="one_state_a_track")
        ]
        indexes: ClassVar = [models.Index(fields=["track", "status"], name="track_state_filter")]

    def __str__(self) -> str:
        return f"{self.track}: {self.status}"


class DeadlineRow(models.Model):
    """A deadline of a device: what calendars, alerts and lists read. Identity: device, rule, trigger, n.

    ``moved_at`` is when its date last changed and ``moved_from`` what it was before; both are empty as long
    as it stands where it was first computed.
    """

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="deadlines")
    rule = models.CharField(_("rule"), max_length=80)
    trigger_fact = models.CharField(_("trigger"), max_length=200)
    n = models.CharField(max_length=80, blank=True)
    track = models.CharField(_("track"), max_length=20, choices=AREA_LABELS)
    trigger_date = models.DateField(_("trigger date"), null=True)
    strict = models.DateField(_("date of the text"))
    hour = models.CharField(_("hour"), max_length=5, blank=True, default="")
    rolled = models.DateField(_("rolled date"))
    roll = models.CharField(_("roll"), max_length=20)
    safe = models.DateField(_("safe date"))
    state = models.CharField(_("state"), max_length=30)
    met_on = models.DateField(_("met on"), null=True)
    value = models.CharField(_("period"), max_length=20, blank=True)
    obliged = models.CharField(_("obliged party"), max_length=60, blank=True)
    citation = models.CharField(_("citation"), max_length=200)
    certainty = models.CharField(_("certainty"), max_length=20)
    moved_from = models.DateField(_("date before"), null=True)
    moved_at = models.DateTimeField(_("moved at"), null=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["device", "rule", "trigger_fact", "n"],
                name="one_row_a_deadline",
            )
        ]
        indexes: ClassVar = [
            # lists of what is due, and the planning of alerts
            models.Index(
                fields=["strict", "id"],
                condition=models.Q(state__in=["open", "due_today", "overdue"]),
                name="deadline_pending",
            ),
            # backoffice.home.dashboard: the dates that moved this week
            models.Index(
                fields=["-moved_at", "id"], condition=models.Q(moved_at__isnull=False), name="deadline_moved"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.strict}"
