"""Who must have a second factor, and what they see until they have one."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from devices.models import Membership, Role, User

_KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What it takes to set one up, to leave, and to read all that.
_OPEN = {
    "account_change_password",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_set_password",
    "healthz",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_download_recovery_codes",
    "mfa_index",
    "mfa_view_recovery_codes",
    "set_language",
}


def is_missing(user: User) -> bool:
    """Return whether the person must have a second factor and has none. Asks the database once."""
    roles = settings.MFA_REQUIRED_ROLES
    if not roles:
        return False
    person = User.objects.filter(pk=user.pk).exclude(
        Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=_KINDS))
    )
    if not (user.is_superuser and Role.ADMINISTRATOR in roles):
        person = person.filter(Exists(Membership.objects.filter(user=OuterRef("pk"), role__in=roles)))
    return person.exists()


class Middleware:
    """Sends every page to the set-up of the second factor until it is done.

    A program with a key has no session, and no second factor: its key is one of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Return where to go first, None to go on."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not isinstance(request.user, User):
            return None
        missing = is_missing(request.user)
        request.__dict__["second_factor_missing"] = missing
        match = request.resolver_match
        if missing and (match is None or match.view_name not in _OPEN):
            return redirect("mfa_index")
        return None
