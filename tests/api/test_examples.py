"""The examples of the schema are answers of today's code: the same members, of the same types.

JALON_WRITE_EXAMPLES=1 writes them anew, from the answers about the made-up portfolio.
"""

import json
import os
from pathlib import Path
from typing import Any

from django.urls import reverse

from compliance.api import examples
from tests import portfolio
from tests.api.conftest import Client

FILE = Path(examples.__file__).with_name("examples.json")
DEVICE, LAW = "7c0e7a52-3f0b-4c6e-9a44-2d3f4b1c0a01", "0123456789ab"


def cut(value: Any) -> Any:
    """Return an answer with the first entry of each list."""
    if isinstance(value, dict):
        return {name: cut(one) for name, one in value.items()}
    return [cut(one) for one in value[:1]] if isinstance(value, list) else value


def shape(value: Any) -> Any:
    """Return the members of an answer with their types."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value]
    return type(value).__name__


def test_the_examples_have_the_shape_of_the_answers(client_of: Client) -> None:
    client, device = client_of("buyer"), portfolio.device()
    headers = {"Accept-Language": "en"}
    asked = {
        "lookup": (reverse("api:lookup"), {"identifier": "04250802900152"}),
        "status": (reverse("api:status", args=[device.pk]), {}),
        "deadlines": (reverse("api:deadlines", args=[device.pk]), {"until": "2026-12-31"}),
        "all_deadlines": (reverse("api:all_deadlines"), {"due_before": "2027-01-01"}),
    }
    real = {name: client.get(path, query, headers=headers).json() for name, (path, query) in asked.items()}
    many = {"identifiers": ["04250802900152"]}
    real["lookup_many"] = client.post(reverse("api:lookup"), many, format="json", headers=headers).json()
    law = real["status"]["law_version"]
    text = json.dumps(cut(real), ensure_ascii=False, indent=1)
    text = text.replace(str(device.pk), DEVICE).replace(law, LAW) + "\n"
    if os.environ.get("JALON_WRITE_EXAMPLES"):
        FILE.write_text(text, encoding="utf-8")
    assert shape(examples.answers()) == shape(json.loads(text)), "JALON_WRITE_EXAMPLES=1 writes them anew"
