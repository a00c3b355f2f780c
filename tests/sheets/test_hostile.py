"""Workbooks that are made to harm, and the template as a program that is not openpyxl reads it."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from defusedxml import ElementTree
from django.utils.translation import override

from compliance.evidence.formats import inspect
from compliance.facts.errors import FactError
from compliance.sheets import opening, reading
from compliance.sheets.layout import sheets
from compliance.sheets.reading import read_book
from compliance.sheets.writing import template
from devices.models import User
from tests.facts.conftest import AT
from tests.sheets.books import content

AUDIT = {"device": "d", "key": "a", "kind": "initial", "held_on": "2026-01-14"}
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rewritten(data: bytes, change: dict[str, bytes], **more: bytes) -> bytes:
    """Return the archive with some entries replaced, and others added."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
        for name, added in more.items():
            new.writestr(name, added)
    return out.getvalue()


def sheet_of(data: bytes) -> bytes:
    return zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml")


def codes(path: Path) -> list[str]:
    with pytest.raises(FactError) as refused:
        read_book(path)
    return [one.code for one in refused.value.problems]


def test_entities_are_never_unfolded(tmp_path: Path) -> None:
    data = content({"ce_marking.audits": [AUDIT]})
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + sheet_of(data)
    path = tmp_path / "book.xlsx"
    path.write_bytes(rewritten(data, {"xl/worksheets/sheet1.xml": bomb}))
    assert codes(path) == ["damaged"]


def test_a_bomb_and_macros_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    data = content({"ce_marking.audits": [AUDIT]})
    files = {
        "bomb": rewritten(data, {}, **{"xl/media.bin": b"\0" * 60 * 2**20}),
        "macros": rewritten(data, {}, **{"xl/vbaProject.bin": b"x"}),
    }
    for code, bad in files.items():
        path = tmp_path / "book.xlsx"
        path.write_bytes(bad)
        with pytest.raises(FactError) as refused:
            inspect(path, "xlsx")
        assert [one.code for one in refused.value.problems] == [code]


def test_a_cell_of_ten_megabytes_is_an_error_at_its_cell(tmp_path: Path) -> None:
    data = content({"ce_marking.audits": [{**AUDIT, "note": "NOTE"}]})
    path = tmp_path / "book.xlsx"
    long = sheet_of(data).replace(b"NOTE", b"x" * 10 * 2**20)
    path.write_bytes(rewritten(data, {"xl/worksheets/sheet1.xml": long}))
    book = read_book(path)
    assert [(one.place and one.place.cell, one.problem.code) for one in book.faults] == [("H3", "too_long")]


def test_a_row_and_a_column_far_away_cost_nothing(tmp_path: Path) -> None:
    data = content({"ce_marking.audits": [AUDIT]})
    far = sheet_of(data).replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    path = tmp_path / "book.xlsx"
    path.write_bytes(rewritten(data, {"xl/worksheets/sheet1.xml": far}))
    assert len(read_book(path).lines) == 1


def test_more_lines_than_a_workbook_may_have_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(content({"ce_marking.audits": [{**AUDIT, "key": f"a{n}"} for n in range(3)]}))
    assert read_book(path).faults == []
    monkeypatch.setattr(reading, "MOST_LINES", 2)
    with pytest.raises(FactError) as refused:
        read_book(path)
    assert [one.code for one in refused.value.problems] == ["too_many"]


def test_a_formula_is_read_by_its_value_only(tmp_path: Path) -> None:
    data = content({"ce_marking.audits": [{**AUDIT, "note": '=CONCAT("a","b")'}]})
    for value, faults in ((b"<v>ab</v>", []), (b"", [("H3", "formula")])):
        formula = re.sub(rb"<f>(.*?)</f><v ?/>|<f>(.*?)</f><v></v>", rb"<f>\1\2</f>" + value, sheet_of(data))
        formula = formula.replace(b'<c r="H3">', b'<c r="H3" t="str">')
        path = tmp_path / "book.xlsx"
        path.write_bytes(rewritten(data, {"xl/worksheets/sheet1.xml": formula}))
        book = read_book(path)
        assert [(one.place and one.place.cell, one.problem.code) for one in book.faults] == faults
        assert book.lines[0].data["note"] == "ab" or faults


def test_a_folder_of_another_person_is_never_read(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    mine, other = User(email="a@example.org"), User(email="b@example.org")
    mine.pk, other.pk = 1, 2  # type: ignore[assignment]
    kept = [
        opening.keep_upload(mine, "a.xlsx", [content({"ce_marking.audits": [AUDIT]})], at=AT)
        for _ in range(7)
    ]
    assert opening.kept_upload(mine, kept[-1]) is not None
    assert opening.kept_upload(other, kept[-1]) is None
    assert [opening.kept_upload(mine, one) is None for one in kept].count(True) == 2  # the oldest went


class TestTheTemplateForOtherPrograms:
    """Read with the XML parser of Python, as the standard describes it."""

    @pytest.fixture(scope="class")
    def archive(self) -> zipfile.ZipFile:
        with override("fr"):
            return zipfile.ZipFile(BytesIO(template()))

    def test_every_part_is_xml_and_every_list_points_at_words(self, archive: zipfile.ZipFile) -> None:
        names = [one for one in archive.namelist() if one.endswith((".xml", ".rels", ".vml"))]
        parsed = {one: ElementTree.fromstring(archive.read(one)) for one in names}
        pages = [one for one in parsed if one.startswith("xl/worksheets/sheet")]
        assert len(pages) == len(sheets()) + 2
        book = parsed["xl/workbook.xml"]
        titles = [one.get("name") for one in book.iter(f"{MAIN}sheet")]
        assert all(len(one or "") <= 31 for one in titles)
        assert len({(one or "").casefold() for one in titles}) == len(titles)
        rules = [rule for page in pages for rule in parsed[page].iter(f"{MAIN}dataValidation")]
        lists = [one.findtext(f"{MAIN}formula1") or "" for one in rules if one.get("type") == "list"]
        assert len(lists) > 150
        assert {found[1] for one in lists if (found := re.match(r"'(.+)'!", one))} <= set(titles)
        dates = [one for one in rules if one.get("type") == "date"]
        assert len(dates) == sum(
            column.form == "day" for sheet in sheets().values() for column in sheet.columns
        )

    def test_each_data_sheet_is_protected_frozen_and_has_its_comments(self, archive: zipfile.ZipFile) -> None:
        for number in range(2, len(sheets()) + 2):
            page = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            protection, pane = (next(page.iter(f"{MAIN}{one}")) for one in ("sheetProtection", "pane"))
            assert (protection.get("sheet"), pane.get("state"), pane.get("ySplit")) == ("1", "frozen", "2")
            assert page.find(f"{MAIN}legacyDrawing") is not None
            assert [one.get("hidden") for one in page.iter(f"{MAIN}row")][:2] == ["1", None]
