"""The table of events: one entry for each, in YAML files that stand for the groups of the list.

An entry has its ``words``, ``help``, the ``rules`` of the law that it is about, and its ``writes``. A write
records a ``new`` fact of a kind, or ``add``s to a recorded one. What is asked is written ``name`` or
``name!`` (it must be answered), ``{name: {fr: …, en: …}}`` where the field needs other words here.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, TypeAdapter, model_validator

from compliance.law import strict_yaml
from compliance.law.facts.base import AREAS, Value
from compliance.law.facts.procedures import StepName
from compliance.law.parameters import RuleId, Words

GROUPS = ("general", *AREAS)
_MUST = "!"


class Asked(Value):
    """A field, or a step, that the form asks for. ``words`` is its label where the usual one does not fit."""

    name: str
    required: bool = False
    words: Words | None = None


def _asked(raw: Any) -> Any:
    """Read ``name``, ``name!`` and ``{name: words}``."""
    name, words = next(iter(raw.items())) if isinstance(raw, dict) else (raw, None)
    return {"name": name.removesuffix(_MUST), "required": name.endswith(_MUST), "words": words}


Question = Annotated[Asked, BeforeValidator(_asked)]


class Write(Value):
    """What an event does to one fact.

    ``set`` holds what the event itself says, ``start`` what the form proposes, ``where`` which facts it is
    added to. ``steps`` are dated steps of a procedure; ``part`` adds an entry to a list of the fact, ``ends``
    completes the last one that is open. ``optional``: where no such fact is recorded, or nothing is said of
    it, the rest is written all the same. ``of`` is the role of the organisation whose fact it is.
    """

    new: str | None = None
    add: str | None = None
    of: Literal["manufacturer", "host"] | None = None
    where: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    ask: tuple[Question, ...] = ()
    steps: tuple[Question, ...] = ()
    part: str | None = None
    ends: str | None = None
    ask_part: tuple[Question, ...] = ()
    part_optional: bool = False
    set: Mapping[str, str | bool] = Field(default_factory=dict)
    start: Mapping[str, str] = Field(default_factory=dict)
    optional: bool = False

    @property
    def kind(self) -> str:
        """Return the path of the kind of the fact."""
        return self.new or self.add or ""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.new is None) == (self.add is None):
            raise ValueError("a write is new, or adds to a recorded fact")
        if bool(self.ask_part) != bool(self.part or self.ends) or (self.part and self.ends):
            raise ValueError("ask_part goes with part or with ends")
        return self


class Event(Value):
    """An event in the user's words. ``wizard`` is the decision table that helps to answer it."""

    key: str
    group: str
    words: Words
    help: Words | None = None
    rules: tuple[RuleId, ...] = ()
    wizard: str | None = None
    writes: Annotated[tuple[Write, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _has_step(self) -> Self:
        named = [one.name for write in self.writes for one in write.steps]
        wrong = [name for name in named if name not in get_args(StepName)]
        if wrong:
            raise ValueError(f"no such step: {', '.join(wrong)}")
        return self


@lru_cache(maxsize=1)
def events() -> Mapping[str, Event]:
    """Return all events by key, group by group. Raises ValueError where the table is wrong."""
    found: dict[str, Event] = {}
    folder = resources.files(__package__) / "catalogue"
    for group in GROUPS:
        raw = strict_yaml.load((folder / f"{group}.yaml").read_text(encoding="utf-8"))
        for key, entry in raw.items():
            if key in found:
                raise ValueError(f"the event {key} stands twice")
            found[key] = TypeAdapter(Event).validate_python({**entry, "key": key, "group": group})
    return found
