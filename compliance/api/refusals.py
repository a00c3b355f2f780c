"""What the schema says of refusals and of credentials."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import serializers

from devices.models import Scope

_PROBLEM = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(),
        "instance": serializers.CharField(),
        "errors": serializers.ListField(child=serializers.DictField(), required=False),
        "allowed": serializers.ListField(child=serializers.CharField(), required=False),
    },
)


def _problem(description: Any) -> OpenApiResponse:
    return OpenApiResponse(_PROBLEM, description=description)


PROBLEMS = {
    (400, "application/problem+json"): _problem(_("A parameter is unknown or wrong.")),
    (401, "application/problem+json"): _problem(_("No valid key or token.")),
    (403, "application/problem+json"): _problem(_("The key or token has not the scope.")),
    (404, "application/problem+json"): _problem(_("No such device among those you may see.")),
    (429, "application/problem+json"): _problem(
        _("Too many requests: Retry-After says when to ask again, RateLimit what is left.")
    ),
}
BODY_PROBLEMS = {
    (413, "application/problem+json"): _problem(_("The body is too large.")),
    (415, "application/problem+json"): _problem(_("The body is no JSON.")),
}
WRITE_PROBLEMS = {
    **BODY_PROBLEMS,
    (422, "application/problem+json"): _problem(_("The content cannot be taken: see errors.")),
}
CHANGE_PROBLEMS = {
    **WRITE_PROBLEMS,
    (412, "application/problem+json"): _problem(_("Changed meanwhile: read it again.")),
    (428, "application/problem+json"): _problem(_("If-Match is missing.")),
}
CONFLICT = {(409, "application/problem+json"): _problem(_("Not possible in the state it is in."))}
GONE_FILE = {(410, "application/problem+json"): _problem(_("There is no file, or no more."))}
GONE = {(410, "application/problem+json"): _problem(_("The feed began anew."))}
NOT_SERVED = _problem(_("The file waits for the virus scanner, was refused by it, or was deleted."))


class BearerKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the key."""

    target_class = "compliance.api.authentication.BearerKey"
    name = "bearerKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """Return the OpenAPI security scheme."""
        return {"type": "http", "scheme": "bearer", "description": str(_("An API key: jln_…"))}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        """Return the scheme with the scope of the view."""
        return {self.name: [auto_schema.view.scope.value]}


class ClientTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the token of a client."""

    target_class = "compliance.api.authentication.ClientToken"
    name = "oauth2"

    def get_security_definition(self, auto_schema: object) -> dict[str, Any]:
        """Return the OpenAPI security scheme, with every scope in words."""
        flow = {
            "tokenUrl": reverse("api:token"),
            "scopes": {scope.value: str(scope.label) for scope in Scope},
        }
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        """Return the scheme with the scope of the view."""
        return {self.name: [auto_schema.view.scope.value]}
