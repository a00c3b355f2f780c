"""Facts of the AI Act: what the system is, evidence of duties, use by deployers."""

from typing import Annotated, Literal

from pydantic import Field

from compliance.law.facts.base import Bool, Date, Fact, Short, Value

AnnexIII = Literal["none", "1", "2", "3", "4", "5(a)", "5(b)", "5(c)", "5(d)", "6", "7", "8"]
OperatorRole = Literal["provider", "deployer", "provider_and_deployer"]
Duty = Literal[
    "risk_management",
    "data_governance",
    "technical_documentation",
    "logging",
    "instructions_for_use",
    "human_oversight",
    "accuracy_robustness_cybersecurity",
    "quality_management",
    "conformity_assessment",
    "declaration_of_conformity",
    "registration",
    "post_market_monitoring",
    "literacy",
    "marking_50_2",
    "article_6_3_assessment",
    "transparency_50_1",
    "ce_marking_affixed",
    "provider_identification",
    "accessibility",
    "authorised_representative",
]
CertifiedAnnex = Literal["annex_i", "annex_iii"]
DeployerKind = Literal["public_hospital", "private_hospital", "private_practice", "other"]


class AiSystem(Fact):
    """What the device is under the AI Act. One entry for a type and model (recital 39 of 2026/1744).

    ``prohibited_practice`` is the point of Article 5 that it falls under, as ``5(1)(ba)``;
    ``notified_body_required`` is derived from the class when it is not stated. The two dates of logs are
    those of the logs that the provider holds (Art. 19(1)); a deployer's stand with its deployment.
    ``recognises_emotions`` counts biometric categorisation in (Art. 50(3)).
    """

    is_ai_system: Bool | None = None
    is_the_device: Bool | None = None
    safety_component: Bool | None = None
    notified_body_required: Bool | None = None
    annex_iii: AnnexIII | None = None
    exempt_6_3: Bool | None = None
    profiles_persons: Bool | None = None
    interacts_with_persons: Bool | None = None
    generates_content: Bool | None = None
    recognises_emotions: Bool | None = None
    prohibited_practice: Short | None = None
    for_public_authority: Bool | None = None
    role: OperatorRole | None = None
    first_unit_placed_on: Date | None = None
    significant_design_change_on: Date | None = None
    oldest_log_on: Date | None = None
    planned_log_deletion_on: Date | None = None


class DutyEvidence(Fact):
    """Evidence that a duty of the AI Act is met."""

    duty: Duty
    met_on: Date
    document: Short = ""


class AiCertificate(Fact):
    """A certificate that a notified body gave under the AI Act (Art. 44). ``printed_end`` is what it says.

    An extension is an entry of its own, whose ``starts_on`` is the first day of the further period;
    ``supplement_of`` names by its key or number the certificate that a supplement completes.
    """

    number: Annotated[str, Field(min_length=1, max_length=80)]
    annex: CertifiedAnnex
    issued_on: Date | None = None
    starts_on: Date | None = None
    printed_end: Date | None = None
    supplement_of: Short | None = None
    withdrawn_on: Date | None = None


class Modification(Fact):
    """A change of a high-risk system after its conformity assessment (Art. 3(23), 43(4)).

    ``predetermined``: foreseen in the initial assessment. ``affects_requirements``: the compliance with
    Articles 8 to 15 is affected. ``assessed_on`` is the day of the new conformity assessment.
    """

    made_on: Date
    predetermined: Bool | None = None
    affects_requirements: Bool | None = None
    changes_intended_purpose: Bool | None = None
    assessed_on: Date | None = None


class Deployment(Fact):
    """Use of the system by a deployer (a hospital), with the acts that come before first use."""

    deployer: Short = ""
    deployer_kind: DeployerKind | None = None
    first_use_on: Date | None = None
    workers_informed_on: Date | None = None
    oversight_assigned_on: Date | None = None
    logging_on: Date | None = None
    fria_notified_on: Date | None = None
    oldest_log_on: Date | None = None
    planned_log_deletion_on: Date | None = None


class AiActFacts(Value):
    """All that is recorded under the AI Act for one device."""

    systems: tuple[AiSystem, ...] = ()
    evidence: tuple[DutyEvidence, ...] = ()
    certificates: tuple[AiCertificate, ...] = ()
    modifications: tuple[Modification, ...] = ()
    deployments: tuple[Deployment, ...] = ()
