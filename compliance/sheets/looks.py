"""How our workbooks look, wherever they are written: titles of sheets, heads of columns, comments."""

from typing import Any

from django.utils.text import capfirst
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

TITLE_LENGTH = 31
_GROUND = PatternFill("solid", fgColor="1F3B57")
_WORDS = Font(bold=True, color="FFFFFF")


def sheet_title(text: Any) -> str:
    """Return the text as the title of a sheet: without the signs that none may have, and short enough."""
    said = "".join(" " if sign in r"[]:*?/\'" else sign for sign in str(text))
    return str(capfirst(said))[:TITLE_LENGTH].strip() or "–"


def head(page: Any, text: Any) -> Any:
    """Return the cell at the head of a column."""
    cell = WriteOnlyCell(page, capfirst(str(text)))
    cell.fill, cell.font = _GROUND, _WORDS
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def comment(text: str) -> Comment:
    """Return a comment, large enough for its text."""
    rows = len(text) // 40 + text.count("\n") + 1
    return Comment(text, "Jalon", height=40 + 18 * rows, width=320)
