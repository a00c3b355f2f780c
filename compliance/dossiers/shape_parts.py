"""The parts of the JSON files of a dossier: each holds its names and no other."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, JsonValue, StringConstraints

from compliance.law.calendar import Roll
from compliance.law.facts.base import Area
from compliance.law.parameters import Certainty
from compliance.law.types import DeadlineState, GateStatus, Level, Status

Day = dt.date
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
# One folder, plain ASCII, and an ending: safe on every system.
Place = Annotated[str, StringConstraints(pattern=r"^data/evidence/[0-9a-f]{12}[A-Za-z0-9-]*\.[a-z]{3,4}$")]


class Part(BaseModel):
    """A part of the file, which holds each of its names and no other."""

    model_config = ConfigDict(extra="forbid")


class Document(Part):
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


class Reason(Part):
    """A line of explanation: the fact, the rule, the article, and how that was read."""

    text: str
    fact: str | None
    rule: str | None
    citation: str | None
    certainty: Certainty | None


class Gate(Part):
    """Whether a door is open, and what blocks it."""

    status: GateStatus
    blockers: list[Reason]
    reasons: list[Reason]


class TrackAnswer(Part):
    """Where a track stands: the common status, its own state, since and until when, and why."""

    status: Status
    state: str
    since: Day | None
    until: Day | None
    reasons: list[Reason]


class Tracks(Part):
    """The five tracks, or the one that the dossier is of."""

    ce_marking: TrackAnswer | None = None
    cnedimts: TrackAnswer | None = None
    listing: TrackAnswer | None = None
    ans: TrackAnswer | None = None
    ai_act: TrackAnswer | None = None


class Duty(Part):
    """An obligation of the deployer without a date of its own."""

    rule: str
    label: str
    obliged: str
    applies_from: Day | None
    reason: Reason


class Finding(Part):
    """Something the rules noticed that is no date."""

    code: str
    track: Area
    level: Level
    reason: Reason
    values: dict[str, str]


class Trigger(Part):
    """What a deadline runs from."""

    fact: str
    date: Day | None


class Effect(Part):
    """What lateness and silence do, where a text says so."""

    late: str | None
    silence: str | None


class Deadline(Part):
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


class Answer(Part):
    """The answer of the law on the date, as known on the date of knowledge.

    That of one track tells of neither door.
    """

    device: str
    on: Day
    known_on: Day
    law_version: str
    market_access: Gate | None
    reimbursement: Gate | None
    tracks: Tracks
    deployer_duties: list[Duty]
    deadlines: list[Deadline]
    findings: list[Finding]
    next_change: Day | None


class RuleValue(Part):
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


class Rule(Part):
    """A rule that the answer names, with its values published by the date of knowledge."""

    rule: str
    label: str
    values: list[RuleValue]


class AppliedLaw(Part):
    """The version of the law data, and the rules applied."""

    version: str
    rules: list[Rule]


class Decision(Part):
    """A decision by a table of the law, as it was signed."""

    table: str
    title: str
    about: str
    headline: str
    answers: dict[str, JsonValue]
    result: JsonValue
    on: Day
    known_on: Day
    law_version: str
    meaning: str
    reason: str
    signed_at: dt.datetime
    signed_by: str


class Served(Part):
    """A document that serves a requirement since a day, in its latest version."""

    statement: str
    document: str
    title: str
    kind: str
    language: str
    version: int | None
    file: str | None
    sha256: Sha256 | None
    issued_on: Day | None
    since: Day
    by: str
    note: str


class Exempted(Part):
    """Why a requirement does not apply."""

    statement: str
    reason: str
    since: Day
    by: str


class SameAs(Part):
    """A requirement of another catalogue that one document may serve too."""

    catalogue: str
    title: str
    number: str
    citation: str
    certainty: Certainty


class Requirement(Part):
    """A requirement and what is said of it: with neither document nor reason it is a gap."""

    number: str
    title: str
    citation: str
    certainty: Certainty
    note: str
    state: Literal["covered", "gap", "not_applicable"]
    documents: list[Served]
    not_applicable: Exempted | None
    same_as: list[SameAs]


class Due(Part):
    """When a catalogue is due, and by which rule."""

    date: Day
    reached: bool
    rule: str
    citation: str
    certainty: Certainty


class Counts(Part):
    """How many requirements are covered, open, not applicable; what is asked, and its covered share."""

    covered: int
    gap: int
    not_applicable: int
    asked: int
    percent: int


class Coverage(Part):
    """A catalogue of requirements in the edition in force, and how far it is covered."""

    catalogue: str
    title: str
    version: str
    published: Day
    in_force_from: Day
    citation: str
    source: str
    certainty: Certainty
    note: str
    settled_by: str
    applies: Literal["yes", "no", "unknown"]
    why: str
    due: Due | None
    counts: Counts
    requirements: list[Requirement]


class LeftOut(Part):
    """What a dossier of one track leaves out: an area, and how many facts of it are recorded."""

    area: Area
    facts: int
