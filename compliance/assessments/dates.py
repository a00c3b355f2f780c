"""Dates written out in the active language."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language


def write_date(day: date) -> str:
    """Return the date written out: "14 janvier 2027", "1er janvier 2027", "14 January 2027"."""
    if get_language() == "fr" and day.day == 1:
        return f"1er {date_format(day, 'F Y')}"
    return date_format(day, "j F Y")
