"""Days that are often asked for, as links of the page of a device."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.assessments.render import Json
from compliance.law.calendar import add_months
from compliance.law.types import PENDING


@dataclass(frozen=True, slots=True)
class Preset:
    """A link to the page on a day, as known on another."""

    label: Promise
    on: date
    known_on: date


def presets(today: date, answer: Json) -> list[Preset]:
    """Return the days worth a look: a year away, the end of last year, the next deadline."""
    year_ago = add_months(today, -12)
    found = [
        Preset(_("A year ago"), year_ago, today),
        Preset(_("A year ago, as known then"), year_ago, year_ago),
        Preset(_("At the end of last year"), date(today.year - 1, 12, 31), today),
        Preset(_("In six months"), add_months(today, 6), today),
        Preset(_("In a year"), add_months(today, 12), today),
    ]
    coming = [one["strict"] for one in answer["deadlines"] if one["state"] in PENDING]
    if later := [day for one in coming if (day := date.fromisoformat(one)) > today]:
        found.insert(3, Preset(_("On the day of the next deadline"), min(later), today))
    return found
