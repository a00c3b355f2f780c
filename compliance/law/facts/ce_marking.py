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
AssessmentStage = Literal["application_review", "qms_audit", "td_assessment", "decision"]
ReportKind = Literal["psur", "pmsr", "pmcf", "sscp", "performance_evaluation"]
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

    ``well_established`` says that an implant is of the types that MDR Art. 52(4)(a) and 120(3a)(a) except:
    sutures, staples, dental fillings, dental braces, tooth crowns, screws, wedges, plates, wires, pins,
    clips, connectors.
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
    supplements, the one whose validity it extends (MDR Art. 56(2)). ``restricted_on`` is the day on which
    the notified body restricted it (MDR Art. 56(3), 56(4)).
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
    restricted_on: Date | None = None


class Interruption(Value):
    """A time during which the clock of a notified body stands still (IR (EU) 2026/977 Art. 3)."""

    stage: AssessmentStage
    started_on: Date
    ended_on: Date | None = None


class NotifiedBodyApplication(Fact):
    """An application to a notified body, up to its decision. ``interruptions`` are its clock stops."""

    notified_body: NotifiedBody | None = None
    received_on: Date | None = None
    reviewed_on: Date | None = None
    contract_signed_on: Date | None = None
    assessment_ended_on: Date | None = None
    decided_on: Date | None = None
    outcome: Literal["certified", "refused", "withdrawn"] | None = None
    interruptions: tuple[Interruption, ...] = ()


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
    """A periodic report of the surveillance after placing on the market.

    ``sscp`` serves MDR Art. 32 and IVDR Art. 29, ``performance_evaluation`` IVDR Art. 56(6).
    """

    kind: ReportKind
    issued_on: Date


class Incident(Fact):
    """An incident. ``aware_on`` is day 0: the first awareness of anyone who handles complaints.

    ``reportable_since`` is the day of the information that made an incident first judged not reportable
    reportable: it is then day 0 (MDCG 2023-3 Rev.2 Q14). Incidents with the same ``event`` are several
    clocks of one event (a serious incident, then a death): one report meets those known by then.
    ``periodic_summary`` says that the periodic summary reports agreed with the authority hold it, in place
    of a report of its own (MDR Art. 87(9)).
    """

    kind: IncidentKind
    event: Short = ""
    aware_on: Date
    reportable_since: Date | None = None
    reported_on: Date | None = None
    final_report_on: Date | None = None
    periodic_summary: Bool | None = None
    summary: Note = ""


class Trend(Fact):
    """A statistically significant increase of incidents that are not serious, or of expected side-effects.

    ``detected_on`` is the day on which the method of the surveillance plan found it, ``reported_on`` that of
    its trend report (MDR Art. 88, IVDR Art. 83).
    """

    detected_on: Date
    reported_on: Date | None = None
    summary: Note = ""


class FieldAction(Fact):
    """A field safety corrective action (MDR Art. 87(8)). ``urgent``: it could not wait for its report.

    ``notice_draft_on`` is the day on which the draft of the field safety notice went to the authority for
    comments, ``notice_on`` the day on which the notice went to the users (MDR Art. 89(8)).
    """

    started_on: Date
    reported_on: Date | None = None
    urgent: Bool | None = None
    notice_draft_on: Date | None = None
    notice_on: Date | None = None
    summary: Note = ""


class LegacyDevice(Fact):
    """Facts of the transition for devices of the directives (MDR Art. 120, IVDR Art. 110).

    ``authority_decision_on`` is the day of a derogation, or of an order to carry out the conformity
    assessment, that keeps an expired certificate valid (MDR Art. 59(1), 97(1); IVDR Art. 54(1), 92(1)).
    ``agreement_ended_on`` is the day on which the application was withdrawn, or the agreement ended without
    another one in its place.
    """

    route: Literal["3a", "3b"]
    directive_class: Short = ""
    declaration_on: Date | None = None
    qms_in_place_on: Date | None = None
    application_on: Date | None = None
    agreement_on: Date | None = None
    agreement_ended_on: Date | None = None
    authority_decision_on: Date | None = None
    significant_change_on: Date | None = None
    complies_with_directive: Bool | None = None
    unacceptable_risk: Bool | None = None


class SupplyInterruption(Fact):
    """An interruption or end of supply that is foreseen (MDR Art. 10a).

    ``anticipated_on`` is the day on which the manufacturer confirmed that it would happen.
    """

    planned_on: Date
    anticipated_on: Date | None = None
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
    trends: tuple[Trend, ...] = ()
    field_actions: tuple[FieldAction, ...] = ()
    legacy: tuple[LegacyDevice, ...] = ()
    supply_interruptions: tuple[SupplyInterruption, ...] = ()
    market: tuple[MarketPresence, ...] = ()
