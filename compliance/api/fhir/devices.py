"""DeviceDefinition, as a pure function of the record and its answer: docs/fhir.md has the table."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from compliance.api.fhir.terms import Json, coding, concept, identifier_system, known
from compliance.api.fhir.values import (
    Subject,
    certain,
    identifier,
    last_day,
    later,
    meta,
    past,
    period,
)
from devices.identifiers import Agency, IdentifierError, Kind, check

ISSUERS = {
    Agency.GS1: "http://hl7.org/fhir/NamingSystem/gs1-di",
    Agency.HIBCC: "http://hl7.org/fhir/NamingSystem/hibcc-diI",
    Agency.IFA: "http://hl7.org/fhir/NamingSystem/ifa-gmbh-di",
}
EUDAMED = "https://ec.europa.eu/tools/eudamed"  # the source of UDI in the Union


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
            "meta": meta(device.example),
            "description": facts.description,
            "identifier": [identifier(base, kind, one) for kind, held in own.items() for one in held or ()],
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
                if not later(one.released_on, device.on) and not past(one.retired_on, device.on)
            ],
            "chargeItem": list(_charge_items(base, device)),
        }
    )


def _classifications(base: str, device: Subject) -> Iterator[Json]:
    if held := device.standings.classification:
        codings = coding(base, "device-class", held.device_class), coding(base, "regulation", held.regulation)
        yield {"type": concept(codings[0], text=f"{codings[0]['display']} – {codings[1]['display']}")}
    if device.facts.emdn:
        emdn = {"system": identifier_system(base, "emdn"), "code": device.facts.emdn}
        yield {"type": concept(emdn, text="EMDN")}
    if device.tier:
        state, certainty = device.tier
        yield {"type": {**certain(base, certainty), **concept(coding(base, "ai-act-tier", state))}}


def _standards(device: Subject) -> Iterator[Json]:
    """Yield the référentiels that a running certificate of the ANS says that the device conforms to."""
    for one in device.facts.ans.certificates:
        standing = device.standings.ans_certificates.get(one.key)
        if one.referentiel and standing and standing.running:
            version = [one.referentiel_version] if one.referentiel_version else []
            yield known({"specification": {"text": one.referentiel}, "version": version})


def _charge_items(base: str, device: Subject) -> Iterator[Json]:
    for one in device.facts.listing.listings:
        if one.code and one.key in device.standings.coverages:
            system = identifier_system(base, "lpp" if one.list == "lppr" else "coverage")
            code = concept(
                {"system": system, "code": one.code}, text=coding(base, "list", one.list)["display"]
            )
            end = last_day(one.ends_on, ended_on=one.ended_on, on=device.on)
            yield known(
                {
                    "chargeItemCode": {"concept": code},
                    "count": {"value": 1},
                    "effectivePeriod": period(one.starts_on, end),
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
