"""Transitional coverage (PECT) and innovation funding (forfait innovation).

Sources: CSS L.165-1-5, L.165-1-6, R.165-95 (PECT: no fixed length; the LPPR request is due twelve months
after the PECT request); L.165-1-1, R.165-72 (innovation funding: as long as its arrêté says).
"""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.reimbursement import Application, Listing
from compliance.law.filings import communicated_on, outcome
from compliance.law.standing import Standing
from compliance.law.text import Text, gettext_noop, text
from compliance.law.types import Status
from compliance.listing.coverage import (
    bridged_on,
    filed_on,
    files_for,
    not_started,
    path_of,
    recorded_end,
)


def assess_pect(ctx: Context, listing: Listing) -> Standing:
    """Return where one transitional coverage stands, after putting its LPPR filing and its continuity."""
    lppr = files_for(ctx, listing, "lppr_listing")
    filed = min((day for one in lppr if (day := filed_on(one))), default=None)
    if listing.ended_reason == "suspended" and ctx.clock.happened(listing.ended_on):
        return _suspended(ctx, listing, filed)
    ended = recorded_end(ctx, listing) or _ended_by_decision(ctx, listing, lppr)
    if ended:
        refused = ended.state == "ended_refused"
        rule = "pect.continuity_after_refusal" if refused else "pect.continuity"
        ctx.deadline(rule, trigger=ended.since, fact=path_of(listing))
        return ended
    _put_update(ctx, listing)
    limit = _put_filing(ctx, listing, filed)
    if limit and ctx.clock.passed(limit) and not ctx.clock.happened(filed):
        return _unfiled(ctx, listing)
    what = text(gettext_noop("Transitional coverage is running."))
    return not_started(ctx, listing) or _until_end(ctx, listing, "transitional_coverage", what)


def _put_update(ctx: Context, listing: Listing) -> None:
    """Put the next 1 May, on which the ministers are to hold an update (R.165-89 II); none is recorded."""
    start = listing.starts_on
    if start is None or not ctx.clock.reached(start):
        return
    following = (date(year, 5, 1) for year in range(start.year, date.max.year) if date(year, 5, 1) > start)
    day = next(one for one in following if not ctx.clock.passed(one))
    ctx.until("pect.annual_update", day, fact=path_of(listing), n=str(day.year))


def _unfiled(ctx: Context, listing: Listing) -> Standing:
    """Return the standing of a coverage whose LPPR request is not recorded in time."""
    if ctx.keeps("cnedimts"):
        what = text(gettext_noop("No LPPR request was filed in time: the coverage is to be suspended."))
        return _running(ctx, listing, "attention", "to_be_suspended", what, "pect.lppr_filing")
    what = text(gettext_noop("Whether the LPPR listing was asked for in time is not recorded."))
    return _running(ctx, listing, "attention", "filing_not_recorded", what, "pect.lppr_filing")


def _put_filing(ctx: Context, listing: Listing, filed: date | None) -> date | None:
    """Put the last day of the LPPR request, counted from the PECT request, and return it."""
    for request in files_for(ctx, listing, "pect"):
        asked_on = filed_on(request)
        path = f"cnedimts.applications[{request.key}]"
        if asked_on is not None and outcome(ctx, request) != "refused":
            ctx.deadline("pect.reference_price", trigger=asked_on, fact=path)
            limit = ctx.last_day("pect.lppr_filing", asked_on)
            if filed or ctx.keeps("cnedimts") or not (limit and ctx.clock.passed(limit)):
                ctx.deadline("pect.lppr_filing", trigger=asked_on, fact=path, met_on=filed)
            return limit
    return None


