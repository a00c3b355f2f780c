"""The size of requests: what announces too much is refused before a byte of it is read."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse


class RequestSize:
    """Refuses a request whose announced length is more than any form of ours needs (config.errors: 413).

    A file that is too large but not absurd passes, so that its form comes back with all that was typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = str(request.META.get("CONTENT_LENGTH") or 0)
        if announced.isdigit() and int(announced) <= 2 * settings.DOCUMENT_MAX_BYTES:
            return self.get_response(request)
        raise RequestDataTooBig("The announced length is more than any form needs.")
