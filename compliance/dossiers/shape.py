"""The shape of ``dossier.json``, and its JSON Schema, made from it and from the values of the facts file.

The schema that goes into each bag is the committed file: its bytes must not hang on the version of the
library that made it.
"""

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue, TypeAdapter

from compliance.assessments.render import Language
from compliance.dossiers.shape_parts import (
    Answer,
    AppliedLaw,
    Coverage,
    Day,
    Deadline,
    Decision,
    Document,
    Gate,
    LeftOut,
    Part,
    TrackAnswer,
)
from compliance.law.facts import FactsFile
from compliance.law.facts.base import Area, Track
from compliance.law.types import DeadlineState, GateStatus

SCHEMA_FILE = Path(__file__).parent / "schema" / "dossier.schema.json"
FORMAT: Literal["jalon-dossier/2"] = "jalon-dossier/2"
DIFFERENCE_FORMAT: Literal["jalon-dossier-difference/1"] = "jalon-dossier-difference/1"
PORTFOLIO_FORMAT: Literal["jalon-dossier-portfolio/2"] = "jalon-dossier-portfolio/2"


class Dossier(Part):
    """The content of a dossier. Facts are those recorded at the end of the day ``facts_known_on``."""

    format: Literal["jalon-dossier/2"]
    scope: Literal["device", "track"]
    track: Track | None
    left_out: list[LeftOut]
    language: Language
    on: Day
    known_on: Day
    facts_known_on: Day | None
    facts: FactsFile
    documents: list[Document]
    decisions: list[Decision]
    requirements: list[Coverage]
    assessment: Answer
    law: AppliedLaw


class Dates(Part):
    """The date of an answer, the day of knowledge, and the day of the facts."""

    on: Day
    known_on: Day
    facts_known_on: Day | None


class GateChange(Part):
    """A door before and after."""

    before: Gate
    after: Gate


class Gates(Part):
    """Both doors before and after."""

    market_access: GateChange
    reimbursement: GateChange


class TrackChange(Part):
    """A track before and after, each with its reasons."""

    before: TrackAnswer
    after: TrackAnswer


class TrackChanges(Part):
    """The five tracks before and after."""

    ce_marking: TrackChange
    cnedimts: TrackChange
    listing: TrackChange
    ans: TrackChange
    ai_act: TrackChange


class FieldChange(Part):
    """A field before and after; null is not known."""

    field: str
    before: JsonValue
    after: JsonValue


class FactChange(Part):
    """A fact that was recorded, corrected, or taken out of the record."""

    change: Literal["added", "changed", "removed"]
    fact: str
    fields: list[FieldChange]


class DeadlineChange(Part):
    """A deadline that is new, was met or missed, moved, changed its state, or is gone."""

    change: Literal["new", "met", "missed", "moved", "state", "gone"]
    before: Deadline | None
    after: Deadline | None


class Difference(Part):
    """What changed of a device between two dates; the audit events between them stand in audit.json."""

    format: Literal["jalon-dossier-difference/1"]
    language: Language
    device: str
    name: str
    from_: Dates = Field(alias="from")
    to: Dates
    gates: Gates
    tracks: TrackChanges
    facts: list[FactChange]
    deadlines: list[DeadlineChange]
    documents: list[Document]
    documents_gone: list[Document]
    decisions: list[Decision]
    law: AppliedLaw


class InBrief(Part):
    """A status and its end."""

    status: str
    state: str
    until: Day | None


class Next(Part):
    """The deadline that comes next, an overdue one first."""

    label: str
    track: Area
    strict: Day
    safe: Day
    state: DeadlineState


class Held(Part):
    """A device of a portfolio: where its own dossier stands in the bag, and its statuses in brief."""

    device: str
    name: str
    example: bool
    path: str
    code: str
    sha512: str
    market_access: GateStatus
    reimbursement: GateStatus
    tracks: dict[Track, InBrief]
    overdue: int
    next: Next | None


class NotMade(Part):
    """A device whose dossier could not be made, and why."""

    device: str
    name: str
    problems: list[str]


class Portfolio(Part):
    """The index of the dossiers of several devices. Documents are those of the dossiers."""

    format: Literal["jalon-dossier-portfolio/2"]
    language: Language
    on: Day
    known_on: Day
    law_version: str
    devices: list[Held]
    not_made: list[NotMade]
    documents: list[Document]


AnyDossier = Annotated[Dossier | Difference | Portfolio, Field(discriminator="format")]


def schema_text() -> str:
    """Return the schema (JSON Schema 2020-12) of the three forms as it goes into each bag."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:jalon:dossier:2",
        **TypeAdapter(AnyDossier).json_schema(by_alias=True),
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
