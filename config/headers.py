"""What a browser may do with our pages (docs/security.md). The other headers are the defaults of Django."""

from collections.abc import Callable, Sequence
from typing import Any

from csp.constants import NONE, SELF
from django.http import HttpRequest, HttpResponse

# Nothing here uses any of these. Passkeys (publickey-credentials-*) and the clipboard stay as they are.
_UNUSED = (
    "accelerometer",
    "camera",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "payment",
    "usb",
)
POLICY = ", ".join(f"{one}=()" for one in _UNUSED)


def permissions_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Forbid the browser, on every page, what no page uses."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response

    return answer


def content_security_policy(form_targets: Sequence[str]) -> dict[str, Any]:
    """Return the policy as django-csp reads it: files of this host; forms to it and to ``form_targets``."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:"],  # the QR code of an authenticator app
            "font-src": [SELF],
            "connect-src": [SELF],
            "form-action": [SELF, *form_targets],  # a login with the provider is a form that leads there
            "base-uri": [NONE],
            "object-src": [NONE],
            "frame-ancestors": [NONE],
        }
    }
