"""The filtered deadlines as files: one table for all formats."""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from compliance.assessments.words import word
from compliance.backoffice import access
from compliance.backoffice.deadlines import DeadlineFilter, asked_rows, shown
from config.clock import today

MOST = 5000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Cell = str | date | None


def as_csv(request: HttpRequest) -> HttpResponse:
    """Return the filtered deadlines as a file that a spreadsheet of a French computer opens as it is."""
    _form, rows = asked(request)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    _attach(answer, "csv")
    writer = csv.writer(answer, delimiter=";")
    writer.writerow(headings())
    writer.writerows([_plain(one) for one in cells(row)] for row in rows)
    return answer


def asked(request: HttpRequest) -> tuple[DeadlineFilter, list[Any]]:
    """Return the filter form and the first deadlines that fit it, ready to be written."""
    form, rows = asked_rows(request, access.visible(request), today())
    return form, shown(request, list(rows[:MOST]))


def headings() -> list[str]:
    """Return the headings of the table, in the active language."""
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
        gettext("rule"),
    ]


def cells(row: Any) -> Iterator[Cell]:
    """Yield the cells of a deadline in the order of the headings; no text among them is a formula."""
    mark, assignment = getattr(row, "mark", None), getattr(row, "assignment", None)
    declared = mark.get_kind_display() if mark and row.mark_covers else ""
    yield row.strict
    yield row.hour
    yield row.rolled
    yield row.safe
    for text in (
        row.device.name,
        row.device.manufacturer.name if row.device.manufacturer else "",
        row.label,
        row.get_track_display(),
        word(row.obliged),
        word("pending" if row.state == "open" else row.state),
        declared,
        str(assignment.person) if assignment else "",
        row.citation,
        word(row.certainty),
        row.rule,
    ):
        yield neutral(str(text))


def neutral(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _plain(cell: Cell) -> str:
    return cell.isoformat() if isinstance(cell, date) else cell or ""


def _attach(answer: HttpResponse, ending: str) -> None:
    name = f"{gettext('deadlines')}-{today().isoformat()}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
