"""The pages of documents, for each role and each mistake."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.audit.models import AuditEvent
from compliance.evidence.limits import RequestSize
from compliance.evidence.models import Blob, Document, DocumentVersion
from devices.models import Device
from tests import portfolio
from tests.backoffice.conftest import Session
from tests.backoffice.pages import text
from tests.evidence.conftest import added
from tests.evidence.files import GOOD, PDF, PNG

OTHER_PDF = PDF.replace(b"9", b"7")


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "files")


def _file(content: bytes = PDF, name: str = "certificate.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def _add_url(device: Device) -> str:
    return reverse("admin:document_add", args=[device.pk])


def _sent(session: Client, device: Device, **changes: Any) -> Any:
    data = {"kind": "certificate", "title": "EU certificate", "language": "fr", "issued_on": "2024-03-01"}
    return session.post(_add_url(device), {**data, "file": _file(), **changes})


def _url(name: str, version: DocumentVersion) -> str:
    return reverse(f"admin:{name}", args=[version.pk if name == "document_file" else version.document_id])


def test_an_officer_uploads_sees_and_downloads(officer: Client) -> None:
    device = portfolio.device()
    answer = _sent(officer, device, published="on")
    version = DocumentVersion.objects.get()
    assert answer["Location"] == _url("document", version)
    page = text(officer.get(answer["Location"]))
    assert "The document is added." in page
    assert version.blob_id in page
    assert "not scanned" in page
    assert AuditEvent.objects.latest("id").actor_label == "officer@example.org"
    shown = text(officer.get(reverse("admin:device", args=[device.pk])))
    assert "EU certificate Certificate · French · published to hospitals" in shown
    assert "Document added document EU certificate" in shown
    file: Any = officer.get(_url("document_file", version))
    assert b"".join(file.streaming_content) == PDF


@pytest.mark.parametrize("name", GOOD)
def test_a_file_never_comes_back_as_a_page(officer: Client, name: str) -> None:
    assert _sent(officer, portfolio.device(), file=_file(GOOD[name], name)).status_code == 302
    version = DocumentVersion.objects.get()
    answer: Any = officer.get(_url("document_file", version), headers={"range": "bytes=0-3"})
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == GOOD[name]
    assert answer["Content-Length"] == str(len(GOOD[name]))
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Type"].partition(";")[0] == version.blob.media_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Frame-Options"] == "DENY"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Accept-Ranges"] == "none"


@pytest.mark.parametrize(
    ("role", "private", "published"),
    [
        ("officer", 200, 200),
        ("administrator", 200, 200),
        ("buyer", 404, 200),
        ("auditor", 200, 200),
        ("rival", 404, 404),
        ("stranger", 404, 404),
    ],
)
def test_each_role_gets_its_files_and_no_other(
    session_of: Session, role: str, private: int, published: int
) -> None:
    session, device = session_of(role), portfolio.device()
    hidden, shown = added(device, title="Private"), added(device, PNG, title="Published", published=True)
    for status, version in ((private, hidden), (published, shown)):
        for name in ("document", "document_file"):
            assert session.get(_url(name, version)).status_code == status
        listed = text(session.get(reverse("admin:documents")))
        assert (version.document.title in listed) == (status == 200)
    if published == 200:
        page = session.get(reverse("admin:device", args=[device.pk])).content.decode()
        assert (_url("document", hidden) in page) == (private == 200)
        assert _url("document", shown) in page


def test_nobody_is_sent_to_the_login(session_of: Session) -> None:
    session_of("officer")
    version = added(portfolio.device(), published=True)
    for name in ("document", "document_file", "document_edit"):
        answer = Client().get(_url(name, version))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("role", ["buyer", "auditor", "rival", "stranger"])
def test_who_does_not_keep_the_record_finds_no_form(session_of: Session, role: str) -> None:
    session, device = session_of(role), portfolio.device()
    version = added(device, published=True)
    count = AuditEvent.objects.count()
    assert _sent(session, device).status_code in (403, 404)
    for name in ("document_version", "document_edit", "document_remove", "document_link"):
        for answer in (session.get(_url(name, version)), session.post(_url(name, version), {"reason": "r"})):
            assert answer.status_code in (403, 404)
    assert "Add a version" not in text(session.get(_url("document", version)))
    assert AuditEvent.objects.count() == count
    assert Document.objects.get().removed_at is None


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"file": b"<html><script>1</script></html>"}, "file", "This type of file is not taken"),
        ({"file": PNG}, "file", "The name ends with .pdf, but the content is PNG: rename the file."),
        ({"file": b""}, "file", "The file is empty: choose the right file."),
        ({"file": None}, "file", "This field is required."),
        ({"name": "a" * 200 + ".pdf"}, "file", "The name of the file is longer than 150 characters"),
        ({"name": "a.pdf.exe"}, "file", "The name ends with .exe, but the content is PDF"),
        ({"kind": "novel"}, "kind", "novel is not one of the available choices"),
        ({"issued_on": "2026-02-31"}, "issued_on", "Enter a valid date."),
    ],
)
def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(
    officer: Client, changes: dict[str, Any], field: str, said: str
) -> None:
    content, name = changes.pop("file", PDF), changes.pop("name", "certificate.pdf")
    sent = {"title": "My title", "issued_on": "2024-03-02", **changes}
    sent["file"] = "" if content is None else _file(content, name)
    answer = _sent(officer, portfolio.device(), **sent)
    assert answer.status_code == 200
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert said in text(answer)
    assert form["title"].value() == "My title"
    assert 'value="My title"' in answer.content.decode()
    assert not Document.objects.exists()
    assert not Blob.objects.exists()


def test_a_path_in_a_name_is_taken_away(officer: Client) -> None:
    _sent(officer, portfolio.device(), file=_file(name="../../etc/passwd.pdf"))
    assert DocumentVersion.objects.get().name == "passwd.pdf"


def test_a_file_too_large_comes_back_with_its_form(officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DOCUMENT_MAX_BYTES", 2**20)
    answer = _sent(officer, portfolio.device(), title="Mine", file=_file(PDF + b"\n" * (2**20)))
    assert "The file is larger than 1 MB: make it smaller." in text(answer)
    assert answer.context["form"]["title"].value() == "Mine"


@pytest.mark.parametrize("announced", [str(2 * 2**30), str(10**30), "-1", "many"])
def test_what_announces_too_much_is_refused_before_it_is_read(announced: str) -> None:
    class Unread:
        def read(self, *_args: object) -> bytes:
            raise AssertionError("a byte was read")

    request = RequestFactory().post("/", headers={"accept-language": "en"})
    request.META |= {"CONTENT_LENGTH": announced, "wsgi.input": Unread()}
    called: list[object] = []
    with pytest.raises(RequestDataTooBig):
        RequestSize(called.append)(request)  # type: ignore[arg-type]
    assert not called


def test_the_refusal_stands_before_sessions_and_forms(officer: Client) -> None:
    answer = officer.post(_add_url(portfolio.device()), {"title": "x"}, CONTENT_LENGTH=str(2 * 2**30))
    assert answer.status_code == 413
    assert "A document holds at most 50 MB" in text(answer)


def test_versions_edit_link_and_removal(officer: Client) -> None:
    version = added(portfolio.device())
    home = _url("document", version)
    answer = officer.post(_url("document_version", version), {"file": _file()})
    assert "This is the same file as version 1: choose the new one." in text(answer)
    answer = officer.post(
        _url("document_version", version), {"file": _file(PNG, "scan.png"), "reason": "New"}
    )
    assert answer["Location"] == home
    assert text(officer.get(home)).index("scan.png") < text(officer.get(home)).index("certificate.pdf")

    edit = {"kind": "ifu", "title": "IFU", "language": "en", "published": "on"}
    assert "This field is required." in text(officer.post(_url("document_edit", version), edit))
    officer.post(_url("document_edit", version), {**edit, "reason": "Wrong kind"})
    document = Document.objects.get()
    assert (document.kind, document.title, document.published) == ("ifu", "IFU", True)

    link = _url("document_link", version)
    assert "Select a valid choice" in text(officer.post(link, {"fact": "nothing[x]"}))
    officer.post(link, {"fact": "ce_marking.certificates[qms]"})
    page = officer.get(home)
    assert "C-1" in text(page)
    assert "version 2" in text(page)
    officer.post(link, {"remove": page.context["links"][0][0].pk})
    assert "It is linked to no fact." in text(officer.get(home))

    assert officer.post(_url("document_remove", version), {"reason": ""}).status_code == 200
    officer.post(_url("document_remove", version), {"reason": "Of another device"})
    assert officer.get(home).status_code == 404
    assert officer.get(_url("document_file", version)).status_code == 404
    assert AuditEvent.objects.latest("id").reason == "Of another device"


def test_a_file_that_is_not_served_says_so(officer: Client) -> None:
    version = added(portfolio.device())
    for scan, said in (("pending", "being scanned"), ("refused", "refused by the virus scanner")):
        Blob.objects.update(scan=scan)
        answer = officer.get(_url("document_file", version), follow=True)
        assert "This file is not served: see its state below." in text(answer)
        assert said in text(answer)
        assert _url("document_file", version) not in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["EU certificate", "Notice"]),
        ({"q": "echo notice"}, ["Notice"]),
        ({"q": "zebra"}, []),
        ({"kind": "ifu"}, ["Notice"]),
        ({"language": "en"}, ["EU certificate"]),
        ({"shown": "published"}, ["Notice"]),
        ({"shown": "private"}, ["EU certificate"]),
        ({"kind": "novel"}, ["EU certificate", "Notice"]),
    ],
)
def test_the_list_is_searched_and_filtered(officer: Client, query: dict[str, str], found: list[str]) -> None:
    added(portfolio.device(), language="en")
    last = added(portfolio.device(), OTHER_PDF, kind="ifu", title="Notice", published=True)
    answer = officer.get(reverse("admin:documents"), query)
    assert [one.title for one in answer.context["page"]] == found
    by_hash = officer.get(reverse("admin:documents"), {"q": last.blob_id[:12].upper()})
    assert [one.title for one in by_hash.context["page"]] == ["Notice"]


@pytest.mark.parametrize("page", ["device", "documents", "document"])
def test_pages_ask_as_much_for_many_documents_as_for_few(officer: Client, page: str) -> None:
    device = portfolio.device()
    first = added(device)
    added(device, PNG, title="Second")
    args: list[Any] = {"device": [device.pk], "documents": [], "document": [first.document_id]}[page]
    url = reverse(f"admin:{page}", args=args)

    def count() -> int:
        officer.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert officer.get(url).status_code == 200
        return len(asked)

    few = count()
    for n in range(15):
        added(device, PDF.replace(b"9", str(n + 10).encode()), title=f"Title {n}")
    assert count() == few
    assert few <= 12
