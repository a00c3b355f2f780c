"""Early coverage of digital devices (PECAN): its year, the requests it commits to, its end and continuity.

Sources: CSS L.162-1-23, R.162-112 to R.162-121. The six and nine months run from the decision. The year
is counted from the start of coverage, which the law does not say: an interpretation.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from compliance.law.context import Context
from compliance.law.facts.reimbursement import Application, ApplicationKind, Listing
from compliance.law.filings import first, outcome
from compliance.law.standing import Standing
from compliance.law.text import gettext_noop, text
from compliance.law.types import Status
from compliance.listing.coverage import (
    bridged_on,
    filed_on,
    files_for,
    later,
    not_started,
    path_of,
    recorded_end,
)

_FILINGS: dict[str, tuple[str, ApplicationKind]] = {
    "therapeutic": ("pecan.lppr_filing", "lppr_listing"),
    "telemonitoring": ("pecan.latm_filing", "latm_listing"),
}


@dataclass(frozen=True, slots=True)
class _Filing:
    """One listing request that the coverage commits to."""

    rule: str
    limit: date
    filed_on: date | None
    from_start: date | None

    @property
    def late(self) -> bool:
        """Return whether it was filed, but after its last day."""
        return self.filed_on is not None and self.filed_on > self.limit


def assess(ctx: Context, listing: Listing) -> Standing:
    """Return where one early coverage stands, after putting its year, its filings and its continuity.

    Care goes on for six months after the end, or forty-five days after a refusal to list.
    """
    year_end = ctx.last_day("pecan.duration", listing.starts_on)
    decided_on = _listing_decided_on(ctx, listing)
    in_year = decided_on is not None and (year_end is None or decided_on <= year_end)
    met_on = decided_on if in_year else None
    ctx.deadline("pecan.duration", trigger=listing.starts_on, fact=path_of(listing), met_on=met_on)
    filings = list(_filings(ctx, listing))
    ended = _ended(ctx, listing, year_end, in_year and ctx.clock.happened(decided_on))
    if ended:
        refused = listing.ended_reason == "refused" or _refused(ctx, listing) is not None
        rule = "pecan.continuity_after_refusal" if refused else "pecan.continuity"
        ctx.deadline(rule, trigger=ended.since, fact=path_of(listing))
        return replace(ended, state="ended_refused") if refused and ended.state == "ended" else ended
    return not_started(ctx, listing) or _running(ctx, listing, year_end, filings)


def _filings(ctx: Context, listing: Listing) -> Iterator[_Filing]:
    """Put the last days of the listing requests and return them.

    One that is over is not shown where the request may have been made and is not recorded.
    """
    decided_on = listing.decided_on or listing.published_on
    for function in _functions(ctx, listing):
        rule, kind = _FILINGS[function]
        limit = ctx.last_day(rule, decided_on)
        files = files_for(ctx, listing, kind)
        filed = min((day for one in files if (day := filed_on(one))), default=None)
        if limit is None or (filed is None and _moot(ctx, listing)):
            continue
        if filed or ctx.keeps("cnedimts") or not ctx.clock.passed(limit):
            ctx.deadline(rule, trigger=decided_on, fact=path_of(listing), met_on=filed)
        known = filed if ctx.clock.happened(filed) else None
        filing = _Filing(rule, limit, known, ctx.last_day(rule, listing.starts_on))
        if filing.late:
            _find_late(ctx, listing, filing)
        yield filing


def _moot(ctx: Context, listing: Listing) -> bool:
    """Return whether a request that is not recorded no longer matters: listed since, or unknown and over."""
    if bridged_on(ctx, listing, "lppr", "latm"):
        return True
    year_end = ctx.last_day("pecan.duration", listing.starts_on)
    over = recorded_end(ctx, listing) or (year_end and ctx.clock.passed(year_end))
    return bool(over) and not ctx.keeps("cnedimts")


def _functions(ctx: Context, listing: Listing) -> list[str]:
    """Return the functions covered; as recorded on the coverage, else on the device, else both."""
    if listing.function is not None:
        return [listing.function]
    functions: frozenset[str] = frozenset(ctx.device.functions)
    return [one for one in _FILINGS if one in functions] or list(_FILINGS)


def _find_late(ctx: Context, listing: Listing, filing: _Filing) -> None:
    """Put the late filing, with the last day on the other reading (from the start of coverage)."""
    message = gettext_noop("The listing request was filed on %(filed)s; it was due on %(limit)s.")
    what = text(message, filed=filing.filed_on or filing.limit, limit=filing.limit)
    values = {"filed_on": str(filing.filed_on), "due_on": filing.limit.isoformat()}
    if filing.from_start is not None:
        values["due_on_counted_from_start_of_coverage"] = filing.from_start.isoformat()
    reason = ctx.reason(what, rule=filing.rule, fact=path_of(listing))
    ctx.find("filed_late", "listing", "attention", reason, values)


def _listing_files(ctx: Context, listing: Listing) -> list[Application]:
    return [
        one for function in _functions(ctx, listing) for one in files_for(ctx, listing, _FILINGS[function][1])
    ]


def _listing_decided_on(ctx: Context, listing: Listing) -> date | None:
    """Return the day of the decision to list the indication, from the listing or from its file."""
    days = [one.decided_on or one.published_on for one in later(ctx, listing, "lppr", "latm")]
    days += [
        first(one, "decided", "notified", "published")
        for one in _listing_files(ctx, listing)
        if one.outcome == "granted"
    ]
    return min((one for one in days if one is not None), default=None)


def _ended(ctx: Context, listing: Listing, year_end: date | None, decided_in_year: bool) -> Standing | None:
    """Return the standing of a coverage that is over: by its recorded end, a listing, or its year."""
    recorded = recorded_end(ctx, listing)
    if recorded:
        return recorded
    path, bridged = path_of(listing), bridged_on(ctx, listing, "lppr", "latm")
    if bridged:
        what = text(gettext_noop("The listing took over on %(day)s."), day=bridged)
        reason = ctx.reason(what, rule="pecan.end_on_listing", fact=path)
        return Standing("expired", "listed_elsewhere", reason, since=bridged)
    if year_end and ctx.clock.passed(year_end) and not decided_in_year:
        what = text(gettext_noop("One year passed without a recorded listing decision."))
        reason = ctx.reason(what, rule="pecan.duration", fact=path)
        return Standing("expired", "ended_one_year", reason, since=year_end, until=year_end)
    return None


def _refused(ctx: Context, listing: Listing) -> Application | None:
    files = _listing_files(ctx, listing)
    if any(outcome(ctx, one) in {None, "granted"} for one in files):
        return None
    return next((one for one in files if outcome(ctx, one) == "refused"), None)


def _given_up(ctx: Context, listing: Listing) -> bool:
    """Return whether a listing request was made and taken back, and no other stands."""
    kinds = {_FILINGS[one][1] for one in _functions(ctx, listing)}
    return not _listing_files(ctx, listing) and any(
        one.procedure in kinds
        and one.indication == listing.indication
        and outcome(ctx, one) in {"withdrawn", "abandoned"}
        for one in ctx.device.cnedimts.applications
    )


def _running(ctx: Context, listing: Listing, year_end: date | None, filings: list[_Filing]) -> Standing:
    """Return the standing of a running coverage: whether what it commits to is done."""
    refused = _refused(ctx, listing)
    filed = any(one.filed_on is not None for one in filings)
    missed = bool(filings) and all(one.filed_on is None and ctx.clock.passed(one.limit) for one in filings)
    status: Status = "attention"
    rule: str | None = "pecan.end_by_arrete"
    state = "coverage_must_end"
    if refused:
        what = text(gettext_noop("The listing was refused: the coverage is to be ended."))
    elif _given_up(ctx, listing):
        what = text(gettext_noop("The listing request was given up: the coverage is to be ended."))
    elif missed and ctx.keeps("cnedimts"):
        what = text(gettext_noop("No listing request was filed in time: the coverage is to be ended."))
    elif missed:
        state = "filing_not_recorded"
        what = text(gettext_noop("Whether the listing was asked for in time is not recorded."))
    elif filed and all(one.late or one.filed_on is None for one in filings):
        state, what = "filed_late", text(gettext_noop("The listing request was filed late."))
    else:
        status, state, rule = "valid", "early_coverage", "pecan.duration"
        what = text(gettext_noop("Early coverage is running."))
    reason = ctx.reason(what, rule=rule, fact=path_of(listing))
    return Standing(status, state, reason, listing.starts_on, year_end, running=True)
