"""Record what happened: the facts of an event, in one transaction, with what it moves.

``preview`` does the same as ``happened`` and takes it back: what it shows is what is stored afterwards, and
what the record refuses is said before anybody confirms.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from compliance.amendments.queries import law_in_force
from compliance.assessments.assess import assess
from compliance.assessments.moves import Move, findings, moves
from compliance.assessments.operations import recorded_facts
from compliance.assessments.render import reason_body
from compliance.audit.actors import Actor
from compliance.events.table import Event, Write
from compliance.evidence.models import DocumentVersion
from compliance.evidence.operations import Upload, add_document, link, lock
from compliance.facts import values
from compliance.facts.errors import FactError, Problem
from compliance.facts.kinds import KINDS
from compliance.facts.models import Fact
from compliance.facts.operations import Subject, amend, record
from compliance.law.parameters import Law
from compliance.law.text import gettext_noop
from compliance.law.types import Assessment, Finding
from devices.models import Device

_PART = re.compile(r"^(?P<name>\w+)\[(?P<n>\d+)\](?:\.(?P<field>\w+))?$")


@dataclass(frozen=True, slots=True)
class Answers:
    """What the form says for one write of an event.

    ``fact`` is the recorded fact that it adds to, with the version seen; ``part`` is None where nothing is
    said of it. What is None is not known: it is left out, and never takes away what is recorded.
    """

    subject: Subject
    fact: Fact | None = None
    expected_version: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, date | None] = field(default_factory=dict)
    part: Mapping[str, Any] | None = None

    @property
    def says(self) -> bool:
        """Return whether anything is said of the fact."""
        told = [*self.fields.values(), *self.steps.values(), self.part]
        return any(one not in (None, "", []) for one in told)


@dataclass(frozen=True, slots=True)
class Change:
    """What an event changes in the answer for one device: what moves, the findings that appear and go."""

    moves: tuple[Move, ...] = ()
    appearing: tuple[Finding, ...] = ()
    going: tuple[Finding, ...] = ()

    def as_json(self) -> list[Any]:
        """Return the change as JSON values."""
        found = [
            [(one.code, reason_body(one.reason)) for one in some] for some in (self.appearing, self.going)
        ]
        return [[one.as_json() for one in self.moves], *found]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that shows what happened: a version of a document of the device, or one that is added."""

    version: DocumentVersion | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    upload: Upload | None = None


Moved = dict[Device, Change]


class MovedMeanwhile(Exception):  # noqa: N818 - it says what happened
    """Raised when the event would move something else than what was shown; nothing was written."""

    def __init__(self, moved: Moved) -> None:
        self.moved = moved
        super().__init__()


def fingerprint(moved: Moved) -> str:
    """Return a short text that is the same for the same changes."""
    told = {str(device.pk): what.as_json() for device, what in moved.items()}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def preview(**asked: Any) -> Moved:
    """Return what ``happened`` would move, and write nothing. Raises FactError as it would."""
    with transaction.atomic():
        moved = happened(**asked)
        transaction.set_rollback(True)
    return moved


@transaction.atomic
def happened(
    *,
    actor: Actor,
    event: Event,
    answers: Sequence[Answers | None],
    devices: Sequence[Device],
    reason: str,
    note: str = "",
    source: str | None = None,
    shown: str | None = None,
    evidence: Evidence | None = None,
    at: datetime,
) -> Moved:
    """Record the facts of an event and return what changes for the devices named.

    ``answers`` stand in the order of the writes, None for one left out. ``shown`` is the fingerprint of what
    the author was shown. The facts of the first device are linked to the ``evidence``. Raises FactError,
    whose paths are those of the form (``0-issued_on``), and MovedMeanwhile where the outcome is not the one
    shown.
    """
    law = law_in_force()
    before = _answers(devices, law, at)
    # Before the facts: locks are taken in the same order as by whoever adds to a document.
    version = _version(evidence, devices[0], actor, at) if evidence else None
    new = {"note": note, "source": source}
    for n, (write, said) in enumerate(zip(event.writes, answers, strict=True)):
        if said is not None:
            fact = _write(n, write, said, actor=actor, reason=reason, new=new, at=at)
            if version and said.subject == devices[0]:
                link(actor=actor, version=version, fact=f"{write.kind}[{fact.key}]", at=at)
    after = _answers(devices, law, at)
    moved = {one: found for one in devices if (found := _change(before[one.pk], after[one.pk])) != Change()}
    if shown is not None and fingerprint(moved) != shown:
        raise MovedMeanwhile(moved)
    return moved


