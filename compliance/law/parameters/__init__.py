"""The dated law: parameters in YAML, a file for each text, loaded and checked as a whole.

A parameter never holds a date without its source and certainty; a superseded value stays.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from importlib import resources
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, TypeAdapter, model_validator

from compliance.law import strict_yaml
from compliance.law.calendar import Period, Roll
from compliance.law.facts.base import TRACKS, Area, Bool, Date, Value

Certainty = Literal["verified", "quoted", "secondary", "interpretation", "unconfirmed"]
Kind = Literal["period", "fixed_date", "choice", "condition"]
Direction = Literal["after", "before", "fixed"]
OnExpiry = Literal[
    "overdue",
    "elapsed",
    "applies",
    "silent_at_term",
    "tacitly_accepted",
    "tacitly_rejected",
    "deemed_abandoned",
]
Quantity = Annotated[str, BeforeValidator(lambda raw: raw.isoformat() if isinstance(raw, date) else raw)]
RuleId = Annotated[str, Field(pattern=r"^[a-z]+\.[a-z0-9_]+$")]


class Words(Value):
    """A text of the law data in the two languages of the interface."""

    fr: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Citation(Value):
    """The text that a value rests on. ``version`` is the version read (for instance a LEGIARTI id)."""

    text: str
    article: str
    version: str = ""
    source: str

    @cached_property
    def _said(self) -> str:
        return f"{self.text} {self.article}".strip()

    def __str__(self) -> str:
        return self._said


class DatedValue(Value):
    """A value with its dates: ``published``, from when it can be known, ``applies``, from when it governs.

    ``value`` is an ISO 8601 duration, a date, a word for a choice, or null for a condition. ``repealed``:
    nothing governs any more from ``applies`` on. ``settled_by`` says what would settle a value whose text
    was not read.
    """

    value: Quantity | None = None
    published: Date
    applies: Date
    citation: Citation
    certainty: Certainty
    verified_on: Date | None = None
    repealed: Bool = False
    settled_by: Words | None = None
    note: Words | None = None


class Parameter(Value):
    """A rule of the law with all its values, past ones included.

    ``roll`` is what happens when the last day is not a working day, ``on_expiry`` the state of the
    limit when it has passed and the act is not done, ``earlier_triggers`` whether an event before the
    first value falls under it. ``late`` and ``silence`` are the effects in words.
    """

    id: RuleId
    track: Area
    label: Words
    kind: Kind
    direction: Direction = "after"
    obliged: str = ""
    roll: Roll = "none"
    on_expiry: OnExpiry = "overdue"
    earlier_triggers: Literal["governed", "excluded"] = "governed"
    late: Words | None = None
    silence: Words | None = None
    values: Annotated[tuple[DatedValue, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _values_fit_the_kind(self) -> Self:
        for dated in self.values:
            if self.kind == "condition" or dated.repealed:
                continue
            if dated.value is None:
                raise ValueError(f"{self.id}: a {self.kind} needs a value")
            if self.kind == "period":
                Period.parse(dated.value)
            elif self.kind == "fixed_date":
                date.fromisoformat(dated.value)
        return self

    def as_known(self, on: date) -> "Parameter":
        """Return the rule with the values that could be known on a date, in the order in which they apply."""
        known = [one for one in self.values if one.published <= on]
        ordered = sorted(known, key=lambda one: (one.applies, one.published))
        return self.model_copy(update={"values": tuple(ordered)})

    def in_force(self, applied: Callable[[date], bool]) -> DatedValue | None:
        """Return the last of the values whose day of application ``applied`` accepts.

        None before the first, and after a repeal. The values stand in their order (``as_known``).
        """
        for one in reversed(self.values):
            if applied(one.applies):
                return None if one.repealed else one
        return None

    def value_at(self, day: date) -> DatedValue | None:
        """Return the value that governs on a day, as ``in_force``."""
        return self.in_force(lambda applies: applies <= day)


@dataclass(frozen=True, eq=False)
class Law:
    """All parameters, and the fingerprint that names this state of the law data."""

    parameters: Mapping[str, Parameter]
    version: str

    @classmethod
    def of(cls, parameters: Mapping[str, Parameter]) -> "Law":
        """Return the law that holds the parameters; its version is the fingerprint of their content."""
        dumps = [parameters[key].model_dump(mode="json") for key in sorted(parameters)]
        canonical = json.dumps(dumps, sort_keys=True)
        return cls(parameters, hashlib.sha256(canonical.encode()).hexdigest()[:12])

    def __getitem__(self, rule: str) -> Parameter:
        return self.parameters[rule]


@lru_cache(maxsize=8)
def as_known(law: Law, on: date) -> Law:
    """Return the law with the values that could be known on a date."""
    return Law({rule: one.as_known(on) for rule, one in law.parameters.items()}, law.version)


def parse(documents: Iterable[str]) -> Law:
    """Return the law written in the YAML documents.

    Raises pydantic.ValidationError where a document does not fit the form, ValueError where a rule
    stands twice.
    """
    adapter = TypeAdapter(tuple[Parameter, ...])
    parameters: dict[str, Parameter] = {}
    for document in documents:
        for parameter in adapter.validate_python(_listed(strict_yaml.load(document))):
            if parameter.id in parameters:
                raise ValueError(f"rule {parameter.id} stands twice")
            parameters[parameter.id] = parameter
    return Law.of(parameters)


def _listed(document: object) -> list[dict[str, object]]:
    """Return the parameters of a document, in which each stands under its rule id."""
    if not isinstance(document, dict):
        raise TypeError("a law document maps rule ids to parameters")
    return [{"id": rule, **body} for rule, body in document.items()]


@lru_cache(maxsize=1)
def current_law() -> Law:
    """Return the law shipped with the product."""
    folder = resources.files(__name__)
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".yaml")),
        key=lambda e: e.name,
    )
    return parse(entry.read_text(encoding="utf-8") for entry in files)


__all__ = [
    "TRACKS",
    "Certainty",
    "DatedValue",
    "Law",
    "Parameter",
    "as_known",
    "current_law",
    "parse",
]
