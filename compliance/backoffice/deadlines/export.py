"""The filtered deadlines as files: a table for spreadsheets, and a calendar."""

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext
from icalendar import Calendar, Event
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from compliance.assessments.dates import write_date
from compliance.assessments.words import word
from compliance.backoffice import access
from compliance.backoffice.deadlines.listing import DeadlineFilter, asked_rows, shown
from config.clock import now, today

MOST = 5000
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = (13, 8, 13, 13, 30, 24, 48, 18, 20, 14, 16, 26, 34, 18, 32)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEAD = 3  # the line of the filters, an empty one, the headings
Cell = str | date


def as_csv(request: HttpRequest) -> HttpResponse:
    """Return the filtered deadlines as a file that a spreadsheet of a French computer opens as it is."""
    _form, rows = _asked(request)
    answer = _file("text/csv; charset=utf-8", "csv")
    answer.write("\ufeff")
    writer = csv.writer(answer, delimiter=";")
    writer.writerow(_headings())
    writer.writerows([_plain(one) for one in _cells(row)] for row in rows)
    return answer


def as_xlsx(request: HttpRequest) -> HttpResponse:
    """Return the filtered deadlines as an Excel file: the filters in the first line, dates as dates."""
    form, rows = _asked(request)
    book = Workbook()
    sheet: Any = book.active
    sheet.title = gettext("Deadlines")
    sheet.append([_filters(form, len(rows))])
    sheet.append([])
    sheet.append(_headings())
    for row in rows:
        sheet.append([_clean(one) for one in _cells(row)])
    _lay_out(sheet, len(rows))
    content = BytesIO()
    book.save(content)
    answer = _file(SHEET, "xlsx")
    answer.write(content.getvalue())
    return answer


def as_calendar(request: HttpRequest) -> HttpResponse:
    """Return the filtered deadlines as an iCalendar file (RFC 5545): whole days, on the date of the text."""
    _form, rows = _asked(request)
    calendar = Calendar()
    calendar.add("prodid", "-//Jalon//jalon//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", gettext("Deadlines"))
    for row in rows:
        calendar.add_component(_event(row))
    answer = _file("text/calendar; charset=utf-8", "ics")
    answer.write(calendar.to_ical())
    return answer


def _asked(request: HttpRequest) -> tuple[DeadlineFilter, list[Any]]:
    """Return the filter form and the first deadlines that fit it, ready to be written."""
    form, rows = asked_rows(request, access.visible(request), today())
    return form, shown(request, list(rows[:MOST]))


def _headings() -> list[str]:
    return [
        gettext("Date of the text"),
        gettext("Hour"),
        gettext("Rolled date"),
        gettext("Safe date"),
        gettext("Device"),
        gettext("Manufacturer"),
        gettext("What is due"),
        gettext("Track"),
        gettext("Obliged party"),
        gettext("State"),
        gettext("Declared"),
        gettext("Assigned to"),
        gettext("Article"),
        gettext("Certainty"),
        gettext("rule").capitalize(),
    ]


def _cells(row: Any) -> Iterator[Cell]:
    """Yield the cells of a deadline in the order of the headings."""
    mark, assignment = getattr(row, "mark", None), getattr(row, "assignment", None)
    yield row.strict
    yield row.hour
    yield row.rolled
    yield row.safe
    yield row.device.name
    yield row.device.manufacturer.name if row.device.manufacturer else ""
    yield row.label
    yield str(row.get_track_display())
    yield word(row.obliged)
    yield word("pending" if row.state == "open" else row.state)
    yield str(mark.get_kind_display()) if mark and row.mark_covers else ""
    yield str(assignment.person) if assignment else ""
    yield row.citation
    yield word(row.certainty)
    yield row.rule


def _plain(cell: Cell) -> str:
    """Return a cell as text that no spreadsheet takes for a formula."""
    if isinstance(cell, date):
        return cell.isoformat()
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _clean(cell: Cell) -> Cell:
    """Return a cell without the signs that the file format does not know."""
    return ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell


def _lay_out(sheet: Any, count: int) -> None:
    """Head, widths, the filter of Excel over the table; every text is a text, whatever it starts with."""
    for n, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(n)].width = width
        sheet.cell(_HEAD, n).font = Font(bold=True)
    for line in sheet.iter_rows(min_row=_HEAD + 1):
        for cell in line:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(cell.value, str) and cell.value.startswith(_FORMULA):
                cell.data_type, cell.quotePrefix = "s", True
            elif cell.is_date:
                cell.number_format = "dd/mm/yyyy" if get_language() == "fr" else "yyyy-mm-dd"
    sheet.freeze_panes = sheet.cell(_HEAD + 1, 1)
    sheet.auto_filter.ref = f"A{_HEAD}:{get_column_letter(len(_WIDTHS))}{_HEAD + count}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.print_title_rows = f"{_HEAD}:{_HEAD}"


def _filters(form: DeadlineFilter, count: int) -> str:
    """Return in one line what was asked for, when, and how many deadlines fit it."""
    said = [gettext("Deadlines on %(day)s") % {"day": write_date(today())}]
    for name, value in form.cleaned_data.items():
        if value and name != "sort":
            field: Any = form.fields[name]
            choices = {str(code): str(label) for code, label in getattr(field, "choices", ())}
            said.append(f"{field.label} : {choices.get(value, value)}")
    return re.sub(r"\s+", " ", " · ".join([*said, str(count)]))


def _event(row: Any) -> Event:
    event = Event()
    hour = f" ({row.hour})" if row.hour else ""
    link = settings.BASE_URL + reverse("admin:deadline", args=[row.pk])
    event.add("uid", f"deadline-{row.pk}@{settings.BASE_URL.split('://')[-1]}")
    event.add("dtstamp", now())
    event.add("dtstart", row.strict)
    event.add("dtend", row.strict + timedelta(days=1))
    event.add("summary", f"{row.device.name} : {row.label}{hour}")
    event.add("description", "\n".join(_description(row, link)))
    event.add("categories", [str(row.get_track_display())])
    event.add("url", link)
    event.add("transp", "TRANSPARENT")
    return event


def _description(row: Any, link: str) -> Iterator[str]:
    yield row.citation if row.certainty == "verified" else f"{row.citation} ({word(row.certainty)})"
    if row.obliged:
        yield f"{gettext('Obliged party')} : {word(row.obliged)}"
    yield f"{gettext('Safe date')} : {write_date(row.safe)}"
    yield link


def _file(content_type: str, ending: str) -> HttpResponse:
    name = f"{gettext('deadlines')}-{today().isoformat()}.{ending}"
    attached = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content_type=content_type, headers={"Content-Disposition": attached})
