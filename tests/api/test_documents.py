"""Documents through the API: who sees which, what is said, how a file is given."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.evidence.models import Blob
from compliance.evidence.operations import add_version
from tests import portfolio
from tests.api.conftest import Client
from tests.evidence.conftest import SYSTEM, added, upload
from tests.evidence.files import PDF, PNG


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")


def _url(*parts: Any) -> str:
    return "/".join(["/api/v1/devices", *map(str, parts)])


def test_a_buyer_reads_the_published_documents_with_their_hashes(client_of: Client) -> None:
    buyer, device = client_of("buyer"), portfolio.device()
    added(device, title="Private")
    first = added(device, published=True)
    second = add_version(actor=SYSTEM, document=first.document, upload=upload(PNG, "a.png"), at=portfolio.NOW)
    answer = buyer.get(_url(device.pk, "documents"))
    assert answer.status_code == 200
    (document,) = answer.json()["results"]
    assert document["title"] == "EU certificate"
    assert [one["number"] for one in document["versions"]] == [2, 1]
    assert document["versions"][0] == {
        "id": str(second.pk),
        "number": 2,
        "file": "a.png",
        "issued_on": None,
        "uploaded_at": "2026-11-22T09:00:00+00:00",
        "media_type": "image/png",
        "size": len(PNG),
        "sha256": sha256(PNG).hexdigest(),
        "scan": "unscanned",
        "served": True,
    }
    file = buyer.get(_url(device.pk, "documents", first.pk), headers={"range": "bytes=1-2"})
    assert file.status_code == 200
    assert b"".join(file.streaming_content) == PDF  # type: ignore[attr-defined]
    assert file["Content-Disposition"] == 'attachment; filename="certificate.pdf"'
    assert file["Content-Security-Policy"].startswith("sandbox")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("role", "listed", "private", "published"),
    [
        ("officer", 200, 200, 200),
        ("buyer", 200, 404, 200),
        ("auditor", 200, 200, 200),
        ("rival", 404, 404, 404),
        ("nobody", 401, 401, 401),
    ],
)
def test_each_role(client_of: Client, role: str, listed: int, private: int, published: int) -> None:
    client, device = client_of(role), portfolio.device()
    hidden, shown = added(device, title="Private"), added(device, published=True)
    assert client.get(_url(device.pk, "documents")).status_code == listed
    assert client.get(_url(device.pk, "documents", hidden.pk)).status_code == private
    assert client.get(_url(device.pk, "documents", shown.pk)).status_code == published


def test_a_file_of_another_device_is_not_found(client_of: Client) -> None:
    client, version = client_of("officer"), added(portfolio.device())
    other = portfolio.device("draft-two")
    assert client.get(_url(other.pk, "documents", version.pk)).status_code == 404
    assert client.get(_url(other.pk, "documents")).json()["results"] == []


def test_a_file_that_waits_for_the_scanner_is_a_conflict(client_of: Client) -> None:
    client, version = client_of("officer"), added(portfolio.device())
    Blob.objects.update(scan="pending")
    answer = client.get(_url(version.document.device_id, "documents", version.pk))
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    (document,) = client.get(_url(version.document.device_id, "documents")).json()["results"]
    assert (document["versions"][0]["scan"], document["versions"][0]["served"]) == ("pending", False)


def test_the_list_asks_as_much_for_many_as_for_one(client_of: Client) -> None:
    client, device = client_of("officer"), portfolio.device()
    added(device)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(_url(device.pk, "documents")).status_code == 200
        return len(asked)

    count()
    one = count()
    for n in range(10):
        added(device, PDF.replace(b"9", str(n + 10).encode()), title=f"Title {n}")
    assert count() == one
    assert one <= 5


def test_an_unknown_parameter_is_refused(client_of: Client) -> None:
    answer = client_of("officer").get(_url(portfolio.device().pk, "documents"), {"kind": "ifu"})
    assert answer.status_code == 400
