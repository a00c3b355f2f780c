"""Documents come in, get versions, are shown to whom they may be, and leave a trail."""

import errno
import os
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import InternalError, ProgrammingError, connection, transaction

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.evidence import store
from compliance.evidence.models import Blob, Document, DocumentLink, DocumentVersion
from compliance.evidence.operations import (
    Upload,
    add_document,
    add_version,
    amend_document,
    link,
    remove_document,
    unlink,
)
from compliance.evidence.queries import visible_documents
from compliance.facts.errors import FactError
from devices.models import Device
from devices.queries import Caller, visible_devices
from tests import portfolio
from tests.evidence.conftest import DETAILS, SYSTEM, added, upload
from tests.evidence.files import PDF, PNG, pieces
from tests.portfolio import NOW
from tests.rows import insert, refused_by

OTHER_PDF = PDF.replace(b"9", b"8")


def _files() -> list[Path]:
    return [one for one in Path(settings.MEDIA_ROOT).rglob("*") if one.is_file()]


def _codes(refused: Any) -> list[tuple[str, str]]:
    return [(one.path, one.code) for one in refused.value.problems]


def test_an_upload_keeps_the_bytes_and_says_so_in_the_trail(device: Device) -> None:
    officer = portfolio.people().users["officer"]
    details = {**DETAILS, "published": True}
    version = add_document(
        actor=Actor.person(officer),
        device=device,
        details=details,
        upload=Upload("Certificat n° 1.pdf", pieces(PDF), date(2024, 3, 1)),
        at=NOW,
    )
    digest = sha256(PDF).hexdigest()
    assert store.path_of(digest).read_bytes() == PDF
    assert _files() == [store.path_of(digest)]
    assert (version.number, version.blob.size, version.blob.media_type) == (1, len(PDF), "application/pdf")
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.actor_label) == ("document.added", "officer@example.org")
    assert event.organisation == device.owner
    assert event.after == {
        "document": {
            "EU certificate": {
                "id": str(version.document_id),
                "kind": "certificate",
                "title": "EU certificate",
                "language": "fr",
                "published": True,
                "version": 1,
                "file": "Certificat n° 1.pdf",
                "sha256": digest,
                "size": len(PDF),
                "media_type": "application/pdf",
                "issued_on": "2024-03-01",
            }
        }
    }


def test_versions_follow_each_other_and_stay(device: Device) -> None:
    first = added(device)
    second = add_version(
        actor=SYSTEM, document=first.document, upload=upload(PNG, "scan.png"), reason="Scanned", at=NOW
    )
    numbers = [one.number for one in first.document.versions.all()]
    assert numbers == [2, 1]
    assert store.path_of(first.blob_id).read_bytes() == PDF
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.reason) == ("document.version_added", "Scanned")
    assert event.before is not None
    assert event.after is not None
    assert event.before["document"]["EU certificate"]["sha256"] == first.blob_id
    assert event.after["document"]["EU certificate"]["sha256"] == second.blob_id


def test_the_same_file_again_is_no_new_version(device: Device) -> None:
    version = added(device)
    with pytest.raises(FactError) as refused:
        add_version(actor=SYSTEM, document=version.document, upload=upload(), at=NOW)
    assert _codes(refused) == [("file", "same_file")]
    assert refused.value.problems[0].text == "This is the same file as version 1: choose the new one."


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a" * 201}, "title"),
        ({"kind": "novel"}, "kind"),
        ({"language": "xx"}, "language"),
    ],
)
def test_a_wrong_detail_names_its_field_and_keeps_nothing(
    device: Device, details: dict[str, Any], field: str
) -> None:
    with pytest.raises(FactError) as refused:
        added(device, **details)
    assert [one.path for one in refused.value.problems] == [field]
    assert not Document.objects.exists()
    assert not Blob.objects.exists()
    assert not _files()


def test_a_second_document_of_the_same_name_is_refused(device: Device) -> None:
    added(device)
    with pytest.raises(FactError) as refused:
        added(device, OTHER_PDF)
    assert _codes(refused) == [("", "duplicate")]
    assert added(device, OTHER_PDF, language="en").number == 1


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (b"%PDF-" + b"x" * 2**20, "too_large"), (b"MZ\0\0\0", "type")]
)
def test_a_bad_file_leaves_nothing(
    device: Device, monkeypatch: pytest.MonkeyPatch, content: bytes, code: str
) -> None:
    monkeypatch.setattr(settings, "DOCUMENT_MAX_BYTES", 2**20)
    with pytest.raises(FactError) as refused:
        add_document(
            actor=SYSTEM,
            device=device,
            details=DETAILS,
            upload=Upload("a.pdf", pieces(content, 4096)),
            at=NOW,
        )
    assert _codes(refused) == [("file", code)]
    assert not _files()
    assert not AuditEvent.objects.filter(action__startswith="document").exists()


