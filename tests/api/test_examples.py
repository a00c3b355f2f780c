"""The examples of the schema are answers of today's code: the same members, of the same types.

JALON_WRITE_EXAMPLES=1 writes them anew, from the answers about the made-up portfolio.
"""

import json
import os
from pathlib import Path
from typing import Any

from django.db import connection
from django.urls import reverse

from compliance.api import examples
from compliance.dossiers import working
from devices import wall
from tests import portfolio
from tests.api.conftest import Client

FILE = Path(examples.__file__).with_name("examples.json")
ENGLISH = {"Accept-Language": "en"}
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


def real_answers(client_of: Client) -> dict[str, Any]:
    """Return what a buyer, and for the writes an officer, is answered by the name of the operation."""
    buyer, officer, pk = client_of("buyer"), client_of("officer"), portfolio.device().pk
    fact = reverse("api:fact", args=[pk, "ce_marking.certificates", "qms"])
    asked = {
        "devices": (reverse("api:devices"), {"search": "scan"}),
        "device": (reverse("api:device", args=[pk]), {}),
        "lookup": (reverse("api:lookup"), {"identifier": "04250802900152"}),
        "status": (reverse("api:status", args=[pk]), {}),
        "deadlines": (reverse("api:deadlines", args=[pk]), {"until": "2026-12-31"}),
        "all_deadlines": (reverse("api:all_deadlines"), {"due_before": "2027-01-01"}),
        "changes": (reverse("api:changes"), {}),
    }
    _end_a_later_transaction()
    real = {name: buyer.get(path, query, headers=ENGLISH) for name, (path, query) in asked.items()}
    real["lookup_many"] = sent(buyer.post, reverse("api:lookup"), "lookup_many")
    real["fact"] = officer.get(fact)
    real["fact_record"] = sent(
        officer.post, reverse("api:facts", args=[pk, "ce_marking.certificates"]), "fact_record"
    )
    real["fact_amend"] = sent(officer.patch, fact, "fact_amend", real["fact"]["ETag"])
    gone = sent(officer.post, fact + "/retract", "fact_retract", real["fact_amend"]["ETag"])
    assert [one.status_code for one in (gone, real["fact_record"])] == [204, 201]
    question = examples.REQUESTS["dossier_ask"] | {"device": str(pk)}
    real["dossier_ask"] = officer.post(reverse("api:dossiers"), question, format="json", headers=ENGLISH)
    with wall.system():
        working.work(lambda: portfolio.NOW)
    real["dossier"] = officer.get(real["dossier_ask"]["Location"], headers=ENGLISH)
    return {name: answer.json() for name, answer in real.items()}


def _end_a_later_transaction() -> None:
    """Let the feed of changes show what the test wrote: it gives what is older than whatever runs."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
    other.close()


def sent(method: Any, path: str, operation: str, etag: str = "") -> Any:
    body = examples.REQUESTS[operation]
    return method(path, body, format="json", headers=ENGLISH | ({"If-Match": etag} if etag else {}))


def test_the_examples_have_the_shape_of_the_answers(client_of: Client, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    real = real_answers(client_of)
    text = json.dumps(cut(real), ensure_ascii=False, indent=1)
    shown = {
        str(portfolio.device().pk): DEVICE,
        real["status"]["law_version"]: LAW,
        real["changes"]["after"]: "1234-56",
        real["dossier"]["id"]: DOSSIER,
        real["dossier"]["asked_by"]: "officer@example.org",
    }
    for volatile, example in shown.items():
        text = text.replace(volatile, example)
    if os.environ.get("JALON_WRITE_EXAMPLES"):
        FILE.write_text(text + "\n", encoding="utf-8")
    assert shape(examples.answers()) == shape(json.loads(text)), "JALON_WRITE_EXAMPLES=1 writes them anew"
