"""The documents of a dossier: which, under what names, and what happens where a file is not as recorded."""

import io
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override
from pytest_django.fixtures import DjangoAssertNumQueries

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.dossiers import evidence, verify
from compliance.dossiers.making import CancelledError
from compliance.dossiers.operations import build
from compliance.evidence import store
from compliance.evidence.models import Blob
from compliance.evidence.operations import amend_document, link, remove_document, unlink
from compliance.facts.errors import FactError
from compliance.facts.operations import record, save_device
from devices.models import Device
from tests.dossiers.samples import Made, content_of, files_of, squeezed, text_of
from tests.evidence.conftest import added
from tests.evidence.files import PDF, PNG

ON = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TOMORROW = AT + timedelta(days=1)
SYSTEM = Actor.system("test")
PLACE = f"data/evidence/{sha256(PDF).hexdigest()[:12]}-certificate.pdf"
FACT = "ce_marking.certificates[c]"


@pytest.fixture
def device(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Device:
    """A device with a certificate and a document that shows it."""
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")
    found = save_device(actor=SYSTEM, device=None, changes={"key": "scanner", "name": "Scanner"}, at=AT)
    certificate = {"key": "c", "number": "MDR-1", "kind": "quality_management", "regulation": "MDR"}
    record(actor=SYSTEM, subject=found, kind="ce_marking.certificates", value=certificate, at=AT)
    link(actor=SYSTEM, version=added(found), fact=FACT, at=AT)
    return found


def built(device: Device, known_on: date = ON, at: datetime = AT, **options: Any) -> Made:
    output = io.BytesIO()
    dossier = build(
        actor=SYSTEM, device=device, on=ON, known_on=known_on, language="fr", at=at, output=output, **options
    )
    return Made(dossier, output.getvalue())


def test_the_bag_holds_the_files_that_stood_on_its_date(device: Device, tmp_path: Path) -> None:
    other = added(device, PNG, title="Removed").document
    remove_document(actor=SYSTEM, document=other, reason="Wrong", at=AT)
    dossier = built(device)
    (document,) = content_of(dossier)["documents"]
    assert document == {
        "document": str(device.documents.get(title="EU certificate").pk),
        "kind": "certificate",
        "title": "EU certificate",
        "language": "fr",
        "version": 1,
        "added_at": "2026-11-22T09:00:00.000000+00:00",
        "file": "certificate.pdf",
        "issued_on": None,
        "media_type": "application/pdf",
        "size": len(PDF),
        "sha256": sha256(PDF).hexdigest(),
        "withheld": None,
        "path": PLACE,
        "facts": [FACT],
    }
    files = files_of(dossier)
    assert [name for name in files if "evidence" in name] == [PLACE]
    assert files[PLACE] == PDF
    printed = text_of(dossier)
    for words in ("EU certificate", "certificate.pdf", PLACE, "22 novembre 2026", document["sha256"]):
        assert squeezed(words) in printed, words
    assert "Removed" not in printed
    (tmp_path / "bag.zip").write_bytes(dossier.content)
    assert verify.verify(tmp_path / "bag.zip").problems == []
    before = built(device, known_on=date(2026, 11, 21))
    assert content_of(before)["documents"] == []
    assert PLACE not in files_of(before)


def test_what_is_said_of_a_document_later_changes_no_older_dossier(device: Device) -> None:
    then, document = built(device), device.documents.get()
    changes = {"title": "Withdrawn certificate"}
    amend_document(actor=SYSTEM, document=document, changes=changes, reason="clearer", at=TOMORROW)
    (shown,) = document.versions.get().links.all()
    unlink(actor=SYSTEM, row=shown, at=TOMORROW)
    added(device, PNG, title="A document of the same day")
    later = built(device, known_on=ON + timedelta(days=1), at=TOMORROW)
    told = {one["title"]: one["facts"] for one in content_of(later)["documents"]}
    assert told == {"Withdrawn certificate": [], "A document of the same day": []}
    first = next(one for one in content_of(built(device, at=TOMORROW))["documents"] if one["facts"])
    assert first == content_of(then)["documents"][0]
    remove_document(actor=SYSTEM, document=document, reason="Old", at=TOMORROW)
    assert PLACE in files_of(built(device, at=TOMORROW))


def test_bytes_that_stand_twice_stand_in_the_bag_once(device: Device) -> None:
    added(device, title="The same", kind="other")
    dossier = built(device)
    assert [one["path"] for one in content_of(dossier)["documents"]] == [PLACE, PLACE]
    assert [name for name in files_of(dossier) if "evidence" in name] == [PLACE]


@pytest.mark.parametrize("damage", ["missing", "shorter", "other bytes", "not scanned"])
def test_a_file_that_is_not_as_recorded_ends_the_dossier_by_its_name(
    device: Device, tmp_path: Path, damage: str
) -> None:
    place, expected = store.path_of(sha256(PDF).hexdigest()), "is not the one recorded"
    if damage == "missing":
        place.unlink()
        expected = "is not where files are kept"
    elif damage == "not scanned":
        Blob.objects.update(scan="pending")
        expected = "has not seen the file"
    else:
        place.write_bytes(PDF[:-1] + (b"" if damage == "shorter" else b"?"))
    events, output = AuditEvent.objects.count(), io.BytesIO()
    with override("en"):
        with pytest.raises(FactError) as raised:
            build(actor=SYSTEM, device=device, on=ON, known_on=ON, language="fr", at=AT, output=output)
        with pytest.raises(CommandError, match="EU certificate"):
            call_command(
                "export_dossier", "scanner", "--known-on", "2026-11-22", "--output", str(tmp_path / "a")
            )
        (problem,) = raised.value.problems
        assert (problem.path, problem.params["sha256"]) == ("documents", sha256(PDF).hexdigest())
        assert expected in str(raised.value)
    assert output.getvalue() == b""
    assert not (tmp_path / "a").exists()
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"scan": "refused"}, "not in the bag: refused by the virus scanner"),
        (
            {"purged_at": TOMORROW},
            "not in the bag: the document was removed since, and its file deleted",
        ),
    ],
    ids=["refused", "purged"],
)
def test_a_file_that_is_given_no_more_is_named_without_its_bytes(
    device: Device, state: dict[str, Any], said: str
) -> None:
    Blob.objects.update(**state)
    dossier = built(device)
    (document,) = content_of(dossier)["documents"]
    assert (document["path"], document["sha256"]) == (None, sha256(PDF).hexdigest())
    assert document["withheld"] == state.get("scan", "purged")
    with override("fr"):
        assert squeezed(gettext(said)) in text_of(dossier)
    assert not [name for name in files_of(dossier) if "evidence" in name]


