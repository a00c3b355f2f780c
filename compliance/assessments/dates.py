"""Dates, periods and distances written out in the active language."""

import re
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext

# As far as the law data, and the dates that they give, make sense.
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERIOD = re.compile(r"PT?(\d+)([YMWDH])")


def write_date(day: date) -> str:
    """Return the date written out: "14 janvier 2027", "1er janvier 2027", "14 January 2027"."""
    if get_language() == "fr" and day.day == 1:
        return f"1er {date_format(day, 'F Y')}"
    return date_format(day, "j F Y")


def distance(day: date, today: date) -> str:
    """Return how far a date is: "today", "in 53 days", "12 days ago"."""
    days = (day - today).days
    if days == 0:
        return pgettext("distance of a date", "today")
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


def write_value(value: str | None) -> str:
    """Return a value of the law in words: "90 days", a date written out; another value as it is."""
    match = _PERIOD.fullmatch(value or "")
    if match is None:
        return write_date(date.fromisoformat(value)) if value and _DATE.fullmatch(value) else value or ""
    n = int(match[1])
    texts = {
        "Y": ngettext("%(n)d year", "%(n)d years", n),
        "M": ngettext("%(n)d month", "%(n)d months", n),
        "W": ngettext("%(n)d week", "%(n)d weeks", n),
        "D": ngettext("%(n)d day", "%(n)d days", n),
        "H": ngettext("%(n)d hour", "%(n)d hours", n),
    }
    return texts[match[2]] % {"n": n}
