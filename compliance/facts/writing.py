"""Rows: a value written into its row and its parts, and what the database refuses said as problems."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError, ProgrammingError, models, transaction
from django.utils.translation import override
from psycopg.errors import InsufficientPrivilege

from compliance.facts.checks import within
from compliance.facts.errors import Problem, forbidden
from compliance.facts.shapes import Shape, shape
from compliance.law.facts.base import Value
from compliance.law.text import gettext_noop
from devices import wall

_TOGETHER = 500  # rows in one statement
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


Refused = list[tuple[Change, list[Problem]]]
Ids = dict[tuple[type[models.Model], str], Any]  # by model and key


def apply(changes: Iterable[Change]) -> list[Problem]:
    """Write the changes and return what the database refused; the caller then undoes the rest.

    Rows are deleted first, then those of each model are written together: how many there are does not change
    the number of statements. A row refused because another one still stands in its way (a period, a code)
    is tried again once that one has moved.
    """
    everything = list(changes)
    _delete(one.row for one in everything if one.after is None)
    problems: list[Problem] = []
    for pending in _by_model(one for one in everything if one.after is not None):
        while pending:
            batches = [pending[n : n + _TOGETHER] for n in range(0, len(pending), _TOGETHER)]
            refused = [one for batch in batches for one in _write(batch)]
            if len(refused) == len(pending):
                problems += [
                    replace(one, path=within(change.path, one.path))
                    for change, found in refused
                    for one in found
                ]
                break
            pending = [change for change, _ in refused]
    return problems


def _delete(rows: Iterable[Any]) -> None:
    gone: dict[type[models.Model], list[Any]] = {}
    for row in rows:
        gone.setdefault(type(row), []).append(row.pk)
    for model, ids in gone.items():
        model._default_manager.filter(pk__in=ids).delete()


def _by_model(changes: Iterable[Change]) -> list[list[Change]]:
    """Return the changes of each model, the subjects first: their facts name them."""
    found: dict[type[models.Model], list[Change]] = {}
    for change in changes:
        found.setdefault(type(change.row), []).append(change)
    return sorted(found.values(), key=lambda one: one[0].row is not one[0].subject)


def _write(changes: list[Change]) -> Refused:
    """Fill and save rows of one model with their parts; return those that are refused, with the problems."""
    ids, held = _ids(changes), shape(type(changes[0].row), type(changes[0].after))
    refused: Refused = []
    sound = []
    for change in changes:
        _fill(change.row, change.after, ids)
        try:
            change.row.clean_fields(exclude={*held.keys, "device", "organisation"})
            sound.append(change)
        except ValidationError as error:
            refused.append((change, list(_form_problems(error))))
    return refused + _save(sound, held, ids)


def _save(changes: list[Change], held: Shape, ids: Ids) -> Refused:
    """Save rows together; what the database refuses in halves, down to the rows that it refuses."""
    if not changes:
        return []
    versions = [getattr(one.row, "row_version", None) for one in changes]
    tried: list[tuple[Any, str]] = []
    try:
        with transaction.atomic():
            if len(changes) == 1:
                _save_one(changes[0], held, ids, tried)
            else:
                _save_all(changes, held, ids)
    except IntegrityError as error:
        for change, version in zip(changes, versions, strict=True):
            change.row._state.adding = change.before is None
            if version is not None:
                change.row.row_version = version
        if tried:
            return [(changes[0], _refusals(*tried[-1], error))]
        half = len(changes) // 2
        return _save(changes[:half], held, ids) + _save(changes[half:], held, ids)
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):  # the second wall: not a record of the author
            raise forbidden() from error
        raise
    return []


def _save_one(change: Change, held: Shape, ids: Ids, tried: list[tuple[Any, str]]) -> None:
    """Save a row, then its parts one by one; ``tried`` receives each with its place before it is saved."""
    row, new = change.row, change.before is None
    tried.append((row, ""))
    if not new and hasattr(row, "row_version"):
        row.row_version += 1
    row.save(force_insert=new)
    if not new:
        _delete_parts([row], held)
    for part, name in _parts(change, held, ids):
        tried.append((part, f"{name}[{part.position}]"))
        part.save(force_insert=True)


def _save_all(changes: list[Change], held: Shape, ids: Ids) -> None:
    """Save rows with their parts, a statement for each table."""
    rows = type(changes[0].row)._default_manager
    rows.bulk_create([one.row for one in changes if one.before is None])
    if old := [one for one in changes if one.before is not None]:
        names = {name for one in old for name in (*held.plain, *held.keys) if _differs(one, name)}
        for change in old if hasattr(old[0].row, "row_version") else ():
            change.row.row_version += 1
            names.add("row_version")
        if rows.bulk_update([one.row for one in old], names) < len(old):
            raise forbidden()
        _delete_parts([one.row for one in old], held)
    parts: dict[str, list[Any]] = {}
    for change in changes:
        for part, name in _parts(change, held, ids):
            parts.setdefault(name, []).append(part)
    for name, several in parts.items():
        held.parts[name]._default_manager.bulk_create(several)


def _differs(change: Change, name: str) -> bool:
    return bool(getattr(change.before, name) != getattr(change.after, name))


def _delete_parts(rows: list[Any], held: Shape) -> None:
    for model in held.parts.values():
        model._default_manager.filter(parent__in=rows).delete()


def _ids(changes: Iterable[Change]) -> Ids:
    """Return the ids of all that the values name by a key: a query for each model."""
    named: dict[type[models.Model], set[str]] = {}
    for change in changes:
        for model, key in _named(type(change.row), change.after):
            named.setdefault(model, set()).add(key)
    return {
        (model, key): pk
        for model, keys in named.items()
        for key, pk in model._default_manager.filter(key__in=keys).values_list("key", "pk")
    }


def _named(model: type[models.Model], value: Value) -> Iterator[tuple[type[models.Model], str]]:
    held = shape(model, type(value))
    yield from ((other, key) for name, other in held.keys.items() if (key := getattr(value, name)))
    for name, part in held.parts.items():
        for one in getattr(value, name):
            yield from _named(part, one)


def _fill(row: models.Model, value: Value, ids: Ids) -> None:
    held = shape(type(row), type(value))
    for name in held.plain:
        one = getattr(value, name)
        setattr(row, name, list(one) if isinstance(one, tuple) else one)
    for name, model in held.keys.items():
        setattr(row, f"{name}_id", ids.get((model, getattr(value, name))))


def _parts(change: Change, held: Shape, ids: Ids) -> Iterator[tuple[Any, str]]:
    """Yield the unsaved parts of a row, each with the name of its list."""
    for name, model in held.parts.items():
        for position, one in enumerate(getattr(change.after, name)):
            part = model(parent=change.row, position=position)
            _fill(part, one, ids)
            yield part, name


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
