"""Lists as workbooks: what the page lists, by the same filters, without anything that a program would run."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from compliance.amendments.operations import apply
from compliance.audit.actors import Actor
from compliance.ce_marking.models import Audit
from compliance.sheets.tables import Head, table
from devices.models import Device
from tests import portfolio
from tests.amendments import texts
from tests.evidence.conftest import added

MOST_QUERIES = 12


def rows(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    page = load_workbook(BytesIO(answer.content)).worksheets[0]
    return [list(one) for one in page.iter_rows(values_only=True)]


def test_the_matrix_by_its_filters(officer: Client) -> None:
    found = rows(officer.get("/sheets/devices/?q=echo&track=ce_marking"))
    assert found[0][0] == "Devices"
    assert found[1][0] == "Filters: Search: echo, Track: CE marking"
    assert found[2][0].startswith("Taken out by officer@example.org, ")
    assert found[3][0].startswith("Version of the law data: ")
    assert found[5][:4] == ["Device", "Key", "Class", "Manufacturer"]
    assert [one[:4] for one in found[6:]] == [["Écho Scan One", "scan-one", "MDR IIa", "Maker"]]
    assert isinstance(found[6][-1], datetime)
    assert len(rows(officer.get("/sheets/devices/"))) == 6 + 2


def test_a_list_of_facts_with_all_its_fields_and_its_filters(officer: Client) -> None:
    found = rows(officer.get("/ce_marking/audit/export/?kind__exact=surveillance"))
    assert "kind of audit: " in found[1][0].lower()
    assert found[5][:5] == ["Device", "Key", "Kind of audit", "Held on", "Notified body (number)"]
    assert found[6][:4] == ["Écho Scan One", "y1", "Surveillance", datetime(2025, 11, 30)]  # noqa: DTZ001
    assert len(rows(officer.get("/ce_marking/audit/export/?q=nothing-like-it"))) == 6


def test_a_document_with_its_latest_version(officer: Client, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    version = added(portfolio.device(), published=True)
    found = rows(officer.get("/sheets/documents/?q=certificate"))
    assert found[1][0] == "Filters: Search: certificate"
    assert found[5] == [
        "Document", "Device", "Kind", "Language", "Shown to hospitals",
        "Version", "Issued on", "Virus scan", "SHA-256",
    ]  # fmt: skip
    assert found[6:] == [
        ["EU certificate", "Écho Scan One", "Certificate", "French", "yes", 1,
         version.issued_on, version.blob.get_scan_display(), version.blob_id],
    ]  # fmt: skip
    assert len(rows(officer.get("/sheets/documents/?q=nothing-like-it"))) == 6


def test_the_lists_of_the_records(officer: Client) -> None:
    for model in ("device", "organisation", "source"):
        assert len(rows(officer.get(f"/devices/{model}/export/"))) > 6


def test_the_version_of_the_law_is_the_one_after_the_last_amendment(officer: Client) -> None:
    def said() -> str:
        return str(rows(officer.get("/sheets/devices/"))[3][0])

    before = said()
    row = apply(actor=Actor.system("test"), document=texts.document(), at=portfolio.NOW)
    assert said() == f"Version of the law data: {row.law_version}"
    assert said() != before


def test_nobody_gets_more_than_the_list_shows(session_of: Any) -> None:
    rival = session_of("rival")
    assert [one[0] for one in rows(rival.get("/sheets/devices/"))[6:]] == ["Rival Three"]
    assert rows(rival.get("/ce_marking/audit/export/"))[6:] == []


def test_a_buyer_gets_the_answers_and_no_record(session_of: Any) -> None:
    buyer = session_of("buyer")
    assert [one[0] for one in rows(buyer.get("/sheets/devices/"))[6:]] == ["Écho Scan One"]
    assert rows(buyer.get("/devices/device/export/"))[6:] == []
    assert buyer.get("/sheets/record/").status_code == 403


def test_no_text_becomes_a_formula(officer: Client) -> None:
    for name in ('=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "#REF!"):
        Device.objects.filter(key="scan-one").update(name=name)
        answer = officer.get("/sheets/devices/")
        page = load_workbook(BytesIO(answer.content)).worksheets[0]
        cell = next(row[0] for row in page.iter_rows(min_row=7) if row[1].value == "scan-one")
        assert cell.data_type == "s"
        assert cell.value == (name if name == "#REF!" else f"'{name}")


def test_a_text_of_any_length_fits(db: None) -> None:
    rows = [["\x01" * 50_000]]
    content = table(title="a/b:*", heads=[Head("x")], rows=rows, filters="", by="x", at=portfolio.NOW)
    page = load_workbook(BytesIO(content)).worksheets[0]
    assert page.title == "A b"
    assert len(page["A7"].value) < 32_767


def test_a_list_asks_as_much_for_many_rows(officer: Client) -> None:
    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            officer.get(url)
        return len(asked)

    urls = ("/sheets/devices/", "/ce_marking/audit/export/", "/devices/device/export/")
    few = [count(url) for url in urls]
    device = Device.objects.get(key="scan-one")
    for n in range(9):
        Device.objects.create(key=f"d{n}", name=f"D{n}", owner=device.owner, manufacturer=device.owner)
        Audit.objects.create(device=device, key=f"z{n}", kind="surveillance", held_on=date(2024, 1, n + 1))
    assert [count(url) for url in urls] == few
    assert max(few) <= MOST_QUERIES
