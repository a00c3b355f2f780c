"""The pages of spreadsheets: template, upload, preview, confirmation, marked copy."""

import os
import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.ce_marking.models import Audit, Certificate
from compliance.cnedimts.models import Application
from compliance.facts.operations import amend
from compliance.sheets.layout import sheets
from compliance.sheets.writing import template
from devices.models import Device, User
from tests import portfolio
from tests.backoffice.pages import text
from tests.sheets.books import Lines, content

Session = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(client: Client, data: bytes, name: str = "classeur.xlsx") -> Any:
    return client.post("/sheets/", {"file": SimpleUploadedFile(name, data)})


def previewed(client: Client, lines: Lines) -> tuple[str, Any]:
    sent = upload(client, content(lines))
    assert sent.status_code == 302, text(sent)
    return sent["Location"], client.get(sent["Location"])


def seen(answer: Any) -> str:
    return re.search(r'name="seen" value="(\w+)"', answer.content.decode())[1]  # type: ignore[index]


def faults(answer: Any) -> list[tuple[str, str]]:
    """Return the errors that a preview shows: the cell, and what is wrong."""
    return [(f.place.cell if f.place else "", f.text) for f in answer.context["reading"].faults]


AUDIT = {"device": "scan-one", "key": "y2", "kind": "Surveillance", "held_on": "14/01/2026"}


