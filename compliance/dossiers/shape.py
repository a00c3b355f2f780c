"""The shape of ``dossier.json``, and its JSON Schema, made from it and from the values of the facts file.

The schema that goes into each bag is the committed file: its bytes must not hang on the version of the
library that made it.
"""

import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from compliance.assessments.render import Language
from compliance.law.calendar import Roll
from compliance.law.facts import FactsFile
from compliance.law.facts.base import Area
from compliance.law.parameters import Certainty
from compliance.law.types import DeadlineState, GateStatus, Level, Status

SCHEMA_FILE = Path(__file__).parent / "schema" / "dossier.schema.json"
FORMAT: Literal["jalon-dossier/2"] = "jalon-dossier/2"

Day = dt.date
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
# One folder, plain ASCII, and an ending: safe on every system.
Place = Annotated[str, StringConstraints(pattern=r"^data/evidence/[0-9a-f]{12}[A-Za-z0-9-]*\.[a-z]{3,4}$")]


class _Part(BaseModel):
    """A part of the file, which holds each of its names and no other."""

    model_config = ConfigDict(extra="forbid")


class Document(_Part):
    """A version of a document. Its file stands at ``path``, or ``withheld`` says why it does not."""

    document: str
    kind: str
    title: str
    language: str
    version: int
    added_at: dt.datetime
    file: str
    issued_on: Day | None
    media_type: str
    size: int
    sha256: Sha256
    withheld: Literal["purged", "refused"] | None
    path: Place | None
    facts: list[str]


class Reason(_Part):
    """A line of explanation: the fact, the rule, the article, and how that was read."""

    text: str
    fact: str | None
    rule: str | None
    citation: str | None
    certainty: Certainty | None


class Gate(_Part):
    """Whether a door is open, and what blocks it."""

    status: GateStatus
    blockers: list[Reason]
    reasons: list[Reason]


class TrackAnswer(_Part):
    """Where a track stands: the common status, its own state, since and until when, and why."""

    status: Status
    state: str
    since: Day | None
    until: Day | None
    reasons: list[Reason]


class Tracks(_Part):
    """The five tracks."""

    ce_marking: TrackAnswer
    cnedimts: TrackAnswer
    listing: TrackAnswer
    ans: TrackAnswer
    ai_act: TrackAnswer


class Duty(_Part):
    """An obligation of the deployer without a date of its own."""

    rule: str
    label: str
    obliged: str
    applies_from: Day | None
    reason: Reason


class Finding(_Part):
    """Something the rules noticed that is no date."""

    code: str
    track: Area
    level: Level
    reason: Reason
    values: dict[str, str]


class Trigger(_Part):
    """What a deadline runs from."""

    fact: str
    date: Day | None


class Effect(_Part):
    """What lateness and silence do, where a text says so."""

    late: str | None
    silence: str | None


class Deadline(_Part):
    """A dated obligation or end: the date of the text, the date moved, the safe date."""

    rule: str
    label: str
    n: str
    track: Area
    trigger: Trigger
    strict: Day
    hour: str
    rolled: Day
    roll: Roll
    safe: Day
    state: DeadlineState
    met_on: Day | None
    value: str
    stopped_days: int
    obliged: str
    citation: str
    certainty: Certainty
    effect: Effect


class Answer(_Part):
    """The answer of the law on the date, as known on the date of knowledge."""

    device: str
    on: Day
    known_on: Day
    law_version: str
    market_access: Gate
    reimbursement: Gate
    tracks: Tracks
    deployer_duties: list[Duty]
    deadlines: list[Deadline]
    findings: list[Finding]
    next_change: Day | None


class RuleValue(_Part):
    """A value of a rule, with its dates, its text and how that was read."""

    value: str | None
    published: Day
    applies: Day
    certainty: Certainty
    verified_on: Day | None
    citation: str
    version: str
    source: str
    note: str


class Rule(_Part):
    """A rule that the answer names, with its values published by the date of knowledge."""

    rule: str
    label: str
    values: list[RuleValue]


class AppliedLaw(_Part):
    """The version of the law data, and the rules applied."""

    version: str
    rules: list[Rule]


class Dossier(_Part):
    """The content of a dossier. Facts are those recorded at the end of the day ``facts_known_on``."""

    format: Literal["jalon-dossier/2"]
    language: Language
    on: Day
    known_on: Day
    facts_known_on: Day | None
    facts: FactsFile
    documents: list[Document]
    assessment: Answer
    law: AppliedLaw


def schema_text() -> str:
    """Return the schema (JSON Schema 2020-12) as it goes into each bag."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:jalon:dossier:2",
        **Dossier.model_json_schema(),
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
