"""Programs sign in with a key: ``Authorization: Bearer jln_…``."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from config import clock
from devices import access, wall
from devices.models import User
from devices.queries import Caller, reach


class BearerKey(BaseAuthentication):
    """Authentication by an API key. The key's role narrows what its user may see."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        """Return the user and the caller; None without a key. Raises AuthenticationFailed."""
        parts = get_authorization_header(request).decode("latin-1").split()
        if not parts or parts[0].lower() != "bearer":
            return None
        key = access.verify_key(parts[1], at=clock.now()) if len(parts) == 2 else None
        if key is None:
            raise AuthenticationFailed(_("This key is unknown, expired or revoked."))
        caller = Caller(key.user, key.role)
        wall.enter(reach(caller))
        return key.user, caller

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return 'Bearer realm="jalon"'
