"""Where django-allauth asks the installation: each of its writes goes into the trail with it."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language, override

from compliance.audit.models import Action
from compliance.login.operations import LOCK_NOTED_FOR, note, vouch_for_address
from config.cipher import decrypted, encrypted
from config.clock import now
from devices.models import User

_PURPOSE = "second factor"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Logins, passwords and mails."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse when there were too many failures (ValidationError), and note it once."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            email = credentials.get("email", "")
            key = "login-locked:" + salted_hmac("login", email, algorithm="sha256").hexdigest()
            if cache.add(key, True, timeout=LOCK_NOTED_FOR):
                note(action=Action.ACCOUNT_LOCKED, user=_account(email), by=None, at=now())
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note the failure, with the same work whether there is such an account or not."""
        account = _account(credentials.get("email", ""))
        note(action=Action.ACCOUNT_LOGIN_FAILED, user=account, by=None, at=now())

    def pre_login(self, request: HttpRequest, user: User, **others: Any) -> HttpResponse | None:
        """Refuse who is not active any more; for the others, see to their address."""
        vouch_for_address(user=user)
        answer: HttpResponse | None = super().pre_login(request, user, **others)
        return answer

    @transaction.atomic
    def login(self, request: HttpRequest, user: User) -> None:
        """Begin the session, and note by which methods."""
        records = get_authentication_records(request, user)
        super().login(request, user)
        methods = [":".join(filter(None, (one["method"], one.get("type")))) for one in records]
        note(action=Action.ACCOUNT_LOGGED_IN, user=user, by=user, after={"methods": methods}, at=now())

    @transaction.atomic
    def logout(self, request: HttpRequest) -> None:
        """End the session."""
        if isinstance(request.user, User):
            note(
                action=Action.ACCOUNT_SESSIONS_ENDED,
                user=request.user,
                by=request.user,
                after={"sessions": 1},
                at=now(),
            )
        super().logout(request)

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        """Write the password: that of the person, or by an administrator, or after a mail."""
        super().set_password(user, password)
        signed_in = context.request.user
        by = signed_in if isinstance(signed_in, User) else user
        how = "reset" if by is not signed_in else "changed" if by == user else "administrator"
        note(action=Action.ACCOUNT_PASSWORD_CHANGED, user=user, by=by, after={"how": how}, at=now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write in the language of the person, if there is one."""
        user = context.get("user") or _account(email)
        with override(user.language if user else get_language()):
            super().send_mail(template_prefix, email, context)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are kept encrypted, under the key of the installation."""

    def encrypt(self, text: str) -> str:
        """Return the secret as it is kept."""
        return encrypted(text, _PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret itself."""
        return decrypted(encrypted_text, _PURPOSE)

    def _get_site_name(self) -> str:
        return "Jalon"


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]
    """Sessions that are ended from the list."""

    @transaction.atomic
    def end_sessions(self, sessions: Any) -> None:
        """End them and note how many; the end of this one is a logout, which is noted there."""
        ended = list(sessions)
        others = [one for one in ended if not one.is_current()]
        super().end_sessions(ended)
        if others:
            user, count = others[0].user, {"sessions": len(others)}
            note(action=Action.ACCOUNT_SESSIONS_ENDED, user=user, by=user, after=count, at=now())


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The OpenID provider: it says who somebody is, and never makes an account."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse a weaker authentication than was asked for; keep nothing but the subject."""
        account = sociallogin.account
        got = account.extra_data.get("id_token", {}).get("acr")
        account.extra_data = {}
        if account.pk:
            account.save(update_fields=["extra_data"])
        wanted = sociallogin.provider.get_auth_params().get("acr_values", "").split()
        if wanted and got not in wanted:
            raise ImmediateHttpResponse(redirect("socialaccount_login_error"))

    def authenticate_by_email(self, sociallogin: Any) -> Any:
        """Return the account with an address that the provider has verified, None if there is none."""
        found = super().authenticate_by_email(sociallogin)
        if found:
            vouch_for_address(user=found[0])
        return found


def _account(email: str) -> User | None:
    return User.objects.filter(email__iexact=email).first()
