"""Any list as a workbook of one sheet, with its filters, who took it out, when, under which law."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from compliance.amendments.queries import law_in_force
from compliance.sheets.cells import LONGEST, written
from compliance.sheets.looks import head, sheet_title
from config.clock import PARIS

_WIDE = 60
_TOP = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column, and how wide the column is, in signs."""

    label: Any
    width: int = 24


def table(
    *, title: Any, heads: Sequence[Head], rows: Iterable[Sequence[Any]], filters: str, by: str, at: datetime
) -> bytes:
    """Return the rows as a workbook. Dates stay dates, numbers numbers; no text becomes a formula."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet_title(title))
    for number, one in enumerate(heads, 1):
        page.column_dimensions[get_column_letter(number)].width = min(one.width, _WIDE)
    lines = [*_said(str(title), filters, by, at), None]
    page.freeze_panes = f"B{len(lines) + 2}"
    _for_paper(page, len(lines) + 1)
    for line in lines:
        page.append([_cell(page, line)])
    page.append([head(page, one.label) for one in heads])
    last = len(lines) + 1
    for row in rows:
        page.append([_cell(page, one, _TOP) for one in row])
        last += 1
    page.auto_filter.ref = f"A{len(lines) + 1}:{get_column_letter(len(heads))}{last}"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _said(title: str, filters: str, by: str, at: datetime) -> list[str]:
    moment = date_format(at.astimezone(PARIS), "DATETIME_FORMAT")
    return [
        title,
        gettext("Filters: %(filters)s") % {"filters": filters or gettext("none")},
        gettext("Taken out by %(person)s, %(moment)s (Paris)") % {"person": by, "moment": moment},
        gettext("Version of the law data: %(version)s") % {"version": law_in_force().version},
    ]


def _for_paper(page: Any, head_row: int) -> None:
    """Print across, as wide as the paper, the heads on each page."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", Worksheet.PAPERSIZE_A4
    page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage = 0, True
    page.print_title_rows = f"{head_row}:{head_row}"


def _cell(page: Any, value: Any, alignment: Alignment | None = None) -> Any:
    if isinstance(value, datetime):
        value = value.astimezone(PARIS).replace(tzinfo=None) if value.tzinfo else value
    elif value is not None and not isinstance(value, bool | int | float | Decimal | date):
        value = written(str(value)[: LONGEST // 8])  # a code of a sign takes 7
    if isinstance(value, bool):
        value = gettext("yes") if value else gettext("no")
    cell = WriteOnlyCell(page, value)
    if alignment:
        cell.alignment = alignment
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, datetime):
        cell.number_format = "dd/mm/yyyy hh:mm" if get_language() == "fr" else "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy" if get_language() == "fr" else "yyyy-mm-dd"
    return cell
