"""Rules of the listing: LPPR, telemonitoring (LATM), early and transitional coverage, innovation funding."""

from compliance.law.context import Context
from compliance.law.facts.reimbursement import Listing
from compliance.law.filings import outcome, reached
from compliance.law.standing import Standing, combined
from compliance.law.text import gettext_noop, text
from compliance.law.types import Reason, TrackStatus
from compliance.listing import (
    appeal_rules,
    decision_rules,
    eligibility,
    pecan_rules,
    prescription_rules,
    procedure_rules,
    renewal_rules,
    transitional_rules,
)
from compliance.listing.coverage import known_from, path_of

# States of a request that waits, in a track without any running coverage.
WAITING = frozenset({"silent_at_term", "clock_stopped"})

# Ends of early and transitional coverage, told even where a request still runs.
_TOLD_ENDS = frozenset({"ended_one_year", "ended_refused", "ended_no_filing"})

_COVERAGES = {
    "lppr": renewal_rules.assess,
    "latm": renewal_rules.assess,
    "pecan": pecan_rules.assess,
    "pect": transitional_rules.assess_pect,
    "forfait_innovation": transitional_rules.assess_innovation,
    "intra_ghs": transitional_rules.assess_dated,
}


def assess(ctx: Context) -> TrackStatus:
    """Return where the coverage of the device stands.

    A running coverage comes before all else, first one that needs attention; where the best one needs
    nothing but another coverage or request does, the status is ``attention``. Without a running coverage
    the most advanced request counts, then how the last coverage ended.
    """
    standings = [
        _planned_end(ctx, one, _COVERAGES[one.list](ctx, one))
        for one in ctx.device.listing.listings
        if known_from(ctx, one)
    ]
    for one in standings:
        if one.state in _TOLD_ENDS:
            ctx.find(one.state, "listing", "info", one.reason)
    requests = (decision_rules.assess(ctx, one) for one in ctx.device.cnedimts.applications)
    standings += [one for one in requests if one is not None]
    procedure_rules.put_all(ctx)
    appeal_rules.put_all(ctx)
    prescription_rules.put_all(ctx)
    eligibility.find_all(ctx)
    return combined(standings, _without_coverage(ctx))


def _planned_end(ctx: Context, listing: Listing, standing: Standing) -> Standing:
    """Return the standing, turned into attention where a delisting of the listing is under way."""
    planned = any(
        one.procedure == "delisting"
        and one.listing == listing.key
        and outcome(ctx, one) is None
        and reached(ctx, one, "notified", "jo_notice")
        for one in ctx.device.listing.procedures
    )
    if not (planned and standing.running):
        return standing
    reason = ctx.reason(text(gettext_noop("Its delisting is planned.")), fact=path_of(listing))
    return Standing("attention", "delisting_planned", reason, standing.since, standing.until, running=True)


def _without_coverage(ctx: Context) -> TrackStatus:
    if ctx.keeps("listing"):
        reason = Reason(text(gettext_noop("No coverage was asked for or given.")))
        return TrackStatus("not_started", "not_started", (reason,))
    return TrackStatus(
        "unknown", "unknown", (Reason(text(gettext_noop("Whether it is covered is not recorded."))),)
    )
