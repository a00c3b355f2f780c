"""Whether the person behind a session has just shown who they are, with all that they log in with."""

import time

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from devices.models import User

_PAGES = {"password": "account_reauthenticate", "mfa": "mfa_reauthenticate"}


def needed(user: User) -> list[str]:
    """Return what the person has to show: the password, if there is one, and the second factor, if any.

    Who comes from a provider may have neither.
    """
    return [
        *(["password"] if user.has_usable_password() else []),
        *(["mfa"] if is_mfa_enabled(user) else []),
    ]


def shown(request: HttpRequest, user: User) -> list[str]:
    """Return what the person has shown again within the last minutes: "password", "mfa:totp"; in that order.

    A login itself does not count, nor does a session that is merely open.
    """
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    fresh: dict[str, str] = {}
    for one in get_authentication_records(request, user):
        if one.get("reauthenticated") and one["at"] > since:
            fresh[one["method"]] = ":".join(filter(None, (one["method"], one.get("type"))))
    return [fresh[one] for one in needed(user) if one in fresh]


def confirm(request: HttpRequest, user: User) -> HttpResponse | None:
    """Return the way to the page that asks for what is still to be shown, None where nothing is.

    What was sent is kept, and goes on once the person has shown it.
    """
    have = {one.partition(":")[0] for one in shown(request, user)}
    for one in needed(user):
        if one not in have:
            way: HttpResponse = suspend_request(request, reverse(_PAGES[one]))
            return way
    return None
