"""What all fact values share: frozen, typed, strict about what they accept.

``None`` means unknown everywhere: an unknown is a state of its own, never a "no".
"""

import datetime as dt
from operator import attrgetter
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictBool,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

Track = Literal["ce_marking", "cnedimts", "listing", "ans", "ai_act"]
TRACKS: tuple[Track, ...] = ("ce_marking", "cnedimts", "listing", "ans", "ai_act")
# What a rule is about: a track, or data and cybersecurity, whose duties come without a status of their own.
Area = Literal[Track, "data"]
AREAS: tuple[Area, ...] = (*TRACKS, "data")


def _calendar_date(value: Any) -> Any:
    """Refuse what a lax parser would take for a date: numbers, booleans and instants."""
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date | str):
        raise PydanticCustomError("calendar_date", "a calendar date is written YYYY-MM-DD")
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value) if len(value) == 10 else _bad_date()
        except ValueError:
            _bad_date()
    return value


def _bad_date() -> None:
    raise PydanticCustomError("calendar_date", "a calendar date is written YYYY-MM-DD")


Date = Annotated[dt.date, BeforeValidator(_calendar_date)]
Bool = StrictBool
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=80)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Short = Annotated[str, StringConstraints(max_length=300)]
Note = Annotated[str, StringConstraints(max_length=4000)]


class Value(BaseModel):
    """A part of a fact: frozen, and no field that the form does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


V = TypeVar("V", bound=Value)


class Fact(Value):
    """Something that happened or holds.

    ``key`` names it within its subject and kind, ``source`` names an entry of the file's sources,
    ``note`` says what the fields cannot hold (for instance a month whose day was not seen).
    """

    key: Key
    source: Key | None = None
    note: Note = ""


def in_order(value: V) -> V:
    """Return the value with the facts in it in the order of their keys.

    No answer may depend on the order in which facts happen to be written down.
    """
    moved: dict[str, Any] = {}
    for name in value.model_fields_set:
        held = getattr(value, name)
        if isinstance(held, Value):
            moved[name] = in_order(held)
        elif isinstance(held, tuple) and len(held) > 1 and isinstance(held[0], Fact):
            moved[name] = tuple(sorted(held, key=attrgetter("key")))
    return value.model_copy(update=moved) if moved else value
