"""RegulatedAuthorization: certificates and coverages, as a pure function of the record and its answer."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from compliance.api.fhir.definitions import extension
from compliance.api.fhir.organizations import authority, notified_body
from compliance.api.fhir.terms import Json, coding, concept, known
from compliance.api.fhir.values import (
    Subject,
    certain,
    identifier,
    last_day,
    later,
    meta,
    past,
    period,
    region,
)
from compliance.assessments.words import word
from compliance.law.facts.ce_marking import Certificate
from compliance.law.facts.reimbursement import AnsCertificate, Application, Listing
from compliance.law.standing import Standing
from compliance.law.types import TrackStatus

# The steps of a case that are told: when it was asked for, what was said, how it was decided.
_TOLD = ("requested", "opinion_received", "opinion_published", "decided", "published")


def authorization(base: str, device: Subject, pk: UUID, kind: str, key: str) -> Json | None:
    """Return a paper of a device, named by its kind and key; None where it does not exist on the date."""
    facts, at = device.facts, device.standings
    held: Mapping[str, tuple[Any, Any, Any]] = {
        "certificates": (facts.ce_marking.certificates, at.certificates, _certificate),
        "ans_certificates": (facts.ans.certificates, at.ans_certificates, _ans_certificate),
        "coverages": (facts.listing.listings, at.coverages, _coverage),
    }
    papers, standings, build = held[kind]
    if key not in standings:
        return None
    paper = next(one for one in papers if one.key == key)
    return _authorization(base, device, pk, standings[key], build(base, device, paper, standings[key]))


def _authorization(
    base: str, device: Subject, pk: UUID, standing: Standing | TrackStatus | None, own: Json
) -> Json:
    status = None
    if standing:
        reasons = standing.reasons if isinstance(standing, TrackStatus) else (standing.reason,)
        certainty = next((one.certainty for one in reasons if one.certainty), None)
        status = {
            **certain(base, certainty),
            **concept(coding(base, "status", standing.status), text=word(standing.state)),
        }
    return known(
        {
            "resourceType": "RegulatedAuthorization",
            "id": str(pk),
            "meta": meta(device.example),
            "extension": [extension(base, "status-on", device.on.isoformat())] if standing else [],
            "subject": [{"reference": f"DeviceDefinition/{device.id}", "display": device.facts.name}],
            "status": status,
            "statusDate": standing.since if standing and not later(standing.since, device.on) else None,
            **own,
        }
    )


def _certificate(
    base: str, device: Subject, one: Certificate, standing: Standing | TrackStatus | None
) -> Json:
    body = notified_body(one.notified_body) if one.notified_body else None
    end = (standing.until if standing else None) or one.printed_end
    withdrawn = one.withdrawn_on if past(one.withdrawn_on, device.on) else None
    return {
        "identifier": [identifier(base, "certificate", one.number, body)],
        "type": concept(
            coding(base, "authorization-kind", "ce_certificate"), coding(base, "certificate-kind", one.kind)
        ),
        "region": [region("EU")],
        "validityPeriod": period(one.starts_on or one.issued_on, last_day(end, withdrawn, on=device.on)),
        "basis": [concept(coding(base, "regulation", one.regulation))],
        "holder": device.manufacturer and device.manufacturer.reference(),
        "regulator": body and body.reference(),
    }


def _ans_certificate(base: str, device: Subject, one: AnsCertificate, standing: Standing) -> Json:
    holder = device.exploitant or device.manufacturer
    return {
        "identifier": [identifier(base, "ans-certificate", one.number, authority("ans"))]
        if one.number
        else [],
        "type": concept(coding(base, "authorization-kind", "ans_certificate")),
        "region": [region("FR")],
        "validityPeriod": period(one.issued_on, last_day(one.ends_on, ended_on=one.ended_on, on=device.on)),
        "holder": holder and holder.reference(),
        "regulator": authority("ans").reference(),
    }


def _coverage(base: str, device: Subject, one: Listing, standing: Standing) -> Json:
    holder = device.exploitant or device.manufacturer
    numbers = {"lpp" if one.list == "lppr" else "coverage": one.code, "nor": one.nor}
    end = standing.until if standing.running else one.ends_on
    return {
        "identifier": [identifier(base, kind, number) for kind, number in numbers.items() if number],
        "type": concept(coding(base, "authorization-kind", "coverage"), coding(base, "list", one.list)),
        "region": [region("FR")],
        "validityPeriod": period(
            one.starts_on, last_day(end or one.ends_on, ended_on=one.ended_on, on=device.on)
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
            "identifier": identifier(base, "application", latest.reference) if latest.reference else None,
            "type": concept(coding(base, "application-kind", latest.procedure)),
            "status": concept(coding(base, "application-outcome", latest.outcome))
            if latest.outcome and decided
            else None,
            "datePeriod": period(filed, decided),
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
