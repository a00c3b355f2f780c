"""Organisations, whatever roles they hold."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.audit.triggers import history
from compliance.facts import fields
from compliance.facts.constraints import key_form, matches, not_negative, not_too_long, one_of
from compliance.law.facts import Organisation as OrganisationValue

SRN_PATTERN = r"^[A-Z]{2}-(MF|AR|IM|PR)-[0-9]{9}$"
SRN_MESSAGE = _("An SRN is written like FR-MF-000012345.")


class OrganisationSize(models.TextChoices):
    """The size of a company, which lowers some caps of penalties (AI Act Art. 99)."""

    SME = "sme", _("Small or medium-sized enterprise")
    SMALL_MID_CAP = "small_mid_cap", _("Small mid-cap enterprise")
    LARGE = "large", _("Large enterprise")


class Organisation(models.Model):
    """An organisation. Its roles (manufacturer, exploitant, host…) are links from the devices."""

    value_class = OrganisationValue

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = fields.key(_("key"), unique=True)
    name = fields.required_text(_("name"), 300)
    country = fields.optional_text(_("country"), _("Two letters: FR, DE…"), max_length=2)
    siren = fields.optional_text(_("SIREN"), _("9 digits"), max_length=9)
    srn = fields.optional_text(
        _("SRN"), _("Single registration number in EUDAMED, like FR-MF-000012345"), max_length=20
    )
    size = fields.optional_choice(OrganisationSize, _("size"))
    turnover_eur = fields.optional_euros(_("turnover (€)"))
    example = models.BooleanField(_("example data"), default=False)
    source = models.ForeignKey(
        "devices.Source",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source"),
    )
    note = fields.note(_("note"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    row_version = models.PositiveIntegerField(_("version of the record"), default=1, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "id"]
        triggers = history("id")
        constraints = [
            key_form("key"),
            not_too_long("note"),
            matches("country", "^[A-Z]{2}$", _("A country is two capital letters (ISO 3166).")),
            matches("siren", "^[0-9]{9}$", _("A SIREN has 9 digits.")),
            matches("srn", SRN_PATTERN, SRN_MESSAGE),
            one_of("size", OrganisationSize),
            not_negative("turnover_eur", _("A turnover is not negative.")),
        ]

    def __str__(self) -> str:
        return self.name
