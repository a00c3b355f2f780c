"""Facts of data and cybersecurity. What each field means stands in ``compliance.law.facts.data``."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.facts import fields
from compliance.facts.constraints import all_of, in_order, matches, one_of
from compliance.facts.models import DeviceFact
from compliance.law.facts import data as values

_HOUR = _("The hour in Paris, written HH:MM.")


class ControllerRole(models.TextChoices):
    """What the company is for the data of the breach."""

    CONTROLLER = "controller", _("Controller")
    PROCESSOR = "processor", _("Processor")


class BreachRisk(models.TextChoices):
    """The risk to the rights and freedoms of the persons."""

    UNLIKELY = "unlikely", _("Risk unlikely")
    RISK = "risk", _("Risk")
    HIGH = "high_risk", _("High risk")


class Nis2Entity(models.TextChoices):
    """What the manufacturer is under NIS2."""

    ESSENTIAL = "essential", _("Essential entity")
    IMPORTANT = "important", _("Important entity")
    OUT_OF_SCOPE = "out_of_scope", _("Out of scope")


class HealthRecordCategory(models.TextChoices):
    """Priority categories of electronic health data (EHDS Art. 14(1))."""

    PATIENT_SUMMARIES = "patient_summaries", _("Patient summaries")
    PRESCRIPTIONS = "electronic_prescriptions", _("Electronic prescriptions")
    DISPENSATIONS = "electronic_dispensations", _("Electronic dispensations")
    IMAGING = "medical_imaging", _("Medical imaging and reports")
    TEST_RESULTS = "test_results", _("Test results and reports")
    DISCHARGE_REPORTS = "discharge_reports", _("Discharge reports")


class CommitteeOpinion(models.TextChoices):
    """The sense of an opinion of the CESREES."""

    FAVOURABLE = "favourable", _("Favourable")
    WITH_RECOMMENDATIONS = "favourable_with_recommendations", _("Favourable with recommendations")
    RESERVED = "reserved", _("Reserved")
    UNFAVOURABLE = "unfavourable", _("Unfavourable")


class DataProfile(DeviceFact):
    """What decides which texts on data and cybersecurity apply."""

    value_class = values.DataProfile

    nis2_entity = fields.optional_choice(
        Nis2Entity, _("manufacturer under NIS2"), _("Directive (EU) 2022/2555, Article 3")
    )
    companion_product = fields.yes_no(
        _("sold with a connected product"), _("One that is no device itself (Cyber Resilience Act)")
    )
    claims_record_interoperability = fields.yes_no(
        _("claims interoperability with health record systems"), _("EHDS, Article 27(1)")
    )
    record_categories = fields.choice_list(HealthRecordCategory, _("categories of health data"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("data profile")
        verbose_name_plural = _("data profiles")
        constraints = [
            *DeviceFact.Meta.constraints,
            one_of("nis2_entity", Nis2Entity),
            all_of("record_categories", HealthRecordCategory),
        ]


class DataBreach(DeviceFact):
    """A personal data breach (GDPR Art. 33, 34)."""

    value_class = values.DataBreach

    role = fields.optional_choice(ControllerRole, _("role for the data"))
    risk = fields.optional_choice(BreachRisk, _("risk for the persons"))
    aware_on = fields.day(_("aware on"))
    aware_at = fields.optional_text(_("aware at"), _HOUR, max_length=5)
    notified_on = fields.optional_day(_("notified to the authority on"))
    notified_at = fields.optional_text(_("notified at"), _HOUR, max_length=5)
    controller_told_on = fields.optional_day(_("controller told on"), _("By a processor"))
    persons_told_on = fields.optional_day(_("persons told on"))
    communication_exempt = fields.yes_no(
        _("persons need not be told"), _("A condition of Article 34(3) is met")
    )

    class Meta(DeviceFact.Meta):
        verbose_name = _("personal data breach")
        verbose_name_plural = _("personal data breaches")
        constraints = [
            *DeviceFact.Meta.constraints,
            one_of("role", ControllerRole),
            one_of("risk", BreachRisk),
            matches("aware_at", fields.HOUR_PATTERN, _HOUR),
            matches("notified_at", fields.HOUR_PATTERN, _HOUR),
            in_order("aware_on", "notified_on", _("The notification comes before the awareness.")),
        ]


class PersonRequest(DeviceFact):
    """A request of a person about their data (GDPR Art. 12(3))."""

    value_class = values.PersonRequest

    received_on = fields.day(_("received on"))
    extended_on = fields.optional_day(_("person told of the extension on"))
    answered_on = fields.optional_day(_("answered on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("request of a person about their data")
        verbose_name_plural = _("requests of persons about their data")
        constraints = [
            *DeviceFact.Meta.constraints,
            in_order("received_on", "extended_on", _("The extension comes before the request.")),
            in_order("received_on", "answered_on", _("The answer comes before the request.")),
        ]


class SecurityIncident(DeviceFact):
    """A security incident of the entity (NIS2 Art. 23)."""

    value_class = values.SecurityIncident

    significant = fields.yes_no(_("significant"), _("Directive (EU) 2022/2555, Article 23(3)"))
    aware_on = fields.day(_("aware on"))
    aware_at = fields.optional_text(_("aware at"), _HOUR, max_length=5)
    warned_on = fields.optional_day(_("early warning given on"))
    warned_at = fields.optional_text(_("early warning given at"), _HOUR, max_length=5)
    notified_on = fields.optional_day(_("incident notified on"))
    notified_at = fields.optional_text(_("notified at"), _HOUR, max_length=5)
    progress_report_on = fields.optional_day(
        _("progress report on"), _("In place of the final report while the incident lasts")
    )
    handled_on = fields.optional_day(_("dealt with on"))
    final_report_on = fields.optional_day(_("final report on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("security incident")
        verbose_name_plural = _("security incidents")
        constraints = [
            *DeviceFact.Meta.constraints,
            matches("aware_at", fields.HOUR_PATTERN, _HOUR),
            matches("warned_at", fields.HOUR_PATTERN, _HOUR),
            matches("notified_at", fields.HOUR_PATTERN, _HOUR),
            in_order("aware_on", "warned_on", _("The warning comes before the awareness.")),
            in_order("aware_on", "notified_on", _("The notification comes before the awareness.")),
            in_order("notified_on", "progress_report_on", _("The report comes before the notification.")),
            in_order("notified_on", "final_report_on", _("The report comes before the notification.")),
        ]


class HealthDataAccess(DeviceFact):
    """An authorisation asked for to process health data for a study (loi 78-17, Art. 66, 76)."""

    value_class = values.HealthDataAccess

    reference_methodology = fields.yes_no(_("conforms to a reference methodology"))
    cesrees_received_on = fields.optional_day(_("whole file received by the CESREES on"))
    cesrees_extended = fields.yes_no(_("time of the CESREES extended"))
    cesrees_opinion = fields.optional_choice(CommitteeOpinion, _("opinion of the CESREES"))
    cesrees_opinion_on = fields.optional_day(_("opinion of the CESREES on"))
    cnil_received_on = fields.optional_day(_("request received by the CNIL on"))
    cnil_extended = fields.yes_no(_("time of the CNIL extended"))
    cnil_decided_on = fields.optional_day(_("decision of the CNIL on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("request for access to health data")
        verbose_name_plural = _("requests for access to health data")
        constraints = [
            *DeviceFact.Meta.constraints,
            one_of("cesrees_opinion", CommitteeOpinion),
            in_order("cesrees_received_on", "cesrees_opinion_on", _("The opinion comes before the file.")),
            in_order("cnil_received_on", "cnil_decided_on", _("The decision comes before the request.")),
        ]