def test_the_queries_do_not_grow_with_the_documents(
    device: Device, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with CaptureQueriesContext(connection) as alone:
        built(device)
    for n in range(5):
        added(device, PNG, title=f"Further {n}")
    with django_assert_num_queries(len(alone)):
        dossier = built(device)
    assert len(content_of(dossier)["documents"]) == 6


def test_progress_counts_the_files_and_may_cancel(device: Device) -> None:
    seen: list[tuple[int, int]] = []
    built(device, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(n, 6) for n in range(7)]
    output, events = io.BytesIO(), AuditEvent.objects.count()

    def cancel(done: int, total: int) -> None:
        if done == 3:
            raise CancelledError

    with pytest.raises(CancelledError):
        build(
            actor=SYSTEM, device=device, on=ON, known_on=ON, language="fr", at=AT, output=output,
            progress=cancel,
        )  # fmt: skip
    assert output.getvalue() == b""
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("certificate.pdf", "-certificate.pdf"),
        ("Déclaration n° 3 – été.pdf", "-Declaration-n-3-ete.pdf"),
        ("../../etc/passwd.pdf", "-etc-passwd.pdf"),
        ("C:\\Windows\\con.pdf", "-C-Windows-con.pdf"),
        ("NUL.pdf", "-NUL.pdf"),
        ("\u202efdp.exe.pdf", "-fdp-exe.pdf"),
        ('#import "@x" *b*.pdf', "-import-x-b.pdf"),
        ("сертификат.pdf", ".pdf"),
        ("two\nlines\x00.pdf", "-two-lines.pdf"),
        (". .pdf", ".pdf"),
        ("x" * 150 + ".pdf", "-" + "x" * 60 + ".pdf"),
        ("no ending", ".pdf"),
    ],
)
def test_names_in_the_bag_are_safe_everywhere(name: str, expected: str) -> None:
    document = {"file": name, "media_type": "application/pdf", "sha256": "ab" * 32, "withheld": None}
    (listed,) = evidence.listed([document])
    assert listed["path"] == f"data/evidence/abababababab{expected}"


def test_two_files_whose_hashes_start_alike_stand_apart() -> None:
    same = {"file": "a.pdf", "media_type": "application/pdf", "withheld": None}
    first, second = (
        one["path"] for one in evidence.listed([{**same, "sha256": "a" * 63 + end} for end in ("1", "2")])
    )
    assert first == f"data/evidence/{'a' * 12}-a.pdf"
    assert second == f"data/evidence/{'a' * 63}2-a.pdf"
