"""Transitional coverage (PECT): its LPPR request, its suspension and renewal, its end and continuity.

Sources: CSS L.165-1-5, L.165-1-6, R.165-89 to R.165-100-1. It has no fixed length: the LPPR request is due
twelve months after the PECT request, failing which it is suspended, then twelve months after that, failing
which it ends for good.
"""

from collections.abc import Iterator
from datetime import MAXYEAR, date

from compliance.law.context import Context
from compliance.law.facts.reimbursement import Application, Listing, ListingProcedure
from compliance.law.filings import (
    AnswerDue,
    abandoned_on,
    communicated_on,
    first,
    outcome,
    put_answers,
    put_clock,
    reached,
)
from compliance.law.standing import Standing
from compliance.law.text import Text, gettext_noop, text
from compliance.listing.coverage import (
    bridged_on,
    filed_on,
    files_for,
    first_filed,
    not_started,
    others,
    path_of,
    promised,
    recorded_end,
    running,
    taken_back,
    until_end,
)
from compliance.listing.measure_rules import MEASURES, measured_on, stopped_for_safety

_END = "pect.end_of_right"
_NOT_RECORDED = gettext_noop("Whether the LPPR listing was asked for in time is not recorded.")


def assess(ctx: Context, listing: Listing) -> Standing:
    """Return where one transitional coverage stands, after putting what it commits to."""
    lppr = promised(ctx, listing, "lppr_listing")
    filed = first_filed(lppr)
    suspended = listing.ended_reason == "suspended" and ctx.clock.happened(listing.ended_on)
    renewal = _renewal(ctx, listing) if suspended else None
    if renewal:
        what = text(gettext_noop("The coverage was renewed after its suspension."))
        reason = ctx.reason(what, fact=path_of(listing))
        return Standing("expired", "renewed", reason, since=renewal.starts_on)
    _put_reference_price(ctx, listing)
    ended = _ended(ctx, listing, lppr) or (_never_filed(ctx, listing, filed) if suspended else None)
    if ended:
        _put_continuity(ctx, listing, ended, lppr)
        return ended
    _put_updates(ctx, listing)
    if suspended:
        return _suspended(ctx, listing, filed)
    limit = None if _renews(ctx, listing) else _put_filing(ctx, listing, filed)
    if limit and ctx.clock.passed(limit) and not ctx.clock.happened(filed):
        return _unfiled(ctx, listing)
    what = text(gettext_noop("Transitional coverage is running."))
    return not_started(ctx, listing) or until_end(ctx, listing, "transitional_coverage", what)


def put_all(ctx: Context) -> None:
    """Put the procedures on transitional coverages: renewals asked for, reference prices planned."""
    for procedure in ctx.device.listing.procedures:
        path = f"listing.procedures[{procedure.key}]"
        if procedure.procedure == "pect_renewal":
            _put_renewal(ctx, procedure, path)
        elif procedure.procedure == "reference_price":
            _put_price_observations(ctx, procedure, path)


def _put_reference_price(ctx: Context, listing: Listing) -> None:
    """Put the day from which the CEPS may set a reference price, while the indication is not listed."""
    if bridged_on(ctx, listing, "lppr"):
        return
    for request in files_for(ctx, listing, "pect"):
        if outcome(ctx, request) != "refused":
            path = f"cnedimts.applications[{request.key}]"
            ctx.deadline("pect.reference_price", trigger=filed_on(request), fact=path)


def _renewal(ctx: Context, listing: Listing) -> Listing | None:
    """Return the coverage that renews a suspended one."""
    end = listing.ended_on
    found = (one for one in others(ctx, listing, "pect") if one.starts_on and end and one.starts_on >= end)
    return next(found, None)


def _renews(ctx: Context, listing: Listing) -> bool:
    """Return whether the coverage renews a suspended one: its twelve months are over (L.165-1-5 III)."""
    return any(
        one.ended_reason == "suspended"
        and one.ended_on is not None
        and listing.starts_on is not None
        and one.ended_on <= listing.starts_on
        for one in others(ctx, listing, "pect")
    )