class TestAGoodWorkbook:
    def test_shows_every_change_then_writes_all_with_one_event(self, officer: Client) -> None:
        lines: Lines = {
            "devices": [{"key": "new-one", "name": "New One", "is_software": "oui"}],
            "ce_marking.audits": [AUDIT, {"device": "scan-one", "key": "y1", "held_on": "1er décembre 2025"}],
            "cnedimts.applications": [{"device": "new-one", "key": "first", "procedure": "lppr_listing"}],
            "cnedimts.applications:steps": [
                {"device": "new-one", "key": "first", "step": "requested", "on": "2 juin 2026"}
            ],
        }
        before = AuditEvent.objects.count()
        url, page = previewed(officer, lines)
        said = text(page)
        for words in ("3 new", "1 changed", "0 errors", "30 November 2025", "1 December 2025"):
            assert words in said
        assert not Device.objects.filter(key="new-one").exists()
        assert AuditEvent.objects.count() == before
        answer = officer.post(url, {"seen": seen(page), "reason": "Audit held a day later"}, follow=True)
        assert "4 changes are imported." in text(answer)
        device = Device.objects.get(key="new-one")
        assert (device.owner.key if device.owner else "", device.is_software) == ("maker", True)
        audits = Audit.objects.filter(device__key="scan-one").order_by("key")
        assert [(one.key, str(one.held_on)) for one in audits] == [("y1", "2025-12-01"), ("y2", "2026-01-14")]
        steps = Application.objects.get(device=device).steps.all()
        assert [(one.step, str(one.on)) for one in steps] == [("requested", "2026-06-02")]
        events = AuditEvent.objects.order_by("-pk")[: AuditEvent.objects.count() - before]
        assert {(one.action, one.subject_label, one.reason) for one in events} == {
            ("record.imported", "New One", "Audit held a day later"),
            ("record.imported", "Écho Scan One", "Audit held a day later"),
        }
        assert officer.get(url).status_code == 302  # the file is gone

    def test_what_is_recorded_changes_nothing(self, officer: Client) -> None:
        sent = upload(officer, officer.get("/sheets/record/").content)
        page = officer.get(sent["Location"])
        assert "Nothing changes" in text(page)
        assert page.context["reading"].unchanged == 11

    def test_an_empty_cell_keeps_and_the_word_for_unknown_empties(self, officer: Client) -> None:
        line = {"device": "scan-one", "key": "qms", "notified_body": "inconnu"}
        lines: Lines = {"ce_marking.certificates": [line]}
        url, page = previewed(officer, lines)
        assert faults(page) == []
        assert "7 empty cells where something is recorded" in text(page)
        officer.post(url, {"seen": seen(page), "reason": "Unread"})
        row = Certificate.objects.get()
        assert (row.number, row.notified_body, str(row.printed_end)) == ("C-1", None, "2029-02-28")

    def test_only_the_word_takes_out(self, officer: Client) -> None:
        lines: Lines = {"ce_marking.audits": [{"mark": "remove", "device": "scan-one", "key": "y1"}]}
        url, page = previewed(officer, lines)
        assert "1 taken out" in text(page)
        refused = officer.post(url, {"seen": seen(page)})
        assert "This field is required" in text(refused)
        assert Audit.objects.count() == 1
        officer.post(url, {"seen": seen(page), "reason": "Never held"})
        assert Audit.objects.count() == 0

    def test_a_line_without_a_key_gets_one_and_is_known_the_next_time(self, officer: Client) -> None:
        line = {"device": "scan-one", "kind": "unannounced", "held_on": "2026-02-03"}
        for expected in ([("audit-1", "2026-02-03"), ("y1", "2025-11-30")],) * 2:
            url, page = previewed(officer, {"ce_marking.audits": [line]})
            if page.context["reading"].changes:
                officer.post(url, {"seen": seen(page)})
            rows = Audit.objects.order_by("key")
            assert [(one.key, str(one.held_on)) for one in rows] == expected

    def test_the_confirmation_is_refused_when_the_record_changed_meanwhile(self, officer: Client) -> None:
        line = {"device": "scan-one", "key": "y1", "held_on": "1er décembre 2025"}
        lines: Lines = {"ce_marking.audits": [line]}
        url, page = previewed(officer, lines)
        amend(
            actor=Actor.system("test"),
            fact=Audit.objects.get(),
            changes={"note": "Meanwhile"},
            reason="r",
            at=portfolio.NOW,
        )
        answer = officer.post(url, {"seen": seen(page), "reason": "A day later"})
        assert "Someone changed this record meanwhile: read it again" in text(answer)
        assert str(Audit.objects.get().held_on) == "2025-11-30"
        assert seen(answer) != seen(page)  # what is shown now can be confirmed
        officer.post(url, {"seen": seen(answer), "reason": "A day later"})
        assert (str(Audit.objects.get().held_on), Audit.objects.get().note) == ("2025-12-01", "Meanwhile")

    def test_the_file_is_kept_for_an_hour_and_for_its_person(
        self, session_of: Session, tmp_path: Path
    ) -> None:
        owner = session_of("officer")
        url, _page = previewed(owner, {"ce_marking.audits": [AUDIT]})
        rival = Client()
        rival.force_login(User.objects.get(email="rival@example.org"))
        assert rival.get(url).status_code == 302
        assert rival.get(f"{url}marked/").status_code == 302
        [kept] = tmp_path.glob("sheets/*/*")
        os.utime(kept, (portfolio.NOW.timestamp() - 3601,) * 2)
        assert owner.get(url)["Location"] == "/sheets/"


