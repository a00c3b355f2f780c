"""What this surface says of itself: the CapabilityStatement and the definitions of its extensions."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from compliance.api.fhir.terms import FHIR_VERSION, VERSION, Json

PUBLISHED = "2026-11-26"  # when what this statement says last changed


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension of our own: on which element, of which type, from which value set."""

    name: str
    short: str
    context: str
    type: str
    value_set: str = ""


EXTENSIONS: Mapping[str, Extension] = {
    "certainty": Extension(
        "JalonCertaintyOfAnswer",
        "How certain the law is that the answer rests on",
        "CodeableConcept",
        "code",
        "certainty",
    ),
    "status-on": Extension(
        "JalonStatusOn", "The day that the status was computed for", "RegulatedAuthorization", "date"
    ),
}
SEARCHES: Mapping[str, Mapping[str, str]] = {
    "DeviceDefinition": {"_id": "token", "identifier": "token", "manufacturer": "reference"},
    "RegulatedAuthorization": {"_id": "token", "identifier": "token", "subject": "reference"},
    "Organization": {"_id": "token", "identifier": "token"},
}
OPEN = ("CodeSystem", "ValueSet", "StructureDefinition")


def extension(base: str, name: str, value: str) -> Json:
    """Return an Extension with its value."""
    kind = EXTENSIONS[name].type
    return {
        "url": f"{base}/StructureDefinition/{name}",
        f"value{kind[0].upper()}{kind[1:]}": value,
    }


def structure_definition(base: str, name: str) -> Json:
    """Return the definition of an extension."""
    one, url = EXTENSIONS[name], f"{base}/StructureDefinition/{name}"
    value: Json = {
        "id": "Extension.value[x]",
        "path": "Extension.value[x]",
        "min": 1,
        "type": [{"code": one.type}],
    }
    if one.value_set:
        value["binding"] = {"strength": "required", "valueSet": f"{base}/ValueSet/{one.value_set}"}
    return {
        "resourceType": "StructureDefinition",
        "id": name,
        "url": url,
        "version": VERSION,
        "name": one.name,
        "title": one.short,
        "status": "active",
        "publisher": "Jalon",
        "fhirVersion": FHIR_VERSION,
        "kind": "complex-type",
        "abstract": False,
        "context": [{"type": "element", "expression": one.context}],
        "type": "Extension",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
        "derivation": "constraint",
        "differential": {
            "element": [
                {"id": "Extension", "path": "Extension", "short": one.short, "definition": one.short},
                {"id": "Extension.extension", "path": "Extension.extension", "max": "0"},
                {"id": "Extension.url", "path": "Extension.url", "fixedUri": url},
                value,
            ]
        },
    }


def capability_statement(base: str) -> Json:
    """Return what is served here, no more and no less."""
    searched = [
        {
            **_read(kind, "search-type"),
            "searchParam": [
                {"name": name, "type": held} for name, held in {**named, "_count": "number"}.items()
            ],
        }
        for kind, named in SEARCHES.items()
    ]
    return {
        "resourceType": "CapabilityStatement",
        "id": "metadata",
        "url": f"{base}/metadata",
        "version": VERSION,
        "name": "JalonCapabilities",
        "status": "active",
        "date": PUBLISHED,
        "publisher": "Jalon",
        "kind": "instance",
        "software": {"name": "Jalon"},
        "implementation": {
            "description": _("The regulatory life of AI medical devices sold in France"),
            "url": base,
        },
        "fhirVersion": FHIR_VERSION,
        "format": ["json", "application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "cors": False,
                    "description": _("A key or a token of an OAuth2 client: Authorization: Bearer …"),
                },
                "resource": [*searched, *map(_read, OPEN)],
            }
        ],
    }


def _read(kind: str, *others: str) -> Json:
    return {
        "type": kind,
        "interaction": [{"code": code} for code in ("read", *others)],
        "versioning": "no-version",
        "readHistory": False,
        "updateCreate": False,
        "conditionalRead": "not-match",
    }
