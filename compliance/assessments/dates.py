"""Dates and distances written out in the active language."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext

# As far as the law data, and the dates that they give, make sense.
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)


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
