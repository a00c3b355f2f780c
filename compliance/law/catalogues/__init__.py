"""The catalogues of requirements: what a dossier is to show, as dated data, loaded and checked as a whole.

A catalogue has editions, each with the day from which it could be known and the day from which it governs,
as a value of the law; a superseded edition stays, so that an old date is answered with the old one. No
catalogue holds a date of application of its own: it names the rules of the law whose dates make it due.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from importlib import resources
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, TypeAdapter, model_validator

from compliance.law import strict_yaml
from compliance.law.facts.base import Date, Value
from compliance.law.parameters import Certainty, Citation, RuleId, Words

Scope = Literal["mdr", "high_risk_provider", "ans", "learning", "ai"]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Number = Annotated[str, Field(pattern=r"^[0-9a-z._()]+$", max_length=20)]
Reference = tuple[str, str]  # a catalogue and a number in it


class Requirement(Value):
    """A requirement in our words. It stands in the editions from ``since`` to before ``until``.

    ``certainty`` is that of its edition unless it says another one.
    """

    number: Number
    title: Words
    certainty: Certainty | None = None
    since: str = ""
    until: str = ""
    note: Words | None = None


class Edition(Value):
    """A state of a catalogue: known from ``published``, in force from ``applies``."""

    version: Annotated[str, Field(min_length=1)]
    published: Date
    applies: Date
    citation: Citation
    certainty: Certainty
    verified_on: Date | None = None
    settled_by: Words | None = None
    note: Words | None = None


class SameAs(Value):
    """Which requirements one document may serve together, and the text that says so.

    ``pairs`` gives, for a number of this catalogue, requirements of others as ``catalogue/number``.
    """

    citation: Citation
    certainty: Certainty
    pairs: Mapping[Number, tuple[str, ...]]


class Catalogue(Value):
    """A list of requirements. ``cited`` is what stands before a number when it is cited.

    ``due`` names the rules of the law that make it due, ``scope`` which devices it is for.
    """

    key: Key
    title: Words
    scope: Scope
    due: tuple[RuleId, ...] = ()
    cited: str
    editions: Annotated[tuple[Edition, ...], Field(min_length=1)]
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    same_as: tuple[SameAs, ...] = ()

    @model_validator(mode="after")
    def _requirements_fit_the_editions(self) -> Self:
        versions = [one.version for one in self.editions]
        if len(set(versions)) < len(versions):
            raise ValueError(f"{self.key}: two editions have one version")
        for one in self.requirements:
            if {one.since, one.until} - {"", *versions}:
                raise ValueError(f"{self.key} {one.number}: no edition is called so")
        for edition in self.editions:
            numbers = [one.number for one in self.of(edition)]
            if len(set(numbers)) < len(numbers):
                raise ValueError(f"{self.key} {edition.version}: a number stands twice")
        return self

    def edition(self, *, on: date, known_on: date) -> Edition | None:
        """Return the last edition in force on a date of those that could be known; None before the first."""
        held = [one for one in self.editions if one.published <= known_on and one.applies <= on]
        return max(held, key=lambda one: (one.applies, one.published), default=None)

    def of(self, edition: Edition) -> tuple[Requirement, ...]:
        """Return the requirements of an edition, in the order of the text."""
        places = {one.version: place for place, one in enumerate(self.editions)}
        here = places[edition.version]
        return tuple(
            one
            for one in self.requirements
            if places.get(one.since, 0) <= here < places.get(one.until, len(places))
        )

    def cite(self, number: str) -> str:
        """Return how a requirement is cited."""
        return f"{self.cited}{number}"


@dataclass(frozen=True, eq=False)
class Catalogues:
    """All catalogues by their keys, in the order in which they are shown: that of their scopes."""

    by_key: Mapping[str, Catalogue]

    @cached_property
    def shared(self) -> Mapping[Reference, tuple[tuple[Reference, SameAs], ...]]:
        """Return which requirements a document may serve together with another, both ways."""
        found: dict[Reference, list[tuple[Reference, SameAs]]] = {}
        for catalogue in self.by_key.values():
            for said in catalogue.same_as:
                for number, others in said.pairs.items():
                    for other in others:
                        ours, theirs = (catalogue.key, number), reference(other)
                        found.setdefault(ours, []).append((theirs, said))
                        found.setdefault(theirs, []).append((ours, said))
        return {held: tuple(others) for held, others in found.items()}

    def holds(self, asked: Reference) -> bool:
        """Return whether any edition of a catalogue has the requirement."""
        catalogue = self.by_key.get(asked[0])
        return catalogue is not None and any(one.number == asked[1] for one in catalogue.requirements)


def reference(written: str) -> Reference:
    """Return the catalogue and the number of ``catalogue/number``."""
    key, _slash, number = written.partition("/")
    return key, number


def parse(documents: Iterable[str]) -> Catalogues:
    """Return the catalogues written in the YAML documents.

    Raises pydantic.ValidationError where a document does not fit the form, ValueError where a catalogue
    stands twice or a correspondence names a requirement that is not there.
    """
    adapter = TypeAdapter(Catalogue)
    found: dict[str, Catalogue] = {}
    for document in documents:
        for key, body in strict_yaml.load(document).items():
            if key in found:
                raise ValueError(f"catalogue {key} stands twice")
            found[key] = adapter.validate_python({"key": key, **body})
    scopes = get_args(Scope)
    ordered = sorted(found.items(), key=lambda one: scopes.index(one[1].scope))
    catalogues = Catalogues(dict(ordered))
    for held in catalogues.shared:
        if not catalogues.holds(held):
            raise ValueError(f"{'/'.join(held)}: no catalogue has this requirement")
    return catalogues


@lru_cache(maxsize=1)
def current_catalogues() -> Catalogues:
    """Return the catalogues shipped with the product."""
    files = [entry for entry in resources.files(__name__).iterdir() if entry.name.endswith(".yaml")]
    return parse(one.read_text(encoding="utf-8") for one in sorted(files, key=lambda one: one.name))
