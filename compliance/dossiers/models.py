"""The dossiers that were asked for: of what, how far each is, and where its file is kept."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.facts.constraints import in_order, matches, one_of
from compliance.facts.fields import choice, optional_choice
from devices.models import Device, Organisation, TrackName


class DossierScope(models.TextChoices):
    """What a dossier is of. All but a portfolio are of one device."""

    DEVICE = "device", _("a device")
    PORTFOLIO = "portfolio", _("several devices")
    TRACK = "track", _("a track of a device")
    DIFFERENCE = "difference", _("what changed of a device since a day")


class DossierState(models.TextChoices):
    """How far a dossier is; one that has expired keeps its row and loses its file."""

    ASKED = "asked", pgettext_lazy("state of a dossier", "waiting to be made")
    BUILDING = "building", pgettext_lazy("state of a dossier", "being made")
    READY = "ready", pgettext_lazy("state of a dossier", "ready")
    FAILED = "failed", pgettext_lazy("state of a dossier", "failed")
    CANCELLED = "cancelled", pgettext_lazy("state of a dossier", "cancelled")
    EXPIRED = "expired", pgettext_lazy("state of a dossier", "expired")


WAITS = (DossierState.ASKED, DossierState.BUILDING)
MADE = (DossierState.READY, DossierState.EXPIRED)
NOTHING_MADE = Q(name="", sha512="", code="", size__isnull=True, expires_at__isnull=True)


def _only(field: str, scope: DossierScope) -> Q:
    """Return: this scope has the field, no other has it."""
    return Q(scope=scope, **{f"{field}__isnull": False}) | ~Q(scope=scope) & Q(**{f"{field}__isnull": True})


class DossierRequest(models.Model):
    """A dossier that was asked for. Its states change through ``asking`` and ``working`` only.

    ``claim`` is drawn anew by each worker that takes it up: what an earlier one still does counts no more.
    ``done`` of ``total`` files are written. ``file`` names the kept file, which nobody can guess; ``name``,
    ``size`` (bytes), ``sha512`` and ``code`` are those of the dossier made and stay when it has expired.
    ``seen_before`` is the oldest transaction that ran when its making began, under the law data
    ``law_version``: what older ones wrote is in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = choice(DossierScope, _("of"))
    device_count = models.PositiveSmallIntegerField(_("devices"))
    on = models.DateField(_("status on"))
    known_on = models.DateField(_("as known on"))
    since = models.DateField(_("since"), null=True)
    track = optional_choice(TrackName, _("track"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("person"),
    )
    asked_label = models.CharField(_("asked for by"), max_length=300)
    asked_for = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("on behalf of")
    )
    asked_at = models.DateTimeField(_("asked for at"))
    state = models.CharField(_("state"), max_length=20, choices=DossierState, default=DossierState.ASKED)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(_("claimed until"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    done = models.PositiveIntegerField(_("files written"), default=0)
    total = models.PositiveIntegerField(_("files"), default=0)
    seen_before = models.BigIntegerField(null=True)
    law_version = models.CharField(_("law data"), max_length=64, default="")
    ended_at = models.DateTimeField(_("ended at"), null=True)
    problems: "models.JSONField[list[Any], list[Any]]" = models.JSONField(default=list)
    name = models.CharField(_("file name"), max_length=400, default="")
    file = models.CharField(max_length=64, default="")
    size = models.PositiveBigIntegerField(_("bytes"), null=True)
    sha512 = models.CharField("SHA-512", max_length=128, default="")
    code = models.CharField(_("verification code"), max_length=40, default="")
    expires_at = models.DateTimeField(_("expires at"), null=True)

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-asked_at", "pk"]
        constraints = [
            one_of("scope", DossierScope),
            one_of("track", TrackName),
            one_of("state", DossierState),
            models.CheckConstraint(
                condition=Q(language__in=[code for code, _name in settings.LANGUAGES]),
                name="dossier_language_choice",
            ),
            models.CheckConstraint(condition=_only("track", DossierScope.TRACK), name="dossier_of_a_track"),
            models.CheckConstraint(
                condition=_only("since", DossierScope.DIFFERENCE), name="dossier_of_a_difference"
            ),
            in_order("since", "on", _("The dossier begins after its day.")),
            models.CheckConstraint(
                condition=Q(device_count=1) | Q(scope=DossierScope.PORTFOLIO, device_count__gt=1),
                name="dossier_of_its_devices",
            ),
            models.CheckConstraint(
                condition=Q(state=DossierState.BUILDING, claim__isnull=False, claimed_until__isnull=False)
                | ~Q(state=DossierState.BUILDING) & Q(claim__isnull=True, claimed_until__isnull=True),
                name="dossier_leased_while_made",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WAITS, ended_at__isnull=True)
                | ~Q(state__in=WAITS) & Q(ended_at__isnull=False),
                name="dossier_waits_or_ended",
            ),
            models.CheckConstraint(
                condition=Q(state__in=MADE, size__isnull=False, expires_at__isnull=False)
                & ~(Q(name="") | Q(code="") | Q(sha512=""))
                | ~Q(state__in=MADE) & NOTHING_MADE,
                name="dossier_made_or_not",
            ),
            matches("sha512", "^([0-9a-f]{128})?$", _("A SHA-512 hash has 128 hexadecimal digits.")),
            models.CheckConstraint(
                condition=Q(state=DossierState.READY) & ~Q(file="")
                | ~Q(state=DossierState.READY) & Q(file=""),
                name="dossier_file_while_ready",
            ),
            models.CheckConstraint(
                condition=Q(state=DossierState.FAILED) & ~Q(problems=[])
                | ~Q(state=DossierState.FAILED) & Q(problems=[]),
                name="dossier_failed_says_why",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="dossier_done_of_total"),
            models.UniqueConstraint(fields=["file"], condition=~Q(file=""), name="dossier_file_once"),
        ]
        indexes = [
            # working.claim: what waits, and what a dead worker left behind
            models.Index(fields=["asked_at"], condition=Q(state__in=WAITS), name="dossier_to_be_made"),
            # working.expire: what has been kept long enough
            models.Index(
                fields=["expires_at"], condition=Q(state=DossierState.READY), name="dossier_to_expire"
            ),
            # queries.dossiers_of: the list, the last one first
            models.Index(fields=["-asked_at", "id"], name="dossier_list"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)

    @property
    def waits(self) -> bool:
        """Return whether it is still to be made."""
        return self.state in WAITS

    @property
    def devices(self) -> list[Device]:
        """Return the devices it is of, by name: fetched with it by ``queries.dossiers_of``."""
        return [one.device for one in self.subjects.all()]


class DossierDevice(models.Model):
    """A device that a dossier is of."""

    dossier = models.ForeignKey(
        DossierRequest, on_delete=models.CASCADE, related_name="subjects", db_index=False
    )
    # The dossiers of a device: the filter of the list.
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("device of a dossier")
        verbose_name_plural = _("devices of dossiers")
        # Also the devices of a dossier: the policy of the dossiers.
        constraints = [models.UniqueConstraint(fields=["dossier", "device"], name="dossier_device_once")]

    def __str__(self) -> str:
        return str(self.device_id)
