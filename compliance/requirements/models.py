"""What officers say of the requirements of the catalogues: a document serves one, or it does not apply.

A requirement is named by its catalogue and its number there (``compliance.law.catalogues``). A document
serves it whole, with its later versions.
"""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from compliance.audit.triggers import history
from compliance.evidence.models import Document
from compliance.facts import fields
from compliance.facts.constraints import not_too_long


class Statement(models.Model):
    """A document serves a requirement of a device, or, without a document, the requirement does not apply.

    ``since`` is the day from which it holds, ``at`` the instant at which it was said. What is taken back is
    ended, never deleted: what was known on a past day stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The index below starts with the device: it serves every search by device.
    device = models.ForeignKey(
        "devices.Device",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("device"),
    )
    catalogue = models.CharField(_("catalogue"), max_length=40)
    number = models.CharField(_("number"), max_length=20)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="statements", verbose_name=_("document")
    )
    since = fields.day(_("since"))
    note = fields.note(_("note"))
    at = models.DateTimeField(_("date and time"))
    by = models.CharField(_("author"), max_length=300)
    ended_at = models.DateTimeField(_("taken back at"), null=True)
    ended_by = models.CharField(_("taken back by"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("statement on a requirement")
        verbose_name_plural = _("statements on requirements")
        ordering = ["catalogue", "number", "at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "catalogue", "number", "document"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="said_once_of_a_requirement",
            ),
            # served and not applicable at the same time: refused
            ExclusionConstraint(
                name="served_or_not_applicable",
                expressions=[
                    ("device", RangeOperators.EQUAL),
                    ("catalogue", RangeOperators.EQUAL),
                    ("number", RangeOperators.EQUAL),
                    (
                        Case(When(document=None, then=Value(0)), default=Value(1)),
                        RangeOperators.NOT_EQUAL,
                    ),
                ],
                condition=Q(ended_at=None),
            ),
            not_too_long("note"),
            models.CheckConstraint(
                condition=Q(document__isnull=False) | ~Q(note=""), name="not_applicable_has_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="") | Q(ended_at__isnull=False) & ~Q(ended_by=""),
                name="taken_back_by_somebody",
            ),
        ]
        indexes = [
            # queries.as_recorded: what was said of the requirements of a device
            models.Index(fields=["device", "at"], name="statement_of_device"),
        ]
        triggers = history("device_id")

    def __str__(self) -> str:
        return f"{self.catalogue}/{self.number}"

    @property
    def exempts(self) -> bool:
        """Return whether it says that the requirement does not apply."""
        return self.document_id is None
