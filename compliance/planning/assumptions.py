"""Durations that no text gives: defaults of the product, which the user replaces. Never law."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Annotated

from pydantic import Field, TypeAdapter

from compliance.law import strict_yaml
from compliance.law.facts.base import Value
from compliance.law.parameters import Certainty

CERTAINTY: Certainty = "unconfirmed"


class Default(Value):
    """A default, in calendar days, with its words in the two languages."""

    days: Annotated[int, Field(ge=0, le=3650, strict=True)]
    fr: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Assumption:
    """An assumption of a plan: the days taken, and the default of the product."""

    key: str
    days: int
    default: Default


@lru_cache(maxsize=1)
def defaults() -> Mapping[str, Default]:
    """Return the defaults of the product by name."""
    text = resources.files(__package__).joinpath("assumptions.yaml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, Default]).validate_python(strict_yaml.load(text))


def assumption(key: str, given: Mapping[str, int]) -> Assumption:
    """Return an assumption as the user gives it, failing that its default."""
    default = defaults()[key]
    return Assumption(key, given.get(key, default.days), default)
