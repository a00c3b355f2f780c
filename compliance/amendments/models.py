"""Texts that changed the law since the release, as applied here, and the devices that each one touched."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from devices.models import Device


class Amendment(models.Model):
    """An applied text: its document is part of the law in force. Rows are added, and stay as they are.

    ``alerts_planned`` says whether the officers whose devices it moves are about to be told.
    """

    key = models.CharField(_("key"), max_length=80, unique=True)
    title_fr = models.TextField(_("title in French"))
    title_en = models.TextField(_("title in English"))
    published = models.DateField(_("published on"))
    reference = models.TextField(_("reference"))
    document = models.TextField(_("document"))
    sha256 = models.CharField(_("fingerprint"), max_length=64)
    applied_at = models.DateTimeField(_("applied at"))
    applied_by = models.CharField(_("applied by"), max_length=300)
    law_version = models.CharField(_("version of the law"), max_length=12)
    alerts_planned = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("amendment of the law")
        verbose_name_plural = _("amendments of the law")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return str(self.title_en if get_language() == "en" else self.title_fr)


class Effect(models.Model):
    """What an amendment moved for a device: ``moves`` is a list of moves as JSON."""

    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="effects")
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    moves = models.JSONField(_("what moved"))

    class Meta:
        verbose_name = _("effect of an amendment")
        verbose_name_plural = _("effects of amendments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["amendment", "device"], name="one_effect_a_device")
        ]

    def __str__(self) -> str:
        return f"{self.amendment_id} {self.device_id}"