@pytest.mark.parametrize("step", ["fsync", "replace", "mkdir"])
def test_a_full_disk_leaves_no_row_and_no_half_file(
    device: Device, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    place: object = Path if step == "mkdir" else os
    with monkeypatch.context() as patch:
        patch.setattr(place, step, full)
        with pytest.raises(FactError) as refused:
            added(device)
    assert _codes(refused) == [("file", "storage")]
    assert not _files()
    assert not Blob.objects.exists()
    assert not Document.objects.exists()


def test_an_upload_that_breaks_off_leaves_nothing(device: Device) -> None:
    def broken() -> Any:
        yield PDF[:10]
        raise ConnectionResetError

    with pytest.raises(FactError):
        add_document(actor=SYSTEM, device=device, details=DETAILS, upload=Upload("a.pdf", broken()), at=NOW)
    assert not _files()


def test_two_organisations_share_the_bytes_without_learning_of_each_other(device: Device) -> None:
    people = portfolio.people().users
    mine = added(device, actor=Actor.person(people["officer"]))
    theirs = added(portfolio.device("rival-three"), actor=Actor.person(people["rival"]))
    assert mine.blob_id == theirs.blob_id
    assert len(_files()) == 1
    # What the second is told is what it would be told of new bytes.
    event = AuditEvent.objects.latest("id")
    assert event.after is not None
    said = event.after["document"]["EU certificate"]
    assert said["sha256"] == mine.blob_id
    assert "Scan One" not in str(event.after)
    seen = visible_documents(Caller(people["rival"]), visible_devices(Caller(people["rival"])))
    assert list(seen) == [theirs.document]


def test_what_is_said_of_a_document_changes_with_a_reason(device: Device) -> None:
    document = added(device).document
    amend_document(actor=SYSTEM, document=document, changes={"published": True}, reason="Asked for", at=NOW)
    document.refresh_from_db()
    assert document.published
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.reason) == ("document.amended", "Asked for")
    amend_document(actor=SYSTEM, document=document, changes={"published": True}, reason="Again", at=NOW)
    assert AuditEvent.objects.latest("id") == event


def test_a_removed_document_stays_in_the_trail_only(device: Device) -> None:
    version = added(device)
    with pytest.raises(FactError) as refused:
        remove_document(actor=SYSTEM, document=version.document, reason=" ", at=NOW)
    assert _codes(refused) == [("reason", "required")]
    remove_document(actor=SYSTEM, document=version.document, reason="Of another device", at=NOW)
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.reason, event.after) == ("document.removed", "Of another device", None)
    assert event.before is not None
    assert event.before["document"]["EU certificate"]["sha256"] == version.blob_id
    calls: list[Any] = [
        lambda: remove_document(actor=SYSTEM, document=version.document, reason="r", at=NOW),
        lambda: add_version(actor=SYSTEM, document=version.document, upload=upload(PNG, "a.png"), at=NOW),
    ]
    for call in calls:
        with pytest.raises(FactError) as refused:
            call()
        assert _codes(refused) == [("", "stale")]
    assert added(device).number == 1


def test_a_version_is_linked_to_a_fact_of_its_device(device: Device) -> None:
    version = added(device)
    row = link(actor=SYSTEM, version=version, fact="ce_marking.certificates[qms]", at=NOW)
    assert link(actor=SYSTEM, version=version, fact="ce_marking.certificates[qms]", at=NOW) == row
    assert AuditEvent.objects.filter(action="document.linked").count() == 1
    for wrong in (
        "ce_marking.certificates[none]",
        "nothing[qms]",
        "certificates",
        "",
        "organisations[maker]",
    ):
        with pytest.raises(FactError) as refused:
            link(actor=SYSTEM, version=version, fact=wrong, at=NOW)
        assert _codes(refused) == [("fact", "unknown_fact")]
    unlink(actor=SYSTEM, row=row, at=NOW)
    unlink(actor=SYSTEM, row=row, at=NOW)
    assert not DocumentLink.objects.exists()
    assert AuditEvent.objects.filter(action="document.unlinked").count() == 1


def test_the_database_keeps_what_was_uploaded(device: Device) -> None:
    version = added(device)
    for statement in (
        "UPDATE evidence_documentversion SET name = 'x'",
        "DELETE FROM evidence_documentversion",
    ):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            connection.cursor().execute(statement)
    row = {"document": version.document, "blob": version.blob, "uploaded_at": NOW}
    with refused_by("documentversion_gapless"):
        insert(DocumentVersion, number=3, **row)
    with refused_by("documentversion_gapless"):
        insert(DocumentVersion, number=1, **row)
    insert(DocumentVersion, number=2, **row)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"sha256": "A" * 64}, "blob_sha256_format"),
        ({"sha256": "a" * 63}, "blob_sha256_format"),
        ({"size": 0}, "blob_size_positive"),
        ({"media_type": "text/html"}, "blob_media_type_choice"),
        ({"scan": "perhaps"}, "blob_scan_choice"),
    ],
)
def test_the_database_refuses_a_wrong_file(columns: dict[str, Any], constraint: str) -> None:
    with refused_by(constraint):
        insert(Blob, **{"sha256": "a" * 64, "size": 1, **columns})


def test_the_database_refuses_a_removal_without_reason(device: Device) -> None:
    with refused_by("document_removal_has_reason"):
        Document.objects.filter(pk=added(device).document_id).update(removed_at=NOW)
