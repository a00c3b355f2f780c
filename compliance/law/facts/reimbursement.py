"""Facts of the French reimbursement: CNEDiMTS procedures and opinions, listings, ANS certificates."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from compliance.law.facts.base import Bool, Date, Fact, Key, Note, Short, Value
from compliance.law.facts.procedures import Procedure

ApplicationKind = Literal[
    "lppr_listing",
    "lppr_renewal",
    "lppr_modification",
    "latm_listing",
    "latm_renewal",
    "latm_modification",
    "pecan",
    "pect",
    "forfait_innovation",
    "reassessment",
    "intra_ghs_renewal",
]
Verdict = Literal[
    "sufficient",
    "insufficient",
    "favourable",
    "favourable_with_observations",
    "unfavourable",
]
AddedValue = Literal["major", "important", "moderate", "minor", "none"]
ListName = Literal["lppr", "latm", "pecan", "pect", "forfait_innovation", "intra_ghs"]
Line = Literal["brand", "generic", "generic_reinforced"]
ListingFunction = Literal["therapeutic", "telemonitoring"]
ListingProcedureKind = Literal[
    "tariff_change_request",
    "tariff_change_initiative",
    "ministers_initiative",
    "delisting",
    "change_notice",
    "individual_code",
    "individual_code_deletion",
    "superseded",
    "market_suspension",
    "market_ban",
    "safety_stop",
    "pect_renewal",
    "yearly_update",
    "reference_price",
    "penalty",
    "minister_tariff",
    "rebates",
    "data_request",
    "price_information",
    "reinforced_attestation",
]
AnsPurpose = Literal["lppr", "latm", "pecan", "pect", "general"]
Months = Annotated[int, Field(ge=1, le=240, strict=True)]
Year = Annotated[int, Field(ge=2020, le=2100, strict=True)]


class Opinion(Value):
    """An opinion of the CNEDiMTS for one indication (CSS R.165-11, R.165-11-1).

    ``verdict`` is the service attendu or rendu (sufficient or not) or the sense of the opinion,
    ``added_value`` the ASA or ASR level, ``duration_months`` a duration shorter than the maximum.
    """

    indication: Key | None = None
    basis: Literal["attendu", "rendu"] | None = None
    verdict: Verdict | None = None
    added_value: AddedValue | None = None
    comparator: Note = ""
    target_population: Note = ""
    duration_months: Months | None = None
    studies: Note = ""
    adopted_on: Date | None = None
    published_on: Date | None = None


class Application(Procedure):
    """A file before the CNEDiMTS (and the ministers), with its opinions, one for each indication.

    ``refused_for_studies`` says that early coverage was refused on its ongoing studies alone, which lets it
    be asked for again (CSS R.162-113 II 2°).
    """

    procedure: ApplicationKind
    ans_certificate_in_file: Bool | None = None
    added_value_claimed: AddedValue | None = None
    significant_budget_impact: Bool | None = None
    refused_for_studies: Bool | None = None
    opinions: tuple[Opinion, ...] = ()


class CnedimtsFacts(Value):
    """All that is recorded before the CNEDiMTS for one device."""

    applications: tuple[Application, ...] = ()


class Listing(Fact):
    """A coverage: a line of a list, or an early coverage, for one indication, on [starts_on, ends_on].

    ``decided_on`` is the day of the decision (signature of the arrêté), ``published_on`` of the JO,
    ``ends_on`` the last day of coverage as printed in the act, ``ended_on`` the day of another end, from
    which nothing is covered any more. ``declared_on`` is when the code was sent to the ministers (D.165-2),
    ``last_reimbursed_on`` the day of the last reimbursement known. ``study_conclusive``: the results of the
    study of an innovation funding let a listing be hoped for (L.165-1-1 II 2°).
    """

    list: ListName
    line: Line | None = None
    code: Short = ""
    indication: Key | None = None
    function: ListingFunction | None = None
    tariff_eur: Decimal | None = None
    tariff_note: Note = ""
    legal_act: Short = ""
    nor: Short = ""
    decided_on: Date | None = None
    published_on: Date | None = None
    starts_on: Date | None = None
    ends_on: Date | None = None
    ended_on: Date | None = None
    ended_reason: (
        Literal["delisted", "withdrawn", "suspended", "listed_elsewhere", "refused", "other"] | None
    ) = None
    study_ended_on: Date | None = None
    study_conclusive: Bool | None = None
    declared_on: Date | None = None
    last_reimbursed_on: Date | None = None


class ListingProcedure(Procedure):
    """A procedure on a listing, or an event that bears on it. Without a listing it bears on the device.

    A change of tariff, rebates, a request for data, an initiative of the ministers, a delisting, a penalty; a
    code asked for or deleted; data changed (step ``changed``) and told to the ministers (``requested``); a
    better activity listed (``published``); the marketing suspended, banned or stopped for serious safety
    reasons, from its decision until it is ``withdrawn`` (CSS R.165-4-1, R.165-5-1); the renewal of a
    suspended PECT, its yearly update (``requested``). In a project of an authority ``notified`` is the
    notification of the project. ``opinion_due_on`` is the last day that the ministers give the CNEDiMTS.
    """

    procedure: ListingProcedureKind
    reduced_period_until: Date | None = None
    opinion_due_on: Date | None = None


class PriceDeclaration(Fact):
    """Sales of a calendar year under the LPPR, whose prices are to be declared (CSS R.165-101, R.165-102)."""

    sales_year: Year
    declared_on: Date | None = None


class OperatorDeclaration(Fact):
    """A telemonitoring operator's declaration to its regional health agency (CSS R.162-105).

    ``receipt_ended_on`` is when the agency ended or suspended the receipt (L.162-51, R.162-107),
    ``changed_on`` when the activity changed since, ``ceased_on`` when it stopped (R.162-108).
    """

    operator: Short = ""
    complete_on: Date | None = None
    receipt_on: Date | None = None
    receipt_ended_on: Date | None = None
    changed_on: Date | None = None
    ceased_on: Date | None = None
    cessation_declared_on: Date | None = None


class Prescription(Fact):
    """A prescription whose limits are to be checked; nothing is recorded of the patient.

    Of telemonitoring, unless ``listing``, or every coverage of the device, is on the LPPR (CSS R.165-36).
    ``first_billed_on`` is the day on which it was first presented for billing (CSS R.162-100, R.162-101).
    """

    listing: Key | None = None
    prescribed_on: Date
    duration_months: Months | None = None
    first_billed_on: Date | None = None


class ListingFacts(Value):
    """All that is recorded on the coverages of one device."""

    listings: tuple[Listing, ...] = ()
    procedures: tuple[ListingProcedure, ...] = ()
    price_declarations: tuple[PriceDeclaration, ...] = ()
    operator_declarations: tuple[OperatorDeclaration, ...] = ()
    prescriptions: tuple[Prescription, ...] = ()


class AnsCertificate(Fact):
    """Certificate of conformity to the référentiels of interoperability and security (CSP L.1470-6).

    ``verification_months`` is how often the arrêté that approves the référentiel has the service verified
    (CSP R.1470-7). A withdrawal is notified, then takes effect on ``ended_on``, if that is later (R.1470-9).
    """

    number: Short = ""
    referentiel: Short = ""
    referentiel_version: Short = ""
    software_version: Short = ""
    issued_on: Date | None = None
    ends_on: Date | None = None
    verification_months: Months | None = None
    last_verified_on: Date | None = None
    withdrawal_notified_on: Date | None = None
    users_informed_on: Date | None = None
    ended_on: Date | None = None
    ended_reason: Literal["breach", "withdrawn", "superseded", "other"] | None = None


class AnsApplication(Procedure):
    """A request for a certificate of the ANS (CSS R.165-5-2, R.162-76)."""

    purpose: AnsPurpose


class ReferentielChange(Fact):
    """A référentiel modified: a new certificate is to be asked for (CSS R.165-5-2 V, R.162-76 VI).

    ``request_by`` is the last day to ask under the general rules, which the arrêté sets.
    """

    purpose: AnsPurpose
    version: Short = ""
    in_force_on: Date
    request_by: Date | None = None
    requested_on: Date | None = None


class FormalNotice(Fact):
    """A formal notice of the ANS (CSP R.1470-9). ``time_set_months`` is the time it grants.

    It is answered by a correction or by observations; the certificate may be suspended until the correction.
    """

    notified_on: Date
    time_set_months: Months | None = None
    suspended_on: Date | None = None
    observations_on: Date | None = None
    corrected_on: Date | None = None


class AnsFacts(Value):
    """All that is recorded before the ANS for one device."""

    certificates: tuple[AnsCertificate, ...] = ()
    applications: tuple[AnsApplication, ...] = ()
    referentiel_changes: tuple[ReferentielChange, ...] = ()
    formal_notices: tuple[FormalNotice, ...] = ()
