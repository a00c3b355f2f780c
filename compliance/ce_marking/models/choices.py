"""Codes of the facts of the CE marking, with their words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Regulation(models.TextChoices):
    """The text under which the device is marked."""

    MDR = "MDR", _("Regulation (EU) 2017/745 (MDR)")
    IVDR = "IVDR", _("Regulation (EU) 2017/746 (IVDR)")
    MDD = "MDD", _("Directive 93/42/EEC (MDD)")
    AIMDD = "AIMDD", _("Directive 90/385/EEC (AIMDD)")
    IVDD = "IVDD", _("Directive 98/79/EC (IVDD)")


class DeviceClass(models.TextChoices):
    """The class under the regulations; Is, Im, Ir and As are the subclasses that need a notified body."""

    I = "I", _("Class I")  # noqa: E741
    IS = "Is", _("Class I, sterile")
    IM = "Im", _("Class I, measuring")
    IR = "Ir", _("Class I, reusable surgical instrument")
    IIA = "IIa", _("Class IIa")
    IIB = "IIb", _("Class IIb")
    III = "III", _("Class III")
    A = "A", _("Class A")
    AS = "As", _("Class A, sterile")
    B = "B", _("Class B")
    C = "C", _("Class C")
    D = "D", _("Class D")


class RiskClass(models.TextChoices):
    """The class of the device that a software drives or influences."""

    I = "I", _("Class I")  # noqa: E741
    IIA = "IIa", _("Class IIa")
    IIB = "IIb", _("Class IIb")
    III = "III", _("Class III")


class DecisionImpact(models.TextChoices):
    """The worst that a decision taken with the information may cause (rule 11)."""

    NONE = "none", _("None of the two")
    SERIOUS = (
        "serious_deterioration_or_surgery",
        _("Serious deterioration of health, or a surgical intervention"),
    )
    DEATH = "death_or_irreversible", _("Death, or irreversible deterioration of health")


class CertificateKind(models.TextChoices):
    """What a notified body certifies."""

    QUALITY_MANAGEMENT = "quality_management", _("Quality management system")
    TECHNICAL_DOCUMENTATION = "technical_documentation", _("Technical documentation")
    TYPE_EXAMINATION = "type_examination", _("Type examination")
    PRODUCT_VERIFICATION = "product_verification", _("Product verification")


class ApplicationOutcome(models.TextChoices):
    """How an application to a notified body ended."""

    CERTIFIED = "certified", _("Certified")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class AssessmentStage(models.TextChoices):
    """A stage of the work of a notified body, each with its own cap."""

    APPLICATION_REVIEW = "application_review", _("Review of the application")
    QMS_AUDIT = "qms_audit", _("Audit of the quality management system")
    TD_ASSESSMENT = "td_assessment", _("Assessment of the technical documentation")
    DECISION = "decision", _("Decision")


class AuditKind(models.TextChoices):
    """Why the notified body audits."""

    INITIAL = "initial", _("Initial")
    SURVEILLANCE = "surveillance", _("Surveillance")
    UNANNOUNCED = "unannounced", _("Unannounced")
    RECERTIFICATION = "recertification", _("Recertification")


class ReportKind(models.TextChoices):
    """A periodic report after placing on the market."""

    PSUR = "psur", _("Periodic safety update report (PSUR)")
    PMSR = "pmsr", _("Post-market surveillance report (PMSR)")
    PMCF = "pmcf", _("PMCF evaluation report")
    SSCP = "sscp", _("Summary of safety and clinical performance (SSCP)")
    PERFORMANCE_EVALUATION = "performance_evaluation", _("Performance evaluation report (IVDR)")


class IncidentKind(models.TextChoices):
    """What happened, which gives the time to report it."""

    SERIOUS_INCIDENT = "serious_incident", _("Serious incident")
    DEATH = "death", _("Death")
    DETERIORATION = "unanticipated_serious_deterioration", _("Unanticipated serious deterioration of health")
    PUBLIC_HEALTH_THREAT = "public_health_threat", _("Serious public health threat")
    FUNDAMENTAL_RIGHTS = "fundamental_rights", _("Infringement of fundamental rights (AI Act)")
    WIDESPREAD = (
        "widespread_or_critical_infrastructure",
        _("Widespread infringement or critical infrastructure (AI Act)"),
    )


class LegacyRoute(models.TextChoices):
    """The paragraph of MDR Art. 120 that a device of the directives relies on."""

    CERTIFIED = "3a", _("Art. 120(3a): certificate of a directive")
    UP_CLASSIFIED = "3b", _("Art. 120(3b): declaration of conformity of a directive")
