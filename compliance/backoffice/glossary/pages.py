"""The glossary: the words of the field with their source, and where pages link to them."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from compliance.backoffice.page import Page
from compliance.law import strict_yaml
from compliance.law.parameters import Certainty

_FILE = Path(__file__).with_name("glossary.yaml")
_FRENCH, _ENGLISH = "fr", "en"


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Said(_Form):
    """A text in both languages."""

    fr: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class Term(_Form):
    """A term. ``full`` is what an acronym stands for, ``spot`` the writings that pages link to it."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    term: Said
    full: Said | None = None
    says: Said
    source: str = ""
    certainty: Certainty | None = None
    rule: str = ""
    spot: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _certain(self) -> "Term":
        if bool(self.source) != (self.certainty is not None):
            raise ValueError(f"{self.key}: a source has a certainty, and nothing else has one")
        return self

    def title(self, language: str) -> str:
        """Return the term with what it stands for."""
        said = [getattr(one, language) for one in (self.term, self.full) if one]
        return " – ".join(said)


class Glossary(_Form):
    """The file: its terms, in the order of their keys, and the day on which their sources were read."""

    read_on: date
    terms: tuple[Term, ...]

    @model_validator(mode="after")
    def _once(self) -> "Glossary":
        for names in ([one.key for one in self.terms], [said for one in self.terms for said in one.spot]):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"twice: {sorted(twice)}")
        return self


def read(document: str | bytes) -> Glossary:
    """Return the glossary of a document. Raises pydantic.ValidationError, yaml.YAMLError."""
    return Glossary.model_validate(strict_yaml.load(document))


@cache
def recorded() -> Glossary:
    """Return the glossary of the product."""
    return read(_FILE.read_bytes())


def terms() -> tuple[Term, ...]:
    """Return its terms."""
    return recorded().terms


def glossary(request: HttpRequest) -> Page:
    """Return the page of all terms, in the order of the active language, the other language beside."""
    own = _ENGLISH if get_language() == _ENGLISH else _FRENCH
    other = _FRENCH if own == _ENGLISH else _ENGLISH
    rows = [
        {
            "term": one,
            "name": getattr(one.term, own),
            "full": getattr(one.full, own) if one.full else "",
            "says": getattr(one.says, own),
            "other": one.title(other),
            "other_language": other,
            "other_says": getattr(one.says, other),
        }
        for one in terms()
    ]
    rows.sort(key=lambda row: str(row["name"]).casefold())
    shown = {"no_terms": True, "rows": rows, "read_on": recorded().read_on}
    return Page("backoffice/glossary.html", _("Glossary"), shown)
