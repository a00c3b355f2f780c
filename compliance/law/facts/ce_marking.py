"""Facts of the CE marking: class, notified body, certificates, surveillance, reports, incidents."""

from typing import Annotated, Literal

from pydantic import Field

from compliance.law.facts.base import Bool, Date, Fact, Note, Short, Value

Regulation = Literal["MDR", "IVDR", "MDD", "AIMDD", "IVDD"]
DeviceClass = Literal["I", "Is", "Im", "Ir", "IIa", "IIb", "III", "A", "As", "B", "C", "D"]
RiskClass = Literal["I", "IIa", "IIb", "III"]
DecisionImpact = Literal["none", "serious_deterioration_or_surgery", "death_or_irreversible"]
CertificateKind = Literal[
    "quality_management",
    "technical_documentation",
    "type_examination",
    "product_verification",
]
AuditKind = Literal["initial", "surveillance", "unannounced", "recertification"]
ReportKind = Literal["psur", "pmsr", "pmcf", "sscp"]
IncidentKind = Literal[
    "serious_incident",
    "death",
    "unanticipated_serious_deterioration",
    "public_health_threat",
    "fundamental_rights",
    "widespread_or_critical_infrastructure",
]
NotifiedBody = Annotated[str, Field(pattern=r"^[0-9]{4}$")]


class Classification(Fact):
    """The class under a regulation, with the rule that gives it. Validity is [valid_from, valid_to[.

    ``well_established`` says that an implant is of the types excepted by MDR Art. 52(4) and 120(3a)(a)
    (sutures, staples, screws, wedges, plates, wires, pins, clips, connectors, dental implants).
    """

    regulation: Regulation
    device_class: DeviceClass
    rule: Short = ""
    rationale: Note = ""
    implantable: Bool | None = None
    well_established: Bool | None = None
    valid_from: Date | None = None
    valid_to: Date | None = None


class Rule11Answers(Fact):
    """Answers to the questions of rule 11 (MDR Annex VIII 6.3), which give the class of a software.

    ``drives_device_class`` is the class of the device that the software drives or influences (3.3),
    None when there is none.
    """

    informs_diagnosis_or_therapy: Bool | None = None
    worst_decision_impact: DecisionImpact | None = None
    monitors_physiology: Bool | None = None
    vital_with_immediate_danger: Bool | None = None
    drives_device_class: RiskClass | None = None
    answered_on: Date | None = None


class Certificate(Fact):
    """A certificate of a notified body. ``printed_end`` is what the paper says, the legal end is computed.

    ``supplement_of`` and ``extends`` name another certificate by its key or its number: the one that it
    supplements, the one whose validity it extends (MDR Art. 56(2)).
    """

    number: Annotated[str, Field(min_length=1, max_length=80)]
    kind: CertificateKind
    regulation: Regulation
    notified_body: NotifiedBody | None = None
    issued_on: Date | None = None
    starts_on: Date | None = None
    printed_end: Date | None = None
    supplement_of: Short | None = None
    extends: Short | None = None
    suspended_on: Date | None = None
    reinstated_on: Date | None = None
    withdrawn_on: Date | None = None


class NotifiedBodyApplication(Fact):
    """An application to a notified body, up to its decision."""

    notified_body: NotifiedBody | None = None
    received_on: Date | None = None
    reviewed_on: Date | None = None
    contract_signed_on: Date | None = None
    assessment_ended_on: Date | None = None
    decided_on: Date | None = None
    outcome: Literal["certified", "refused", "withdrawn"] | None = None


class Declaration(Fact):
    """An EU declaration of conformity (MDR Annex IV), or one under the directives."""

    regulation: Regulation
    signed_on: Date | None = None


class Audit(Fact):
    """An audit by the notified body."""

    kind: AuditKind
    held_on: Date
    notified_body: NotifiedBody | None = None


class Report(Fact):
    """A periodic report of the surveillance after placing on the market."""

    kind: ReportKind
    issued_on: Date


class Incident(Fact):
    """An incident. ``aware_on`` is day 0: the first awareness of anyone who handles complaints.

    ``reportable_since`` is the day of the information that made an incident first judged not reportable
    reportable: it is then day 0 (MDCG 2023-3 Rev.2 Q14). Incidents with the same ``event`` are several
    clocks of one event (a serious incident, then a death): one report meets them.
    """

    kind: IncidentKind
    event: Short = ""
    aware_on: Date
    reportable_since: Date | None = None
    reported_on: Date | None = None
    final_report_on: Date | None = None
    summary: Note = ""


class FieldAction(Fact):
    """A field safety corrective action (MDR Art. 87(8)). ``urgent``: it could not wait for its report."""

    started_on: Date
    reported_on: Date | None = None
    urgent: Bool | None = None
    summary: Note = ""


class LegacyDevice(Fact):
    """Facts of the transition for devices of the directives (MDR Art. 120 as amended by 2023/607)."""

    route: Literal["3a", "3b"]
    directive_class: Short = ""
    declaration_on: Date | None = None
    qms_in_place_on: Date | None = None
    application_on: Date | None = None
    agreement_on: Date | None = None
    significant_change_on: Date | None = None
    complies_with_directive: Bool | None = None
    unacceptable_risk: Bool | None = None


class SupplyInterruption(Fact):
    """An interruption or end of supply that is foreseen (MDR Art. 10a)."""

    planned_on: Date
    serious_harm_foreseeable: Bool | None = None
    custom_made: Bool | None = None
    exceptional_circumstances: Bool | None = None
    notified_on: Date | None = None


class MarketPresence(Fact):
    """When the device was first and last placed on the market, and by an importer."""

    first_placed_on: Date | None = None
    last_placed_on: Date | None = None
    importer_placed_on: Date | None = None
    importer_checked_on: Date | None = None


class CeMarkingFacts(Value):
    """All that is recorded on the CE marking of one device."""

    classifications: tuple[Classification, ...] = ()
    rule11: tuple[Rule11Answers, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    applications: tuple[NotifiedBodyApplication, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    audits: tuple[Audit, ...] = ()
    reports: tuple[Report, ...] = ()
    incidents: tuple[Incident, ...] = ()
    field_actions: tuple[FieldAction, ...] = ()
    legacy: tuple[LegacyDevice, ...] = ()
    supply_interruptions: tuple[SupplyInterruption, ...] = ()
    market: tuple[MarketPresence, ...] = ()
