"""What is asked before a password is reset."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from django.http import HttpRequest


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
