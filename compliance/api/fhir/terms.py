"""The codes of this surface, published as CodeSystems and ValueSets, and the names of its identifiers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.ai_act.tier_table import SEVERITY
from compliance.assessments.models import StatusName
from compliance.assessments.words import WORDS
from compliance.ce_marking.models.choices import CertificateKind, DeviceClass, Regulation
from compliance.cnedimts.models import ApplicationKind
from compliance.facts.procedures import Outcome, StepName
from compliance.law.parameters import Certainty
from compliance.listing.models import ListName

Json = dict[str, Any]
Label = str | Promise
FHIR_VERSION = "5.0.0"
VERSION = "1"  # of the definitions published here: one more when a code is added or changes its meaning
COUNTRIES = "urn:iso:std:iso:3166"


@dataclass(frozen=True, slots=True)
class Terms:
    """A code system: its name for programs, its title, its codes with their words."""

    name: str
    title: Label
    codes: Mapping[str, Label]


class AuthorizationKind(models.TextChoices):
    """What kind of authorization it is."""

    CE_CERTIFICATE = "ce_certificate", _("certificate of a notified body")
    ANS_CERTIFICATE = "ans_certificate", _("ANS certificate")
    COVERAGE = "coverage", _("coverage")


def _choices(found: type[models.TextChoices]) -> dict[str, Label]:
    return {str(value): label for value, label in found.choices}


def _words(codes: Iterable[str]) -> dict[str, Label]:
    return {code: _(WORDS[code]) for code in codes}


SYSTEMS: Mapping[str, Terms] = {
    "status": Terms("JalonStatus", _("Status on a track"), _choices(StatusName)),
    "certainty": Terms("JalonCertainty", _("How certain an answer is"), _words(get_args(Certainty))),
    "authorization-kind": Terms(
        "JalonAuthorizationKind", _("Kind of authorization"), _choices(AuthorizationKind)
    ),
    "certificate-kind": Terms("JalonCertificateKind", _("Kind of certificate"), _choices(CertificateKind)),
    "list": Terms("JalonList", _("List or early coverage"), _choices(ListName)),
    "regulation": Terms("JalonRegulation", _("Regulation or directive"), _choices(Regulation)),
    "device-class": Terms("JalonDeviceClass", _("Class of the device"), _choices(DeviceClass)),
    "ai-act-tier": Terms("JalonAiActTier", _("Tier under the AI Act"), _words(SEVERITY)),
    "application-kind": Terms(
        "JalonApplicationKind", _("Procedure before the CNEDiMTS"), _choices(ApplicationKind)
    ),
    "application-outcome": Terms("JalonApplicationOutcome", _("How a procedure ended"), _choices(Outcome)),
    "procedure-step": Terms("JalonProcedureStep", _("Step of a procedure"), _choices(StepName)),
}


def identifier_system(base: str, name: str) -> str:
    """Return the address that names a kind of identifier: ``lpp``, ``srn``, ``key``…"""
    return f"{base}/identifier/{name}"


def coding(base: str, system: str, code: str) -> Json:
    """Return a Coding of a system published here, with its word in the active language."""
    label = SYSTEMS[system].codes[code]
    return {"system": f"{base}/CodeSystem/{system}", "code": code, "display": str(label)}


def concept(*codings: Json, text: str = "") -> Json:
    """Return a CodeableConcept."""
    return known({"coding": list(codings), "text": text})


def known(fields: Mapping[str, Any]) -> Json:
    """Return the fields that hold something: FHIR has no empty value. Days are written out."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in fields.items()
        if value not in (None, "", [], {})
    }


def code_system(base: str, name: str) -> Json:
    """Return a CodeSystem: each code with its French display and its English designation."""
    terms = SYSTEMS[name]
    concepts = []
    for code, label in terms.codes.items():
        words = {language: _in(language, label) for language in ("fr", "en")}
        concepts.append(
            {
                "code": code,
                "display": words["fr"],
                "designation": [{"language": spoken, "value": said} for spoken, said in words.items()],
            }
        )
    return {
        "resourceType": "CodeSystem",
        "id": name,
        "language": "fr",
        "url": f"{base}/CodeSystem/{name}",
        **_published(terms),
        "caseSensitive": True,
        "valueSet": f"{base}/ValueSet/{name}",
        "content": "complete",
        "count": len(concepts),
        "concept": concepts,
    }


def value_set(base: str, name: str) -> Json:
    """Return the ValueSet of all codes of a system."""
    return {
        "resourceType": "ValueSet",
        "id": name,
        "language": "fr",
        "url": f"{base}/ValueSet/{name}",
        **_published(SYSTEMS[name]),
        "compose": {"include": [{"system": f"{base}/CodeSystem/{name}", "version": VERSION}]},
    }


def _published(terms: Terms) -> Json:
    return {
        "version": VERSION,
        "name": terms.name,
        "title": _in("fr", terms.title),
        "status": "active",
        "experimental": False,
        "publisher": "Jalon",
    }


def _in(language: str, label: Label) -> str:
    with translation.override(language):
        return str(label)
