"""DeviceDefinition, RegulatedAuthorization and Organization: pure functions of recorded and computed values.

What each field holds, and what FHIR has no place for: docs/fhir.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from compliance.api.fhir.definitions import extension
from compliance.api.fhir.terms import COUNTRIES, Json, coding, concept, identifier_system, known
from compliance.assessments.standings import Standings
from compliance.assessments.words import word
from compliance.law.calendar import ONE_DAY
from compliance.law.facts import Device
from compliance.law.facts.ce_marking import Certificate
from compliance.law.facts.reimbursement import AnsCertificate, Application, Listing
from compliance.law.standing import Standing
from compliance.law.types import TrackStatus
from devices.identifiers import Agency, IdentifierError, Kind, check

ISSUERS = {
    Agency.GS1: "http://hl7.org/fhir/NamingSystem/gs1-di",
    Agency.HIBCC: "http://hl7.org/fhir/NamingSystem/hibcc-diI",
    Agency.IFA: "http://hl7.org/fhir/NamingSystem/ifa-gmbh-di",
}
EUDAMED = "https://ec.europa.eu/tools/eudamed"  # the source of UDI in the Union
TEST_DATA = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
AUTHORITIES = ("ans", "cnedimts", "ministers")
# The steps of a case that are told: when it was asked for, what was said, how it was decided.
_TOLD = ("requested", "opinion_received", "opinion_published", "decided", "published")


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


def device_definition(base: str, device: Subject) -> Json:
    """Return a device as a DeviceDefinition."""
    facts = device.facts
    schemes: dict[str, list[str]] = {}
    for one in facts.identifiers:
        schemes.setdefault(one.scheme, []).append(one.value)
    own = {"key": [facts.key], "eudamed-di": schemes.get("eudamed_di"), "catalogue": schemes.get("catalogue")}
    return known(
        {
            "resourceType": "DeviceDefinition",
            "id": str(device.id),
            "meta": _meta(device.example),
            "description": facts.description,
            "identifier": [_identifier(base, kind, one) for kind, held in own.items() for one in held or ()],
            "udiDeviceIdentifier": [_udi(one, Kind.UDI_DI) for one in schemes.get("udi_di", ())],
            "regulatoryIdentifier": [
                {"type": "basic", **_udi(one, Kind.BASIC_UDI_DI)} for one in schemes.get("basic_udi_di", ())
            ],
            "manufacturer": device.manufacturer and device.manufacturer.reference(),
            "deviceName": [{"name": facts.name, "type": "registered-name"}],
            "classification": list(_classifications(base, device)),
            "conformsTo": list(_standards(device)),
            "version": [
                {"type": {"text": _("software version")}, "value": one.number}
                for one in facts.versions
                if not _later(one.released_on, device.on) and not _past(one.retired_on, device.on)
            ],
            "chargeItem": list(_charge_items(base, device)),
        }
    )


def authorizations(base: str, device: Subject, asked: Iterable[tuple[UUID, str, str]]) -> Iterator[Json]:
    """Yield the papers asked for, by id, kind and key, that exist on the date."""
    facts, at = device.facts, device.standings
    held: dict[str, tuple[Any, Any, Any]] = {
        "certificates": (facts.ce_marking.certificates, at.certificates, _certificate),
        "ans_certificates": (facts.ans.certificates, at.ans_certificates, _ans_certificate),
        "coverages": (facts.listing.listings, at.coverages, _coverage),
    }
    for pk, kind, key in asked:
        papers, standings, build = held[kind]
        paper = next((one for one in papers if one.key == key), None)
        if paper is not None and key in standings:
            yield _authorization(base, device, pk, standings[key], build(base, device, paper, standings[key]))


def organization(
    base: str, named: Named, *, identifiers: dict[str, str], country: str | None = None, example: bool = False
) -> Json:
    """Return an Organization. ``identifiers`` go by their kind."""
    return known(
        {
            "resourceType": "Organization",
            "id": named.id,
            "meta": _meta(example),
            "identifier": [_identifier(base, kind, value) for kind, value in identifiers.items()],
            "active": True,
            "name": named.name,
            "contact": [{"address": {"country": country}}] if country else [],
        }
    )


def authority(code: str) -> Named:
    """Return an authority by its code."""
    return Named(f"authority-{code}", word(code))


def notified_body(number: str) -> Named:
    """Return a notified body, of which the record holds the number only."""
    return Named(f"nb-{number}", _("Notified body %(number)s") % {"number": number})


def _authorization(
    base: str, device: Subject, pk: UUID, standing: Standing | TrackStatus | None, own: Json
) -> Json:
    status = None
    if standing:
        reasons = standing.reasons if isinstance(standing, TrackStatus) else (standing.reason,)
        certainty = next((one.certainty for one in reasons if one.certainty), None)
        status = {
            **_certain(base, certainty),
            **concept(coding(base, "status", standing.status), text=word(standing.state)),
        }
    return known(
        {
            "resourceType": "RegulatedAuthorization",
            "id": str(pk),
            "meta": _meta(device.example),
            "extension": [extension(base, "status-on", device.on.isoformat())] if standing else [],
            "subject": [{"reference": f"DeviceDefinition/{device.id}", "display": device.facts.name}],
            "status": status,
            "statusDate": standing.since if standing and not _later(standing.since, device.on) else None,
            **own,
        }
    )


def _certificate(
    base: str, device: Subject, one: Certificate, standing: Standing | TrackStatus | None
) -> Json:
    body = notified_body(one.notified_body) if one.notified_body else None
    end = (standing.until if standing else None) or one.printed_end
    return {
        "identifier": [_identifier(base, "certificate", one.number, body)],
        "type": concept(
            coding(base, "authorization-kind", "ce_certificate"), coding(base, "certificate-kind", one.kind)
        ),
        "region": [_region("EU")],
        "validityPeriod": _period(
            one.starts_on or one.issued_on, _first(end, _known(one.withdrawn_on, device.on))
        ),
        "basis": [concept(coding(base, "regulation", one.regulation))],
        "holder": device.manufacturer and device.manufacturer.reference(),
        "regulator": body and body.reference(),
    }


def _ans_certificate(base: str, device: Subject, one: AnsCertificate, standing: Standing) -> Json:
    holder = device.exploitant or device.manufacturer
    return {
        "identifier": [_identifier(base, "ans-certificate", one.number, authority("ans"))]
        if one.number
        else [],
        "type": concept(coding(base, "authorization-kind", "ans_certificate")),
        "region": [_region("FR")],
        "validityPeriod": _period(
            one.issued_on, _first(one.ends_on, _day_before(_known(one.ended_on, device.on)))
        ),
        "holder": holder and holder.reference(),
        "regulator": authority("ans").reference(),
    }


def _coverage(base: str, device: Subject, one: Listing, standing: Standing) -> Json:
    holder = device.exploitant or device.manufacturer
    numbers = {"lpp" if one.list == "lppr" else "coverage": one.code, "nor": one.nor}
    end = standing.until if standing.running else one.ends_on
    return {
        "identifier": [_identifier(base, kind, number) for kind, number in numbers.items() if number],
        "type": concept(coding(base, "authorization-kind", "coverage"), coding(base, "list", one.list)),
        "region": [_region("FR")],
        "validityPeriod": _period(
            one.starts_on, _first(end or one.ends_on, _day_before(_known(one.ended_on, device.on)))
        ),
        "holder": holder and holder.reference(),
        "regulator": authority("ministers").reference(),
        "case": _case(base, device, one),
    }


def _case(base: str, device: Subject, listing: Listing) -> Json | None:
    """Return the latest procedure before the CNEDiMTS for a coverage that the caller may be told of."""
    files = [
        (filed, one.key, one)
        for one in device.facts.cnedimts.applications
        if _concerns(one, listing) and (filed := one.on("requested")) and filed <= device.on
        if device.whole or _is_published(one, device.on)
    ]
    if not files:
        return None
    filed, _key, latest = max(files, key=lambda found: found[:2])
    opinions = [day for day in (given.adopted_on for given in latest.opinions) if day]
    steps = [(one.step, one.on) for one in latest.steps if one.step in _TOLD and one.on <= device.on]
    told = {(day, step) for step, day in steps} | {(day, "") for day in opinions if day <= device.on}
    decided = max((day for step, day in steps if step == "decided"), default=None)
    return known(
        {
            "identifier": _identifier(base, "application", latest.reference) if latest.reference else None,
            "type": concept(coding(base, "application-kind", latest.procedure)),
            "status": concept(coding(base, "application-outcome", latest.outcome))
            if latest.outcome and decided
            else None,
            "datePeriod": _period(filed, decided),
            "application": [
                {"type": _step(base, step), "dateDateTime": day.isoformat()} for day, step in sorted(told)
            ],
        }
    )


def _step(base: str, step: str) -> Json:
    """Return the step of a case, "" for the adoption of an opinion, which is no step of its own."""
    return concept(coding(base, "procedure-step", step)) if step else {"text": _("Opinion adopted")}


def _concerns(application: Application, listing: Listing) -> bool:
    """Return whether an application is about the list, the coverage and the indication of a coverage."""
    return (
        application.procedure.split("_")[0] == listing.list.split("_")[0]
        and application.listing in {None, listing.key}
        and (application.indication is None or application.indication == listing.indication)
    )


def _is_published(application: Application, on: date) -> bool:
    days = [application.on("opinion_published"), *(one.published_on for one in application.opinions)]
    return any(day and day <= on for day in days)


def _classifications(base: str, device: Subject) -> Iterator[Json]:
    if held := device.standings.classification:
        codings = coding(base, "device-class", held.device_class), coding(base, "regulation", held.regulation)
        yield {"type": concept(codings[0], text=f"{codings[0]['display']} – {codings[1]['display']}")}
    if device.facts.emdn:
        emdn = {"system": identifier_system(base, "emdn"), "code": device.facts.emdn}
        yield {"type": concept(emdn, text="EMDN")}
    if device.tier:
        state, certainty = device.tier
        yield {"type": {**_certain(base, certainty), **concept(coding(base, "ai-act-tier", state))}}


def _standards(device: Subject) -> Iterator[Json]:
    """Yield the référentiels that a certificate of the ANS in place says that the device conforms to."""
    for one in device.facts.ans.certificates:
        if (
            one.referentiel
            and one.key in device.standings.ans_certificates
            and not _past(one.ended_on, device.on)
        ):
            version = [one.referentiel_version] if one.referentiel_version else []
            yield known({"specification": {"text": one.referentiel}, "version": version})


def _charge_items(base: str, device: Subject) -> Iterator[Json]:
    for one in device.facts.listing.listings:
        if one.code and one.key in device.standings.coverages:
            system = identifier_system(base, "lpp" if one.list == "lppr" else "coverage")
            code = concept(
                {"system": system, "code": one.code}, text=coding(base, "list", one.list)["display"]
            )
            end = _first(one.ends_on, _day_before(_known(one.ended_on, device.on)))
            yield known(
                {
                    "chargeItemCode": {"concept": code},
                    "count": {"value": 1},
                    "effectivePeriod": _period(one.starts_on, end),
                }
            )


def _udi(value: str, kind: Kind) -> Json:
    """Return an identifier of the UDI with its agency; EUDAMED stands for an agency that is not known."""
    try:
        agency = check(kind, value).agency
    except IdentifierError:
        agency = None
    issuer = ISSUERS.get(agency, EUDAMED) if agency else EUDAMED
    return {"deviceIdentifier": value, "issuer": issuer, "jurisdiction": EUDAMED}


def _identifier(base: str, kind: str, value: str, assigner: Named | None = None) -> Json:
    system = identifier_system(base, kind)
    return known({"system": system, "value": value, "assigner": assigner and assigner.reference()})


def _certain(base: str, certainty: str | None) -> Json:
    return {"extension": [extension(base, "certainty", certainty)]} if certainty else {}


def _meta(example: bool) -> Json:
    return {"security": [TEST_DATA]} if example else {}


def _region(code: str) -> Json:
    return concept({"system": COUNTRIES, "code": code})


def _period(start: date | None, end: date | None) -> Json | None:
    """Return a Period, without the end where the record has it before the start."""
    return known({"start": start, "end": end if not (start and end and end < start) else None}) or None


def _first(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


def _known(day: date | None, on: date) -> date | None:
    """Return a day that has come, else None."""
    return None if _later(day, on) else day


def _day_before(day: date | None) -> date | None:
    return day - ONE_DAY if day else None


def _later(day: date | None, on: date) -> bool:
    return day is not None and day > on


def _past(day: date | None, on: date) -> bool:
    return day is not None and day <= on
