"""What a worker read of a large workbook, as JSON for the pages that show it, in whatever language."""

import json
from dataclasses import asdict

from compliance.facts.errors import problem_data, problem_of
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
