"""A portfolio of any size, grown from the bundled one: the same lives, lived at other times by others."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from random import Random

from compliance.law import strict_yaml
from compliance.law.facts import Device, FactsFile, Organisation

BUNDLED = Path(__file__).parents[1] / "compliance" / "facts" / "portfolio"
_ROLES = ("owner", "manufacturer", "exploitant", "authorised_representative", "host")
_DATE = re.compile(r'"(\d{4}-\d{2}-\d{2})"')
_YEAR = 365


def bundled() -> Iterator[FactsFile]:
    """Yield a facts file for each device of the bundled portfolio, with the organisations that it names."""
    for path in sorted(BUNDLED.glob("*.yaml")):
        facts = FactsFile.model_validate(strict_yaml.load(path.read_bytes()))
        organisations = {one.key: one for one in facts.organisations}
        for device in facts.devices:
            named = {getattr(device, role) for role in _ROLES} & organisations.keys()
            holders = tuple(organisations[key] for key in sorted(named))
            yield FactsFile(format=facts.format, organisations=holders, devices=(device,))


def grown(count: int, seed: int = 0) -> Iterator[str]:
    """Yield the JSON of facts files of one device each; the same seed gives the same files.

    Each device is one of the bundled ones, in turn, under a key of its own and with organisations of its
    own. All its dates are moved by the same number of days, a year at most: what lies between them stays.
    """
    draw = Random(seed)  # noqa: S311 - no secret
    kinds = [(one.model_dump_json(exclude_unset=True), _names(one)) for one in bundled()]
    draw.shuffle(kinds)
    for n, (text, names) in enumerate(islice(cycle(kinds), count)):
        moved = _moved(text, timedelta(days=draw.randint(-_YEAR, _YEAR)))
        yield names.sub(rf'"\1-{n}"', moved)


def _names(facts: FactsFile) -> re.Pattern[str]:
    """Return the pattern of the keys of the device and of its organisations."""
    subjects: tuple[Device | Organisation, ...] = (*facts.devices, *facts.organisations)
    return re.compile(f'"({"|".join(re.escape(one.key) for one in subjects)})"')


def _moved(text: str, by: timedelta) -> str:
    return _DATE.sub(lambda found: f'"{date.fromisoformat(found[1]) + by}"', text)
