"""People, and what they may see in which organisation."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from compliance.facts.constraints import one_of
from compliance.facts.fields import CODE_LENGTH


class Role(models.TextChoices):
    """What a person is in an organisation."""

    OWNER = "owner", _("Owner")
    OFFICER = "officer", _("Regulatory officer")
    READER = "reader", _("Reader")
    BUYER = "buyer", _("Hospital buyer")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class UserManager(BaseUserManager["User"]):
    """Creates users; finds them by e-mail whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    async def aget_by_natural_key(self, username: str | None) -> "User":
        return await self.aget(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **others: Any) -> "User":
        """Create a user; without password nobody can log in with it."""
        user = self.model(email=self.normalize_email(email), **others)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **others: Any) -> "User":
        """Create a user who may do everything in the back office."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **others)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, who logs in with an e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=300, blank=True, default="")
    language = models.CharField(
        _("language of mails"), max_length=2, choices=settings.LANGUAGES, default="fr"
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(
        _("opens the back office"), default=False, help_text=_("May log in to the back office.")
    )
    date_joined = models.DateTimeField(_("created at"), auto_now_add=True)
    # Counts the times that all sessions of the person were ended: a session of an older count is over.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_any_case",
                violation_error_code="duplicate_email",
                violation_error_message=_("A user with this e-mail exists already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Return what a session must carry to be this person's: it hangs on the password and the epoch."""
        held = f"{self.session_epoch} {self.password}"
        return salted_hmac("devices.User.session", held, secret=secret, algorithm="sha256").hexdigest()

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Return the address in small letters: as it is looked up."""
        return super().normalize_username(username).lower()


class Membership(models.Model):
    """A person's role in an organisation. One person may hold several."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="memberships",
        db_index=False,
        verbose_name=_("user"),
    )
    organisation = models.ForeignKey(
        "devices.Organisation",
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=CODE_LENGTH, choices=Role.choices)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            # Its index also serves devices.queries: the memberships of a user.
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                name="membership_once",
                violation_error_code="duplicate",
                violation_error_message=_("This person already holds this role in this organisation."),
            ),
            one_of("role", Role),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"
