"""What the schema says of every answer alike: its headers, "not modified" and "no acceptable form"."""

from typing import Any

from django.utils.translation import gettext_lazy as _

_JSON, _PROBLEM = "application/json", "application/problem+json"
_HEADERS = {
    "ETag": (True, _("Strong validator of the answer.")),
    "Location": (True, _("Address of the fact.")),
    "RateLimit": (False, _("What is left: r requests in t seconds. Missing while limits are not counted.")),
    "RateLimit-Policy": (False, _("The limit: q requests in w seconds.")),
    "Retry-After": (True, _("Seconds until the limit begins anew.")),
    "WWW-Authenticate": (True, _("What is missing: a key or token, or a scope (RFC 6750).")),
    "Content-Disposition": (True, _("Name of the file.")),
}
_LIMITS = ("RateLimit", "RateLimit-Policy")
_OF_STATUS = {
    "201": (*_LIMITS, "ETag", "Location"),
    "204": _LIMITS,
    "304": (*_LIMITS, "ETag"),
    "401": ("WWW-Authenticate",),
    "429": (*_LIMITS, "Retry-After"),
}


def answers(result: dict[str, Any], **_of_generator: Any) -> dict[str, Any]:
    """Return the schema with these added (a postprocessing hook of drf-spectacular)."""
    components = result["components"]
    components["headers"] = {
        name: {"description": str(text), "required": required, "schema": {"type": "string"}}
        for name, (required, text) in _HEADERS.items()
    }
    components["parameters"] = {
        "IfNoneMatch": {
            "in": "header",
            "name": "If-None-Match",
            "schema": {"type": "string"},
            "description": str(_("ETag of the answer that you hold: 304 where it still is the answer.")),
        }
    }
    for path in result["paths"].values():
        for method, operation in path.items():
            _complete(method, operation)
    return result


def _complete(method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    whole = responses.get("200", {}).get("content", {})
    if _JSON in whole and method == "get":
        operation.setdefault("parameters", []).append({"$ref": "#/components/parameters/IfNoneMatch"})
        responses["304"] = {"description": str(_("Not modified."))}
    if _JSON in whole or not whole:
        problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
        text = str(_("Only JSON is served here."))
        responses["406"] = {"content": {_PROBLEM: problem}, "description": text}
    tagged = _JSON in whole and method in ("get", "patch")
    own = ("ETag",) if tagged else ("Content-Disposition",) if whole and _JSON not in whole else ()
    for status, response in responses.items():
        names = (*_LIMITS, *own) if status == "200" else _OF_STATUS.get(status)
        if names:
            response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    operation["responses"] = dict(sorted(responses.items()))
