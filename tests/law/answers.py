"""Ask the law about one device written as plain values."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from compliance.assessments.assess import assess
from compliance.law.facts import Device, Organisation
from compliance.law.parameters import Law, current_law
from compliance.law.types import Assessment, Deadline, Finding

ON = "2026-11-22"


def answer(
    device: Mapping[str, Any],
    *,
    on: str = ON,
    known_on: str | None = None,
    organisations: Iterable[Mapping[str, Any]] = (),
    law: Law | None = None,
) -> Assessment:
    """Return the assessment of a device on a date, under the law as known that day unless told otherwise."""
    return assess(
        Device.model_validate({"key": "device", "name": "Device", **device}),
        [Organisation.model_validate({"name": one["key"], **one}) for one in organisations],
        law or current_law(),
        on=date.fromisoformat(on),
        known_on=date.fromisoformat(known_on or on),
    )


def ce(**facts: Any) -> dict[str, Any]:
    """Return a device that holds facts of the CE marking; ``whole=True`` says that its record is complete."""
    return _device("ce_marking", facts)


def ai(**facts: Any) -> dict[str, Any]:
    """Return a device that holds facts of the AI Act; ``whole=True`` says that its record is complete."""
    return _device("ai_act", facts)


def _device(track: str, facts: dict[str, Any]) -> dict[str, Any]:
    whole = facts.pop("whole", False)
    return {track: facts, "complete_tracks": [track] if whole else []}


def classified(device_class: str, regulation: str = "MDR", **fields: Any) -> list[dict[str, Any]]:
    """Return the classifications of a device that has one."""
    return [{"key": "k", "regulation": regulation, "device_class": device_class, **fields}]


def certificate(key: str = "c1", **fields: Any) -> dict[str, Any]:
    """Return a certificate of the quality management system under the MDR, unless told otherwise."""
    return {"key": key, "number": key.upper(), "kind": "quality_management", "regulation": "MDR", **fields}


def deadlines(got: Assessment, rule: str) -> list[Deadline]:
    """Return the deadlines of a rule."""
    return [one for one in got.deadlines if one.rule == rule]


def deadline(got: Assessment, rule: str) -> Deadline:
    """Return the only deadline of a rule."""
    (only,) = deadlines(got, rule)
    return only


def finding(got: Assessment, code: str) -> Finding:
    """Return the only finding of a code."""
    (only,) = [one for one in got.findings if one.code == code]
    return only


def codes(got: Assessment) -> set[str]:
    """Return the codes of the findings."""
    return {one.code for one in got.findings}


def stands(got: Assessment, track: Any) -> tuple[str, str]:
    """Return status and state of a track."""
    return got.tracks[track].status, got.tracks[track].state
