"""Facts before the ANS, and the certificate of the host. Fields: ``compliance.law.facts``."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from compliance.facts import fields
from compliance.facts.constraints import between, day_after, in_order, no_overlap, one_of, period
from compliance.facts.models import DeviceFact, OrganisationFact
from compliance.facts.procedures import InformationRequest, Procedure, Step
from compliance.law.facts import reimbursement as values
from compliance.law.facts.devices import HdsCertificate as HdsCertificateValue


class AnsPurpose(models.TextChoices):
    """The coverage for which the certificate is needed."""

    LPPR = "lppr", _("LPPR")
    LATM = "latm", _("LATM")
    PECAN = "pecan", _("Early coverage (PECAN)")
    PECT = "pect", _("Transitional coverage (PECT)")
    GENERAL = "general", _("None of these: general rules")


class AnsEndedReason(models.TextChoices):
    """Why a certificate ended."""

    BREACH = "breach", _("Breach found")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUPERSEDED = "superseded", _("Replaced by another")
    OTHER = "other", _("Other")


class HdsVersion(models.TextChoices):
    """Version of the référentiel of certification of hosts."""

    V1 = "1", _("Version 1")
    V2 = "2", _("Version 2")


class AnsCertificate(DeviceFact):
    """Certificate of conformity to the référentiels of interoperability and security (CSP L.1470-6)."""

    value_class = values.AnsCertificate

    number = fields.text(_("number"))
    referentiel = fields.text(_("référentiel"))
    referentiel_version = fields.text(_("version of the référentiel"))
    software_version = fields.text(_("version of the software"))
    issued_on = fields.optional_day(_("issued on"))
    ends_on = fields.optional_day(_("valid until"), _("The last day of validity"))
    verification_months = fields.optional_count(
        _("verified every (months)"), _("Where the arrêté that approves the référentiel says so")
    )
    last_verified_on = fields.optional_day(_("last verified on"))
    withdrawal_notified_on = fields.optional_day(_("withdrawal notified on"))
    users_informed_on = fields.optional_day(_("users informed of the withdrawal on"))
    ended_on = fields.optional_day(_("ended on"), _("The day from which it is not valid any more"))
    ended_reason = fields.optional_choice(AnsEndedReason, _("reason of the end"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("ANS certificate")
        verbose_name_plural = _("ANS certificates")
        constraints = [
            *DeviceFact.Meta.constraints,
            one_of("ended_reason", AnsEndedReason),
            in_order("issued_on", "ends_on", _("The certificate ends before it is issued.")),
            in_order("issued_on", "ended_on", _("The certificate ended before it is issued.")),
            in_order("issued_on", "last_verified_on", _("The verification comes before the certificate.")),
            between("verification_months", 1, 240, _("The period is between 1 and 240 months.")),
            in_order(
                "withdrawal_notified_on",
                "ended_on",
                _("The withdrawal takes effect before it is notified."),
            ),
            no_overlap(
                "no_overlap",
                [("device", "="), ("number", "=")],
                period("issued_on", Coalesce("ended_on", day_after("ends_on"))),
                Q(issued_on__isnull=False) & ~Q(number=""),
                _("Another certificate with this number has some of the same days: say when it ended."),
            ),
        ]


class AnsApplication(Procedure):
    """A request for a certificate of the ANS (CSS R.165-5-2, R.162-76)."""

    value_class = values.AnsApplication

    purpose = fields.choice(AnsPurpose, _("needed for"))

    class Meta(Procedure.Meta):
        verbose_name = _("request for an ANS certificate")
        verbose_name_plural = _("requests for an ANS certificate")
        constraints = [*Procedure.Meta.constraints, one_of("purpose", AnsPurpose)]


class AnsStep(Step):
    """A step of a request for a certificate."""

    # The unique constraint on parent and position serves every search by parent.
    parent = models.ForeignKey(AnsApplication, on_delete=models.CASCADE, related_name="steps", db_index=False)


class AnsInformationRequest(InformationRequest):
    """A request for information in a request for a certificate."""

    parent = models.ForeignKey(
        AnsApplication, on_delete=models.CASCADE, related_name="information_requests", db_index=False
    )


class ReferentielChange(DeviceFact):
    """A référentiel modified: a new certificate is to be asked for (CSS R.165-5-2 V, R.162-76 VI)."""

    value_class = values.ReferentielChange

    purpose = fields.choice(AnsPurpose, _("needed for"))
    version = fields.text(_("version"))
    in_force_on = fields.day(_("in force on"))
    request_by = fields.optional_day(
        _("new certificate to be asked for by"), _("The last day that the arrêté sets (general rules)")
    )
    requested_on = fields.optional_day(
        _("new certificate asked for on"), _("The day on the electronic acknowledgement")
    )

    class Meta(DeviceFact.Meta):
        verbose_name = _("change of the référentiel")
        verbose_name_plural = _("changes of the référentiel")
        constraints = [*DeviceFact.Meta.constraints, one_of("purpose", AnsPurpose)]


class FormalNotice(DeviceFact):
    """A formal notice of the ANS (CSP R.1470-9)."""

    value_class = values.FormalNotice

    notified_on = fields.day(_("notified on"))
    time_set_months = fields.optional_count(_("time set (months)"))
    suspended_on = fields.optional_day(_("certificate suspended on"))
    observations_on = fields.optional_day(_("observations presented on"))
    corrected_on = fields.optional_day(_("corrected on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("formal notice of the ANS")
        verbose_name_plural = _("formal notices of the ANS")
        constraints = [
            *DeviceFact.Meta.constraints,
            between("time_set_months", 1, 240, _("The time set is between 1 and 240 months.")),
            in_order("notified_on", "corrected_on", _("The correction comes before the notice.")),
            in_order("notified_on", "observations_on", _("The observations come before the notice.")),
            in_order("notified_on", "suspended_on", _("The suspension comes before the notice.")),
        ]


class HdsCertificate(OrganisationFact):
    """Certificate of a host of health data (CSP L.1111-8)."""

    value_class = HdsCertificateValue

    number = fields.text(_("number"))
    version = fields.optional_choice(HdsVersion, _("version of the référentiel"))
    certifier = fields.text(_("certifier"))
    issued_on = fields.optional_day(_("issued on"))
    ends_on = fields.optional_day(_("valid until"), _("The last day of validity"))
    audit_ended_on = fields.optional_day(_("audit on site ended on"))
    nonconformities_found = fields.yes_no(_("nonconformities found"))
    corrected_on = fields.optional_day(_("nonconformities corrected on"))
    last_audit_on = fields.optional_day(_("last audit on"))
    withdrawn_on = fields.optional_day(_("withdrawn on"))

    class Meta(OrganisationFact.Meta):
        verbose_name = _("HDS certificate")
        verbose_name_plural = _("HDS certificates")
        constraints = [
            *OrganisationFact.Meta.constraints,
            one_of("version", HdsVersion),
            in_order("issued_on", "ends_on", _("The certificate ends before it is issued.")),
            in_order("issued_on", "withdrawn_on", _("The certificate is withdrawn before it is issued.")),
            in_order(
                "audit_ended_on",
                "corrected_on",
                _("The correction comes before the end of the audit."),
            ),
            no_overlap(
                "no_overlap",
                [("organisation", "="), ("number", "=")],
                period("issued_on", Coalesce("withdrawn_on", day_after("ends_on"))),
                Q(issued_on__isnull=False) & ~Q(number=""),
                _("Another certificate with this number has some of the same days: say when it ended."),
            ),
        ]
