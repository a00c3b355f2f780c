"""What happens on the market, and what it does to a listing on the LPPR.

Sources: CSS R.165-4-1 (suspension), R.165-5 I 1° and II (delisting), R.165-5-1 2° (ban).
"""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.devices import ChangeKind
from compliance.law.facts.reimbursement import Listing, ListingProcedure
from compliance.law.standing import Standing
from compliance.law.text import gettext_noop, text
from compliance.listing.coverage import path_of
from compliance.listing.measure_rules import measured_on

# Changes that can touch the data on which a listing rests: our reading, the text names none.
_CHANGES: frozenset[ChangeKind] = frozenset(
    {"performance", "safety_or_intended_use", "data_interpretation", "modified_algorithm"}
)


def affected(ctx: Context, listing: Listing, standing: Standing) -> Standing:
    """Return the standing of a listing under what happens on the market: suspended, or to be delisted.

    Puts the findings that a lost CE marking or a change of the device calls for.
    """
    if listing.list != "lppr" or not standing.running:
        return standing
    suspended, banned = (
        measured_on(ctx, listing, "market_suspension"),
        measured_on(ctx, listing, "market_ban"),
    )
    if suspended:
        what = text(gettext_noop("Placing on the market is suspended: so is the coverage."))
        reason = ctx.reason(what, rule="lppr.market_suspension", fact=path_of(listing))
        return Standing("suspended", "suspended", reason, since=suspended)
    if banned:
        what = text(gettext_noop("The product is banned: the ministers delist it."))
        reason = ctx.reason(what, rule="lppr.market_ban", fact=path_of(listing))
        return Standing("attention", "to_be_delisted", reason, banned, standing.until, running=True)
    _find_ce_lost(ctx, listing)
    _find_change(ctx, listing)
    return standing


def _find_ce_lost(ctx: Context, listing: Listing) -> None:
    """A product whose CE marking is withdrawn or over may be delisted without an opinion (R.165-5 II)."""
    marking = ctx.tracks.get("ce_marking")
    if marking and marking.status == "expired":
        rule = "lppr.delisting_ce_lost"
        what = text(gettext_noop("The CE marking is lost: the ministers may delist without an opinion."))
        reason = ctx.reason(what, rule=rule, fact=path_of(listing))
        ctx.find("delistable", "listing", "attention", reason, {"rule": rule})


def _find_change(ctx: Context, listing: Listing) -> None:
    """A version that changes the data of the listing is to be told to the ministers (R.165-5 I 1°)."""
    released = [
        (one.released_on, one.number)
        for one in ctx.device.versions
        if one.released_on
        and listing.starts_on
        and one.released_on > listing.starts_on
        and ctx.clock.reached(one.released_on)
        and _CHANGES & set(one.changes)
    ]
    told = max(_told(ctx, listing), default=date.min)
    untold = [(day, number) for day, number in released if day > told]
    if untold:
        _day, number = max(untold)
        message = gettext_noop("Version %(number)s changes the device since its listing: tell the ministers.")
        reason = ctx.reason(text(message, number=number), rule="lppr.change_notice", fact=path_of(listing))
        ctx.find("change_to_notify", "listing", "info", reason, {"version": number})


def _told(ctx: Context, listing: Listing) -> list[date]:
    """Return the days on which the ministers were told: by a notice, a request to modify or to renew."""
    notices: list[ListingProcedure] = [
        one
        for one in ctx.device.listing.procedures
        if one.procedure == "change_notice" and one.listing in {None, listing.key}
    ]
    files = [
        one
        for one in ctx.device.cnedimts.applications
        if one.procedure in {"lppr_modification", "lppr_renewal"} and one.listing in {None, listing.key}
    ]
    days = [one.on("requested") for one in (*notices, *files)]
    return [day for day in days if day and ctx.clock.reached(day)]
