"""Where facts were read."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.audit.triggers import history
from compliance.facts import fields
from compliance.facts.constraints import key_form, one_of
from compliance.law.facts import Source as SourceValue


class SourceQuality(models.TextChoices):
    """What kind of source it is."""

    OFFICIAL = "official", _("Official text")
    REGISTER = "register", _("Public register")
    AGENCY = "agency", _("Agency")
    MANUFACTURER = "manufacturer", _("Manufacturer")
    SECONDARY = "secondary", _("Secondary source")
    DECLARED = "declared", _("Declared by the organisation")
    EXAMPLE = "example", _("Example data")


class Confidence(models.TextChoices):
    """How far the source can be trusted."""

    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class Source(models.Model):
    """Where a fact was read, and how far it can be trusted."""

    value_class = SourceValue

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = fields.key(_("key"), unique=True)
    title = fields.required_text(_("title"), 300)
    url = fields.text(_("address"))
    quality = fields.choice(SourceQuality, _("kind of source"))
    confidence = models.CharField(
        _("confidence"), max_length=fields.CODE_LENGTH, choices=Confidence.choices, default=Confidence.HIGH
    )
    read_on = fields.optional_day(_("read on"))

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["title", "id"]
        triggers = history("id")
        constraints = [
            key_form("key"),
            one_of("quality", SourceQuality),
            one_of("confidence", Confidence),
        ]

    def __str__(self) -> str:
        return self.title
