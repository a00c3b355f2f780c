"""Decisions by the tables of the law, as they were signed. Only ``operations`` adds rows; none changes."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from devices.models import Device


class SignedDecision(models.Model):
    """Answers to a table, what the law of a date made of them, and who signed them, when and meaning what.

    ``answers`` are those that the path asked for, ``result`` is the answer as JSON values, ``path`` the
    steps without a language. ``about`` says what of the device it is about (a version, an indication). The
    author is kept as plain text, as in the audit trail.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("device")
    )
    table = models.CharField(_("table"), max_length=40)
    about = models.CharField(_("about"), max_length=120, blank=True)
    answers = models.JSONField(_("answers"))
    result = models.JSONField(_("result"))
    path = models.JSONField(_("path"))
    on = models.DateField(_("on"))
    known_on = models.DateField(_("known on"))
    law_version = models.CharField(_("version of the law"), max_length=12)
    meaning = models.CharField(_("meaning of the signature"), max_length=200)
    reason = models.TextField(_("reason"), blank=True)
    signed_at = models.DateTimeField(_("signed at"))
    signer_id = models.CharField(_("identifier of the signer"), max_length=64, blank=True)
    signer_label = models.CharField(_("signed by"), max_length=300)

    class Meta:
        verbose_name = _("signed decision")
        verbose_name_plural = _("signed decisions")
        ordering: ClassVar = ["-signed_at", "pk"]
        indexes: ClassVar = [
            # the list of a device, the last one first
            models.Index(fields=["device", "-signed_at"], name="decision_of_device"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.signed_at:%Y-%m-%d}"
