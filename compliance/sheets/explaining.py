"""The first sheet of the workbook: how it is filled in, and what stands where."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from compliance.sheets.layout import FIRST_ROW, sheets
from compliance.sheets.looks import head


def explain(book: Workbook, named: Mapping[str, str], counts: Mapping[str, int]) -> None:
    """Write the first sheet; ``named`` are the titles of the others, ``counts`` their lines, by path."""
    page = book.create_sheet(gettext("Explanations"))
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 46, 30
    page.protection.sheet = True
    said = [*_said()]
    for line in said:
        page.append([line])
    page.append([])
    page.append([head(page, one) for one in (gettext("Sheet"), gettext("About"), gettext("Lines"))])
    for row, (path, title) in enumerate(named.items(), len(said) + 3):
        link = WriteOnlyCell(page, title)
        link.hyperlink = title
        if target := link.hyperlink:
            target.target, target.location, target.ref = None, f"'{title}'!A{FIRST_ROW}", f"A{row}"
        link.font = Font(underline="single", color="0B5CAD")
        page.append([link, str(sheets()[path].area), counts[path]])


def _said() -> Iterator[str]:
    yield gettext(
        "This workbook holds devices and all that is recorded of them. It is filled in, then "
        "imported in Jalon."
    )
    yield ""
    yield gettext(
        "One line is one entry. The key names it: small letters, digits, dots, dashes; it stays when "
        "the entry is corrected."
    )
    yield gettext(
        "The star * marks what is required. An empty cell says nothing: a new entry does not know "
        "it, a recorded one keeps it."
    )
    yield gettext("The word “unknown” in a cell empties what is recorded there.")
    yield gettext(
        "Nothing is taken out because it is missing here. The word “remove” in the first column "
        "takes an entry out."
    )
    yield gettext("A line marked “example” is not read.")
    yield gettext(
        "Dates are written day/month/year (28/02/2029) or 2029-02-28. A month without its day is "
        "written in the note."
    )
    yield gettext(
        "Steps, requests and opinions have sheets of their own: each line names its device and the "
        "key of its entry."
    )
    yield gettext("Before anything is written, the import shows every change and every error, cell by cell.")
    yield gettext(
        "A text that starts with = + - @ has an apostrophe before it, so that no program takes it "
        "for a formula."
    )
