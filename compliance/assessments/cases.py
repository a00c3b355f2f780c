"""Worked cases: facts, two dates and the answer expected. The form is described in docs/cases.md."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import Field

from compliance.assessments.assess import assess
from compliance.law.facts import TRACKS, Device, Organisation, Track
from compliance.law.facts.base import Bool, Date, Name, Value
from compliance.law.parameters import Law
from compliance.law.types import Assessment, Deadline, Gate


class ExpectedDeadline(Value):
    """A deadline that must be there; only the keys given are compared."""

    rule: str
    strict: Date
    hour: str | None = None
    rolled: Date | None = None
    roll: str | None = None
    safe: Date | None = None
    state: str | None = None
    n: str | None = None
    met_on: Date | None = None
    fact: str | None = None


class ExpectedTrack(Value):
    """Where a track must stand; only the keys given are compared."""

    status: str | None = None
    state: str | None = None
    since: Date | None = None
    until: Date | None = None


class ExpectedFinding(Value):
    """A finding that must be there, with at least these values."""

    code: str
    level: str | None = None
    values: dict[str, str] = Field(default_factory=dict)


class ExpectedGate(Value):
    """Where a door must stand; ``blockers`` are the rules of all that blocks it, ``reasons`` some of why."""

    status: str
    blockers: tuple[str, ...] | None = None
    reasons: tuple[str, ...] = ()


class Expected(Value):
    """The answer expected. Whatever is left out is not compared."""

    deadlines: tuple[ExpectedDeadline, ...] = ()
    only: Bool = False
    absent: tuple[str, ...] = ()
    tracks: dict[Track, ExpectedTrack] = Field(default_factory=dict)
    findings: tuple[ExpectedFinding, ...] = ()
    no_findings: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    no_duties: tuple[str, ...] = ()
    market_access: ExpectedGate | None = None
    reimbursement: ExpectedGate | None = None
    next_change: Date | None = None


class Case(Value):
    """One worked case."""

    id: Name
    title: Name
    on: Date
    known_on: Date | None = None
    organisations: tuple[Organisation, ...] = ()
    device: Device
    expected: Expected


class CasesFile(Value):
    """A file of worked cases."""

    format: Literal["jalon-cases/1"]
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What running a case gave: no difference means it passes."""

    case: Case
    differences: tuple[str, ...]


def run(case: Case, law: Law) -> Verdict:
    """Return the differences between the answer of the law and the answer expected.

    A worked case tells the whole story: unless it says otherwise, what it does not tell did not happen.
    """
    device = case.device
    if "complete_tracks" not in device.model_fields_set:
        device = device.model_copy(update={"complete_tracks": TRACKS})
    answer = assess(device, case.organisations, law, on=case.on, known_on=case.known_on or case.on)
    return Verdict(case, tuple(_differences(case.expected, answer)))


def _differences(expected: Expected, answer: Assessment) -> Iterator[str]:
    yield from _deadline_differences(expected, answer)
    for track, wanted in expected.tracks.items():
        yield from _compare(track, wanted.model_dump(exclude_none=True), _fields(answer.tracks[track]))
    yield from _finding_differences(expected, answer)
    duties = {duty.rule for duty in answer.deployer_duties}
    yield from (f"duty {rule} is missing" for rule in expected.duties if rule not in duties)
    yield from (f"duty {rule} was not expected" for rule in expected.no_duties if rule in duties)
    for name, gate in (
        ("market_access", expected.market_access),
        ("reimbursement", expected.reimbursement),
    ):
        if gate is not None:
            yield from _gate_differences(name, gate, getattr(answer, name))
    if expected.next_change is not None:
        yield from _compare(
            "answer",
            {"next_change": expected.next_change},
            {"next_change": answer.next_change},
        )


def _gate_differences(name: str, wanted: ExpectedGate, got: Gate) -> Iterator[str]:
    yield from _compare(name, {"status": wanted.status}, _fields(got))
    blockers = tuple(str(one.rule) for one in got.blockers)
    if wanted.blockers not in {None, blockers}:
        yield f"{name}: blockers expected {wanted.blockers}, got {blockers}"
    given = [str(one.rule) for one in got.reasons]
    yield from (f"{name}: no reason by {rule}, got {given}" for rule in wanted.reasons if rule not in given)


def _deadline_differences(expected: Expected, answer: Assessment) -> Iterator[str]:
    left = list(answer.deadlines)
    for wanted in expected.deadlines:
        found = _closest(wanted, left)
        if found is None:
            yield f"deadline {wanted.rule} is missing; there are: {_rules(answer.deadlines)}"
            continue
        left.remove(found)
        given = wanted.model_dump(exclude_none=True, exclude={"fact"})
        if wanted.fact is not None:
            given["trigger_fact"] = wanted.fact
        yield from _compare(f"deadline {wanted.rule}", given, _fields(found))
    for rule in expected.absent:
        if any(deadline.rule == rule for deadline in answer.deadlines):
            yield f"deadline {rule} was not expected"
    if expected.only and left:
        yield f"deadlines not expected: {_rules(left)}"


def _closest(wanted: ExpectedDeadline, deadlines: Iterable[Deadline]) -> Deadline | None:
    """Return the deadline of the rule that has the label and date wanted, else any of the rule and label."""
    same = [d for d in deadlines if d.rule == wanted.rule and (wanted.n is None or d.n == wanted.n)]
    same = [d for d in same if wanted.fact is None or d.trigger_fact == wanted.fact] or same
    return next((d for d in same if d.strict == wanted.strict), same[0] if same else None)


def _finding_differences(expected: Expected, answer: Assessment) -> Iterator[str]:
    for wanted in expected.findings:
        same = [one for one in answer.findings if one.code == wanted.code]
        if not same:
            codes = ", ".join(one.code for one in answer.findings) or "none"
            yield f"finding {wanted.code} is missing; there are: {codes}"
        elif not any(_fits(wanted, one.level, one.values) for one in same):
            seen = "; ".join(f"{one.level} {dict(one.values)}" for one in same)
            yield f"finding {wanted.code}: expected {wanted.level or 'any level'} {wanted.values}, got {seen}"
    codes_seen = {one.code for one in answer.findings}
    yield from (f"finding {code} was not expected" for code in expected.no_findings if code in codes_seen)


def _fits(wanted: ExpectedFinding, level: str, values: Mapping[str, str]) -> bool:
    return wanted.level in {None, level} and all(
        values.get(key) == value for key, value in wanted.values.items()
    )


def _compare(name: str, wanted: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[str]:
    for key, value in wanted.items():
        if got[key] != value:
            yield f"{name}: {key} expected {_shown(value)}, got {_shown(got[key])}"


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _rules(deadlines: Iterable[Deadline]) -> str:
    return ", ".join(f"{d.rule} {d.strict.isoformat()}" for d in deadlines) or "none"
