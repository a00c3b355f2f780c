"""Forms of django-allauth that say more, or less, than its own."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.forms import CharField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


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
