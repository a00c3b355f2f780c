"""Facts, dates and periods in words, in the active language; the labels are those of the models."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from compliance.assessments.dates import write_date
from compliance.assessments.render import Json
from compliance.facts.kinds import KINDS
from compliance.law.facts.base import Value
from devices.models import Organisation

_NO_FIELDS = {"key", "source", "note"}
_PLACE = re.compile(r"(?:(organisations)\[[^]]*]\.)?([a-z0-9_.]+)\[([^]]*)]")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERIOD = re.compile(r"PT?(\d+)([YMWDH])")


def label(name: object) -> str:
    """Return a name as a label."""
    return str(capfirst(str(name)))


def day(text: str | None) -> str:
    """Return an ISO date written out, "" for none."""
    return write_date(date.fromisoformat(text)) if text else ""


def period(value: str | None) -> str:
    """Return a value of the law in words: "90 days", a date written out; another value as it is."""
    match = _PERIOD.fullmatch(value or "")
    if match is None:
        return day(value) if _DATE.fullmatch(value or "") else value or ""
    n = int(match[1])
    texts = {
        "Y": ngettext("%(n)d year", "%(n)d years", n),
        "M": ngettext("%(n)d month", "%(n)d months", n),
        "W": ngettext("%(n)d week", "%(n)d weeks", n),
        "D": ngettext("%(n)d day", "%(n)d days", n),
        "H": ngettext("%(n)d hour", "%(n)d hours", n),
    }
    return texts[match[2]] % {"n": n}


def place(path: str | None) -> str:
    """Return the place of a fact in words: "Certificate of a notified body · qms"."""
    match = _PLACE.fullmatch(path or "")
    if match and match[2] == "organisations":
        return f"{label(Organisation._meta.verbose_name)} · {match[3]}"
    kind = KINDS.get(".".join(filter(None, match.groups()[:2]))) if match else None
    if match is None or kind is None:
        return path or ""
    return f"{label(kind.model._meta.verbose_name)} · {match[3]}"


def fields(value: Value, model: type[models.Model], skip: Iterable[str] = ()) -> list[Json]:
    """Return what is known of a value, in the order of its form: labels and texts. Unknown is left out."""
    columns = {one.name: one for one in model._meta.concrete_fields}
    return [
        {"label": label(columns[name].verbose_name), "text": shown(columns[name], one)}
        for name, one in value
        if name in columns and name not in {*_NO_FIELDS, *skip} and one not in (None, "", ())
    ]


def parts(value: Value, model: type[models.Model]) -> list[Json]:
    """Return the lists within a fact (steps, opinions…), each entry with its fields."""
    related = {one.name: one.related_model for one in model._meta.related_objects}
    return [
        {
            "label": label(related[name]._meta.verbose_name_plural),
            "rows": [fields(one, related[name]) for one in many],
        }
        for name, many in value
        if name in related and many
    ]


def shown(field: "models.Field[Any, Any]", value: Any) -> str:
    """Return a value as people write it."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, date):
        return write_date(value)
    if isinstance(value, Decimal):
        return number_format(value, use_l10n=True, force_grouping=True)
    if isinstance(field, ArrayField) and isinstance(value, tuple):
        return ", ".join(shown(field.base_field, one) for one in value)
    return str(dict(field.flatchoices).get(value, value))