def _ended(ctx: Context, listing: Listing, lppr: list[Application]) -> Standing | None:
    """Return the standing of a coverage that is over: as recorded, or by the first event that ends it."""
    recorded = None if listing.ended_reason == "suspended" else recorded_end(ctx, listing)
    if recorded:
        return recorded
    ends = list(_ends(ctx, listing, lppr))
    if not ends:
        return None
    day, state, what = min(ends, key=lambda one: one[0] or date.max)
    reason = ctx.reason(what, rule=_END, fact=path_of(listing))
    return Standing("expired", state, reason, since=day)


def _ends(ctx: Context, listing: Listing, lppr: list[Application]) -> Iterator[tuple[date | None, str, Text]]:
    """Return the events that end the coverage, suspended or not, with the states they leave (R.165-95 II)."""
    bridged = bridged_on(ctx, listing, "lppr")
    if bridged:
        message = gettext_noop("The listing took over on %(day)s.")
        yield bridged, "listed_elsewhere", text(message, day=bridged)
    for one in lppr:
        if outcome(ctx, one) == "refused":
            what = text(gettext_noop("The LPPR listing was refused: the coverage has ended."))
            yield communicated_on(one), "ended_refused", what
    for one in [] if lppr else taken_back(ctx, listing, "lppr_listing"):
        if outcome(ctx, one) == "withdrawn":
            what = text(gettext_noop("The LPPR request was withdrawn: the coverage has ended."))
            yield reached(ctx, one, "withdrawn"), "withdrawn", what
    measured = measured_on(ctx, listing, *MEASURES, lifted=True)
    if measured:
        what = text(gettext_noop("The marketing was suspended or banned: the coverage has ended."))
        yield measured, "ended", what


def _put_continuity(ctx: Context, listing: Listing, ended: Standing, lppr: list[Application]) -> None:
    """Put the year of continuity, or the forty-five days after a refusal; none after a stop for safety."""
    if stopped_for_safety(ctx, listing):
        return
    refused = ended.state == "ended_refused" or any(outcome(ctx, one) == "refused" for one in lppr)
    rule = "pect.continuity_after_refusal" if refused else "pect.continuity"
    ctx.deadline(rule, trigger=ended.since, fact=path_of(listing))


def _put_updates(ctx: Context, listing: Listing) -> None:
    """Put the updates due by 1 May: the next one, and the last one where it is recorded or was not made."""
    if listing.starts_on is None or not ctx.clock.reached(listing.starts_on):
        return
    known = [
        day
        for one in ctx.device.listing.procedures
        if one.procedure == "yearly_update" and one.listing in {None, listing.key}
        if (day := first(one, "requested", "notified"))
    ]
    due = list(_updates_due(ctx, listing.starts_on))
    for year, limit in due[-2:]:
        sent = min((day for day in known if day.year == year), default=None)
        if sent or ctx.keeps("listing") or not ctx.clock.passed(limit):
            before = date(year - 1, 12, 31)
            ctx.deadline(
                "pect.annual_update", trigger=before, fact=path_of(listing), met_on=sent, n=str(year)
            )


def _updates_due(ctx: Context, start: date) -> Iterator[tuple[int, date]]:
    """Return the years of the updates since the start with their last days, up to the next one to come."""
    for year in range(start.year, MAXYEAR):
        limit = ctx.last_day("pect.annual_update", date(year - 1, 12, 31))
        if limit is None:
            return
        if limit > start:
            yield year, limit
            if not ctx.clock.passed(limit):
                return


def _put_filing(ctx: Context, listing: Listing, filed: date | None) -> date | None:
    """Put the last day of the LPPR request, counted from the PECT request, and return it."""
    for request in files_for(ctx, listing, "pect"):
        asked_on = filed_on(request)
        if asked_on is not None and outcome(ctx, request) != "refused":
            limit = ctx.last_day("pect.lppr_filing", asked_on)
            if filed or ctx.keeps("cnedimts") or not (limit and ctx.clock.passed(limit)):
                path = f"cnedimts.applications[{request.key}]"
                ctx.deadline("pect.lppr_filing", trigger=asked_on, fact=path, met_on=filed)
            return limit
    return None


def _unfiled(ctx: Context, listing: Listing) -> Standing:
    """Return the standing of a coverage whose LPPR request is not recorded in time."""
    if ctx.keeps("cnedimts"):
        what = text(gettext_noop("No LPPR request was filed in time: the coverage is to be suspended."))
        return running(ctx, listing, "attention", "to_be_suspended", what, "pect.lppr_filing")
    return running(ctx, listing, "attention", "filing_not_recorded", text(_NOT_RECORDED), "pect.lppr_filing")