def _suspended(ctx: Context, listing: Listing, filed: date | None) -> Standing:
    """Return the standing of a suspended coverage: it ends for good without a request in twelve months."""
    rule, path = "pect.lppr_filing_after_suspension", path_of(listing)
    limit = ctx.last_day(rule, listing.ended_on)
    if limit and ctx.clock.passed(limit) and filed is None and not ctx.keeps("cnedimts"):
        what = text(gettext_noop("Whether the LPPR listing was asked for in time is not recorded."))
        return Standing("unknown", "filing_not_recorded", ctx.reason(what, rule=rule, fact=path))
    ctx.deadline(rule, trigger=listing.ended_on, fact=path, met_on=filed)
    if limit and ctx.clock.passed(limit) and not (filed and filed <= limit):
        ctx.deadline("pect.continuity", trigger=limit, fact=path)
        what = text(gettext_noop("No LPPR request came within a year of the suspension: coverage has ended."))
        return Standing("expired", "ended_no_filing", ctx.reason(what, rule=rule, fact=path), since=limit)
    what = text(gettext_noop("The coverage is suspended until an LPPR request renews it."))
    reason = ctx.reason(what, rule=rule, fact=path)
    return Standing("suspended", "suspended", reason, since=listing.ended_on, until=limit)


def _ended_by_decision(ctx: Context, listing: Listing, lppr: list[Application]) -> Standing | None:
    """Return the standing of a coverage that an LPPR listing or refusal has ended (R.165-95 II 1°)."""
    path, bridged = path_of(listing), bridged_on(ctx, listing, "lppr")
    if bridged:
        what = text(gettext_noop("The listing took over on %(day)s."), day=bridged)
        return Standing("expired", "listed_elsewhere", ctx.reason(what, fact=path), since=bridged)
    if lppr and all(outcome(ctx, one) == "refused" for one in lppr):
        days = [day for one in lppr if (day := communicated_on(one))]
        what = text(gettext_noop("The LPPR listing was refused: the coverage has ended."))
        reason = ctx.reason(what, fact=path)
        return Standing("expired", "ended_refused", reason, since=max(days, default=None))
    return None


def assess_innovation(ctx: Context, listing: Listing) -> Standing:
    """Return where one innovation funding stands, after putting the LPPR request due after the study."""
    path = path_of(listing)
    lppr = files_for(ctx, listing, "lppr_listing")
    filed = min((day for one in lppr if (day := filed_on(one))), default=None)
    rule = "fi.lppr_filing_after_study"
    limit = ctx.last_day(rule, listing.study_ended_on)
    over = limit is not None and ctx.clock.passed(limit) and not ctx.clock.happened(filed)
    unknown = over and not ctx.keeps("cnedimts")
    if ctx.clock.happened(listing.study_ended_on) and not unknown:
        ctx.deadline(rule, trigger=listing.study_ended_on, fact=path, met_on=filed)
    ended = recorded_end(ctx, listing)
    if ended:
        return ended
    bridged = bridged_on(ctx, listing, "lppr", "pect")
    if bridged:
        what = text(gettext_noop("Another coverage took over on %(day)s."), day=bridged)
        reason = ctx.reason(what, rule="fi.ends_on_other_coverage", fact=path)
        return Standing("expired", "listed_elsewhere", reason, since=bridged)
    if unknown:
        what = text(gettext_noop("Whether the LPPR listing was asked for in time is not recorded."))
        return _running(ctx, listing, "attention", "filing_not_recorded", what, rule)
    if over:
        what = text(gettext_noop("No LPPR request is recorded within a year of the end of the study."))
        return _running(ctx, listing, "attention", "filing_overdue", what, rule)
    what = text(gettext_noop("Innovation funding is running."))
    return not_started(ctx, listing) or _until_end(ctx, listing, "innovation_funding", what)


def _until_end(ctx: Context, listing: Listing, state: str, what: Text) -> Standing:
    """Return a running standing, or an expired one once the printed end is over."""
    if listing.ends_on is not None and ctx.clock.passed(listing.ends_on):
        over = text(gettext_noop("The coverage ended on %(end)s."), end=listing.ends_on)
        reason = ctx.reason(over, fact=path_of(listing))
        return Standing("expired", "ended", reason, since=listing.ends_on, until=listing.ends_on)
    return _running(ctx, listing, "valid", state, what)


def _running(
    ctx: Context, listing: Listing, status: Status, state: str, what: Text, rule: str | None = None
) -> Standing:
    reason = ctx.reason(what, rule=rule, fact=path_of(listing))
    return Standing(status, state, reason, listing.starts_on, listing.ends_on, running=True)
