"""What the database itself refuses, whatever writes: order of dates, codes, formats, overlapping periods.

Each function returns a constraint for ``Meta.constraints``; an unknown (NULL) never breaks one.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Greatest, Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from compliance.facts.fields import KEY_MESSAGE, KEY_PATTERN, NOTE_LENGTH, Choices, Label

FOREVER = Value(date.max, output_field=models.DateField())


def in_order(earlier: str, later: str, message: Label) -> models.CheckConstraint:
    """Return: the second date is not before the first."""
    return models.CheckConstraint(
        condition=Q(**{f"{later}__gte": F(earlier)}),
        name=f"%(class)s_{earlier}_{later}_order",
        violation_error_code="date_order",
        violation_error_message=message,
    )


def after(earlier: str, later: str, message: Label) -> models.CheckConstraint:
    """Return: the second date comes after the first, which it may not equal."""
    return models.CheckConstraint(
        condition=Q(**{f"{later}__gt": F(earlier)}),
        name=f"%(class)s_{earlier}_{later}_order",
        violation_error_code="date_order",
        violation_error_message=message,
    )


def one_of(field: str, choices: Choices) -> models.CheckConstraint:
    """Return: the code is one of the choices."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": choices.values}),
        name=f"%(class)s_{field}_choice",
        violation_error_code="choice",
        violation_error_message=_("This code is not one of the choices."),
    )


def all_of(field: str, choices: Choices) -> models.CheckConstraint:
    """Return: each code of the list is one of the choices."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__contained_by": choices.values}),
        name=f"%(class)s_{field}_choice",
        violation_error_code="choice",
        violation_error_message=_("A code of this list is not one of the choices."),
    )


def matches(field: str, pattern: str, message: Label, unless: Q | None = None) -> models.CheckConstraint:
    """Return: the text has the form of the pattern (PostgreSQL regular expression)."""
    matching = Q(**{f"{field}__regex": pattern})
    return models.CheckConstraint(
        condition=unless | matching if unless else matching,
        name=f"%(class)s_{field}_format",
        violation_error_code="format",
        violation_error_message=message,
    )


def key_form(field: str) -> models.CheckConstraint:
    """Return: the text is a key."""
    return matches(field, KEY_PATTERN, KEY_MESSAGE)


def not_too_long(field: str) -> models.CheckConstraint:
    """Return: the free text is not longer than a note may be."""
    return models.CheckConstraint(
        condition=LessThanOrEqual(Length(field), NOTE_LENGTH),
        name=f"%(class)s_{field}_length",
        violation_error_code="length",
        violation_error_message=_("This text is longer than 4000 characters."),
    )


def between(field: str, low: int, high: int, message: Label) -> models.CheckConstraint:
    """Return: the number lies between the two, both allowed."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__gte": low, f"{field}__lte": high}),
        name=f"%(class)s_{field}_range",
        violation_error_code="range",
        violation_error_message=message,
    )


def not_negative(field: str, message: Label) -> models.CheckConstraint:
    """Return: the amount is zero or more."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__gte": 0}),
        name=f"%(class)s_{field}_range",
        violation_error_code="range",
        violation_error_message=message,
    )


def day_after(field: str) -> Func:
    """Return the day after a date: the exclusive end of a period whose last day is that date."""
    return Func(
        Cast(field, models.DateField()), template="(%(expressions)s + 1)", output_field=models.DateField()
    )


def period(start: str | Combinable, end: str | Combinable) -> Func:
    """Return the days from ``start`` to before ``end`` (none if unknown); no day if it comes before."""
    until = Greatest(start, Coalesce(end, FOREVER))
    return Func(start, until, function="daterange", output_field=DateRangeField())


def no_overlap(
    name: str, same: Sequence[tuple[str | Combinable, str]], during: Func, when: Q, message: Label
) -> ExclusionConstraint:
    """Return: two rows alike in ``same`` (expressions with their operators) do not share a day."""
    expressions: list[Any] = [*same, (during, "&&")]
    return ExclusionConstraint(
        name=f"%(class)s_{name}",
        expressions=expressions,
        condition=when,
        violation_error_code="overlap",
        violation_error_message=message,
    )
