"""A model and its value class cannot drift apart: both are walked, field by field."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import models
from pydantic.fields import FieldInfo

from compliance.facts.fields import NOTE_LENGTH
from compliance.facts.kinds import KINDS
from compliance.law.facts import Device as DeviceValue
from compliance.law.facts import FactsFile
from compliance.law.facts import Organisation as OrganisationValue
from compliance.law.facts.base import Fact as FactValue
from compliance.law.facts.base import Value
from devices.models import Device, Organisation, Source
from tests.rows import MODELS

BOOKKEEPING = {
    "id",
    "recorded_at",
    "created_at",
    "row_version",
    "device",
    "organisation",
    "parent",
    "position",
}
FIELD_CLASSES: dict[Any, tuple[type[Any], ...]] = {
    str: (models.CharField, models.TextField),
    bool: (models.BooleanField,),
    int: (models.PositiveSmallIntegerField,),
    date: (models.DateField,),
    Decimal: (models.DecimalField,),
}


def value_class(model: type[models.Model]) -> type[Value]:
    found: type[Value] = model.value_class  # type: ignore[attr-defined]
    return found


def item_of(annotation: Any) -> Any:
    """Return what a tuple holds, None for what is no tuple."""
    return get_args(annotation)[0] if get_origin(annotation) is tuple else None


def is_value(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Value)


def own_fields(cls: type[Value]) -> dict[str, Any]:
    """Return the fields of a value that stand in its own row, with their types."""
    hints = get_type_hints(cls)
    return {
        name: hints[name]
        for name in cls.model_fields
        if not is_value(hints[name]) and not is_value(item_of(hints[name]))
    }


def metadata(cls: type[Value], name: str) -> Iterator[Any]:
    """Yield all that the annotation of a field says besides its type."""

    def walk(annotation: Any) -> Iterator[Any]:
        for one in getattr(annotation, "__metadata__", ()):
            yield from one.metadata if isinstance(one, FieldInfo) else [one]
        for inner in get_args(annotation):
            yield from walk(inner)

    yield from walk(get_type_hints(cls, include_extras=True)[name])


def limit(cls: type[Value], name: str, attribute: str) -> Any:
    """Return a limit (``max_length``, ``ge``…) that the annotation sets, None where it sets none."""
    found = (getattr(one, attribute, None) for one in metadata(cls, name))
    return next((one for one in found if one is not None), None)


def column(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


EVERY_MODEL = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


def test_kinds_are_the_lists_of_facts_in_the_values() -> None:
    device = {
        f"{track}.{name}" if track else name
        for track, cls in [("", DeviceValue), *_tracks()]
        for name, hint in get_type_hints(cls).items()
        if is_value(item_of(hint)) and issubclass(item_of(hint), FactValue)
    }
    organisation = {
        f"organisations.{name}"
        for name, hint in get_type_hints(OrganisationValue).items()
        if is_value(item_of(hint))
    }
    assert set(KINDS) == device | organisation


def _tracks() -> list[tuple[str, type[Value]]]:
    return [(name, hint) for name, hint in get_type_hints(DeviceValue).items() if is_value(hint)]


@pytest.mark.parametrize("path", KINDS)
def test_kind_agrees_with_the_values(path: str) -> None:
    kind = KINDS[path]
    holder, _, name = path.rpartition(".")
    cls = {"": DeviceValue, "organisations": OrganisationValue, **dict(_tracks())}[holder]
    assert kind.path == path
    assert kind.value_class is kind.model.value_class is item_of(get_type_hints(cls)[name])
    assert kind.subject == ("organisation" if holder == "organisations" else "device")
    assert column(kind.model, kind.subject).remote_field
    if holder in dict(_tracks()):
        assert kind.track == holder


def test_sources_organisations_and_devices_are_the_lists_of_the_file() -> None:
    hints = get_type_hints(FactsFile)
    assert item_of(hints["sources"]) is Source.value_class
    assert item_of(hints["organisations"]) is Organisation.value_class
    assert item_of(hints["devices"]) is Device.value_class


@EVERY_MODEL
def test_model_has_no_field_that_the_value_lacks(model: type[models.Model]) -> None:
    names = {field.name for field in model._meta.concrete_fields}
    assert names - BOOKKEEPING == set(own_fields(value_class(model)))


@pytest.mark.parametrize("path", KINDS)
def test_lists_within_a_fact_are_parts(path: str) -> None:
    kind = KINDS[path]
    expected = {
        name: item_of(hint)
        for name, hint in get_type_hints(kind.value_class).items()
        if is_value(item_of(hint))
    }
    assert {name: part.value_class for name, part in kind.parts.items()} == expected


@EVERY_MODEL
def test_unknown_is_null_and_nothing_else_is(model: type[models.Model]) -> None:
    for name, annotation in own_fields(value_class(model)).items():
        assert column(model, name).null == (NoneType in get_args(annotation)), name


@EVERY_MODEL
def test_what_the_value_needs_the_form_needs(model: type[models.Model]) -> None:
    cls = value_class(model)
    for name in own_fields(cls):
        field, required = column(model, name), cls.model_fields[name].is_required()
        assert field.blank or field.has_default() or required, name
        assert not (field.blank and required), name


@EVERY_MODEL
def test_types_and_choices_agree(model: type[models.Model]) -> None:
    for name, annotation in own_fields(value_class(model)).items():
        field = column(model, name)
        if isinstance(field, models.ForeignKey):
            assert field.related_model in (Source, Organisation), name
        elif isinstance(field, ArrayField):
            assert choices(field.base_field) == get_args(item_of(annotation)), name
        elif codes := literal(annotation):
            assert choices(field) == codes, name
        else:
            plain = next((one for one in get_args(annotation) if one is not NoneType), annotation)
            assert field.choices is None, name
            assert isinstance(field, FIELD_CLASSES[plain]), name


@EVERY_MODEL
def test_limits_agree(model: type[models.Model]) -> None:
    cls, constraints = value_class(model), {str(one.name) for one in model._meta.constraints}
    for name in own_fields(cls):
        field, named = column(model, name), f"{model._meta.model_name}_{name}"
        longest = limit(cls, name, "max_length")
        if isinstance(field, models.TextField):
            assert longest == NOTE_LENGTH, name
            assert f"{named}_length" in constraints
        elif isinstance(field, models.CharField) and longest:
            assert field.max_length is not None and field.max_length <= longest, name  # noqa: PT018
        if limit(cls, name, "ge") is not None:
            assert f"{named}_range" in constraints
        if limit(cls, name, "pattern") and not isinstance(field, models.ForeignKey):
            assert f"{named}_format" in constraints
        if field.choices or isinstance(field, ArrayField):
            assert f"{named}_choice" in constraints


def literal(annotation: Any) -> tuple[str, ...]:
    """Return the codes that a type allows, none when it is no enumeration."""
    return next(
        (get_args(one) for one in (annotation, *get_args(annotation)) if get_origin(one) is Literal), ()
    )


def choices(field: "models.Field[Any, Any]") -> tuple[str, ...]:
    return tuple(code for code, _ in field.flatchoices)
