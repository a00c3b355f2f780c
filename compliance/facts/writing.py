"""Rows: a value written into its row and its parts, and what the database refuses said as problems."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError, ProgrammingError, models, transaction
from django.utils.translation import override
from psycopg.errors import InsufficientPrivilege

from compliance.facts.checks import within
from compliance.facts.errors import Problem, forbidden
from compliance.facts.shapes import shape
from compliance.law.facts.base import Value
from compliance.law.text import gettext_noop
from devices import wall

_REFUSED = gettext_noop("The database refuses this value (%(constraint)s).")


@dataclass(slots=True)
class Change:
    """One row to write (``after``) or to delete (None). ``before`` is its value so far, None for a new row.

    ``subject`` is the device, organisation or source concerned, ``name`` the path of the kind.
    """

    subject: Any
    name: str
    row: Any
    before: Any
    after: Any
    path: str = ""

    @property
    def key(self) -> str:
        """Return the key of the fact: the new one where it changes."""
        return str((self.after or self.before).key)


class Keys:
    """Finds rows by their key; one found is not asked for again."""

    def __init__(self) -> None:
        self._found: dict[tuple[type[models.Model], str], Any] = {}

    def pk(self, model: type[models.Model], key: str | None) -> Any:
        """Return the id of the row with this key, None where there is none."""
        if key is None:
            return None
        if self._found.get((model, key)) is None:
            rows = model._default_manager.filter(key=key)
            self._found[model, key] = rows.values_list("pk", flat=True).first()
        return self._found[model, key]


def apply(changes: Iterable[Change], keys: Keys) -> list[Problem]:
    """Write the changes and return what the database refused; the caller then undoes the rest.

    Rows are deleted first. A row refused because another one still stands in its way (a period, a code) is
    tried again once that one has moved.
    """
    pending = []
    for change in changes:
        if change.after is None:
            change.row.delete()
        else:
            pending.append(change)
    while pending:
        refused = [(change, problems) for change in pending if (problems := _write(change, keys))]
        if len(refused) == len(pending):
            return [
                replace(one, path=within(change.path, one.path)) for change, found in refused for one in found
            ]
        pending = [change for change, _ in refused]
    return []


def _write(change: Change, keys: Keys) -> list[Problem]:
    """Fill and save one row with its parts; return the problems, with paths within the value."""
    row, value, held = change.row, change.after, shape(type(change.row), type(change.after))
    new, version = row._state.adding, getattr(row, "row_version", 0)
    _fill(row, value, keys)
    try:
        row.clean_fields(exclude={*held.keys, "device", "organisation"})
    except ValidationError as error:
        return list(_form_problems(error))
    saving: tuple[Any, str] = (row, "")
    try:
        with transaction.atomic():
            if version and not new:
                row.row_version = version + 1
            row.save(force_insert=new)
            if not new:
                _delete_parts(row, held.parts)
            for saving in _parts(row, value, held.parts, keys):
                saving[0].save(force_insert=True)
    except IntegrityError as error:
        row._state.adding = new
        if version:
            row.row_version = version
        return _refusals(*saving, error)
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):  # the second wall: not a record of the author
            raise forbidden() from error
        raise
    return []


def _fill(row: models.Model, value: Value, keys: Keys) -> None:
    held = shape(type(row), type(value))
    for name in held.plain:
        one = getattr(value, name)
        setattr(row, name, list(one) if isinstance(one, tuple) else one)
    for name, model in held.keys.items():
        setattr(row, f"{name}_id", keys.pk(model, getattr(value, name)))


def _delete_parts(row: models.Model, names: Iterable[str]) -> None:
    for name in names:
        getattr(row, name).all().delete()


def _parts(
    row: models.Model, value: Value, parts: Mapping[str, type[models.Model]], keys: Keys
) -> Iterator[tuple[models.Model, str]]:
    """Yield the unsaved parts of a row, each with its place."""
    for name, model in parts.items():
        for position, one in enumerate(getattr(value, name)):
            part = model(parent=row, position=position)
            _fill(part, one, keys)
            yield part, f"{name}[{position}]"


def _form_problems(error: ValidationError) -> Iterator[Problem]:
    """Yield what Django's own checks of the fields refuse (decimal places, digits)."""
    for name, errors in error.error_dict.items():
        for one in errors:
            for message in one.messages:
                yield Problem(name, one.code or "invalid", "%(message)s", {"message": message})


@wall.system()  # what stands in the way may be out of view
def _refusals(row: models.Model, place: str, error: IntegrityError) -> list[Problem]:
    """Return every constraint that the row breaks, or the one that the database named."""
    constraints: Sequence[models.BaseConstraint] = type(row)._meta.constraints
    found = [problem for one in constraints if (problem := _violation(row, place, one))]
    if found:
        return found
    named = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    return [Problem(place, "refused", _REFUSED, {"constraint": named})]


def _violation(row: models.Model, place: str, constraint: models.BaseConstraint) -> Problem | None:
    try:
        constraint.validate(type(row), row, using=DEFAULT_DB_ALIAS)
    except ValidationError as error:
        with override(None):
            message = str(error.message)
        return Problem(
            within(place, _field(row, constraint)), error.code or "refused", message, error.params or {}
        )
    return None


def _field(row: models.Model, constraint: models.BaseConstraint) -> str:
    """Return the field that a constraint is about: the last one that its name names, "" for none."""
    if isinstance(constraint, models.UniqueConstraint) and constraint.expressions:
        parts = (part for one in constraint.expressions for part in one.flatten())  # type: ignore[union-attr]
        return next((part.name for part in parts if isinstance(part, models.F)), "")  # type: ignore[attr-defined]
    names = [one.name for one in type(row)._meta.concrete_fields if f"_{one.name}_" in constraint.name]
    return max(names, key=constraint.name.rindex, default="")
