"""Facts of the AI Act. What each field means stands in ``compliance.law.facts.ai_act``."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.facts import fields
from compliance.facts.constraints import in_order, one_of
from compliance.facts.models import DeviceFact
from compliance.law.facts import ai_act as values


class AnnexIII(models.TextChoices):
    """The point of Annex III that the system falls under."""

    NONE = "none", _("None")
    POINT_1 = "1", _("1: biometrics")
    POINT_2 = "2", _("2: critical infrastructure")
    POINT_3 = "3", _("3: education")
    POINT_4 = "4", _("4: employment")
    POINT_5A = "5(a)", _("5(a): essential public benefits and services")
    POINT_5B = "5(b)", _("5(b): creditworthiness")
    POINT_5C = "5(c)", _("5(c): life and health insurance")
    POINT_5D = "5(d)", _("5(d): emergency calls and triage")
    POINT_6 = "6", _("6: law enforcement")
    POINT_7 = "7", _("7: migration and borders")
    POINT_8 = "8", _("8: justice and democracy")


class OperatorRole(models.TextChoices):
    """What the organisation is for the system."""

    PROVIDER = "provider", _("Provider")
    DEPLOYER = "deployer", _("Deployer")
    BOTH = "provider_and_deployer", _("Provider and deployer")


class DutyName(models.TextChoices):
    """The duties whose evidence is kept."""

    RISK_MANAGEMENT = "risk_management", _("Risk management (Art. 9)")
    DATA_GOVERNANCE = "data_governance", _("Data governance (Art. 10)")
    TECHNICAL_DOCUMENTATION = "technical_documentation", _("Technical documentation (Art. 11)")
    LOGGING = "logging", _("Record-keeping (Art. 12)")
    INSTRUCTIONS_FOR_USE = "instructions_for_use", _("Instructions for use (Art. 13)")
    HUMAN_OVERSIGHT = "human_oversight", _("Human oversight (Art. 14)")
    ACCURACY = (
        "accuracy_robustness_cybersecurity",
        _("Accuracy, robustness and cybersecurity (Art. 15)"),
    )
    QUALITY_MANAGEMENT = "quality_management", _("Quality management system (Art. 17)")
    CONFORMITY_ASSESSMENT = "conformity_assessment", _("Conformity assessment (Art. 43)")
    DECLARATION_OF_CONFORMITY = "declaration_of_conformity", _("Declaration of conformity (Art. 47)")
    REGISTRATION = "registration", _("Registration (Art. 49)")
    POST_MARKET_MONITORING = "post_market_monitoring", _("Post-market monitoring (Art. 72)")
    LITERACY = "literacy", _("AI literacy (Art. 4)")
    MARKING_50_2 = "marking_50_2", _("Marking of generated content (Art. 50(2))")
    ARTICLE_6_3_ASSESSMENT = "article_6_3_assessment", _("Assessment of the exemption (Art. 6(3))")
    TRANSPARENCY_50_1 = (
        "transparency_50_1",
        _("Information of the persons who interact with the AI (Art. 50(1))"),
    )
    CE_MARKING = "ce_marking_affixed", _("CE marking (Art. 48)")
    PROVIDER_IDENTIFICATION = "provider_identification", _("Name and address of the provider (Art. 16(b))")
    ACCESSIBILITY = "accessibility", _("Accessibility (Art. 16(l))")
    AUTHORISED_REPRESENTATIVE = (
        "authorised_representative",
        _("Mandate of the authorised representative (Art. 22)"),
    )


class CertifiedAnnex(models.TextChoices):
    """The annex that the certified system falls under."""

    ANNEX_I = "annex_i", _("Annex I")
    ANNEX_III = "annex_iii", _("Annex III")


class DeployerKind(models.TextChoices):
    """Who uses the system."""

    PUBLIC_HOSPITAL = "public_hospital", _("Public hospital")
    PRIVATE_HOSPITAL = "private_hospital", _("Private hospital")
    PRIVATE_PRACTICE = "private_practice", _("Private practice")
    OTHER = "other", _("Other")


LOGS_IN_ORDER = in_order(
    "oldest_log_on", "planned_log_deletion_on", _("The logs are deleted before they are written.")
)


class AiSystem(DeviceFact):
    """What the device is under the AI Act: one entry for a type and model."""

    value_class = values.AiSystem

    is_ai_system = fields.yes_no(_("AI system"))
    is_the_device = fields.yes_no(_("is itself the device"))
    safety_component = fields.yes_no(_("safety component of the device"))
    notified_body_required = fields.yes_no(_("notified body required"))
    annex_iii = fields.optional_choice(AnnexIII, _("point of Annex III"))
    exempt_6_3 = fields.yes_no(_("exempt under Art. 6(3)"))
    profiles_persons = fields.yes_no(_("profiles persons"))
    interacts_with_persons = fields.yes_no(_("interacts with persons"))
    generates_content = fields.yes_no(_("generates content"))
    recognises_emotions = fields.yes_no(_("recognises emotions, or categorises by biometrics"))
    prohibited_practice = fields.optional_text(_("prohibited practice"), _("Point of Art. 5, like 5(1)(ba)"))
    for_public_authority = fields.yes_no(_("intended for public authorities"))
    role = fields.optional_choice(OperatorRole, _("role"))
    first_unit_placed_on = fields.optional_day(_("first unit placed on the market on"))
    significant_design_change_on = fields.optional_day(_("significant change of design on"))
    oldest_log_on = fields.optional_day(_("oldest log of"))
    planned_log_deletion_on = fields.optional_day(_("deletion of logs planned on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("AI system")
        verbose_name_plural = _("AI systems")
        constraints = [
            *DeviceFact.Meta.constraints,
            one_of("annex_iii", AnnexIII),
            one_of("role", OperatorRole),
            LOGS_IN_ORDER,
        ]


class DutyEvidence(DeviceFact):
    """Evidence that a duty of the AI Act is met."""

    value_class = values.DutyEvidence

    duty = fields.choice(DutyName, _("duty"))
    met_on = fields.day(_("met on"))
    document = fields.text(_("document"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("evidence of a duty")
        verbose_name_plural = _("evidence of duties")
        constraints = [*DeviceFact.Meta.constraints, one_of("duty", DutyName)]


class AiCertificate(DeviceFact):
    """A certificate that a notified body gave under the AI Act, as printed."""

    value_class = values.AiCertificate

    number = fields.required_text(_("number"), 80)
    annex = fields.choice(CertifiedAnnex, _("annex"))
    issued_on = fields.optional_day(_("issued on"))
    starts_on = fields.optional_day(_("valid from"), _("When it differs from the day of issue"))
    printed_end = fields.optional_day(_("printed end"), _("The last day of validity printed on it"))
    supplement_of = fields.optional_text(
        _("supplement of"), _("Key or number of the certificate it supplements")
    )
    withdrawn_on = fields.optional_day(_("withdrawn on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("certificate under the AI Act")
        verbose_name_plural = _("certificates under the AI Act")
        constraints = [
            *DeviceFact.Meta.constraints,
            one_of("annex", CertifiedAnnex),
            in_order("starts_on", "printed_end", _("The certificate ends before it starts.")),
        ]


class Modification(DeviceFact):
    """A change of a high-risk system after its conformity assessment."""

    value_class = values.Modification

    made_on = fields.day(_("made on"))
    predetermined = fields.yes_no(_("predetermined"), _("Foreseen in the initial conformity assessment"))
    affects_requirements = fields.yes_no(_("affects the compliance with the requirements"))
    changes_intended_purpose = fields.yes_no(_("changes the intended purpose"))
    assessed_on = fields.optional_day(_("new conformity assessment on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("modification of the system")
        verbose_name_plural = _("modifications of the system")


class Deployment(DeviceFact):
    """Use of the system by a deployer."""

    value_class = values.Deployment

    deployer = fields.text(_("deployer"))
    deployer_kind = fields.optional_choice(DeployerKind, _("kind of deployer"))
    first_use_on = fields.optional_day(_("first use on"))
    workers_informed_on = fields.optional_day(_("workers informed on"))
    oversight_assigned_on = fields.optional_day(_("oversight assigned on"))
    logging_on = fields.optional_day(_("logging on"))
    fria_notified_on = fields.optional_day(_("fundamental rights impact assessment notified on"))
    oldest_log_on = fields.optional_day(_("oldest log of"))
    planned_log_deletion_on = fields.optional_day(_("deletion of logs planned on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
        constraints = [
            *DeviceFact.Meta.constraints,
            one_of("deployer_kind", DeployerKind),
            LOGS_IN_ORDER,
        ]
