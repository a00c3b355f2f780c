"""How long a listing may last, and the rules that its list and line put on its renewal.

Sources: CSS R.165-3, R.165-10, R.165-10-1 (LPPR); R.162-73 III, R.162-88, R.162-89 (LATM).
"""

from dataclasses import dataclass
from datetime import date

from compliance.law.context import Context
from compliance.law.facts.reimbursement import ApplicationKind, Line, Listing
from compliance.law.text import gettext_noop, text
from compliance.listing.coverage import path_of


@dataclass(frozen=True, slots=True)
class ListRules:
    """The rules of one list: longest term by line, request for renewal, what silence does, generic lines."""

    longest: dict[Line | None, str]
    lead: str
    renewal: ApplicationKind
    tacit_brand: str
    tacit_generic: str
    generic: tuple[str, ...]


_LPPR = ListRules(
    longest={
        "brand": "lppr.listing_max_brand",
        "generic": "lppr.listing_max_generic",
        "generic_reinforced": "lppr.listing_max_generic",
    },
    lead="lppr.renewal_request_lead",
    renewal="lppr_renewal",
    tacit_brand="lppr.renewal_tacit_brand",
    tacit_generic="lppr.renewal_tacit_generic",
    generic=("lppr.generic_renewal_data",),
)
_LATM = ListRules(
    longest=dict.fromkeys((None, "brand", "generic", "generic_reinforced"), "latm.listing_max"),
    lead="latm.renewal_request_lead",
    renewal="latm_renewal",
    tacit_brand="latm.renewal_tacit_brand",
    tacit_generic="latm.renewal_tacit_generic",
    generic=(
        "latm.generic_renewal_open",
        "latm.generic_renewal_information",
        "latm.generic_renewal_opinion",
    ),
)


def rules_of(listing: Listing) -> ListRules:
    """Return the rules of the list, LPPR or LATM."""
    return _LPPR if listing.list == "lppr" else _LATM


def put_term(ctx: Context, listing: Listing, rules: ListRules, renewed: bool) -> date | None:
    """Return the last day of the listing: as printed, capped by the longest term of the law.

    Once a renewal is granted the first term is over and the printed end is that of the new one.
    """
    rule = rules.longest.get(listing.line)
    if rule is None or renewed or listing.starts_on is None:
        return listing.ends_on
    path, legal_end = path_of(listing), ctx.last_day(rule, listing.starts_on)
    ctx.deadline(rule, trigger=listing.starts_on, fact=path)
    if legal_end is None or listing.ends_on is None or listing.ends_on <= legal_end:
        return listing.ends_on
    message = gettext_noop("The printed end %(printed)s is later than the law allows: %(legal)s.")
    reason = ctx.reason(text(message, printed=listing.ends_on, legal=legal_end), rule=rule, fact=path)
    values = {"legal_end": legal_end.isoformat(), "printed_end": listing.ends_on.isoformat()}
    ctx.find("listing_period_too_long", "listing", "attention", reason, values)
    return legal_end
