"""Errors as OperationOutcome, in place of the problem details of the other addresses."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api import problems
from compliance.api.fhir.terms import Json

MEDIA_TYPE = "application/fhir+json"
PATH = "/fhir/"
_CODES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    413: "too-long",
    415: "not-supported",
    429: "throttled",
}
_FORMATS = frozenset({"json", "application/json", MEDIA_TYPE})


class FhirRenderer(JSONRenderer):
    """JSON under the media type of FHIR."""

    media_type = MEDIA_TYPE
    charset = None


class PlainRenderer(JSONRenderer):
    """The same for a caller that asks for plain JSON."""

    charset = None


class Negotiation(DefaultContentNegotiation):
    """The form that ``_format`` names goes before the one that the header accepts."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer and its media type. Raises NotAcceptable."""
        wanted = request.query_params.get("_format")
        if wanted is None:
            chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
            return chosen
        if wanted.replace(" ", "+") not in _FORMATS:  # a plus that was not escaped arrives as a space
            raise NotAcceptable(available_renderers=renderers)
        return renderers[0], MEDIA_TYPE


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return the OperationOutcome of an error raised in a view, None for what is no HTTP error."""
    response = problems.handle(error, context)
    if response is None:
        return None
    response.data = outcome(response.data)
    context["request"].accepted_renderer = FhirRenderer()
    context["request"].accepted_media_type = response.content_type = MEDIA_TYPE
    return response


def answer(request: HttpRequest, code: int, detail: str) -> JsonResponse:
    """Return the OperationOutcome of what no view of the framework answers."""
    body = outcome(problems.details(code, detail=detail, instance=request.path))
    return JsonResponse(body, status=code, content_type=MEDIA_TYPE)


def outcome(problem: Mapping[str, Any]) -> Json:
    """Return problem details as an OperationOutcome: an issue for each parameter that is wrong."""
    code = _CODES.get(problem["status"], "exception")
    if "allowed" in problem:
        code = "not-supported"
    wrong = problem.get("errors") or [{"detail": problem["detail"] or problem["title"]}]
    issues = [
        {
            "severity": "error",
            "code": code,
            "details": {"text": problem["title"]},
            "diagnostics": one["detail"],
            **({"expression": [f"http.{one['parameter']}"]} if one.get("parameter") else {}),
        }
        for one in wrong
    ]
    return {"resourceType": "OperationOutcome", "issue": issues}
