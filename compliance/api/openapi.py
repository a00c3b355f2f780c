"""What the schema says of all operations in the language of its reader, and of every answer alike."""

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


_ABOUT = _(
    "Where AI medical devices stand with the law, for hospitals and who keeps the record. Send a key or a "
    "token as Authorization: Bearer. A refusal is a problem detail (RFC 9457). The words of the answers are "
    "French, or English with Accept-Language: en."
)
_OPERATIONS = {
    "changes": (_("Changes to follow"), _("Which devices to read again, in an order that nothing precedes.")),
    "all_deadlines": (_("Deadlines of all devices"), _("As they stand today, by their date, page by page.")),
    "devices": (_("Devices"), _("The devices that fit all filters, page by page.")),
    "devices_csv": (
        _("Devices as CSV"),
        _("All that fit the filters, with their statuses of today as codes."),
    ),
    "devices_parquet": (_("Devices as Parquet"), _("The same rows with types; what is not known is null.")),
    "lookup": (_("Devices by an identifier"), _("Only a UDI-DI names one device and no other.")),
    "lookup_many": (
        _("Devices by many identifiers"),
        _("Up to 500 at once; each has its own answer, in the order asked."),
    ),
    "device": (_("A device"), _("Its names, identifiers and versions.")),
    "status": (
        _("Status of a device"),
        _("Tracks, market access, reimbursement and duties on a date, with their reasons."),
    ),
    "deadlines": (_("Deadlines of a device"), _("On a date, in the order of their dates.")),
    "documents": (
        _("Documents of a device"),
        _("With the hashes of their files; a hospital sees those published."),
    ),
    "document_file": (_("File of a document"), _("Whole and as a download, under the type of the version.")),
    "fact_record": (
        _("Record a fact"),
        _("Repeated with the same Idempotency-Key, it is done once and answered alike."),
    ),
    "fact": (_("A fact"), _("Its ETag is what a change of it must name.")),
    "fact_amend": (_("Change a fact"), _("For a reason, which the audit trail keeps.")),
    "fact_retract": (
        _("Take a fact back"),
        _("Recorded by mistake, for a reason; what it said stays in the audit trail."),
    ),
    "dossiers": (
        _("Dossiers"),
        _("Those of the devices whose whole record you read, the last one asked for first."),
    ),
    "dossier_ask": (_("Ask for a dossier"), _("It is made apart; Location says where to follow it.")),
    "dossier": (_("A dossier"), _("How far it is, and where to download it.")),
    "dossier_cancel": (_("Cancel a dossier"), _("While it is being made; nothing of it is kept.")),
    "dossier_download": (
        _("File of a dossier"),
        _("The ZIP, whose SHA-512 is its ETag; each download stands in the audit trail."),
    ),
}


def answers(result: dict[str, Any], **_of_generator: Any) -> dict[str, Any]:
    """Return the schema with these added (a postprocessing hook of drf-spectacular)."""
    result["info"]["description"] = str(_ABOUT)
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
    operation["summary"], operation["description"] = map(str, _OPERATIONS[operation["operationId"]])
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