A, D, ORG = "ce_marking.audits", "devices", "organisations"
BAD: list[tuple[str, dict[str, Any], str, str]] = [
    (A, {"held_on": "03/04/26"}, "E", "The year has two digits"),
    (A, {"held_on": "03/04/2026"}, "E", "Day and month cannot be told apart"),
    (A, {"held_on": "31/02/2026"}, "E", "The calendar has no such day"),
    (A, {"held_on": "mars 2026"}, "E", "This is no date"),
    (A, {"held_on": 45000}, "E", "set its format to date"),
    (A, {"held_on": datetime(2026, 1, 1, 8, 30)}, "E", "take the hour out"),  # noqa: DTZ001
    (A, {"held_on": "=1+1"}, "E", "The formula has no value"),
    (A, {"held_on": "#REF!"}, "E", "error of the spreadsheet"),
    (A, {"kind": "Visite"}, "D", "One of these is expected: "),
    (A, {"kind": None}, "D", "This field is required."),
    (A, {"kind": "inconnu"}, "D", "This field is required."),
    (A, {"device": "nobody"}, "B", "No record that you keep has this key"),
    (A, {"device": "rival-three"}, "B", "No record that you keep has this key"),
    (A, {"device": None}, "B", "This field is required."),
    (A, {"key": "Année 2"}, "C", "A key is made of small letters"),
    (A, {"key": "=1"}, "C", "The formula has no value"),
    (A, {"source": "nowhere"}, "G", "No source has the key nowhere."),
    (A, {"note": "x" * 4001}, "H", "At most 4000 characters are possible."),
    (A, {"mark": "remove"}, "C", "nothing can be taken out"),
    (A, {"mark": "delete"}, "A", "One of these is expected"),
    (D, {"is_software": "peut-être"}, "K", "Write yes, no or unknown."),
    (D, {"functions": "Diagnostic; Café"}, "M", "One of these is expected"),
    (D, {"emdn": "12"}, "N", "is not an EMDN code"),
    (D, {"name": None}, "C", "This field is required."),
    (D, {"key": "rival-three"}, "B", "This key is taken: choose another one."),
    (D, {"owner": "rival"}, "B", "not yours to change"),
    (D, {"name": 12.5}, "C", "the cell holds a number"),
    (ORG, {"key": "rival", "name": "Rival SAS"}, "B", "not yours to change"),
]  # fmt: skip


def _bad_lines() -> tuple[Lines, dict[tuple[str, str], str]]:
    """Return a workbook with all these lines, and what is expected at each cell."""
    lines: dict[str, list[dict[str, Any]]] = {}
    expected = {}
    for number, (path, wrong, column, said) in enumerate(BAD):
        base = {A: {**AUDIT, "key": f"n{number}"}, D: {"key": f"n{number}", "name": "N"}}.get(path, {})
        rows = lines.setdefault(path, [])
        rows.append({**base, **wrong})
        expected[str(sheets()[path].label).capitalize(), f"{column}{len(rows) + 2}"] = said
    return lines, expected


class TestErrors:
    def test_each_stands_at_its_cell_with_what_is_wrong(self, officer: Client) -> None:
        lines, expected = _bad_lines()
        _url, page = previewed(officer, lines)
        assert [one.text for one in page.context["reading"].faults if not one.place] == []
        found = {(one.place.sheet, one.place.cell): one.text for one in page.context["reading"].faults}
        assert found.keys() == expected.keys()
        assert len(page.context["reading"].faults) == len(BAD)
        for place, said in expected.items():
            assert said in found[place]
            assert said.strip() in text(page)
        assert "Import" not in re.findall(r"<button.*?</button>", page.content.decode())

    def test_all_are_told_at_once_with_what_could_change_and_a_marked_copy(self, officer: Client) -> None:
        lines: Lines = {
            "devices": [{"key": "n", "is_software": "bof"}],
            "ce_marking.audits": [AUDIT, {**AUDIT, "held_on": "x"}, {**AUDIT, "key": "y3", "kind": "x"}],
            "cnedimts.applications:steps": [{"device": "n", "key": "no", "step": "requested", "on": "x"}],
            "listing.listings": [
                {"device": "scan-one", "key": "a", "list": "LATM", "starts_on": "2026-02-01",
                 "ends_on": "2026-01-01"},
                {"device": "scan-one", "key": "b", "list": "lppr", "code": "123", "tariff_eur": "douze"},
            ],
        }  # fmt: skip
        url, page = previewed(officer, lines)
        assert [cell for cell, _said in faults(page)] == [
            "C3", "K3", "C4", "E4", "D5", "C3", "F3", "P3", "F4", "I4",
        ]  # fmt: skip
        assert [one.key for one in page.context["reading"].changes] == ["y2", "a", "b"]
        answer = officer.get(f"{url}marked/")
        assert answer["Content-Disposition"].endswith('.xlsx"')
        book = load_workbook(BytesIO(answer.content))
        wrong = book["Audits"]["E4"]
        assert wrong.fill.fgColor.rgb == "00F6B8B3"
        assert "This is no date" in wrong.comment.text
        assert book["Audits"]["E3"].fill.fgColor.rgb != "00F6B8B3"

    def test_a_posted_confirmation_of_a_wrong_workbook_writes_nothing(self, officer: Client) -> None:
        url, page = previewed(officer, {"ce_marking.audits": [AUDIT, {**AUDIT, "key": "y3", "kind": "x"}]})
        digest = page.context["reading"].digest
        assert officer.post(url, {"seen": digest}).status_code == 200
        assert Audit.objects.count() == 1

    def test_a_duplicate_of_a_code_names_the_other_cell(self, officer: Client) -> None:
        line = {"device": "scan-one", "scheme": "udi_di", "value": "03760123456784"}
        lines: Lines = {"identifiers": [{**line, "key": "a"}, {**line, "key": "b"}]}
        _url, page = previewed(officer, lines)
        assert [cell for cell, _said in faults(page)] == ["E4"]
        assert "03760123456784 stands already in the sheet Identifiers, cell E3." in faults(page)[0][1]


