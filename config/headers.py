"""The header that neither Django nor django-csp writes."""

from collections.abc import Callable

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
