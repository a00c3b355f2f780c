"""Innovation funding (forfait innovation), as long as its arrêté says.

Sources: CSS L.165-1-1, R.165-72. The texts give no time for the penalty of L.165-1-1 II.
"""

from compliance.law.context import Context
from compliance.law.facts.reimbursement import Listing
from compliance.law.standing import Standing
from compliance.law.text import gettext_noop, text
from compliance.listing.coverage import (
    first_filed,
    later,
    not_started,
    path_of,
    promised,
    recorded_end,
    running,
    until_end,
)


def assess_innovation(ctx: Context, listing: Listing) -> Standing:
    """Return where one innovation funding stands, after putting the LPPR request due after the study.

    Results that let no listing be hoped for free from the request (L.165-1-1 II 2°). The benefit of another
    coverage ends it, hence the start of that one and not its publication (R.165-72 IV).
    """
    path = path_of(listing)
    filed = first_filed(promised(ctx, listing, "lppr_listing"))
    rule = "fi.lppr_filing_after_study"
    limit = None if listing.study_conclusive is False else ctx.last_day(rule, listing.study_ended_on)
    over = limit is not None and ctx.clock.passed(limit) and not ctx.clock.happened(filed)
    unknown = over and not ctx.keeps("cnedimts")
    if limit and ctx.clock.happened(listing.study_ended_on) and not unknown:
        ctx.deadline(rule, trigger=listing.study_ended_on, fact=path, met_on=filed)
    ended = recorded_end(ctx, listing)
    if ended:
        return ended
    days = [one.starts_on or one.published_on for one in later(ctx, listing, "lppr", "pect")]
    covered = min((day for day in days if day is not None and ctx.clock.reached(day)), default=None)
    if covered:
        what = text(gettext_noop("Another coverage took over on %(day)s."), day=covered)
        reason = ctx.reason(what, rule="fi.ends_on_other_coverage", fact=path)
        return Standing("expired", "listed_elsewhere", reason, since=covered)
    if unknown:
        what = text(gettext_noop("Whether the LPPR listing was asked for in time is not recorded."))
        return running(ctx, listing, "attention", "filing_not_recorded", what, rule)
    if over:
        what = text(gettext_noop("No LPPR request is recorded within a year of the end of the study."))
        return running(ctx, listing, "attention", "filing_overdue", what, rule)
    what = text(gettext_noop("Innovation funding is running."))
    return not_started(ctx, listing) or until_end(ctx, listing, "innovation_funding", what)
