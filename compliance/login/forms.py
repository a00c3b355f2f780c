"""Forms of django-allauth that say more, or less, than its own."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.forms import CharField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from compliance.audit.models import Action
from compliance.login.operations import LOCK_NOTED_FOR, note
from config.clock import now


class ResetPasswordForm(AllauthResetPasswordForm):  # type: ignore[misc]
    """An address; a mail goes there in every case, so that neither the page nor its time tells more."""

    def save(self, request: HttpRequest, **others: Any) -> str:
        """Send the link, or the word that there is no account, and return the address."""
        email: str = self.cleaned_data["email"]
        if self.users:
            super().save(request, **others)
        else:
            get_adapter().send_mail("account/email/unknown_account", email, {})
        return email


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new key, whose name is labelled in the language of the page."""

    name = CharField(label=_("Name"), required=False)


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    name = CharField(label=_("Name"))


class _LockNoted:
    """A code of the second factor; that too many wrong ones have locked it is noted once."""

    user: Any

    def clean_code(self) -> str:
        """Return the right code. Raises ValidationError."""
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError as refusal:
            locked = refusal.code == "too_many_login_attempts"
            if locked and cache.add(f"second-factor-locked:{self.user.pk}", True, timeout=LOCK_NOTED_FOR):
                note(action=Action.ACCOUNT_SECOND_FACTOR_LOCKED, user=self.user, by=None, at=now())
            raise
        return code


class SecondFactorForm(_LockNoted, AuthenticateForm):  # type: ignore[misc]
    """The second factor of a login."""


class SecondFactorAgainForm(_LockNoted, ReauthenticateForm):  # type: ignore[misc]
    """The second factor, shown once more."""
