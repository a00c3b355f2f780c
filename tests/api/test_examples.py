"""The examples of the schema are answers of today's code: the same members, of the same types.

JALON_WRITE_EXAMPLES=1 writes them anew, from the answers about the made-up portfolio.
"""

import json
import os
from pathlib import Path
from typing import Any

from django.urls import reverse

from compliance.api import examples
from compliance.dossiers import working
from devices import wall
from tests import portfolio
from tests.api.conftest import Client

FILE = Path(examples.__file__).with_name("examples.json")
DEVICE, LAW = "7c0e7a52-3f0b-4c6e-9a44-2d3f4b1c0a01", "0123456789ab"
DOSSIER = "2b31e3b8-6b97-4f90-ab8d-d63765a23db2"


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


def test_the_examples_have_the_shape_of_the_answers(client_of: Client, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
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
    real["dossier_ask"] = {
        "device": str(device.pk),
        "on": "2026-11-22",
        "known_on": "2026-05-01",
        "language": "en",
    }
    asked_for = client_of("officer").post(reverse("api:dossiers"), real["dossier_ask"], format="json")
    with wall.system():
        working.work(lambda: portfolio.NOW)
    real["dossier"] = client_of("officer").get(asked_for["Location"]).json()
    law = real["status"]["law_version"]
    text = json.dumps(cut(real), ensure_ascii=False, indent=1)
    dossier, asked_by = (real["dossier"][one] for one in ("id", "asked_by"))
    named = {
        str(device.pk): DEVICE,
        law: LAW,
        dossier: DOSSIER,
        asked_by: "officer@example.org",
    }
    for found, shown in named.items():
        text = text.replace(found, shown)
    text += "\n"
    if os.environ.get("JALON_WRITE_EXAMPLES"):
        FILE.write_text(text, encoding="utf-8")
    assert shape(examples.answers()) == shape(json.loads(text)), "JALON_WRITE_EXAMPLES=1 writes them anew"
