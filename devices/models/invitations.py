"""Invitations into an organisation, and what auditors are given: named devices, between two days."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from compliance.facts.constraints import day_after, in_order, no_overlap, one_of, period
from compliance.facts.fields import CODE_LENGTH
from devices.models.devices import Device
from devices.models.organisations import Organisation
from devices.models.people import Role, User


class Invitation(models.Model):
    """An e-mail address asked into an organisation in a role; the link sent last is the one that works."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="invitations",
        db_index=False,
        verbose_name=_("organisation"),
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    role = models.CharField(_("role"), max_length=CODE_LENGTH, choices=Role.choices)
    language = models.CharField(_("language of the mail"), max_length=2, choices=settings.LANGUAGES)
    invited_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("sent at"))
    expires_at = models.DateTimeField(_("expires at"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            # Its index also serves the page of an organisation: its open invitations.
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                "role",
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
                violation_error_code="duplicate",
                violation_error_message=_("This address is invited in this role already: send it again."),
            ),
            one_of("role", Role),
            models.CheckConstraint(
                condition=Q(sent_at__gte=F("created_at"), expires_at__gt=F("sent_at")),
                name="invitation_order",
                violation_error_code="date_order",
                violation_error_message=_("An invitation expires after it is sent."),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
                name="invitation_one_end",
                violation_error_code="two_ends",
                violation_error_message=_("An invitation is accepted or withdrawn, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.organisation} · {self.get_role_display()}"


class Grant(models.Model):
    """A device shown to an auditor, or to those of an organisation, on the days from first to last.

    It has effect on who holds the role of auditor, and ends by itself after ``ends_on``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, related_name="grants", verbose_name=_("device")
    )
    # The exclusion constraints below start with the user and with the organisation.
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="grants",
        db_index=False,
        verbose_name=_("auditor"),
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="grants",
        db_index=False,
        verbose_name=_("audit organisation"),
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        constraints = [
            in_order("starts_on", "ends_on", _("The grant ends before it starts.")),
            models.CheckConstraint(
                condition=Q(user=None) ^ Q(organisation=None),
                name="grant_one_auditor",
                violation_error_code="one_auditor",
                violation_error_message=_("A grant is given to a person or to an organisation."),
            ),
            # Their indexes also serve devices.queries.visible_devices: the grants of an auditor.
            *(
                no_overlap(
                    f"{whom}_overlap",
                    [(whom, "="), ("device", "=")],
                    period("starts_on", day_after("ends_on")),
                    Q(revoked_at=None),
                    _("This auditor has a grant on this device on some of these days already."),
                )
                for whom in ("user", "organisation")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.auditor} · {self.device}"

    @property
    def auditor(self) -> User | Organisation:
        """Return the person or the organisation that the device is shown to."""
        found = self.user or self.organisation
        assert found is not None  # noqa: S101 - the database keeps one of the two
        return found
