"""The filtered deadlines as files: what stands in them, for whom, and that no text is a formula."""

import csv
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar
from openpyxl import load_workbook

from compliance.assessments.models import DeadlineRow
from devices.models import Device
from tests.backoffice.conftest import Session
from tests.backoffice.test_deadlines import done, row

HEAD = 6  # the row of the heads: above it stand title, filters, person and law
FILES = ("csv", "xlsx", "ics")


def get(session: Client, ending: str, query: str = "", **headers: str) -> Any:
    answer = session.get(f"/deadlines/deadlines.{ending}?{query}", headers=headers)
    assert answer.status_code == 200
    ours = "jalon-" if ending == "xlsx" else ""  # as all workbooks are named
    assert f'attachment; filename="{ours}deadlines-2026-11-22.{ending}"' == answer["Content-Disposition"]
    return answer


def table(session: Client, query: str = "") -> list[list[str]]:
    text = get(session, "csv", query).content.decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";"))


def sheet(session: Client, query: str = "") -> Any:
    return load_workbook(BytesIO(get(session, "xlsx", query).content)).active


def events(session: Client, query: str = "") -> list[Any]:
    return Calendar.from_ical(get(session, "ics", query).content).walk("VEVENT")


def test_the_table_holds_what_the_list_shows(officer: Client) -> None:
    done()
    heads, *lines = table(officer, "state=any&track=ce_marking")
    assert len(lines) == DeadlineRow.objects.filter(device__key="scan-one", track="ce_marking").count()
    audit = dict(zip(heads, lines[0], strict=True))
    assert audit == {
        "Date of the text": "2026-11-30",
        "Hour": "",
        "Rolled date": "2026-11-30",
        "Safe date": "2026-11-30",
        "Device": "Écho Scan One",
        "Manufacturer": "Maker",
        "What is due": "Surveillance audit",
        "Track": "CE marking",
        "Obliged party": "notified body",
        "State": "to do",
        "Declared": "declared done",
        "Assigned to": "",
        "Article": "MDR Annex IX 3.3; IVDR Annex IX 3.3",
        "Certainty": "verified",
        "Rule": "mdr.surveillance_audit",
    }


def test_excel_gets_dates_as_dates_under_a_head_with_its_filters(officer: Client) -> None:
    page = sheet(officer, "period=30")
    assert [page[f"A{n}"].value for n in (1, 2)] == ["Deadlines", "Filters: Period: next 30 days"]
    assert [one.value for one in page[HEAD]][:2] == ["Date of the text", "Hour"]
    assert page.cell(HEAD, 1).font.bold
    first = page.cell(HEAD + 1, 1)
    assert first.value == datetime(2026, 11, 30)  # noqa: DTZ001 - a day, as Excel keeps it
    assert (first.is_date, first.number_format) == (True, "yyyy-mm-dd")
    assert (page.freeze_panes, page.auto_filter.ref) == ("B7", "A6:O7")
    assert page.column_dimensions["G"].width == 48
    assert (page.page_setup.orientation, page.print_title_rows) == ("landscape", "$6:$6")
    assert page.sheet_properties.pageSetUpPr.fitToPage


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")'])
def test_no_text_is_a_formula(officer: Client, name: str) -> None:
    Device.objects.filter(key="scan-one").update(name=name)
    assert table(officer)[1][4] == f"'{name}"
    cell = sheet(officer).cell(HEAD + 1, 5)
    assert (cell.value, cell.data_type) == (f"'{name}", "s")


def test_the_calendar_holds_whole_days_that_open_their_deadline(officer: Client) -> None:
    Device.objects.filter(key="scan-one").update(name="Scan, One;\nTwo")
    (event,) = events(officer, "period=30")
    assert event.decoded("dtstart") == date(2026, 11, 30)
    assert event.decoded("dtend") == date(2026, 12, 1)
    assert event["summary"] == "Scan, One;\nTwo : Surveillance audit"
    assert event["url"] == f"http://localhost:8000/deadlines/{row().pk}/"
    assert event["uid"] == f"deadline-{row().pk}@localhost:8000"
    assert "MDR Annex IX 3.3" in event["description"]
    assert get(officer, "ics").content.startswith(b"BEGIN:VCALENDAR\r\n")


def test_filters_hold_in_every_file(officer: Client) -> None:
    assert len(table(officer, "period=30")) == 2
    assert sheet(officer, "period=30").max_row == HEAD + 1
    assert len(events(officer, "period=30")) == 1
    done()
    assert len(table(officer, "period=30")) == 1
    assert events(officer, "period=30") == []


@pytest.mark.parametrize(
    ("role", "devices"),
    [("buyer", {"Écho Scan One"}), ("auditor", {"Écho Scan One"}), ("rival", set()), ("stranger", set())],
)
def test_a_file_holds_only_what_the_person_sees(session_of: Session, role: str, devices: set[str]) -> None:
    session = session_of(role)
    done()
    _head, *lines = table(session, "state=any")
    assert {one[4] for one in lines} == devices
    assert {one[10] for one in lines} - {""} == ({"declared done"} if role == "auditor" else set())
    found = {one.value for one in sheet(session, "state=any")["E"][HEAD:]}
    assert found == devices


def test_a_file_in_french_is_named_and_headed_in_french(officer: Client) -> None:
    answer = officer.get("/deadlines/deadlines.csv", headers={"accept-language": "fr"})
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%C3%A9ch%C3%A9ances-2026")
    assert "Dispositif" in answer.content.decode()
