"""What resources are made of, and the parts that they share. Pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from compliance.api.fhir.definitions import extension
from compliance.api.fhir.terms import COUNTRIES, Json, concept, identifier_system, known
from compliance.assessments.standings import Standings
from compliance.law.calendar import ONE_DAY
from compliance.law.facts import Device

TEST_DATA = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation to refer to."""

    id: str
    name: str

    def reference(self) -> Json:
        """Return a Reference to it."""
        return {"reference": f"Organization/{self.id}", "display": self.name}


@dataclass(frozen=True, slots=True)
class Subject:
    """A device as its caller may see it on a date.

    ``tier`` is its tier under the AI Act with the certainty of the answer. ``whole``: the caller sees the
    whole record; to others procedures are told once their opinion is published.
    """

    id: UUID
    facts: Device
    standings: Standings
    on: date
    manufacturer: Named | None = None
    exploitant: Named | None = None
    example: bool = False
    whole: bool = False
    tier: tuple[str, str | None] | None = None


def identifier(base: str, kind: str, value: str, assigner: Named | None = None) -> Json:
    system = identifier_system(base, kind)
    return known({"system": system, "value": value, "assigner": assigner and assigner.reference()})


def certain(base: str, certainty: str | None) -> Json:
    return {"extension": [extension(base, "certainty", certainty)]} if certainty else {}


def meta(example: bool) -> Json:
    return {"security": [TEST_DATA]} if example else {}


def region(code: str) -> Json:
    return concept({"system": COUNTRIES, "code": code})


def period(start: date | None, end: date | None) -> Json | None:
    """Return a Period, without the end where the record has it before the start."""
    return known({"start": start, "end": end if not (start and end and end < start) else None}) or None


def last_day(*days: date | None, ended_on: date | None = None, on: date) -> date | None:
    """Return the first of some last days; an end that is the first day without counts once it has come."""
    ended = ended_on - ONE_DAY if ended_on and not later(ended_on, on) else None
    return min((day for day in (*days, ended) if day), default=None)


def later(day: date | None, on: date) -> bool:
    """Return whether a day is known and still to come."""
    return day is not None and day > on


def past(day: date | None, on: date) -> bool:
    """Return whether a day is known and has come."""
    return day is not None and day <= on