def _answers(devices: Sequence[Device], law: Law, at: datetime) -> dict[Any, Assessment]:
    """Return the answer of today for each device, from the record as it stands within the transaction.

    An event writes facts only: the roles for the devices stay as they were read.
    """
    today = timezone.localdate(at)
    return {
        row.pk: assess(device, organisations, law, on=today, known_on=today)
        for row, (device, organisations) in zip(devices, recorded_facts(devices), strict=True)
    }


def _change(before: Assessment, after: Assessment) -> Change:
    return Change(moves(before, after), *findings(before, after))


def _version(evidence: Evidence, device: Device, actor: Actor, at: datetime) -> DocumentVersion:
    """Return the version that shows the facts, its document added or locked."""
    if evidence.upload:
        return add_document(
            actor=actor, device=device, details=evidence.details, upload=evidence.upload, at=at
        )
    if evidence.version is None or evidence.version.document.device_id != device.pk:
        message = gettext_noop("The device has no such document any more: choose another one.")
        raise FactError([Problem("version", "unknown_document", message)])
    lock(evidence.version.document)
    return evidence.version


def _write(
    n: int, write: Write, said: Answers, *, actor: Actor, reason: str, new: Mapping[str, Any], at: datetime
) -> Fact:
    """Record a new fact, or add to a recorded one, and return it. Raises FactError as the form has it."""
    kind = KINDS[write.kind]
    before = values.read(said.fact, kind.value_class).model_dump() if said.fact else {}
    changes = _changes(write, said, before)
    try:
        if said.fact is None:
            value = {**new, **changes, "key": kind.free_key(said.subject)}
            return record(
                actor=actor, subject=said.subject, kind=kind.path, value=value, reason=reason, at=at
            )
        if not said.says:
            raise FactError([Problem("", "missing", gettext_noop("Say at least one thing that is known."))])
        return amend(
            actor=actor,
            fact=said.fact,
            changes=changes,
            reason=reason,
            at=at,
            expected_version=said.expected_version,
        )
    except FactError as refusal:
        placed = [replace(one, path=_place(n, write, changes, one.path)) for one in refusal.problems]
        raise FactError(placed) from refusal


def _changes(write: Write, said: Answers, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the fact that change, its lists whole."""
    changes = {name: value for name, value in said.fields.items() if value not in (None, "", [])}
    steps = [{"step": step, "on": day} for step, day in said.steps.items() if day is not None]
    if steps:
        changes["steps"] = [*before.get("steps", ()), *steps]
    if said.part is not None and write.part:
        changes[write.part] = [*before.get(write.part, ()), dict(said.part)]
    if said.part is not None and write.ends:
        changes[write.ends] = _ended(write, before.get(write.ends, ()), said.part)
    return {**changes, **write.set}


def _ended(write: Write, entries: Sequence[Mapping[str, Any]], said: Mapping[str, Any]) -> list[Any]:
    """Return the entries with the last open one completed. Raises FactError where none is open."""
    (closing,) = said
    open_ones = [n for n, one in enumerate(entries) if one[closing] is None]
    if not open_ones:
        message = gettext_noop("Nothing is open here: record first what began.")
        raise FactError([Problem("", "missing", message)])
    return [{**one, **said} if n == open_ones[-1] else one for n, one in enumerate(entries)]


def _place(n: int, write: Write, changes: Mapping[str, Any], path: str) -> str:
    """Return the field of the form that a problem is about, "" for none."""
    found = _PART.match(path)
    if found is None:
        return f"{n}-{path}" if path else ""
    if found["name"] == "steps":
        return f"{n}-step-{changes['steps'][int(found['n'])]['step']}"
    return f"{n}-part-{found['field'] or write.ask_part[0].name}"
