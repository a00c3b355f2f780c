"""The keys of programs, and what a program may be allowed to read."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.facts import fields
from compliance.facts.constraints import all_of, matches, one_of
from devices.models.people import Role, User

LONGEST_LIFE = timedelta(days=365)


class Scope(models.TextChoices):
    """What a program may do. It opens nothing that the role behind it does not."""

    DEVICES_READ = "devices:read", _("Devices, with one status per track")
    STATUS_READ = "status:read", _("The whole status of a device, with its reasons")
    DEADLINES_READ = "deadlines:read", _("The deadlines of a device")
    FACTS_WRITE = "facts:write", _("Facts of the devices that the role keeps: read, record, change, retract")
    DOSSIERS_EXPORT = "dossiers:export", _("Dossiers of the devices that the role reads whole: ask, download")


class KeyState(models.TextChoices):
    """What a key is good for at an instant."""

    LIVE = "live", _("valid")
    REPLACED = "replaced", _("replaced, ends by itself")
    EXPIRED = "expired", _("expired")
    REVOKED = "revoked", _("revoked")
    ROLE_ENDED = "role_ended", _("role ended")


class ApiKey(models.Model):
    """The key of a program that acts for a person in one role of one organisation. Only its hash is kept.

    It ends with the role of the person. ``replaces`` is the key that it took over from: both stand side by
    side until the older one ends.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys", verbose_name=_("user"))
    organisation = models.ForeignKey(
        "devices.Organisation",
        on_delete=models.PROTECT,
        related_name="api_keys",
        verbose_name=_("organisation"),
    )
    name = models.CharField(_("name"), max_length=100)
    role = fields.choice(Role, _("role"))
    scopes = fields.choice_list(Scope, _("scopes"))
    prefix = models.CharField(_("prefix"), max_length=8, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    created_at = models.DateTimeField(_("created at"), editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at"]
        constraints = [
            one_of("role", Role),
            all_of("scopes", Scope),
            models.CheckConstraint(
                condition=~Q(scopes=[]),
                name="apikey_scopes_some",
                violation_error_code="required",
                violation_error_message=_("A key opens something."),
            ),
            matches("prefix", "^[a-z0-9]{8}$", _("A prefix has 8 small letters or digits.")),
            matches("secret_hash", "^[0-9a-f]{64}$", _("A SHA-256 hash has 64 hexadecimal digits.")),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="apikey_created_at_expires_at_order",
                violation_error_code="date_order",
                violation_error_message=_("A key expires after it is created."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("created_at") + LONGEST_LIFE),
                name="apikey_longest_life",
                violation_error_code="too_long",
                violation_error_message=_("A key lives for 365 days at most."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (jln_{self.prefix}_…)"

    def state(self, at: datetime) -> KeyState:
        """Return what the key is good for, as long as its person holds the role (``held``, if asked for)."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        if at >= self.expires_at:
            return KeyState.EXPIRED
        if not getattr(self, "held", True):
            return KeyState.ROLE_ENDED
        return KeyState.REPLACED if hasattr(self, "replaced_by") else KeyState.LIVE
