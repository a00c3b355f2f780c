"""Answers about a made-up device, as the schema shows them: real ones, each list cut to its first entry."""

import json
from functools import cache
from importlib import resources
from typing import Any

from drf_spectacular.utils import OpenApiExample


@cache
def answers() -> dict[str, Any]:
    """Return the answers by the name of their operation."""
    found: dict[str, Any] = json.loads(
        resources.files("compliance.api").joinpath("examples.json").read_text(encoding="utf-8")
    )
    return found


def example(operation: str, *, request: bool = False) -> list[OpenApiExample]:
    """Return the example of what an operation answers, or of what it is asked (``request``)."""
    value = answers()[operation]
    return [OpenApiExample("A made-up device", value=value, request_only=request, response_only=not request)]
