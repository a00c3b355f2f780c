"""What all fact values share: frozen, typed, strict about what they accept.

``None`` means unknown everywhere: an unknown is a state of its own, never a "no".
"""

import datetime as dt
from typing import Annotated, Any, Literal

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


class Fact(Value):
    """Something that happened or holds.

    ``key`` names it within its subject and kind, ``source`` names an entry of the file's sources,
    ``note`` says what the fields cannot hold (for instance a month whose day was not seen).
    """

    key: Key
    source: Key | None = None
    note: Note = ""