def _never_filed(ctx: Context, listing: Listing, filed: date | None) -> Standing | None:
    """Return the standing of a suspended coverage whose twelve months are over without a request."""
    rule, path = "pect.lppr_filing_after_suspension", path_of(listing)
    limit = ctx.last_day(rule, listing.ended_on)
    if limit is None or not ctx.clock.passed(limit) or (filed and filed <= limit):
        return None
    if filed is None and not ctx.keeps("cnedimts"):
        return Standing(
            "unknown", "filing_not_recorded", ctx.reason(text(_NOT_RECORDED), rule=rule, fact=path)
        )
    ctx.deadline(rule, trigger=listing.ended_on, fact=path, met_on=filed)
    what = text(gettext_noop("No LPPR request came within a year of the suspension: coverage has ended."))
    return Standing("expired", "ended_no_filing", ctx.reason(what, rule=rule, fact=path), since=limit)


def _suspended(ctx: Context, listing: Listing, filed: date | None) -> Standing:
    """Return the standing of a suspended coverage, which an LPPR request in twelve months lets renew."""
    rule, path = "pect.lppr_filing_after_suspension", path_of(listing)
    put = ctx.deadline(rule, trigger=listing.ended_on, fact=path, met_on=filed)
    what = text(gettext_noop("The treatments begun go on while the coverage is suspended."))
    kept = ctx.reason(what, rule="pect.continuity_during_suspension", fact=path)
    ctx.find("continuity_owed", "listing", "info", kept)
    what = text(gettext_noop("The coverage is suspended until an LPPR request renews it."))
    reason = ctx.reason(what, rule=rule, fact=path)
    until = put.strict if put else None
    return Standing("suspended", "suspended", reason, since=listing.ended_on, until=until)


def _put_renewal(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the decision on the renewal of a suspended coverage, and the missing pieces (R.165-91 V)."""
    decided, ended = communicated_on(procedure), outcome(ctx, procedure)
    if ended in {"withdrawn", "abandoned"} or (ended and decided is None):
        return
    put_answers(ctx, "pect.renewal_missing_information", path, _missing(procedure))
    if _lapsed(ctx, procedure):
        return
    asked = procedure.on("missing_list_received")
    complete = procedure.on("missing_list_answered" if asked else "requested")
    put_clock(ctx, "pect.renewal_decision", procedure, path, start=complete, met_on=decided)
    if ended is None:
        _find_certificate(ctx, procedure, path)


def _missing(procedure: ListingProcedure) -> list[AnswerDue]:
    asked = procedure.on("missing_list_received")
    return [AnswerDue("", asked, None, procedure.on("missing_list_answered"))] if asked else []


def _lapsed(ctx: Context, procedure: ListingProcedure) -> date | None:
    return abandoned_on(ctx, "pect.renewal_missing_information", _missing(procedure))


def _find_certificate(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Say where the référentiels changed and no new certificate came before the renewal was asked for."""
    asked = reached(ctx, procedure, "requested")
    if asked is None or ctx.device.digital_device is False:
        return
    days = [one.in_force_on for one in ctx.device.ans.referentiel_changes]
    last = max((day for day in days if day <= asked), default=None)
    if last is None or any(
        one.issued_on and last <= one.issued_on <= asked for one in ctx.device.ans.certificates
    ):
        return
    message = gettext_noop("The référentiels changed on %(day)s: a new certificate comes before the renewal.")
    reason = ctx.reason(text(message, day=last), rule="pect.renewal_certificate", fact=path)
    ctx.find("certificate_before_renewal", "listing", "attention", reason, {"changed_on": last.isoformat()})


def _put_price_observations(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the eight days to observe on a reference price that the CEPS plans, and to be heard (R.165-97)."""
    if outcome(ctx, procedure) is None:
        met_on = first(procedure, "observations_sent", "ceps_hearing_requested", "hearing_requested")
        start = procedure.on("notified")
        put_clock(ctx, "pect.reference_price_obs", procedure, path, start=start, met_on=met_on)
