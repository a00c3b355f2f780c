"""What a client may ask for: what it was registered with, and all of that if it names nothing."""

from typing import Any

from oauth2_provider.scopes import BaseScopes

from devices.models import Scope


class ClientScopes(BaseScopes):  # type: ignore[misc]
    """The scopes of each client, for the library."""

    def get_all_scopes(self) -> dict[str, str]:
        """Return every scope with what it opens."""
        return {scope.value: str(scope.label) for scope in Scope}

    def get_available_scopes(self, application: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Return the scopes that the client was registered with."""
        return list(application.scopes) if application else []

    def get_default_scopes(self, application: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Return the same: a token opens all that its client may, unless it was asked to open less."""
        return self.get_available_scopes(application)
