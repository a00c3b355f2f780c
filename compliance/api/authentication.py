"""Programs sign in with a key or a token of their client: ``Authorization: Bearer …``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from compliance.api import throttling
from compliance.clients.models import Client
from compliance.clients.operations import verify_token
from config import clock
from devices import access, wall
from devices.models import User
from devices.queries import Caller, reach

KEY_START = "jln_"
CHALLENGE = 'Bearer realm="jalon"'
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a program was let in with: for whom it asks, what it may open, and the name it is counted by.

    ``label`` is what the audit trail calls it.
    """

    caller: Caller
    scopes: frozenset[str]
    counted_as: str
    label: str


class Bearer(BaseAuthentication):
    """What both have in common: a refusal says nothing about what was wrong."""

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401 (RFC 6750, section 3)."""
        return f'{CHALLENGE}, error="invalid_token"' if get_authorization_header(request) else CHALLENGE

    def checked(self, request: Request, verify: Callable[[], T | None]) -> T:
        """Return what was verified, and count a failure by address.

        Raises AuthenticationFailed, or Throttled without looking at the credentials when too many failed.
        """
        address = throttling.address(request)
        failures = throttling.seen("failure", address)
        if failures and not failures.remaining:
            throttling.tell(request, failures)
            raise Throttled(failures.reset)
        found = verify()
        if found is None:
            throttling.count("failure", address)
            raise AuthenticationFailed(_("These credentials are not valid."))
        return found


class BearerKey(Bearer):
    """Authentication by an API key. The key's role and organisation narrow what its person may see."""

    def authenticate(self, request: Request) -> tuple[User, Grant] | None:
        """Return the user and the grant; None without a key. Raises AuthenticationFailed, Throttled."""
        plain = _bearer(request)
        if plain is None or not plain.startswith(KEY_START):
            return None
        key = self.checked(request, lambda: access.verify_key(plain, at=clock.now()))
        caller = Caller(key.user, key.role, key.organisation_id)
        wall.enter(reach(caller))
        return key.user, Grant(caller, frozenset(key.scopes), f"key {key.pk}", f"{key.user} · {key}")


class ClientToken(Bearer):
    """Authentication by the token of an OAuth2 client, which acts for its organisation in its role."""

    def authenticate(self, request: Request) -> tuple[Client, Grant] | None:
        """Return the client and the grant; None without a token. Raises AuthenticationFailed, Throttled."""
        plain = _bearer(request)
        if plain is None or plain.startswith(KEY_START):
            return None
        client, scopes = self.checked(request, lambda: verify_token(plain, at=clock.now()))
        caller = Caller(None, client.role, client.organisation_id)
        wall.enter(reach(caller))
        return client, Grant(caller, scopes, f"client {client.pk}", str(client))


def _bearer(request: Request) -> str | None:
    """Return what follows Bearer, "" if that is no single word; None without such a header."""
    parts = get_authorization_header(request).decode("latin-1").split()
    if not parts or parts[0].lower() != "bearer":
        return None
    return parts[1] if len(parts) == 2 else ""
