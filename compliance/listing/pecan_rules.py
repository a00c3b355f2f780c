"""Early coverage of digital devices (PECAN): its year, the requests it commits to, its end and continuity.

Sources: CSS L.162-1-23, R.162-112 to R.162-121. The six and nine months run from the decision. The year
is counted from the start of coverage, which the law does not say: an interpretation. It ends the coverage by
itself only where no decision on the listing came within it; a refusal is such a decision, and leaves the end
to an arrêté.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from compliance.law.context import Context
from compliance.law.facts.reimbursement import Application, ApplicationKind, Listing
from compliance.law.filings import first, outcome
from compliance.law.standing import Standing
from compliance.law.text import gettext_noop, text
from compliance.law.types import Status
from compliance.listing.coverage import (
    bridged_on,
    first_filed,
    later,
    not_started,
    path_of,
    promised,
    recorded_end,
    taken_back,
)
from compliance.listing.measure_rules import MEASURES, measured_on, stopped_for_safety

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

    Care goes on for six months after the end, or forty-five days after a refusal to list; not after a stop
    of the marketing for serious safety reasons.
    """
    year_end = ctx.last_day("pecan.duration", listing.starts_on)
    decided_on = _listing_decided_on(ctx, listing)
    in_year = decided_on is not None and (year_end is None or decided_on <= year_end)
    met_on = decided_on if in_year else None
    ctx.deadline("pecan.duration", trigger=listing.starts_on, fact=path_of(listing), met_on=met_on)
    filings = list(_filings(ctx, listing))
    decided = in_year and ctx.clock.happened(decided_on)
    ended = _ended(ctx, listing, year_end, decided)
    if ended:
        refused = listing.ended_reason == "refused" or _refusal(ctx, listing) == "all"
        rule = "pecan.continuity_after_refusal" if refused else "pecan.continuity"
        if not stopped_for_safety(ctx, listing):
            ctx.deadline(rule, trigger=ended.since, fact=path_of(listing))
        return _told(ctx, ended, filings, refused)
    return not_started(ctx, listing) or _running(ctx, listing, None if decided else year_end, filings)


def _told(ctx: Context, ended: Standing, filings: list[_Filing], refused: bool) -> Standing:
    """Return the standing with the ground of its end, where what is recorded tells it."""
    if ended.state == "ended" and refused:
        return replace(ended, state="ended_refused")
    if ended.state == "ended" and _missed(ctx, filings) and ctx.keeps("cnedimts"):
        return replace(ended, state="ended_no_filing")
    return ended


def _filings(ctx: Context, listing: Listing) -> Iterator[_Filing]:
    """Put the last days of the listing requests and return them.

    One that is over is not shown where the request may have been made and is not recorded.
    """
    decided_on = listing.decided_on or listing.published_on
    for function in _functions(ctx, listing):
        rule, kind = _FILINGS[function]
        limit = ctx.last_day(rule, decided_on)
        filed = first_filed((*promised(ctx, listing, kind), *taken_back(ctx, listing, kind)))
        if limit is None or (filed is None and _moot(ctx, listing, limit)):
            continue
        if filed or ctx.keeps("cnedimts") or not ctx.clock.passed(limit):
            ctx.deadline(rule, trigger=decided_on, fact=path_of(listing), met_on=filed)
        known = filed if ctx.clock.happened(filed) else None
        filing = _Filing(rule, limit, known, ctx.last_day(rule, listing.starts_on))
        if filing.late:
            _find_late(ctx, listing, filing)
        yield filing


def _moot(ctx: Context, listing: Listing, limit: date) -> bool:
    """Return whether a request that is not recorded no longer matters.

    The indication is listed, the coverage ended before the last day, or is over and its record is not whole.
    """
    ended = listing.ended_on
    if bridged_on(ctx, listing, "lppr", "latm") or (ended and ended <= limit and ctx.clock.reached(ended)):
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
        one for function in _functions(ctx, listing) for one in promised(ctx, listing, _FILINGS[function][1])
    ]


def _listing_decided_on(ctx: Context, listing: Listing) -> date | None:
    """Return the day of the first decision to list the indication or not, from the listing or its file."""
    days = [one.decided_on or one.published_on for one in later(ctx, listing, "lppr", "latm")]
    days += [
        first(one, "decided", "notified", "published")
        for one in _listing_files(ctx, listing)
        if one.outcome in {"granted", "refused"}
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


def _refusal(ctx: Context, listing: Listing) -> Literal["all", "one"] | None:
    """Return whether the listing was refused: for all the functions covered, or for one of two.

    A request made again after a refusal takes nothing back from it (L.162-1-23 VII 2°). Where the function is
    not recorded, one list may have refused while the other has not.
    """
    kinds = [_FILINGS[one][1] for one in _functions(ctx, listing)]
    ends = {kind: {outcome(ctx, one) for one in promised(ctx, listing, kind)} for kind in kinds}
    refused = [kind for kind in kinds if "refused" in ends[kind] and "granted" not in ends[kind]]
    if not refused:
        return None
    return "one" if any(ends[kind] for kind in kinds if kind not in refused) else "all"


def _missed(ctx: Context, filings: list[_Filing]) -> bool:
    """Return whether every filing promised is over and none is recorded."""
    return bool(filings) and all(one.filed_on is None and ctx.clock.passed(one.limit) for one in filings)


def _given_up(ctx: Context, listing: Listing) -> bool:
    """Return whether a listing request was made and taken back, and no other stands."""
    kinds = [_FILINGS[one][1] for one in _functions(ctx, listing)]
    return not _listing_files(ctx, listing) and any(taken_back(ctx, listing, kind) for kind in kinds)


def _running(ctx: Context, listing: Listing, until: date | None, filings: list[_Filing]) -> Standing:
    """Return the standing of a running coverage: whether what it commits to is done."""
    refusal, missed = _refusal(ctx, listing), _missed(ctx, filings)
    filed = any(one.filed_on is not None for one in filings)
    status: Status = "attention"
    rule: str | None = "pecan.end_by_arrete"
    state = "coverage_must_end"
    if measured_on(ctx, listing, *MEASURES, "safety_stop"):
        what = text(gettext_noop("The marketing was suspended or stopped: the coverage is to be ended."))
    elif refusal == "all":
        what = text(gettext_noop("The listing was refused: the coverage is to be ended."))
    elif refusal == "one":
        state = "refused_on_one_list"
        what = text(gettext_noop("One list was refused: the coverage of that function is to be ended."))
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
    return Standing(status, state, reason, listing.starts_on, until, running=True)
