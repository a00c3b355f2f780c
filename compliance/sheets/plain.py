"""Cells of a table as plain text, as CSV files hold them."""

from datetime import date

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(cell: str | date) -> str:
    """Return a cell as text that no spreadsheet takes for a formula."""
    if isinstance(cell, date):
        return cell.isoformat()
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
