"""What answers when no view does: a page to a person, problem details (RFC 9457) to a program.

None of them says what failed within: that is in the log.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views import defaults

from compliance.api import problems
from compliance.api.fhir import outcomes

_ANSWERS = {"/api/": problems.answer, outcomes.PATH: outcomes.answer}  # every version
_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read: 413 if it holds too much, else 400."""
    answer = _to_a_program(request)
    if not isinstance(exception, _TOO_LARGE):
        detail = gettext("The request cannot be read.")
        return answer(request, 400, detail) if answer else render(request, "400.html", status=400)
    if answer:
        return answer(request, 413, gettext("The body is too large."))
    most = {"document": settings.DOCUMENT_MAX_BYTES, "typed": settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    shown = {name: number // 2**20 for name, number in most.items()}
    return render(request, "413.html", shown, status=413)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    if answer := _to_a_program(request):
        return answer(request, 403, gettext("You may not do this."))
    return defaults.permission_denied(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    if answer := _to_a_program(request):
        return answer(request, 500, gettext("The request failed. Nothing was saved by it."))
    return defaults.server_error(request)


def _to_a_program(request: HttpRequest) -> Callable[[HttpRequest, int, str], HttpResponse] | None:
    """Return how a program is answered at the address asked for, None where persons ask."""
    return next((answer for path, answer in _ANSWERS.items() if request.path.startswith(path)), None)
