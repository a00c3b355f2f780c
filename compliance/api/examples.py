"""Requests and answers about a made-up device, as the schema shows them: real, each list cut to its first."""

import json
from functools import cache
from importlib import resources
from typing import Any

from drf_spectacular.utils import OpenApiExample

REQUESTS: dict[str, Any] = {
    "lookup_many": {"identifiers": ["04250802900152"]},
    "fact_record": {
        "fact": {
            "number": "C-2",
            "kind": "technical_documentation",
            "regulation": "MDR",
            "notified_body": "0459",
            "issued_on": "2026-03-01",
            "starts_on": "2026-03-01",
            "printed_end": "2031-02-28",
        }
    },
    "fact_amend": {"changes": {"number": "C-1/2"}, "reason": "Misread."},
    "fact_retract": {"reason": "Recorded for the wrong device."},
    "dossier_ask": {
        "device": "7c0e7a52-3f0b-4c6e-9a44-2d3f4b1c0a01",
        "on": "2026-11-22",
        "known_on": "2026-05-01",
        "language": "en",
    },
}


@cache
def answers() -> dict[str, Any]:
    """Return the answers by the name of their operation."""
    found: dict[str, Any] = json.loads(
        resources.files("compliance.api").joinpath("examples.json").read_text(encoding="utf-8")
    )
    return found


def example(operation: str, status: int = 200) -> list[OpenApiExample]:
    """Return the examples of an operation: of its answer with that status, and of its request."""
    found = []
    if operation in answers():
        said = answers()[operation]
        found.append(
            OpenApiExample("A made-up device", value=said, response_only=True, status_codes=[str(status)])
        )
    if operation in REQUESTS:
        found.append(OpenApiExample("A request", value=REQUESTS[operation], request_only=True))
    return found
