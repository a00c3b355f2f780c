"""Errors of the API as problem details (RFC 9457), with French or English words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.exceptions import PermissionDenied as ApiPermissionDenied
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler

_TITLES = {
    400: _("The request is not valid"),
    401: _("Authentication is needed"),
    403: _("Access is refused"),
    404: _("Not found"),
    405: _("This method is not allowed"),
    406: _("No acceptable form"),
    409: _("Not possible as it stands"),
    410: _("No longer there"),
    412: _("Changed meanwhile"),
    413: _("The request is too large"),
    415: _("This media type is not supported"),
    422: _("The content cannot be taken"),
    428: _("A precondition is needed"),
    429: _("Too many requests"),
    500: _("Something failed"),
}


class UnknownParameter(APIException):
    """A query parameter that the address does not know; the answer names the allowed ones."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "unknown_parameter"

    def __init__(
        self, unknown: Iterable[str], allowed: Iterable[str], elsewhere: Iterable[object] = ()
    ) -> None:
        self.unknown = sorted(unknown)
        self.allowed = sorted(allowed)
        said = gettext("Unknown parameter: %(unknown)s. Allowed: %(allowed)s.") % {
            "unknown": ", ".join(self.unknown),
            "allowed": ", ".join(self.allowed) or "—",
        }
        super().__init__(" ".join([said, *dict.fromkeys(map(str, elsewhere))]))


class NotServed(APIException):
    """A file that exists and is not given out."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "not_served"
    default_detail = _("This file waits for the virus scanner, was refused by it, or was deleted: see scan.")


class NotPossible(APIException):
    """What a dossier is not in the state for."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "not_possible"


class Refused(APIException):
    """A write whose content cannot be taken: each thing that is wrong, with its place in the body."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "refused"

    def __init__(self, errors: Iterable[Mapping[str, str]]) -> None:
        self.errors = [dict(one) for one in errors]
        super().__init__(gettext("Some values are wrong: see errors."))


class PreconditionNeeded(APIException):
    """A change without word of the version that it starts from (RFC 6585)."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "precondition_required"
    default_detail = _("Send If-Match with the ETag of the fact that you have read.")


class PreconditionFailed(APIException):
    """A change of what somebody else has changed meanwhile."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "precondition_failed"
    default_detail = _("Someone changed this record meanwhile: read it again, then repeat the change.")


class KeyReused(APIException):
    """An Idempotency-Key that came with another request before."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "key_reused"
    default_detail = _("This Idempotency-Key came with another request before: make a new one.")


class Gone(APIException):
    """A place in the feed of changes that no longer is one."""

    status_code = status.HTTP_410_GONE
    default_code = "gone"
    default_detail = _("The feed began anew: read all devices again, then follow it from its beginning.")


class ProblemRenderer(JSONRenderer):
    """JSON under the media type of problem details."""

    media_type = "application/problem+json"
    charset = None


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the problem details of an error raised in a view, None for what is no HTTP error."""
    if isinstance(error, Http404):
        error = NotFound()
    elif isinstance(error, PermissionDenied):
        error = ApiPermissionDenied()
    response = exception_handler(error, dict(context))
    if response is None:
        return None
    request = context["request"]
    response.data = details(response.status_code, detail=_detail(error), instance=request.path)
    if isinstance(error, ValidationError):
        response.data["detail"] = gettext("Some values are wrong: see errors.")
        response.data["errors"] = list(_errors(error.detail))
    elif isinstance(error, Refused):
        response.data["errors"] = error.errors
    elif isinstance(error, UnknownParameter):
        response.data["errors"] = [{"parameter": name, "detail": _detail(error)} for name in error.unknown]
        response.data["allowed"] = error.allowed
    request.accepted_renderer = ProblemRenderer()
    request.accepted_media_type = ProblemRenderer.media_type
    response.content_type = ProblemRenderer.media_type
    return response


def details(code: int, *, detail: str, instance: str) -> dict[str, Any]:
    """Return the members common to every problem."""
    title = str(_TITLES.get(code, _("Error")))
    return {"type": "about:blank", "title": title, "status": code, "detail": detail, "instance": instance}


def answer(request: HttpRequest, code: int, detail: str, **headers: str) -> JsonResponse:
    """Return the problem details of what no view of the framework answers."""
    body = details(code, detail=detail, instance=request.path)
    return JsonResponse(body, status=code, content_type=ProblemRenderer.media_type, headers=headers)


def _detail(error: Exception) -> str:
    detail = getattr(error, "detail", "")
    return str(detail) if isinstance(detail, str) else ""


def _errors(detail: Any, name: str = "") -> Iterable[dict[str, str]]:
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from _errors(value, f"{name}.{key}" if name else str(key))
    elif isinstance(detail, list):
        for value in detail:
            yield from _errors(value, name)
    else:
        yield {"parameter": name, "detail": str(detail)}
