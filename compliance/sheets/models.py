"""The imports of large workbooks, which the worker does: how far each is."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.facts.constraints import one_of


class ImportState(models.TextChoices):
    """How far an import is. Between ``read`` and ``confirmed`` it is for the person to decide."""

    WAITING = "waiting", _("waiting to be read")
    READING = "reading", _("being read and checked")
    READ = "read", _("ready to be confirmed")
    CONFIRMED = "confirmed", _("waiting to be written")
    WRITING = "writing", _("being written")
    DONE = "done", _("imported")
    FAILED = "failed", _("failed")


WAITS = (ImportState.WAITING, ImportState.CONFIRMED)
RUNS = (ImportState.READING, ImportState.WRITING)
ENDED = (ImportState.DONE, ImportState.FAILED)


class LargeImport(models.Model):
    """A workbook that is too large for a web request. Its files stand in a folder named after it.

    ``claim`` is drawn anew by each worker that takes it up: what an earlier one still does counts no more.
    ``problems`` say why it failed, or why it was read again; ``written`` counts what it did.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=300)
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=20, choices=ImportState, default=ImportState.WAITING)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(_("claimed until"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    read_rows = models.PositiveIntegerField(_("rows read"), default=0)
    all_rows = models.PositiveIntegerField(_("rows"), default=0)
    seen = models.CharField(_("changes that were confirmed"), max_length=64, blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    problems: "models.JSONField[list[Any], list[Any]]" = models.JSONField(default=list)
    written: "models.JSONField[dict[str, int], dict[str, int]]" = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("uploaded at"))
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("import of a large workbook")
        verbose_name_plural = _("imports of large workbooks")
        constraints = [
            one_of("state", ImportState),
            models.CheckConstraint(
                condition=~Q(state__in=RUNS) | Q(claim__isnull=False, claimed_until__isnull=False),
                name="running_import_has_its_lease",
            ),
        ]
        indexes = [
            # large.claim: what waits, and what a dead worker left behind
            models.Index(
                fields=["created_at"], condition=Q(state__in=[*WAITS, *RUNS]), name="import_to_be_done"
            ),
        ]

    def __str__(self) -> str:
        return self.name
