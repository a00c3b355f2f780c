"""What several tracks say together of a coverage: two at once, a gap ahead, a request still to be filed."""

from collections.abc import Iterator
from itertools import combinations

from compliance.law.context import Context
from compliance.law.facts.reimbursement import Listing
from compliance.law.text import gettext_noop, text
from compliance.law.types import PENDING, Deadline, Reason

# What each coverage is exclusive by, the strictest first.
_EXCLUSIVE = {
    "pecan": "pecan.not_cumulable",
    "pect": "door.pect_exclusive",
    "forfait_innovation": "door.fi_exclusive",
}
# A coverage that a later one ends by itself: the two never run together (R.162-119 II 2°, R.165-95 II 1°,
# R.165-72 IV).
_ENDED_BY = {
    "pecan": frozenset({"lppr", "latm"}),
    "pect": frozenset({"lppr"}),
    "forfait_innovation": frozenset({"lppr", "pect"}),
}
_FILINGS = ("pecan.lppr_filing", "pecan.latm_filing")
_DECISIONS = ("lppr.initial_decision", "latm.decision", "latm.decision_under_pecan")


def find_double_coverages(ctx: Context) -> tuple[Reason, ...]:
    """Put a finding for each two coverages of one indication that run together and exclude each other."""
    running = [one for one in ctx.device.listing.listings if _runs(ctx, one)]
    reasons = []
    for one, other in combinations(running, 2):
        rule = next((_EXCLUSIVE[name] for name in _EXCLUSIVE if name in {one.list, other.list}), None)
        if rule is None or one.indication != other.indication or _takes_over(one, other):
            continue
        message = gettext_noop("Two coverages of the indication run together: one excludes the other.")
        reason = ctx.reason(text(message), rule=rule, fact=f"listing.listings[{other.key}]")
        values = {"rule": rule, "coverages": f"{one.key}, {other.key}"}
        ctx.find("double_coverage", "listing", "attention", reason, values)
        reasons.append(reason)
    return tuple(reasons)


def _runs(ctx: Context, listing: Listing) -> bool:
    """Return whether the coverage has started and is not over, as recorded."""
    return (
        ctx.clock.happened(listing.starts_on)
        and not ctx.clock.happened(listing.ended_on)
        and not (listing.ended_reason and listing.ended_on is None)
        and not (listing.ends_on and ctx.clock.passed(listing.ends_on))
    )


def _takes_over(one: Listing, other: Listing) -> bool:
    """Return whether the later of the two ends the earlier by itself."""
    first, second = sorted((one, other), key=lambda each: (each.starts_on is None, each.starts_on, each.key))
    return second.list in _ENDED_BY.get(first.list, frozenset())


def find_gaps(ctx: Context) -> tuple[Reason, ...]:
    """Put a finding where the decision on a listing may come, within its legal time, after early coverage.

    The year ends by itself when no decision is taken within it (R.162-119 II 1°).
    """
    reasons = []
    for year in _open(ctx, "pecan.duration"):
        for decision in _open(ctx, *_DECISIONS):
            if decision.strict <= year.strict or not _same_indication(ctx, year, decision):
                continue
            message = gettext_noop(
                "Early coverage ends on %(end)s; the decision on the listing may come as late as %(day)s."
            )
            what = text(message, end=year.strict, day=decision.strict)
            reason = ctx.reason(what, rule="pecan.duration", fact=year.trigger_fact)
            days = str((decision.strict - year.strict).days)
            values = {"from": year.strict.isoformat(), "to": decision.strict.isoformat(), "days": days}
            ctx.find("coverage_gap", "listing", "attention", reason, values)
            reasons.append(reason)
    return tuple(reasons)


def _open(ctx: Context, *rules: str) -> list[Deadline]:
    return [one for one in ctx.deadlines if one.rule in rules and one.state in {*PENDING, "clock_stopped"}]


def _same_indication(ctx: Context, year: Deadline, decision: Deadline) -> bool:
    """Return whether a year of coverage and a decision awaited are for one indication."""
    covered = {f"listing.listings[{one.key}]": one.indication for one in ctx.device.listing.listings}
    asked = {f"cnedimts.applications[{one.key}]": one.indication for one in ctx.device.cnedimts.applications}
    return covered.get(year.trigger_fact) == asked.get(decision.trigger_fact)


def filings_due(ctx: Context) -> Iterator[Reason]:
    """Yield the requests without which a running early coverage is ended (L.162-1-23 VI 1°, VII 1°)."""
    for one in _open(ctx, *_FILINGS):
        message = gettext_noop("Early coverage is ended unless the listing is asked for by %(day)s.")
        yield ctx.reason(text(message, day=one.strict), rule=one.rule, fact=one.trigger_fact)
