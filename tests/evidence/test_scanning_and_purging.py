"""The virus scanner's verdicts, what is served meanwhile, and which files may go."""

import os
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from compliance.audit.models import AuditEvent
from compliance.evidence import store
from compliance.evidence.models import Blob, DocumentVersion
from compliance.evidence.operations import remove_document
from compliance.evidence.purging import purge
from compliance.evidence.scanning import scan_waiting
from compliance.evidence.serving import NotServedError, download
from compliance.evidence.tasks import scan
from devices.models import Device
from tests.evidence.conftest import SYSTEM, added
from tests.evidence.files import PDF
from tests.portfolio import NOW

SCANNER = (
    "import sys; content = open(sys.argv[1], 'rb').read(); sys.exit(1 if b'EICAR' in content else {clean})"
)
INFECTED = PDF.replace(b"trailer", b"%EICAR\ntrailer")


def _use(monkeypatch: pytest.MonkeyPatch, clean: int = 0) -> None:
    monkeypatch.setattr(settings, "DOCUMENT_SCANNER", f'{sys.executable} -c "{SCANNER.format(clean=clean)}"')


def _served(version: DocumentVersion) -> bool:
    version.blob.refresh_from_db()
    try:
        answer: Any = download(version)
    except NotServedError:
        return False
    with answer.file_to_stream:  # not close(): it would end the connection of the test
        return True


def test_without_a_scanner_files_are_served_and_said_not_to_be_scanned(device: Device) -> None:
    version = added(device)
    assert scan_waiting(NOW) == 0
    assert version.blob.get_scan_display() == "not scanned"
    assert _served(version)


def test_a_file_is_served_once_the_scanner_found_nothing(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use(monkeypatch)
    clean, infected = added(device), added(device, INFECTED, title="Infected")
    assert not _served(clean)
    assert scan_waiting(NOW) == 2
    assert (_served(clean), _served(infected)) == (True, False)
    assert {one.scan for one in Blob.objects.filter(scanned_at=NOW)} == {"clean", "refused"}
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.actor_label) == ("document.refused", "virus scanner")
    assert event.organisation == device.owner
    assert scan_waiting(NOW) == 0
    # The same bytes again are not given a second chance.
    assert not _served(added(device, INFECTED, title="Again"))


def test_a_scanner_that_fails_gives_no_verdict(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, clean=2)
    version = added(device)
    assert scan_waiting(NOW) == 0
    monkeypatch.setattr(settings, "DOCUMENT_SCANNER", "/no/such/scanner")
    assert scan_waiting(NOW) == 0
    assert (version.blob.scan, _served(version)) == ("pending", False)


def test_what_came_before_the_scanner_is_scanned_later(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = added(device, INFECTED)
    assert _served(version)
    _use(monkeypatch)
    assert scan() == 1
    assert not _served(version)


def test_a_file_that_is_gone_is_not_served(device: Device) -> None:
    version = added(device)
    store.path_of(version.blob_id).unlink()
    assert not _served(version)


def test_a_purge_takes_what_no_document_holds(device: Device) -> None:
    kept, removed = added(device), added(device, INFECTED, title="Removed")
    shared = added(device, title="Shares the file of the kept one")
    for one in (removed, shared):
        remove_document(actor=SYSTEM, document=one.document, reason="Wrong", at=NOW)
    orphan, end = store.path_of("0" * 64), Path(settings.MEDIA_ROOT, "incoming", "tmp1")
    orphan.parent.mkdir(parents=True)
    for path in (orphan, end):
        path.write_bytes(b"x")
    os.utime(end, (0, 0))

    later = NOW + timedelta(days=31)
    month = timedelta(days=30)
    early = purge(at=NOW + timedelta(days=29), keep_removed=month, dry_run=True)
    assert (early.leftovers, early.unnamed, early.removed) == (1, ["0" * 64], [])
    told = purge(at=later, keep_removed=month, dry_run=True)
    assert told.removed == [removed.blob_id]
    assert store.path_of(removed.blob_id).exists()
    assert orphan.exists()

    assert purge(at=later, keep_removed=month, dry_run=False) == told
    assert not orphan.exists()
    assert not end.exists()
    assert not store.path_of(removed.blob_id).exists()
    assert store.path_of(kept.blob_id).read_bytes() == PDF
    assert Blob.objects.get(pk=removed.blob_id).purged_at == later
    assert purge(at=later, keep_removed=month, dry_run=False).removed == []

    # The same bytes may come back.
    back = added(device, INFECTED, title="Back")
    assert _served(back)


def test_the_command_deletes_only_when_told_to(device: Device) -> None:
    version = added(device)
    remove_document(actor=SYSTEM, document=version.document, reason="Wrong", at=NOW - timedelta(days=40))
    output = StringIO()
    call_command("purge_documents", stdout=output)
    assert f"{version.blob_id} of removed documents: to delete" in output.getvalue()
    assert "Nothing was deleted" in output.getvalue()
    assert store.path_of(version.blob_id).exists()
    call_command("purge_documents", "--delete", "--keep-removed", "41", stdout=output)
    assert store.path_of(version.blob_id).exists()
    call_command("purge_documents", "--delete", stdout=output)
    assert not store.path_of(version.blob_id).exists()
