"""How the models hold the values of the law: both have the same names (a test compares them).

A key of another entry (``source``, ``owner``…) is a foreign key in the model; a list of parts (``steps``…)
is a child model in its order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.db import models

from compliance.law.facts.base import Value


@dataclass(frozen=True, slots=True)
class Shape:
    """How a model holds a value: plain fields, keys of other entries, parts with their model."""

    plain: tuple[str, ...]
    keys: Mapping[str, type[models.Model]]
    parts: Mapping[str, type[models.Model]]


def shape(model: type[models.Model], value_class: type[Value]) -> Shape:
    """Return the shape of a model; fields of the value that the model lacks are kinds of their own."""
    return _shape(model, value_class)


@cache
def _shape(model: type[models.Model], value_class: type[Value]) -> Shape:
    plain: list[str] = []
    keys: dict[str, type[models.Model]] = {}
    parts: dict[str, type[models.Model]] = {}
    fields = {one.name: one for one in model._meta.get_fields()}
    for name in value_class.model_fields:
        field = fields.get(name)
        if isinstance(field, models.ForeignKey):
            keys[name] = field.related_model
        elif isinstance(field, models.Field):
            plain.append(name)
        elif isinstance(field, models.ManyToOneRel):
            parts[name] = field.related_model
    return Shape(tuple(plain), keys, parts)
