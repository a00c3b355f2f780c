"""Rules of the listing: LPPR, telemonitoring (LATM), early and transitional coverage, innovation funding."""

from compliance.law.context import Context
from compliance.law.facts.reimbursement import Listing
from compliance.law.filings import reached
from compliance.law.standing import Standing, combined
from compliance.law.text import gettext_noop, text
from compliance.law.types import Reason, TrackStatus
from compliance.listing import (
    activity_rules,
    appeal_rules,
    code_rules,
    decision_rules,
    eligibility,
    market_rules,
    measure_rules,
    pecan_rules,
    pect_rules,
    penalty_rules,
    prescription_rules,
    pricing_rules,
    procedure_rules,
    renewal_rules,
    transitional_rules,
)
from compliance.listing.coverage import known_from, path_of, project_closed

# States of a request that waits, in a track without any running coverage.
WAITING = frozenset({"silent_at_term", "clock_stopped"})

# Ends of early and transitional coverage, told even where a request still runs.
_TOLD_ENDS = frozenset({"ended_one_year", "ended_refused", "ended_no_filing"})

_COVERAGES = {
    "lppr": renewal_rules.assess,
    "latm": renewal_rules.assess,
    "pecan": pecan_rules.assess,
    "pect": pect_rules.assess,
    "forfait_innovation": transitional_rules.assess_innovation,
    "intra_ghs": renewal_rules.assess,
}


def assess(ctx: Context) -> TrackStatus:
    """Return where the coverage of the device stands.

    A running coverage comes before all else, first one that needs attention; where the best one needs
    nothing but another coverage or request does, the status is ``attention``. Without a running coverage
    the most advanced request counts, then how the last coverage ended.
    """
    standings = [standing for _, standing in coverages(ctx)]
    for one in standings:
        if one.state in _TOLD_ENDS:
            ctx.find(one.state, "listing", "info", one.reason)
    requests = (decision_rules.assess(ctx, one) for one in ctx.device.cnedimts.applications)
    standings += [one for one in requests if one is not None]
    procedure_rules.put_all(ctx)
    activity_rules.put_all(ctx)
    pect_rules.put_all(ctx)
    penalty_rules.put_all(ctx)
    pricing_rules.put_all(ctx)
    code_rules.put_all(ctx)
    appeal_rules.put_all(ctx)
    prescription_rules.put_all(ctx)
    eligibility.find_all(ctx)
    return combined(standings, _without_coverage(ctx))


def coverages(ctx: Context) -> list[tuple[Listing, Standing]]:
    """Return where each coverage known on the date stands, after putting what is due on it."""
    return [
        (one, _measured(ctx, one, _planned_end(ctx, one, _COVERAGES[one.list](ctx, one))))
        for one in ctx.device.listing.listings
        if known_from(ctx, one)
    ]


def _measured(ctx: Context, listing: Listing, standing: Standing) -> Standing:
    """Return the standing under the measures that bear on the product: of the LPPR, of telemonitoring."""
    return measure_rules.under_measures(ctx, listing, market_rules.affected(ctx, listing, standing))


def _planned_end(ctx: Context, listing: Listing, standing: Standing) -> Standing:
    """Return the standing, turned into attention where a delisting of the listing is under way."""
    planned = any(
        one.procedure == "delisting"
        and one.listing == listing.key
        and not project_closed(ctx, one)
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
