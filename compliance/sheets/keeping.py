"""What a worker read of a large workbook, as JSON for the pages that show it, in whatever language."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from compliance.facts.errors import Problem
from compliance.law.text import Param
from compliance.sheets.importing import Planned, Reading
from compliance.sheets.reading import Fault, Place


def dumped(reading: Reading) -> str:
    """Return what was read as JSON."""
    data = {
        **{name: getattr(reading, name) for name in ("unread", "lines", "unchanged", "digest")},
        "changes": [asdict(one) for one in reading.changes],
        "kept": [asdict(one) for one in reading.kept],
        "faults": [[one.place and asdict(one.place), problem_data(one.problem)] for one in reading.faults],
    }
    return json.dumps(data)


def loaded(text: str) -> Reading:
    """Return what was read, from its JSON."""
    data = json.loads(text)
    faults = [Fault(place and Place(**place), problem_of(said)) for place, said in data["faults"]]
    return Reading(
        changes=tuple(Planned(**one) for one in data["changes"]),
        faults=tuple(faults),
        kept=tuple(Place(**one) for one in data["kept"]),
        unread=tuple(data["unread"]),
        lines=data["lines"],
        unchanged=data["unchanged"],
        digest=data["digest"],
    )


def problem_data(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON."""
    return {**asdict(problem), "params": {name: _data(one) for name, one in problem.params.items()}}


def problem_of(data: Mapping[str, Any]) -> Problem:
    """Return a problem, from its JSON."""
    return Problem(**{**data, "params": {name: _param(one) for name, one in data["params"].items()}})


def _data(value: Param) -> Any:
    match value:
        case dt.date():
            return {"day": value.isoformat()}
        case Decimal():
            return {"amount": str(value)}
        case tuple():
            return list(value)
    return value if isinstance(value, int) else str(value)


def _param(data: Any) -> Param:
    match data:
        case {"day": day}:
            return dt.date.fromisoformat(day)
        case {"amount": amount}:
            return Decimal(amount)
        case list():
            return tuple(data)
    found: str | int = data
    return found
