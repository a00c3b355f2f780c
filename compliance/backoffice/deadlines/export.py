"""The filtered deadlines as files: a table for spreadsheets, and a calendar."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from icalendar import Calendar, Event

from compliance.assessments.dates import write_date
from compliance.assessments.words import word
from compliance.backoffice import access
from compliance.backoffice.deadlines.listing import DeadlineFilter, asked_rows, shown
from compliance.backoffice.sheets.answers import filters_of, list_response
from compliance.sheets.tables import Head
from config.clock import now, today

MOST = 5000
_WIDTHS = (13, 8, 13, 13, 30, 24, 48, 18, 20, 14, 16, 26, 34, 18, 32)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
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
    """Return the filtered deadlines as a workbook: dates as dates."""
    form, rows = _asked(request)
    heads = [Head(label, width) for label, width in zip(_headings(), _WIDTHS, strict=True)]
    return list_response(
        request,
        title=gettext("Deadlines"),
        heads=heads,
        rows=([*_cells(row)] for row in rows),
        filters=filters_of(form),
    )


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
