"""The client of an organisation, in the place of the library's application."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication, ApplicationManager
from oauthlib.common import Request

from compliance.facts import fields
from compliance.facts.constraints import all_of, one_of
from devices.models import Organisation, Role, Scope, User


class Client(AbstractApplication):  # type: ignore[misc]
    """A program of an organisation, which acts in one role of it. Only the hash of its secret is kept.

    It belongs to the organisation; ``user`` is the person who answers for it, and gives it nothing.
    """

    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("responsible person"),
        help_text=_("Who answers for the program. The client gets nothing from this person."),
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=100)
    role = fields.choice(Role, _("role"))
    scopes = fields.choice_list(Scope, _("scopes"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)

    is_authenticated: ClassVar[bool] = True

    objects: ClassVar[ApplicationManager] = ApplicationManager()

    class Meta:
        verbose_name = _("OAuth2 client")
        verbose_name_plural = _("OAuth2 clients")
        ordering = ["-created"]
        constraints = [
            one_of("role", Role),
            all_of("scopes", Scope),
            models.CheckConstraint(
                condition=~Q(scopes=[]),
                name="client_scopes_some",
                violation_error_code="required",
                violation_error_message=_("A client opens something."),
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.ADMINISTRATOR),
                name="client_not_administrator",
                violation_error_code="role",
                violation_error_message=_("A program never looks after the installation."),
            ),
            models.CheckConstraint(
                condition=Q(
                    authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
                    client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
                    hash_client_secret=True,
                ),
                name="client_credentials_only",
                violation_error_message=_("A client has a hashed secret and no other grant."),
            ),
        ]

    def is_usable(self, request: Request) -> bool:
        """Return whether the client may still ask for a token."""
        return self.revoked_at is None
