"""A change of the law as one document: the values that a text adds, replaces or repeals.

A value replaces the one with the same two dates (a correction); any other is added beside those that it
supersedes. A proposed text has the same form and is simulated apart: it never enters the law in force.
"""

from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, model_validator

from compliance.law import strict_yaml
from compliance.law.facts.base import Date, Key, Value
from compliance.law.parameters import DatedValue, Law, Parameter, RuleId, Words

_PARAMETERS = TypeAdapter(dict[RuleId, Parameter])


class RuleChange(Value):
    """What changes in a rule: ``values``, and any other field of a parameter that the text gives anew."""

    model_config = ConfigDict(extra="allow")

    values: tuple[DatedValue, ...] = ()


class Amendment(Value):
    """A text that changes the law.

    ``rules`` maps rule ids to what changes; a rule that the law does not hold yet stands whole.
    ``published`` is the day of publication (of the proposal, for a proposed text), from which its values
    can be known unless they say otherwise.
    """

    format: Literal["jalon-amendment/1"]
    key: Key
    title: Words
    status: Literal["adopted", "proposed"]
    published: Date
    reference: str
    note: Words | None = None
    rules: dict[RuleId, RuleChange] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _known_since_publication(cls, data: Any) -> Any:
        """Give the values without a date of publication that of the text."""
        if not isinstance(data, dict) or not isinstance(data.get("rules"), dict):
            return data
        rules = {rule: _published(body, data.get("published")) for rule, body in data["rules"].items()}
        return {**data, "rules": rules}

    @property
    def days(self) -> set[date]:
        """Return the days on which a value can be known, or starts to govern."""
        stated = [one for change in self.rules.values() for one in change.values]
        return {self.published, *(day for one in stated for day in (one.published, one.applies))}


def read(document: str | bytes) -> Amendment:
    """Return the amendment of a YAML document.

    Raises yaml.YAMLError or pydantic.ValidationError, with the place of what is wrong.
    """
    return Amendment.model_validate(strict_yaml.load(document))


@lru_cache(maxsize=1)
def proposals() -> tuple[Amendment, ...]:
    """Return the proposed texts shipped with the product, by key: to be simulated, never part of the law."""
    folder = resources.files("compliance.law.proposals")
    files = (entry for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple(sorted((read(one.read_bytes()) for one in files), key=lambda one: one.key))


def amended(law: Law, amendment: Amendment) -> Law:
    """Return the law with the text in it.

    Raises pydantic.ValidationError where a rule would not be sound.
    """
    bodies = {rule: _body(law.parameters.get(rule), rule, one) for rule, one in amendment.rules.items()}
    return Law.of({**law.parameters, **_PARAMETERS.validate_python(bodies)})


def without(law: Law, amendment: Amendment) -> Law:
    """Return the law as if the text had never been: its values taken out, those it superseded in force.

    A rule that only the text holds stays, without a value: it governs nothing.
    """
    left = {}
    for rule in amendment.rules.keys() & law.parameters.keys():
        brought = {_dates(one) for one in amendment.rules[rule].values}
        kept = tuple(one for one in law[rule].values if _dates(one) not in brought)
        left[rule] = law[rule].model_copy(update={"values": kept})
    return Law.of({**law.parameters, **left})


def _body(held: Parameter | None, rule: str, change: RuleChange) -> dict[str, Any]:
    values = {_dates(one): one for one in (*(held.values if held else ()), *change.values)}
    body = held.model_dump() if held else {}
    return {
        **body,
        **(change.model_extra or {}),
        "id": rule,
        "values": tuple(values[key] for key in sorted(values)),
    }


def _dates(value: DatedValue) -> tuple[date, date]:
    return value.applies, value.published


def _published(body: Any, day: Any) -> Any:
    if not isinstance(body, dict) or not isinstance(body.get("values"), list):
        return body
    values = [{"published": day, **one} if isinstance(one, dict) else one for one in body["values"]]
    return {**body, "values": values}
