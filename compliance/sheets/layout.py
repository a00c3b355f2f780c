"""The sheets of the workbook and their columns, made from the models: nothing is listed by hand.

One sheet for sources, organisations and devices, one for each kind of facts, one for each list of parts
within a fact (``cnedimts.applications:steps``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.facts.kinds import KINDS, Kind
from compliance.facts.shapes import shape
from compliance.law.facts.base import Value
from devices.models import AREA_LABELS, Device, Organisation, Source

Form = Literal["mark", "key", "position", "text", "day", "yes_no", "choice", "choices", "amount", "whole"]
Words = str | Promise

MARK: Final = "mark"
POSITION: Final = "position"
MACHINE_ROW, HEADER_ROW, FIRST_ROW = 1, 2, 3
SUBJECTS: Mapping[str, type[models.Model]] = {
    "sources": Source,
    "organisations": Organisation,
    "devices": Device,
}
_PATHS = {model: path for path, model in SUBJECTS.items()}
_FIRST = ("key",)
_LAST = ("source", "note")


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column: the name of the field, its words, and what its cells hold.

    ``choices`` are codes with their words, ``refers`` is the sheet whose keys it takes, ``default`` what a
    field that is left out holds.
    """

    name: str
    label: Words
    help: Words
    form: Form
    required: bool = False
    choices: tuple[tuple[str, Words], ...] = ()
    refers: str = ""
    default: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A sheet. ``subject`` is the column that names the device or organisation of a fact, "" for none.

    A sheet of parts has the path of its ``kind`` and the name of the list: ``part``.
    """

    path: str
    label: Words
    model: type[models.Model]
    value_class: type[Value]
    columns: tuple[Column, ...]
    kind: Kind | None = None
    part: str = ""

    @property
    def subject(self) -> str:
        """Return the name of the column that names the subject."""
        return self.kind.subject if self.kind else ""

    @property
    def subjects(self) -> str:
        """Return the sheet of the subjects: ``devices``."""
        return f"{self.subject}s" if self.kind else self.path

    @property
    def area(self) -> Words:
        """Return what the sheet is about, "" for what is about all tracks."""
        return AREA_LABELS[self.kind.track] if self.kind and self.kind.track else ""

    def column(self, name: str) -> Column | None:
        """Return the column of a field."""
        return next((one for one in self.columns if one.name == name), None)


@cache
def sheets() -> dict[str, Sheet]:
    """Return every sheet by its path, in the order of the workbook."""
    return {one.path: one for one in _sheets()}


def _sheets() -> Iterator[Sheet]:
    for path, model in SUBJECTS.items():
        value_class: type[Value] = model.value_class  # type: ignore[attr-defined]
        columns = (_mark(removable=False), *_fields(model, value_class))
        yield Sheet(path, _many(model), model, value_class, columns)
    for path, kind in KINDS.items():
        subject = _subject(kind)
        columns = (_mark(), subject, *_fields(kind.model, kind.value_class))
        yield Sheet(path, _many(kind.model), kind.model, kind.value_class, columns, kind)
        for name, part in kind.parts.items():
            yield _part_sheet(kind, name, part)


def _part_sheet(kind: Kind, name: str, part: Any) -> Sheet:
    of_fact = Column(
        "key",
        kind.model._meta.verbose_name or "",
        _("Key of the entry that this line belongs to, as in its own sheet."),
        "key",
        required=True,
        refers=kind.path,
    )
    number = Column(
        POSITION,
        _("number"),
        _("Its place in the list: 1 for the first. Left empty, the line is added at the end."),
        POSITION,
    )
    label = _PartLabel(_many(kind.model), _many(part))
    columns = (_mark(), _subject(kind), of_fact, number, *_fields(part, part.value_class))
    return Sheet(f"{kind.path}:{name}", label, part, part.value_class, columns, kind, name)


def _many(model: type[models.Model]) -> Words:
    return model._meta.verbose_name_plural or ""


class _PartLabel(Promise):
    """What a sheet of parts is called, in the language of the moment: "étapes (demandes…)"."""

    def __init__(self, fact: Words, part: Words) -> None:
        self._words = part, fact

    def __str__(self) -> str:
        return "{} – {}".format(*self._words)


def _mark(*, removable: bool = True) -> Column:
    words = [("example", _("example")), ("remove", _("remove"))]
    help_text = (
        _("“example”: the line is not read. “remove”: the entry is taken out of the record.")
        if removable
        else _("“example”: the line is not read.")
    )
    return Column(MARK, _("mark"), help_text, "mark", choices=tuple(words if removable else words[:1]))


def _subject(kind: Kind) -> Column:
    field: Any = kind.model._meta.get_field(kind.subject)
    help_text = _("The key in the sheet of that name, or one recorded already.")
    return Column(
        kind.subject, field.verbose_name, help_text, "key", required=True, refers=f"{kind.subject}s"
    )


def _fields(model: type[models.Model], value_class: type[Value]) -> Iterator[Column]:
    held = shape(model, value_class)
    own = [name for name in value_class.model_fields if name in held.plain or name in held.keys]
    first, last = ([one for one in names if one in own] for names in (_FIRST, _LAST))
    for name in [*first, *(one for one in own if one not in (*first, *last)), *last]:
        yield _column(model, value_class, name)


def _column(model: type[models.Model], value_class: type[Value], name: str) -> Column:
    field: Any = model._meta.get_field(name)
    form_field = value_class.model_fields[name]
    base = getattr(field, "base_field", field)
    key_of_fact = name == "key" and model not in _PATHS
    return Column(
        name,
        field.verbose_name,
        _("Names the entry within the record. Left empty, it is given.") if key_of_fact else field.help_text,
        _form(field, name),
        required=form_field.is_required() and not key_of_fact,
        choices=tuple(base.flatchoices),
        refers=_PATHS[field.related_model] if isinstance(field, models.ForeignKey) else "",
        default=None if form_field.is_required() else form_field.default,
    )


def _form(field: Any, name: str) -> Form:
    if hasattr(field, "base_field"):
        return "choices"
    if field.choices:
        return "choice"
    if name == "key":
        return "key"
    match field:
        case models.ForeignKey():
            return "key"
        case models.DateField():
            return "day"
        case models.BooleanField():
            return "yes_no"
        case models.DecimalField():
            return "amount"
        case models.IntegerField():
            return "whole"
    return "text"
