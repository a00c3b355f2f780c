"""What a program's scopes open."""

from typing import Any

from django.utils.translation import gettext
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from compliance.api.authentication import CHALLENGE, Grant


class InsufficientScope(PermissionDenied):
    """The program was let in without the scope of the address (RFC 6750, section 3.1)."""

    def __init__(self, scope: str) -> None:
        super().__init__(gettext("This needs the scope %(scope)s.") % {"scope": scope or "—"})
        self.auth_header = f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'


class HasScope(BasePermission):
    """A program needs the scope that the view names; a view that names none is closed to programs.

    A person in a browser session has no scopes: there the roles alone decide.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return True. Raises InsufficientScope."""
        scope = getattr(view, "scope", None)
        if isinstance(request.auth, Grant) and scope not in request.auth.scopes:
            raise InsufficientScope(scope or "")
        return True
