"""Facts for the tests of dossiers: the example device with most facts, a device with none, a hostile one."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from compliance.assessments.assess import assess
from compliance.assessments.render import Json, Language
from compliance.dossiers.making import Dossier, make
from compliance.facts.checks import ROLES
from compliance.facts.files import read_file
from compliance.law.facts import FORMAT, Device, FactsFile
from compliance.law.parameters import current_law

ON = date(2026, 11, 22)
EXAMPLE = Path(__file__).parents[2] / "compliance/facts/portfolio/example.yaml"
NO_EVENTS: Json = {"events": [], "heads": []}


@cache
def example(key: str = "ex-cardivane") -> FactsFile:
    """Return the facts of one of the example devices, with its organisations and all sources."""
    portfolio = read_file(EXAMPLE)
    device = next(one for one in portfolio.devices if one.key == key)
    held = {getattr(device, role) for role in ROLES}
    organisations = tuple(one for one in portfolio.organisations if one.key in held)
    return FactsFile(format=FORMAT, sources=portfolio.sources, organisations=organisations, devices=(device,))


def of(**fields: Any) -> FactsFile:
    """Return the facts of a device with these fields and nothing else."""
    device = Device.model_validate({"key": "sample", "name": "Sample", **fields})
    return FactsFile(format=FORMAT, devices=(device,))


def made(
    facts: FactsFile,
    *,
    on: date = ON,
    known_on: date = ON,
    excerpt: Json = NO_EVENTS,
    language: Language = "fr",
) -> Dossier:
    """Return the dossier of facts that no database holds."""
    law = current_law()
    answer = assess(facts.devices[0], facts.organisations, law, on=on, known_on=known_on)
    return make(facts, answer, law, excerpt, language, facts_on=known_on)
