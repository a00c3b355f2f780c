"""The facts of a device as values: what the law is applied to, and the form of the facts file.

A file holds ``sources``, ``organisations`` and ``devices``; each device holds its facts by track, and those
on data and cybersecurity.
"""

from typing import Literal

from compliance.law.facts.ai_act import AiActFacts
from compliance.law.facts.base import TRACKS, Bool, Key, Name, Note, Short, Track, Value
from compliance.law.facts.ce_marking import CeMarkingFacts
from compliance.law.facts.data import DataFacts
from compliance.law.facts.devices import (
    DeviceFunction,
    Identifier,
    Organisation,
    Source,
    Version,
)
from compliance.law.facts.reimbursement import AnsFacts, CnedimtsFacts, ListingFacts

__all__ = ["TRACKS", "Device", "FactsFile", "Organisation", "Source", "Track"]

FORMAT: Literal["jalon-facts/1"] = "jalon-facts/1"


class Device(Value):
    """A device with all its facts.

    ``complete_tracks`` names the tracks whose record its owner keeps whole: there, what is not
    recorded did not happen. On any other track what is not recorded is unknown.
    ``digital_device`` says whether it processes personal data or hosts health data (CSS R.165-4 5°).
    """

    key: Key
    name: Name
    description: Note = ""
    owner: Key | None = None
    manufacturer: Key | None = None
    exploitant: Key | None = None
    authorised_representative: Key | None = None
    host: Key | None = None
    published: Bool = False
    is_software: Bool | None = None
    digital_device: Bool | None = None
    functions: tuple[DeviceFunction, ...] = ()
    emdn: Short = ""
    complete_tracks: tuple[Track, ...] = ()
    source: Key | None = None
    note: Note = ""
    versions: tuple[Version, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    ce_marking: CeMarkingFacts = CeMarkingFacts()
    cnedimts: CnedimtsFacts = CnedimtsFacts()
    listing: ListingFacts = ListingFacts()
    ans: AnsFacts = AnsFacts()
    ai_act: AiActFacts = AiActFacts()
    data: DataFacts = DataFacts()


class FactsFile(Value):
    """A facts file: the import format, the export format and the form of the worked cases."""

    format: Literal["jalon-facts/1"]
    sources: tuple[Source, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    devices: tuple[Device, ...] = ()
