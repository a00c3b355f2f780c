"""Decisions that stop the marketing of a device, and what they do to its coverages.

Sources: CSS R.162-85 II 1° and III, R.162-110, R.162-111 (LATM), R.162-119 I 4° and 5°, L.162-1-23 VI
(early coverage), R.165-95 II 4°, L.165-1-6 I (transitional coverage).
"""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.reimbursement import Listing, ListingProcedureKind
from compliance.law.filings import communicated_on, reached
from compliance.law.standing import Standing
from compliance.law.text import gettext_noop, text
from compliance.listing.coverage import path_of

MEASURES: tuple[ListingProcedureKind, ...] = ("market_suspension", "market_ban")


def measured_on(
    ctx: Context, listing: Listing, *kinds: ListingProcedureKind, lifted: bool = False
) -> date | None:
    """Return the day of the first measure of the kinds on the coverage, or on the device as a whole.

    One that was lifted counts with ``lifted`` only, one that came before the coverage never.
    """
    since = listing.starts_on or listing.decided_on or date.min
    days = [
        communicated_on(one)
        for one in ctx.device.listing.procedures
        if one.procedure in kinds
        and one.listing in {None, listing.key}
        and (lifted or not reached(ctx, one, "withdrawn"))
    ]
    return min((day for day in days if day and day >= since and ctx.clock.reached(day)), default=None)


def stopped_for_safety(ctx: Context, listing: Listing) -> bool:
    """Return whether the marketing was stopped for serious safety reasons: no continuity is then owed."""
    return measured_on(ctx, listing, "safety_stop") is not None


def under_measures(ctx: Context, listing: Listing, standing: Standing) -> Standing:
    """Return the standing of a telemonitoring activity under the measures that bear on its device."""
    if listing.list != "latm" or not standing.running:
        return standing
    path = path_of(listing)
    stopped = measured_on(ctx, listing, "safety_stop")
    if stopped:
        what = text(gettext_noop("Marketing stopped on %(day)s: the ministers may delist."), day=stopped)
        reason = ctx.reason(what, rule="latm.stopped_device", fact=path)
        ctx.find("delistable", "listing", "attention", reason, {"rule": "latm.stopped_device"})
    banned = measured_on(ctx, listing, "market_ban")
    if banned:
        what = text(gettext_noop("The device was banned on %(day)s: the activity is delisted."), day=banned)
        reason = ctx.reason(what, rule="latm.banned_device", fact=path)
        return Standing("attention", "to_be_delisted", reason, banned, standing.until, running=True)
    suspended = measured_on(ctx, listing, "market_suspension")
    if suspended:
        message = gettext_noop("Marketing is suspended since %(day)s: so is the reimbursement.")
        reason = ctx.reason(text(message, day=suspended), rule="latm.suspended_with_device", fact=path)
        return Standing("suspended", "suspended", reason, since=suspended)
    return standing
