"""Facts of the coverages. What each field means stands in ``compliance.law.facts.reimbursement``."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField
from django.db import models
from django.db.models import Case, Func, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from compliance.facts import fields
from compliance.facts.constraints import (
    between,
    day_after,
    in_order,
    key_form,
    matches,
    no_overlap,
    not_negative,
    not_too_long,
    one_of,
    period,
)
from compliance.facts.models import DeviceFact
from compliance.facts.procedures import InformationRequest, Procedure, Step
from compliance.law.facts import reimbursement as values


class ListName(models.TextChoices):
    """The list or the early coverage."""

    LPPR = "lppr", _("LPPR")
    LATM = "latm", _("LATM")
    PECAN = "pecan", _("Early coverage (PECAN)")
    PECT = "pect", _("Transitional coverage (PECT)")
    FORFAIT_INNOVATION = "forfait_innovation", _("Forfait innovation")
    INTRA_GHS = "intra_ghs", _("Intra-GHS list")


class Line(models.TextChoices):
    """How the device stands on the list."""

    BRAND = "brand", _("Brand name")
    GENERIC = "generic", _("Generic description")
    GENERIC_REINFORCED = "generic_reinforced", _("Reinforced generic description")


class ListingFunction(models.TextChoices):
    """The function that is covered."""

    THERAPEUTIC = "therapeutic", _("Therapeutic")
    TELEMONITORING = "telemonitoring", _("Telemonitoring")


class EndedReason(models.TextChoices):
    """Why a coverage ended."""

    DELISTED = "delisted", _("Delisted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    SUSPENDED = "suspended", _("Suspended")
    LISTED_ELSEWHERE = "listed_elsewhere", _("Covered in another way")
    REFUSED = "refused", _("Listing refused")
    OTHER = "other", _("Other")


class ListingProcedureKind(models.TextChoices):
    """A procedure on a coverage."""

    TARIFF_CHANGE_REQUEST = "tariff_change_request", _("Change of tariff, asked for by the company")
    TARIFF_CHANGE_INITIATIVE = "tariff_change_initiative", _("Change of tariff, at the CEPS's initiative")
    MINISTERS_INITIATIVE = "ministers_initiative", _("Initiative of the ministers")
    DELISTING = "delisting", _("Delisting")
    CHANGE_NOTICE = "change_notice", _("Notice of a change to the ministers")
    INDIVIDUAL_CODE = "individual_code", _("Individual code of a generic line")
    INDIVIDUAL_CODE_DELETION = "individual_code_deletion", _("Deletion of an individual code")
    SUPERSEDED = "superseded", _("Better activity listed")
    MARKET_SUSPENSION = "market_suspension", _("Placing on the market suspended (ANSM, consumer affairs)")
    MARKET_BAN = "market_ban", _("Product banned (ANSM, decree)")
    SAFETY_STOP = "safety_stop", _("Marketing stopped for serious safety reasons")
    PECT_RENEWAL = "pect_renewal", _("Renewal of a suspended transitional coverage")
    YEARLY_UPDATE = "yearly_update", _("Yearly update of a transitional coverage")
    REFERENCE_PRICE = "reference_price", _("Reference price planned by the CEPS")
    PENALTY = "penalty", _("Penalty")
    MINISTER_TARIFF = "minister_tariff", _("Tariff set by the ministers")
    REBATES = "rebates", _("Rebates set or changed by the CEPS")
    DATA_REQUEST = "data_request", _("Request for data by the ministers or the CEPS")
    PRICE_INFORMATION = "price_information", _("Request of the CEPS on a declaration of prices")
    REINFORCED_ATTESTATION = "reinforced_attestation", _("Attestation for a reinforced generic line")


# From the first day to before the day of the end; ``ends_on`` is itself the last day of coverage.
_DAYS_COVERED = period("starts_on", Coalesce("ended_on", day_after("ends_on")))


def _functions(first: int, last: int) -> Func:
    return Func(Value(first), Value(last), function="int4range", output_field=IntegerRangeField())


# A function that is not known may be either: it overlaps both.
_FUNCTIONS = Case(
    When(function=ListingFunction.THERAPEUTIC, then=_functions(0, 1)),
    When(function=ListingFunction.TELEMONITORING, then=_functions(1, 2)),
    default=_functions(0, 2),
)


def _alone(name: str, list_name: ListName) -> ExclusionConstraint:
    """Return: this coverage shares no day with another list, for one indication and function."""
    is_it = Case(When(list=list_name, then=Value(1)), default=Value(0), output_field=models.IntegerField())
    return no_overlap(
        name,
        [("device", "="), ("indication", "="), (_FUNCTIONS, "&&"), (is_it, "<>")],
        _DAYS_COVERED,
        Q(starts_on__isnull=False),
        _(
            "PECAN, PECT and the forfait innovation exclude any other coverage of the same indication "
            "(CSS L.162-1-23 III, R.165-72 III, R.165-100): say when the first one ended."
        ),
    )


class Listing(DeviceFact):
    """A coverage: a line of a list, or an early coverage, for one indication."""

    value_class = values.Listing

    list = fields.choice(ListName, _("list"))
    line = fields.optional_choice(Line, _("line"))
    code = fields.text(_("code"), _("LPP code: 7 digits"))
    indication = fields.optional_key(_("indication"), _("Key of the indication, the same in every fact"))
    function = fields.optional_choice(ListingFunction, _("function"))
    tariff_eur = fields.optional_euros(_("tariff (€)"))
    tariff_note = fields.note(_("tariff, in words"))
    legal_act = fields.text(_("legal act"))
    nor = fields.text(_("NOR"))
    decided_on = fields.optional_day(_("decided on"), _("Signature of the act"))
    published_on = fields.optional_day(_("published on"), _("Day of the Journal officiel"))
    starts_on = fields.optional_day(_("covered from"))
    ends_on = fields.optional_day(_("covered until"), _("The last day of coverage printed in the act"))
    ended_on = fields.optional_day(
        _("ended on"), _("The day of another end, from which nothing is covered any more")
    )
    ended_reason = fields.optional_choice(EndedReason, _("reason of the end"))
    study_ended_on = fields.optional_day(_("study ended on"))
    study_conclusive = fields.yes_no(_("results of the study let a listing be hoped for"))
    declared_on = fields.optional_day(_("code declared on"), _("Sent to the ministers (CSS D.165-2)"))
    last_reimbursed_on = fields.optional_day(_("last reimbursed on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("coverage")
        verbose_name_plural = _("coverages")
        indexes = [
            # Lookup of devices by their LPP code (GET /devices/lookup)
            models.Index(fields=["code"], condition=~Q(code=""), name="listing_code"),
        ]
        constraints = [
            *DeviceFact.Meta.constraints,
            not_too_long("tariff_note"),
            one_of("list", ListName),
            one_of("line", Line),
            key_form("indication"),
            one_of("function", ListingFunction),
            one_of("ended_reason", EndedReason),
            matches(
                "code",
                "^[0-9]{7}$",
                _("An LPP code has 7 digits."),
                unless=~Q(list=ListName.LPPR) | Q(code=""),
            ),
            not_negative("tariff_eur", _("A tariff is not negative.")),
            in_order("decided_on", "published_on", _("The act is published before it is decided.")),
            in_order("starts_on", "ends_on", _("The coverage ends before it starts.")),
            in_order("starts_on", "ended_on", _("The coverage ended before it starts.")),
            no_overlap(
                "no_overlap",
                [
                    ("device", "="),
                    ("list", "="),
                    (Coalesce("line", Value("")), "="),
                    ("code", "="),
                    (Coalesce("indication", Value("")), "="),
                    (Coalesce("function", Value("")), "="),
                ],
                _DAYS_COVERED,
                Q(starts_on__isnull=False),
                _("Another coverage on this list, line and code, for this indication, shares some days."),
            ),
            _alone("pecan_alone", ListName.PECAN),
            _alone("pect_alone", ListName.PECT),
            _alone("forfait_alone", ListName.FORFAIT_INNOVATION),
        ]


class ListingProcedure(Procedure):
    """A procedure on a coverage."""

    value_class = values.ListingProcedure

    procedure = fields.choice(ListingProcedureKind, _("procedure"))
    reduced_period_until = fields.optional_day(_("reduced period until"))
    opinion_due_on = fields.optional_day(_("opinion of the CNEDiMTS due on"))

    class Meta(Procedure.Meta):
        verbose_name = _("procedure on a coverage")
        verbose_name_plural = _("procedures on coverages")
        constraints = [*Procedure.Meta.constraints, one_of("procedure", ListingProcedureKind)]


class ListingStep(Step):
    """A step of a procedure on a coverage."""

    # The unique constraint on parent and position serves every search by parent.
    parent = models.ForeignKey(
        ListingProcedure, on_delete=models.CASCADE, related_name="steps", db_index=False
    )


class ListingInformationRequest(InformationRequest):
    """A request for information in a procedure on a coverage."""

    parent = models.ForeignKey(
        ListingProcedure, on_delete=models.CASCADE, related_name="information_requests", db_index=False
    )


class PriceDeclaration(DeviceFact):
    """Sales of a calendar year, whose prices are declared (CSS R.165-101, R.165-102)."""

    value_class = values.PriceDeclaration

    sales_year = models.PositiveSmallIntegerField(_("year of the sales"))
    declared_on = fields.optional_day(_("declared on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("declaration of prices")
        verbose_name_plural = _("declarations of prices")
        constraints = [
            *DeviceFact.Meta.constraints,
            between("sales_year", 2020, 2100, _("The year is between 2020 and 2100.")),
        ]


class OperatorDeclaration(DeviceFact):
    """A telemonitoring operator's declaration to its regional health agency (CSS R.162-105)."""

    value_class = values.OperatorDeclaration

    operator = fields.text(_("operator"))
    complete_on = fields.optional_day(_("complete on"))
    receipt_on = fields.optional_day(_("receipt given on"))
    receipt_ended_on = fields.optional_day(_("receipt ended or suspended on"))
    changed_on = fields.optional_day(_("activity changed on"))
    ceased_on = fields.optional_day(_("activity ceased on"))
    cessation_declared_on = fields.optional_day(_("cessation declared on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("declaration of an operator")
        verbose_name_plural = _("declarations of operators")
        constraints = [
            *DeviceFact.Meta.constraints,
            in_order(
                "complete_on", "receipt_on", _("The receipt is given before the declaration is complete.")
            ),
        ]


class Prescription(DeviceFact):
    """A prescription whose limits are checked (CSS R.162-100, R.162-101, R.165-36)."""

    value_class = values.Prescription

    listing = fields.optional_key(_("listing"), _("Key of the coverage that it concerns"))
    prescribed_on = fields.day(_("prescribed on"))
    duration_months = fields.optional_count(_("duration (months)"))
    first_billed_on = fields.optional_day(_("first billed on"))

    class Meta(DeviceFact.Meta):
        verbose_name = _("prescription")
        verbose_name_plural = _("prescriptions")
        constraints = [
            *DeviceFact.Meta.constraints,
            key_form("listing"),
            between("duration_months", 1, 240, _("The duration is between 1 and 240 months.")),
            in_order("prescribed_on", "first_billed_on", _("It is billed before it is prescribed.")),
        ]
