"""What people say of deadlines: who looks after one, has seen it, that it is done or waived; their filters.

A deadline is named as the assessment names it: device, rule, trigger fact, n. A mark and an acknowledgement
name its strict date, too: they are about the deadline on that date only. Nothing here changes what the rules
compute.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from compliance.audit.triggers import history
from compliance.evidence.models import DocumentVersion
from compliance.facts import fields
from compliance.facts.constraints import not_too_long, one_of

NAME_LENGTH = 80
IDENTITY = ("rule", "trigger_fact", "n")


class _OfDeadline(models.Model):
    """What is said of one deadline of a device."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The unique constraint of each table starts with the device: its index serves every search by device.
    device = models.ForeignKey(
        "devices.Device",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("device"),
    )
    rule = models.CharField(_("rule"), max_length=80)
    trigger_fact = models.CharField(_("trigger"), max_length=200)
    n = models.CharField(max_length=80, blank=True, default="")
    at = models.DateTimeField(_("date and time"))
    by = models.CharField(_("author"), max_length=300)

    class Meta:
        abstract = True

    @property
    def identity(self) -> tuple[str, str, str]:
        """Return what names the deadline within its device."""
        return (self.rule, self.trigger_fact, self.n)


class Assignment(_OfDeadline):
    """Who looks after a deadline, on whatever date it falls."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("assigned to")
    )

    class Meta:
        verbose_name = _("assignment of a deadline")
        verbose_name_plural = _("assignments of deadlines")
        constraints = [
            models.UniqueConstraint(fields=["device", *IDENTITY], name="one_assignment_a_deadline"),
        ]
        triggers = history("device_id")

    def __str__(self) -> str:
        return f"{self.rule}: {self.person}"


class Acknowledgement(_OfDeadline):
    """A person has seen a deadline as it falls on ``strict``, and takes care of it: nobody else is called."""

    strict = fields.day(_("date of the text"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("acknowledgement of a deadline")
        verbose_name_plural = _("acknowledgements of deadlines")
        constraints = [
            models.UniqueConstraint(
                fields=["device", *IDENTITY, "strict", "person"], name="one_acknowledgement_a_person"
            ),
        ]
        triggers = history("device_id")

    def __str__(self) -> str:
        return f"{self.rule} {self.strict}: {self.person}"


class MarkKind(models.TextChoices):
    """What is declared of a deadline."""

    DONE = "done", _("declared done")
    WAIVED = "waived", _("waived")


class Mark(_OfDeadline):
    """A declaration on a deadline as it falls on ``strict``: done, with a date and its evidence, or waived.

    The evidence is a version of a document of the device, or a ``note``; of a waived one the note is the
    reason.
    """

    strict = fields.day(_("date of the text"))
    kind = fields.choice(MarkKind, _("declared"))
    on = fields.optional_day(_("done on"))
    version = models.ForeignKey(
        DocumentVersion, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("evidence")
    )
    note = models.TextField(_("note"), blank=True, default="")

    class Meta:
        verbose_name = _("mark on a deadline")
        verbose_name_plural = _("marks on deadlines")
        constraints = [
            models.UniqueConstraint(fields=["device", *IDENTITY], name="one_mark_a_deadline"),
            one_of("kind", MarkKind),
            not_too_long("note"),
            models.CheckConstraint(
                condition=~Q(kind="done") | Q(on__isnull=False) & (Q(version__isnull=False) | ~Q(note="")),
                name="done_has_its_day_and_evidence",
            ),
            models.CheckConstraint(
                condition=~Q(kind="waived") | Q(on=None, version=None) & ~Q(note=""),
                name="waived_has_its_reason",
            ),
        ]
        triggers = history("device_id")

    def __str__(self) -> str:
        return f"{self.rule} {self.strict}: {self.kind}"


class SavedFilter(models.Model):
    """A filter of the deadlines that a person keeps for themselves; one may be the default of the page.

    ``asked`` is what the form is filled with. It is no part of any record: no event tells of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    name = fields.required_text(_("name"), NAME_LENGTH)
    asked: "models.JSONField[Mapping[str, Any], dict[str, str]]" = models.JSONField()
    is_default = models.BooleanField(_("opens with the page"), default=False)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [
            # Its index also serves the list of the filters of a person.
            models.UniqueConstraint(
                "user",
                Lower("name"),
                name="one_filter_a_name",
                violation_error_code="duplicate",
                violation_error_message=_("You have a filter of this name: choose another name."),
            ),
            models.UniqueConstraint(fields=["user"], condition=Q(is_default=True), name="one_default_filter"),
        ]

    def __str__(self) -> str:
        return self.name
