"""After the marking: reports, incidents, transition, supply, registration of operators.

What each field means stands in ``compliance.law.facts``.
"""

from django.utils.translation import gettext_lazy as _

from compliance.ce_marking.models.choices import IncidentKind, LegacyRoute, ReportKind
from compliance.facts import fields
from compliance.facts.constraints import in_order, matches, not_too_long, one_of
from compliance.facts.models import DeviceFact, OrganisationFact
from compliance.law.facts import ce_marking as values
from compliance.law.facts.devices import ActorRegistration as ActorRegistrationValue
from devices.models.organisations import SRN_MESSAGE, SRN_PATTERN


class Report(DeviceFact):
    """A periodic report of the surveillance after placing on the market."""

    value_class = values.Report

    kind = fields.choice(ReportKind, _("kind of report"))
    issued_on = fields.day(_("issued on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("periodic report")
        verbose_name_plural = _("periodic reports")
        constraints = [*DeviceFact.Meta.constraints, one_of("kind", ReportKind)]


class Incident(DeviceFact):
    """An incident, and when it was reported."""

    value_class = values.Incident

    kind = fields.choice(IncidentKind, _("kind of incident"))
    event = fields.text(_("event"), _("The same for the incidents that one report covers"))
    aware_on = fields.day(_("first known on"), _("The first awareness of anyone who handles complaints"))
    reportable_since = fields.optional_day(
        _("reportable since"), _("The day of the information that made it reportable, if it was not at first")
    )
    reported_on = fields.optional_day(_("reported on"))
    final_report_on = fields.optional_day(_("final report on"))
    periodic_summary = fields.yes_no(
        _("in periodic summary reports"), _("Agreed with the authority, in place of a report of its own")
    )
    summary = fields.note(_("summary"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            *DeviceFact.Meta.constraints,
            not_too_long("summary"),
            one_of("kind", IncidentKind),
            in_order("aware_on", "reportable_since", _("The incident is reportable before it is known.")),
            in_order("aware_on", "reported_on", _("The incident is reported before it is known.")),
            in_order(
                "aware_on", "final_report_on", _("The final report comes before the incident is known.")
            ),
            in_order("reported_on", "final_report_on", _("The final report comes before the first report.")),
        ]


class Trend(DeviceFact):
    """A significant increase of incidents that are not serious (MDR Art. 88)."""

    value_class = values.Trend

    detected_on = fields.day(_("detected on"))
    reported_on = fields.optional_day(_("reported on"))
    summary = fields.note(_("summary"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("trend")
        verbose_name_plural = _("trends")
        constraints = [
            *DeviceFact.Meta.constraints,
            not_too_long("summary"),
            in_order("detected_on", "reported_on", _("The trend is reported before it is detected.")),
        ]


class FieldAction(DeviceFact):
    """A field safety corrective action (MDR Art. 87(8))."""

    value_class = values.FieldAction

    started_on = fields.day(_("started on"))
    reported_on = fields.optional_day(_("reported on"))
    urgent = fields.yes_no(_("urgent"))
    notice_draft_on = fields.optional_day(_("draft of the safety notice submitted on"))
    notice_on = fields.optional_day(_("safety notice sent to users on"))
    summary = fields.note(_("summary"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("field safety corrective action")
        verbose_name_plural = _("field safety corrective actions")
        constraints = [*DeviceFact.Meta.constraints, not_too_long("summary")]


class LegacyDevice(DeviceFact):
    """Facts of the transition for devices of the directives (MDR Art. 120)."""

    value_class = values.LegacyDevice

    route = fields.choice(LegacyRoute, _("route"))
    directive_class = fields.text(_("class under the directive"))
    declaration_on = fields.optional_day(_("declaration signed on"))
    qms_in_place_on = fields.optional_day(_("quality management system in place on"))
    application_on = fields.optional_day(_("application to a notified body on"))
    agreement_on = fields.optional_day(_("agreement with the notified body on"))
    agreement_ended_on = fields.optional_day(
        _("agreement ended on"), _("Or the application withdrawn, with no other one in its place")
    )
    authority_decision_on = fields.optional_day(
        _("decision of an authority on"),
        _("A derogation or an order that keeps an expired certificate valid"),
    )
    significant_change_on = fields.optional_day(_("significant change on"))
    complies_with_directive = fields.yes_no(_("complies with the directive still"))
    unacceptable_risk = fields.yes_no(_("unacceptable risk"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("transition from a directive")
        verbose_name_plural = _("transitions from a directive")
        constraints = [
            *DeviceFact.Meta.constraints,
            one_of("route", LegacyRoute),
            in_order("agreement_on", "agreement_ended_on", _("The agreement ends before it is signed.")),
        ]


class SupplyInterruption(DeviceFact):
    """An interruption or end of supply that is foreseen (MDR Art. 10a)."""

    value_class = values.SupplyInterruption

    planned_on = fields.day(_("foreseen on"))
    anticipated_on = fields.optional_day(
        _("confirmed on"), _("The day on which the manufacturer knew that it would happen")
    )
    serious_harm_foreseeable = fields.yes_no(_("serious harm foreseeable"))
    custom_made = fields.yes_no(_("custom-made"))
    exceptional_circumstances = fields.yes_no(_("exceptional circumstances"))
    notified_on = fields.optional_day(_("notified on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("interruption of supply")
        verbose_name_plural = _("interruptions of supply")


class MarketPresence(DeviceFact):
    """When the device was placed on the market."""

    value_class = values.MarketPresence

    first_placed_on = fields.optional_day(_("first placed on the market on"))
    last_placed_on = fields.optional_day(_("last placed on the market on"))
    importer_placed_on = fields.optional_day(_("placed on the market by the importer on"))
    importer_checked_on = fields.optional_day(_("checked by the importer on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("presence on the market")
        verbose_name_plural = _("presences on the market")
        constraints = [
            *DeviceFact.Meta.constraints,
            in_order("first_placed_on", "last_placed_on", _("The last placing comes before the first.")),
        ]


class ActorRegistration(OrganisationFact):
    """Registration of an economic operator in EUDAMED (MDR Art. 31)."""

    value_class = ActorRegistrationValue

    srn = fields.required_text(_("SRN"), 300)
    submitted_on = fields.optional_day(_("submitted on"))
    confirmed_on = fields.optional_day(_("confirmed on"))
    data_changed_on = fields.optional_day(_("data changed on"))
    updated_on = fields.optional_day(_("updated in EUDAMED on"))

    class Meta(OrganisationFact.Meta):
        verbose_name = _("registration in EUDAMED")
        verbose_name_plural = _("registrations in EUDAMED")
        constraints = [
            *OrganisationFact.Meta.constraints,
            matches("srn", SRN_PATTERN, SRN_MESSAGE),
            in_order("submitted_on", "confirmed_on", _("The data are confirmed before they are submitted.")),
            in_order("data_changed_on", "updated_on", _("The data are updated before they change.")),
        ]
