"""A copy of a workbook with its errors marked in their cells, to be mended and imported again."""

from collections import defaultdict
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from django.utils.translation import gettext
from openpyxl import load_workbook
from openpyxl.styles import PatternFill

from compliance.sheets.looks import comment
from compliance.sheets.reading import Fault, Place

_WRONG = PatternFill("solid", fgColor="F6B8B3")


def marked(path: Path, faults: Iterable[Fault]) -> bytes:
    """Return the workbook with a red ground and a comment at every cell that is wrong."""
    with path.open("rb") as file:  # its name has no ending, by which the library would judge it
        book = load_workbook(file)
    found: defaultdict[Place, list[str]] = defaultdict(list)
    for fault in faults:
        if fault.place:
            found[fault.place].append(fault.text)
    for place, texts in found.items():
        cell = book[place.sheet].cell(place.row, place.column)
        cell.fill = _WRONG
        cell.comment = comment("\n".join([gettext("To be mended:"), *texts]))
    out = BytesIO()
    book.save(out)
    return out.getvalue()
