"""The kinds of facts by their path, as in the facts file: ``ce_marking.certificates``, ``versions``…"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import ManyToOneRel

from compliance.ai_act import models as ai_act
from compliance.ans import models as ans
from compliance.ce_marking import models as ce_marking
from compliance.cnedimts import models as cnedimts
from compliance.data import models as data
from compliance.facts.models import Fact, Part
from compliance.law.facts.base import Area
from compliance.law.facts.base import Fact as FactValue
from compliance.listing import models as listing
from devices import models as devices

Subject = Literal["device", "organisation"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of facts. ``track`` is None for what belongs to no track (versions, identifiers)."""

    path: str
    model: type[Fact]
    value_class: type[FactValue]
    subject: Subject
    track: Area | None

    @property
    def parts(self) -> dict[str, type[Part]]:
        """Return the models of the lists within such a fact, by the name of their field in the value."""
        return {
            field.name: field.related_model
            for field in self.model._meta.related_objects
            if isinstance(field, ManyToOneRel) and issubclass(field.related_model, Part)
        }

    def free_key(self, subject: Any) -> str:
        """Return a key that no such fact of the subject has: ``certificate-3``. One query."""
        facts = self.model._default_manager.filter(**{self.subject: subject})
        return self.next_key(set(facts.values_list("key", flat=True)))

    def next_key(self, taken: set[str]) -> str:
        """Return the first key of the form ``certificate-3`` that is not taken."""
        stem = str(self.model._meta.model_name)
        return next(key for n in range(1, len(taken) + 2) if (key := f"{stem}-{n}") not in taken)


_MODELS: dict[Area, dict[str, type[Fact]]] = {
    "ce_marking": {
        "classifications": ce_marking.Classification,
        "rule11": ce_marking.Rule11Answers,
        "certificates": ce_marking.Certificate,
        "applications": ce_marking.NotifiedBodyApplication,
        "declarations": ce_marking.Declaration,
        "audits": ce_marking.Audit,
        "reports": ce_marking.Report,
        "incidents": ce_marking.Incident,
        "trends": ce_marking.Trend,
        "field_actions": ce_marking.FieldAction,
        "legacy": ce_marking.LegacyDevice,
        "supply_interruptions": ce_marking.SupplyInterruption,
        "market": ce_marking.MarketPresence,
    },
    "cnedimts": {"applications": cnedimts.Application},
    "listing": {
        "listings": listing.Listing,
        "procedures": listing.ListingProcedure,
        "price_declarations": listing.PriceDeclaration,
        "operator_declarations": listing.OperatorDeclaration,
        "prescriptions": listing.Prescription,
    },
    "ans": {
        "certificates": ans.AnsCertificate,
        "applications": ans.AnsApplication,
        "referentiel_changes": ans.ReferentielChange,
        "formal_notices": ans.FormalNotice,
    },
    "ai_act": {
        "systems": ai_act.AiSystem,
        "evidence": ai_act.DutyEvidence,
        "certificates": ai_act.AiCertificate,
        "modifications": ai_act.Modification,
        "deployments": ai_act.Deployment,
    },
    "data": {
        "profiles": data.DataProfile,
        "breaches": data.DataBreach,
        "person_requests": data.PersonRequest,
        "security_incidents": data.SecurityIncident,
        "access_requests": data.HealthDataAccess,
    },
}


def _kinds() -> Iterator[Kind]:
    yield _kind("versions", devices.Version)
    yield _kind("identifiers", devices.Identifier)
    for track, models in _MODELS.items():
        for name, model in models.items():
            yield _kind(f"{track}.{name}", model, track=track)
    yield _kind("organisations.hds_certificates", ans.HdsCertificate, "organisation", "ans")
    yield _kind(
        "organisations.actor_registrations", ce_marking.ActorRegistration, "organisation", "ce_marking"
    )


def _kind(path: str, model: type[Fact], subject: Subject = "device", track: Area | None = None) -> Kind:
    return Kind(path, model, model.value_class, subject, track)


KINDS: dict[str, Kind] = {kind.path: kind for kind in _kinds()}
