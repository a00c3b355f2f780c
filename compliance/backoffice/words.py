"""Codes of the kernel in words. The message id of a code is the code with spaces for underscores."""

from datetime import date

from django.utils.translation import gettext, ngettext, pgettext

from compliance.law.text import gettext_noop

STATES = (
    gettext_noop("unknown"),
    gettext_noop("not applicable"),
    gettext_noop("not started"),
    gettext_noop("in progress"),
    gettext_noop("valid"),
    gettext_noop("attention"),
    gettext_noop("suspended"),
    gettext_noop("expired"),
    gettext_noop("refused"),
    gettext_noop("blocked"),
    gettext_noop("open"),
    gettext_noop("due today"),
    gettext_noop("overdue"),
    gettext_noop("met"),
    gettext_noop("met late"),
    gettext_noop("clock stopped"),
    gettext_noop("elapsed"),
    gettext_noop("applies"),
    gettext_noop("silent at term"),
    gettext_noop("tacitly accepted"),
    gettext_noop("tacitly rejected"),
    gettext_noop("deemed abandoned"),
)
PARTIES = (
    gettext_noop("manufacturer"),
    gettext_noop("exploitant"),
    gettext_noop("provider"),
    gettext_noop("deployer"),
    gettext_noop("notified body"),
    gettext_noop("ministers"),
)
CERTAINTIES = (
    gettext_noop("verified"),
    gettext_noop("quoted"),
    gettext_noop("secondary"),
    gettext_noop("interpretation"),
    gettext_noop("unconfirmed"),
)
ROLLS = {
    "none": gettext_noop("never moves"),
    "eu": gettext_noop("moves to the next working day (Regulation 1182/71)"),
    "eu_min2": gettext_noop("moves to the next working day, two working days at least (Regulation 1182/71)"),
    "fr_indicative": gettext_noop("would move to the next working day; keep to the date of the text"),
    "fr_franc": gettext_noop("clear days: moves to the next working day"),
    "prev": gettext_noop("moves back to the working day before"),
}


def word(code: str) -> str:
    """Return the word of a code in the active language."""
    return gettext(code.replace("_", " ")) if code else ""


def distance(day: date, today: date) -> str:
    """Return how far a date is: "today", "in 53 days", "12 days ago"."""
    days = (day - today).days
    if days == 0:
        return pgettext("distance of a date", "today")
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}
