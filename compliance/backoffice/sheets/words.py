"""What an import would change, in words: old and new, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from compliance.assessments.dates import write_date
from compliance.facts.values import number_text
from compliance.sheets.importing import Planned
from compliance.sheets.layout import MARK, POSITION, Column, Sheet, sheets

State = Literal["new", "changed", "removed"]
LABELS: Mapping[State, Promise] = {"new": _("new"), "changed": _("changed"), "removed": _("taken out")}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with what is recorded and what the workbook says; "" for nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Described:
    """A change: of what, in which entry, and its fields."""

    subject: str
    kind: str
    key: str
    state: State
    word: str
    fields: tuple[FieldChange, ...]


def state(change: Planned) -> State:
    """Return what kind of change it is."""
    if change.before is None:
        return "new"
    return "removed" if change.after is None else "changed"


def described(change: Planned) -> Described:
    """Return a change in words."""
    found = state(change)
    sheet = sheets().get(change.name) or sheets()[f"{change.name}s"]
    kind = str(sheet.model._meta.verbose_name)
    said = (change.before, change.after)
    before, after = (None if one is None else sheet.value_class.model_validate(one) for one in said)
    fields = tuple(_fields(sheet, before, after))
    return Described(change.subject, kind, change.key, found, str(LABELS[found]), fields)


def _fields(sheet: Sheet, before: Any, after: Any) -> Iterator[FieldChange]:
    for column in sheet.columns:
        if column.name in (MARK, POSITION, sheet.subject, "key"):
            continue
        old, new = (shown(column, getattr(one, column.name, None)) for one in (before, after))
        unsaid = before is None and getattr(after, column.name) == column.default
        if old != new and not unsaid:
            yield FieldChange(str(column.label), old, new)
    for name in sheet.kind.parts if sheet.kind else ():
        part = sheets()[f"{sheet.path}:{name}"]
        old, new = (_parts(part, getattr(one, name, ())) for one in (before, after))
        if old != new:
            yield FieldChange(str(part.model._meta.verbose_name_plural), old, new)


def shown(column: Column, value: Any) -> str:
    """Return a value in words, "" for what is unknown."""
    if value is None or value in ("", ()):
        return ""
    words = dict(column.choices)
    match column.form:
        case "yes_no":
            return gettext("yes") if value else gettext("no")
        case "choice":
            return str(words.get(value, value))
        case "choices":
            return ", ".join(str(words.get(one, one)) for one in value)
        case "day":
            return write_date(value)
        case "amount":
            return number_text(value)
    return str(value)


def _parts(sheet: Sheet, parts: Any) -> str:
    own = [one for one in sheet.columns if one.name not in (MARK, POSITION, sheet.subject, "key")]
    lines = ([shown(column, getattr(one, column.name)) for column in own] for one in parts)
    return "; ".join(" ".join(filter(None, line)) for line in lines)
