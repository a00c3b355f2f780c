"""Class, certificates, notified body, declarations.

What each field means stands in ``compliance.law.facts.ce_marking``.
"""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Least
from django.utils.translation import gettext_lazy as _

from compliance.ce_marking.models.choices import (
    ApplicationOutcome,
    AssessmentStage,
    AuditKind,
    CertificateKind,
    DecisionImpact,
    DeviceClass,
    Regulation,
    RiskClass,
)
from compliance.facts import fields
from compliance.facts.constraints import (
    after,
    day_after,
    in_order,
    matches,
    no_overlap,
    not_too_long,
    one_of,
    period,
)
from compliance.facts.models import DeviceFact, Part
from compliance.law.facts import ce_marking as values

NOTIFIED_BODY_LABEL = _("notified body (number)")
NOTIFIED_BODY_FORM = matches("notified_body", "^[0-9]{4}$", _("A notified body has a number of 4 digits."))


class Classification(DeviceFact):
    """The class under a regulation, in force from ``valid_from`` to before ``valid_to``."""

    value_class = values.Classification

    regulation = fields.choice(Regulation, _("regulation"))
    device_class = fields.choice(DeviceClass, _("class"))
    rule = fields.text(_("rule of classification"))
    rationale = fields.note(_("reasons"))
    implantable = fields.yes_no(_("implantable"))
    well_established = fields.yes_no(
        _("well-established implant"), _("Of the types of MDR Art. 120(3a)(a): sutures, staples, screws…")
    )
    valid_from = fields.optional_day(_("valid from"))
    valid_to = fields.optional_day(_("valid to"), _("The first day on which it is not valid any more"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("classification")
        verbose_name_plural = _("classifications")
        constraints = [
            *DeviceFact.Meta.constraints,
            not_too_long("rationale"),
            one_of("regulation", Regulation),
            one_of("device_class", DeviceClass),
            after(
                "valid_from", "valid_to", _("The classification ends before it starts, or on the same day.")
            ),
            no_overlap(
                "no_overlap",
                [("device", "="), ("regulation", "=")],
                period("valid_from", "valid_to"),
                Q(valid_from__isnull=False),
                _("Another classification under this regulation covers some of the same days: end it first."),
            ),
        ]


class Rule11Answers(DeviceFact):
    """Answers to the questions of rule 11, which give the class of a software."""

    value_class = values.Rule11Answers

    informs_diagnosis_or_therapy = fields.yes_no(_("informs decisions of diagnosis or therapy"))
    worst_decision_impact = fields.optional_choice(DecisionImpact, _("worst that these decisions may cause"))
    monitors_physiology = fields.yes_no(_("monitors physiological processes"))
    vital_with_immediate_danger = fields.yes_no(
        _("vital parameters whose variation may be an immediate danger")
    )
    drives_device_class = fields.optional_choice(
        RiskClass, _("class of the device that it drives or influences")
    )
    answered_on = fields.optional_day(_("answered on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("answers to rule 11")
        verbose_name_plural = _("answers to rule 11")
        constraints = [
            *DeviceFact.Meta.constraints,
            one_of("worst_decision_impact", DecisionImpact),
            one_of("drives_device_class", RiskClass),
        ]


class Certificate(DeviceFact):
    """A certificate of a notified body, as printed."""

    value_class = values.Certificate

    number = fields.required_text(_("number"), 80)
    kind = fields.choice(CertificateKind, _("kind of certificate"))
    regulation = fields.choice(Regulation, _("regulation"))
    notified_body = fields.optional_text(NOTIFIED_BODY_LABEL, _("4 digits"), max_length=4)
    issued_on = fields.optional_day(_("issued on"))
    starts_on = fields.optional_day(_("valid from"), _("When it differs from the day of issue"))
    printed_end = fields.optional_day(_("printed end"), _("The last day of validity printed on it"))
    supplement_of = fields.optional_text(
        _("supplement of"), _("Key or number of the certificate it supplements")
    )
    extends = fields.optional_text(
        _("extends"), _("Key or number of the certificate whose validity it extends")
    )
    suspended_on = fields.optional_day(_("suspended on"))
    reinstated_on = fields.optional_day(_("reinstated on"))
    withdrawn_on = fields.optional_day(_("withdrawn on"))
    restricted_on = fields.optional_day(_("restricted on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("certificate of a notified body")
        verbose_name_plural = _("certificates of notified bodies")
        constraints = [
            *DeviceFact.Meta.constraints,
            NOTIFIED_BODY_FORM,
            one_of("kind", CertificateKind),
            one_of("regulation", Regulation),
            in_order("issued_on", "printed_end", _("The certificate ends before it is issued.")),
            in_order("starts_on", "printed_end", _("The certificate ends before it starts.")),
            in_order("issued_on", "suspended_on", _("The certificate is suspended before it is issued.")),
            in_order(
                "suspended_on", "reinstated_on", _("The certificate is reinstated before it is suspended.")
            ),
            in_order("issued_on", "withdrawn_on", _("The certificate is withdrawn before it is issued.")),
            in_order("issued_on", "restricted_on", _("The certificate is restricted before it is issued.")),
            # A supplement may carry the number of the certificate that it supplements.
            no_overlap(
                "no_overlap",
                [("device", "="), ("regulation", "="), ("number", "=")],
                period(Coalesce("starts_on", "issued_on"), Least("withdrawn_on", day_after("printed_end"))),
                Q(supplement_of__isnull=True) & (Q(starts_on__isnull=False) | Q(issued_on__isnull=False)),
                _("Another certificate with this number has some of the same days: say when it ends."),
            ),
        ]


class NotifiedBodyApplication(DeviceFact):
    """An application to a notified body, up to its decision."""

    value_class = values.NotifiedBodyApplication

    notified_body = fields.optional_text(NOTIFIED_BODY_LABEL, _("4 digits"), max_length=4)
    received_on = fields.optional_day(_("received on"))
    reviewed_on = fields.optional_day(_("reviewed on"))
    contract_signed_on = fields.optional_day(_("contract signed on"))
    assessment_ended_on = fields.optional_day(_("assessment ended on"))
    decided_on = fields.optional_day(_("decided on"))
    outcome = fields.optional_choice(ApplicationOutcome, _("outcome"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("application to a notified body")
        verbose_name_plural = _("applications to notified bodies")
        constraints = [
            *DeviceFact.Meta.constraints,
            NOTIFIED_BODY_FORM,
            one_of("outcome", ApplicationOutcome),
            in_order("received_on", "reviewed_on", _("The application is reviewed before it is received.")),
            in_order("received_on", "decided_on", _("The application is decided before it is received.")),
            in_order(
                "assessment_ended_on",
                "decided_on",
                _("The application is decided before its assessment ends."),
            ),
        ]


class Interruption(Part):
    """A time during which the clock of a notified body stands still."""

    value_class = values.Interruption

    # The unique constraint on parent and position serves every search by parent.
    parent = models.ForeignKey(
        NotifiedBodyApplication, on_delete=models.CASCADE, related_name="interruptions", db_index=False
    )
    stage = fields.choice(AssessmentStage, _("stage"))
    started_on = fields.day(_("started on"))
    ended_on = fields.optional_day(_("ended on"))

    class Meta(Part.Meta):
        verbose_name = _("interruption")
        verbose_name_plural = _("interruptions")
        constraints = [
            *Part.Meta.constraints,
            one_of("stage", AssessmentStage),
            in_order("started_on", "ended_on", _("The interruption ends before it starts.")),
        ]


class Declaration(DeviceFact):
    """A declaration of conformity."""

    value_class = values.Declaration

    regulation = fields.choice(Regulation, _("regulation"))
    signed_on = fields.optional_day(_("signed on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("declaration of conformity")
        verbose_name_plural = _("declarations of conformity")
        constraints = [*DeviceFact.Meta.constraints, one_of("regulation", Regulation)]


class Audit(DeviceFact):
    """An audit by the notified body."""

    value_class = values.Audit

    kind = fields.choice(AuditKind, _("kind of audit"))
    held_on = fields.day(_("held on"))
    notified_body = fields.optional_text(NOTIFIED_BODY_LABEL, _("4 digits"), max_length=4)

    class Meta(DeviceFact.Meta):
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        constraints = [*DeviceFact.Meta.constraints, NOTIFIED_BODY_FORM, one_of("kind", AuditKind)]
