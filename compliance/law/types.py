"""What an assessment is made of: reasons, deadlines, findings, track statuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from compliance.law.calendar import Roll
from compliance.law.facts.base import Area, Track
from compliance.law.parameters import Certainty
from compliance.law.text import Text

Status = Literal[
    "unknown",
    "not_applicable",
    "not_started",
    "in_progress",
    "valid",
    "attention",
    "suspended",
    "expired",
    "refused",
]
Level = Literal["info", "attention", "blocker"]
DeadlineState = Literal[
    "open",
    "due_today",
    "overdue",
    "met",
    "met_late",
    "clock_stopped",
    "elapsed",
    "applies",
    "silent_at_term",
    "tacitly_accepted",
    "tacitly_rejected",
    "deemed_abandoned",
]
# Parties whose limits the officer can only follow: there is nothing for a company to do about them.
AUTHORITIES = frozenset(
    {
        "administration",
        "ans",
        "ars",
        "ceps",
        "cesrees",
        "cnedimts",
        "cnil",
        "commission",
        "conformity_body",
        "has",
        "member_state",
        "ministers",
    }
)
# Limits of notified bodies that touch no paper of the device; their other limits do.
NOT_OURS = frozenset({"aia.nb_designation_application", "eudamed.certificate_upload"})
PENDING: frozenset[DeadlineState] = frozenset({"open", "due_today", "overdue"})


def is_ours(*, rule: str, obliged: str) -> bool:
    """Return whether a company has something to do about a deadline, or only follows it."""
    return obliged not in AUTHORITIES and rule not in NOT_OURS


@dataclass(frozen=True, slots=True)
class Reason:
    """A line of explanation: the fact (path in the facts of the device), the rule, the article."""

    text: Text
    fact: str | None = None
    rule: str | None = None
    citation: str | None = None
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A dated obligation or end. ``strict`` is the date of the text, ``rolled`` the date moved by ``roll``,
    ``safe`` the last working day on or before the strict one. ``n`` tells apart two deadlines of one rule.
    ``hour`` is the hour of ``strict`` at which a period in hours ends (``15:00``, ``24:00``), "" for none.
    """

    rule: str
    n: str
    track: Area
    trigger_date: date | None
    trigger_fact: str
    strict: date
    rolled: date
    roll: Roll
    safe: date
    state: DeadlineState
    met_on: date | None
    value: str
    stopped_days: int
    obliged: str
    citation: str
    certainty: Certainty
    hour: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """Return what stays the same when the date moves: rule, trigger fact, n."""
        return (self.rule, self.trigger_fact, self.n)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the rules noticed that is no date: an anomaly, a decision, a condition not met."""

    code: str
    track: Area
    level: Level
    reason: Reason
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrackStatus:
    """Where a track stands: the common status, the track's own state, since and until when, and why."""

    status: Status
    state: str
    reasons: tuple[Reason, ...] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a door is open: market access or reimbursement, with what blocks it."""

    status: Literal["open", "attention", "blocked", "unknown", "not_applicable"]
    blockers: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """An obligation without a date of its own (human oversight, patient information)."""

    rule: str
    obliged: str
    reason: Reason
    applies_from: date | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The answer of the law on a date: same facts, law and dates give the same answer."""

    device: str
    on: date
    known_on: date
    law_version: str
    tracks: Mapping[Track, TrackStatus]
    market_access: Gate
    reimbursement: Gate
    deadlines: tuple[Deadline, ...]
    findings: tuple[Finding, ...]
    deployer_duties: tuple[Duty, ...]
    next_change: date | None