def _other() -> bytes:
    book, out = Workbook(), BytesIO()
    book["Sheet"]["A1"] = "jalon"
    book.save(out)
    return out.getvalue()


class TestFilesThatAreNoneOfOurs:
    @pytest.mark.parametrize(
        ("name", "data", "said"),
        [
            ("a.xlsx", b"", "The file is empty"),
            ("a.csv", b"key;name\n", "A workbook of the form .xlsx is expected"),
            ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "A workbook of the form .xlsx"),
            ("a.ods", b"PK\x03\x04", "A workbook of the form .xlsx is expected"),
            ("a.xlsm", b"PK\x03\x04", "A workbook of the form .xlsx is expected"),
            ("a.xlsx", b"PK\x03\x04 not an archive", "damaged"),
            ("a.xlsx", b"<html>", "not taken"),
            ("../../a.xlsm.xlsx", b"PK", "two endings"),
            ("a\u202exslx.xlsx", b"PK", "damaged"),
            ("a.php.xlsx", b"PK", "two endings"),
        ],
    )  # fmt: skip
    def test_are_refused_in_the_form(self, officer: Client, name: str, data: bytes, said: str) -> None:
        answer = upload(officer, data, name)
        assert answer.status_code == 400
        assert said in text(answer)

    def test_another_workbook_says_so(self, officer: Client) -> None:
        sent = upload(officer, _other())
        answer = officer.get(sent["Location"])
        assert answer.status_code == 400
        assert "This workbook is not made from the template" in text(answer)

    def test_the_empty_template_changes_nothing(self, officer: Client) -> None:
        page = officer.get(upload(officer, template())["Location"])
        assert "Nothing changes" in text(page)

    def test_more_than_ten_megabytes(self, officer: Client) -> None:
        answer = upload(officer, template() + b"\0" * 11 * 2**20)
        assert "larger than 10 MB" in text(answer)


def test_the_template_is_made_from_the_schema(officer: Client) -> None:
    answer = officer.get("/sheets/template/")
    assert answer["Content-Disposition"] == 'attachment; filename="jalon-template-2026-11-22.xlsx"'
    book = load_workbook(BytesIO(answer.content))
    assert len(book.worksheets) == len(sheets()) + 2
    audits = book["Audits"]
    names = [one.name for one in sheets()["ce_marking.audits"].columns]
    assert [cell.value for cell in audits[1]][1:] == names[1:]
    assert (audits.row_dimensions[1].hidden, audits.freeze_panes) == (True, "D3")
    heads = [cell.value for cell in audits[2]][:5]
    assert heads == ["Mark", "Device *", "Key", "Kind of audit *", "Held on *"]
    assert audits["A3"].value == "example"
    assert audits.protection.sheet
    assert [audits[cell].protection.locked for cell in ("B2", "B3")] == [True, False]


@pytest.mark.parametrize("role", ["buyer", "auditor", "stranger"])
def test_others_may_not_import(session_of: Session, role: str) -> None:
    client = session_of(role)
    assert client.get("/sheets/").status_code == 403
    assert upload(client, template()).status_code == 403
    assert client.get("/sheets/template/").status_code == 403
