"""How long a listing may last, and the rules that its list and line put on its renewal.

Sources: CSS R.165-3, R.165-10, R.165-10-1 (LPPR); R.162-73 III, R.162-88, R.162-89 (LATM); R.165-50,
R.165-56, R.165-57 (intra-GHS).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.law.calendar import ONE_DAY, add_months
from compliance.law.context import Context
from compliance.law.facts.reimbursement import Application, ApplicationKind, Line, Listing
from compliance.law.stops import is_stopped, stopped_days
from compliance.law.text import gettext_noop, text
from compliance.listing.coverage import path_of


@dataclass(frozen=True, slots=True)
class ListRules:
    """The rules of one list: longest term by line, request for renewal, what silence does, generic lines.

    ``tacit_generic`` is None where a generic line is renewed on request, as a brand line is; ``extension``
    names the longest time that an answer awaited adds to the term; ``same_length``: a tacit renewal lasts
    as long as the listing did.
    """

    longest: Mapping[Line | None, str]
    lead: str
    renewal: ApplicationKind
    tacit_brand: str
    tacit_generic: str | None
    generic: tuple[str, ...] = ()
    extension: str | None = None
    same_length: bool = False


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
_INTRA_GHS = ListRules(
    longest=dict.fromkeys((None, "brand", "generic", "generic_reinforced"), "ghs.listing_max"),
    lead="ghs.renewal_request_lead",
    renewal="intra_ghs_renewal",
    tacit_brand="ghs.renewal_tacit",
    tacit_generic=None,
    extension="ghs.renewal_extension_max",
    same_length=True,
)
_RULES: Mapping[str, ListRules] = {"lppr": _LPPR, "latm": _LATM, "intra_ghs": _INTRA_GHS}


def rules_of(listing: Listing) -> ListRules:
    """Return the rules of the list: LPPR, LATM or intra-GHS."""
    return _RULES[listing.list]


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


def extended(ctx: Context, rules: ListRules, files: Iterable[Application], end: date, path: str) -> date:
    """Return the last day of a term that answers put off, within the longest extension (R.165-56).

    While an answer is awaited it is the latest day that the extension can reach.
    """
    longest = ctx.last_day(rules.extension, end) if rules.extension else None
    if rules.extension is None or longest is None:
        return end
    requests = [one for file in files for one in file.information_requests]
    if is_stopped(requests, since="received", clock=ctx.clock, start=date.min):
        return longest
    days = stopped_days(requests, since="received", clock=ctx.clock, start=date.min)
    later = min(end + timedelta(days=days), longest)
    if later > end:
        ctx.until(rules.extension, later, fact=path)
    return later


def answered_late(ctx: Context, rules: ListRules, files: Iterable[Application]) -> bool:
    """Return whether an answer did not come in the longest extension, counted from its request (R.165-57)."""
    for one in (request for file in files for request in file.information_requests):
        limit = ctx.last_day(rules.extension, one.sent_on) if rules.extension else None
        if limit and ctx.clock.passed(limit) and not (one.answered_on and one.answered_on <= limit):
            return True
    return False


def tacit_end(listing: Listing, rules: ListRules, term: date, end: date) -> date | None:
    """Return the last day of a term as long as the first, from the day after ``end``; None where not written.

    ``term`` is the last day of the first term, ``end`` the same put off by an extension. The length is in
    months where the first term is made of whole months.
    """
    if not rules.same_length or listing.starts_on is None:
        return None
    start, following = listing.starts_on, end + ONE_DAY
    months = (term.year - start.year) * 12 + term.month - start.month
    for whole in (months, months + 1):
        if add_months(start, whole) - ONE_DAY == term:
            return add_months(following, whole) - ONE_DAY
    return following + (term - start)
