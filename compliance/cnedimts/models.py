"""Facts before the CNEDiMTS. What each field means stands in ``compliance.law.facts.reimbursement``."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from compliance.facts import fields
from compliance.facts.constraints import between, in_order, key_form, not_too_long, one_of
from compliance.facts.models import Part
from compliance.facts.procedures import InformationRequest, Procedure, Step
from compliance.law.facts import reimbursement as values


class ApplicationKind(models.TextChoices):
    """What is asked for."""

    LPPR_LISTING = "lppr_listing", _("LPPR listing")
    LPPR_RENEWAL = "lppr_renewal", _("LPPR renewal")
    LPPR_MODIFICATION = "lppr_modification", _("LPPR modification")
    LATM_LISTING = "latm_listing", _("LATM listing")
    LATM_RENEWAL = "latm_renewal", _("LATM renewal")
    LATM_MODIFICATION = "latm_modification", _("LATM modification")
    PECAN = "pecan", _("Early coverage (PECAN)")
    PECT = "pect", _("Transitional coverage (PECT)")
    FORFAIT_INNOVATION = "forfait_innovation", _("Forfait innovation")
    REASSESSMENT = "reassessment", _("Reassessment")
    INTRA_GHS_RENEWAL = "intra_ghs_renewal", _("Intra-GHS renewal")


class OpinionBasis(models.TextChoices):
    """Whether the service is expected (first listing) or rendered (renewal)."""

    ATTENDU = "attendu", _("Expected (service attendu)")
    RENDU = "rendu", _("Rendered (service rendu)")


class Verdict(models.TextChoices):
    """The service, or the sense of the opinion."""

    SUFFICIENT = "sufficient", _("Sufficient")
    INSUFFICIENT = "insufficient", _("Insufficient")
    FAVOURABLE = "favourable", _("Favourable")
    FAVOURABLE_WITH_OBSERVATIONS = "favourable_with_observations", _("Favourable with observations")
    UNFAVOURABLE = "unfavourable", _("Unfavourable")


class AddedValue(models.TextChoices):
    """The improvement of the service, expected (ASA) or rendered (ASR)."""

    MAJOR = "major", _("Major (I)")
    IMPORTANT = "important", _("Important (II)")
    MODERATE = "moderate", _("Moderate (III)")
    MINOR = "minor", _("Minor (IV)")
    NONE = "none", _("None (V)")


class Application(Procedure):
    """A file before the CNEDiMTS and the ministers."""

    value_class = values.Application

    procedure = fields.choice(ApplicationKind, _("procedure"))
    ans_certificate_in_file = fields.yes_no(_("ANS certificate in the file"))
    added_value_claimed = fields.optional_choice(AddedValue, _("improvement claimed"))
    significant_budget_impact = fields.yes_no(_("significant impact on spending"))
    refused_for_studies = fields.yes_no(_("refused on the ongoing studies alone"))

    class Meta(Procedure.Meta):
        verbose_name = _("application to the CNEDiMTS")
        verbose_name_plural = _("applications to the CNEDiMTS")
        constraints = [
            *Procedure.Meta.constraints,
            one_of("procedure", ApplicationKind),
            one_of("added_value_claimed", AddedValue),
        ]


class ApplicationStep(Step):
    """A step of an application."""

    # The unique constraint on parent and position serves every search by parent.
    parent = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="steps", db_index=False)


class ApplicationInformationRequest(InformationRequest):
    """A request for information in an application."""

    parent = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="information_requests", db_index=False
    )


class Opinion(Part):
    """An opinion of the CNEDiMTS for one indication (CSS R.165-11, R.165-11-1)."""

    value_class = values.Opinion

    parent = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="opinions", db_index=False)
    indication = fields.optional_key(_("indication"))
    basis = fields.optional_choice(OpinionBasis, _("basis"))
    verdict = fields.optional_choice(Verdict, _("verdict"))
    added_value = fields.optional_choice(AddedValue, _("improvement (ASA, ASR)"))
    comparator = fields.note(_("comparator"))
    target_population = fields.note(_("target population"))
    duration_months = fields.optional_count(_("duration (months)"), _("Only when shorter than the maximum"))
    studies = fields.note(_("studies asked for"))
    adopted_on = fields.optional_day(_("adopted on"))
    published_on = fields.optional_day(_("published on"))

    class Meta(Part.Meta):
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        constraints = [
            *Part.Meta.constraints,
            key_form("indication"),
            one_of("basis", OpinionBasis),
            one_of("verdict", Verdict),
            one_of("added_value", AddedValue),
            not_too_long("comparator"),
            not_too_long("target_population"),
            not_too_long("studies"),
            between("duration_months", 1, 240, _("The duration is between 1 and 240 months.")),
            in_order("adopted_on", "published_on", _("The opinion is published before it is adopted.")),
        ]
