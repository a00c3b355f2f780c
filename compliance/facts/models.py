"""What all models of facts share. A model mirrors its value class field by field; a test walks both."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.audit.triggers import history
from compliance.facts import fields
from compliance.facts.constraints import key_form, not_too_long
from compliance.law.facts.base import Fact as FactValue
from compliance.law.facts.base import Value


class Fact(models.Model):
    """Something that happened or holds. Written by ``compliance.facts.operations`` only."""

    value_class: ClassVar[type[FactValue]]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = fields.key(_("key"))
    source = models.ForeignKey(
        "devices.Source",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source"),
    )
    note = fields.note(_("note"))
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    row_version = models.PositiveIntegerField(_("version of the record"), default=1, editable=False)

    class Meta:
        abstract = True
        constraints = [key_form("key"), not_too_long("note")]

    def __str__(self) -> str:
        return self.key


class DeviceFact(Fact):
    """A fact of a device."""

    # The unique constraint below starts with the device: its index serves every search by device.
    device = models.ForeignKey(
        "devices.Device",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("device"),
    )

    class Meta(Fact.Meta):
        abstract = True
        triggers = history("device_id")
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["device", "key"],
                name="%(class)s_key_of_device",
                violation_error_code="duplicate_key",
                violation_error_message=_("This device already has such a fact with this key."),
            ),
        ]


class OrganisationFact(Fact):
    """A fact of an organisation."""

    # The unique constraint below starts with the organisation: its index serves every search by it.
    organisation = models.ForeignKey(
        "devices.Organisation",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("organisation"),
    )

    class Meta(Fact.Meta):
        abstract = True
        triggers = history("organisation_id")
        constraints = [
            *Fact.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "key"],
                name="%(class)s_key_of_organisation",
                violation_error_code="duplicate_key",
                violation_error_message=_("This organisation already has such a fact with this key."),
            ),
        ]


class Part(models.Model):
    """An entry of a list within a fact, in its order. The concrete model adds ``parent``."""

    value_class: ClassVar[type[Value]]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        abstract = True
        ordering = ["position"]
        triggers = history("parent_id")
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "position"],
                name="%(class)s_position",
                violation_error_code="duplicate_position",
                violation_error_message=_("Two entries of a list have the same position."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.position)
