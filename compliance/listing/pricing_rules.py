"""Tariffs, rebates and data of the LPPR, before the CEPS and the ministers; declarations of prices.

Sources: CSS R.165-4-2, R.165-14 II, R.165-15, R.165-48-1, R.165-102.
"""

from collections.abc import Callable, Mapping
from datetime import date

from compliance.law.calendar import Period
from compliance.law.context import Context
from compliance.law.facts.reimbursement import ListingProcedure
from compliance.law.filings import (
    answers_due,
    communicated_on,
    find_short_times,
    first,
    outcome,
    put_answers,
    put_clock,
    reached,
)
from compliance.law.text import gettext_noop, text
from compliance.listing.coverage import NOTICE, project_closed
from compliance.listing.hearings import put_two_ways


def put_all(ctx: Context) -> None:
    """Put the deadlines of procedures on tariffs, rebates and data, and of the declarations of prices."""
    for procedure in ctx.device.listing.procedures:
        put = _PROCEDURES.get(procedure.procedure)
        if put:
            put(ctx, procedure, f"listing.procedures[{procedure.key}]")
    for sales in ctx.device.listing.price_declarations:
        path = f"listing.price_declarations[{sales.key}]"
        year_end = date(sales.sales_year, 12, 31)
        ctx.deadline("lppr.price_declaration", trigger=year_end, fact=path, met_on=sales.declared_on)


def _tariff_request(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the decision on a change of tariff asked for: silence of the CEPS grants it (R.165-15 II)."""
    rule = "lppr.tariff_change_request"
    start = procedure.on("ceps_received") or procedure.on("requested")
    decided = communicated_on(procedure)
    if outcome(ctx, procedure) in {"withdrawn", "abandoned"}:
        return
    if procedure.outcome is not None and decided is None:
        return
    put = put_clock(ctx, rule, procedure, path, start=start, since="received", met_on=decided)
    refused = outcome(ctx, procedure) == "refused"
    if put and put.state == "met_late" and refused and decided:
        message = gettext_noop("A refusal of %(day)s came after the change was granted by silence.")
        reason = ctx.reason(text(message, day=decided), rule=rule, fact=path)
        values = {"refused_on": decided.isoformat(), "granted_by_silence_on": put.strict.isoformat()}
        ctx.find("refusal_after_tacit_acceptance", "listing", "attention", reason, values)


def _tariff_initiative(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the time to observe or ask for a hearing, and the hearing by the CEPS (R.165-15 III)."""
    if project_closed(ctx, procedure):
        return
    rule = "lppr.tariff_change_initiative"
    notice, asked = reached(ctx, procedure, *NOTICE), _hearing_asked(procedure)
    met_on = min((day for day in (_observed(procedure), asked) if day), default=None)
    ctx.deadline(rule, trigger=notice, fact=path, met_on=met_on, n="observations")
    hearing = ctx.value("lppr.tariff_change_hearing", asked) if asked else None
    if asked and hearing and ctx.clock.reached(asked):
        ctx.deadline(
            rule, trigger=asked, fact=path, met_on=_heard(procedure), time_set=hearing.value, n="hearing"
        )


def _minister_tariff(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the observations on a tariff that the ministers plan to set themselves (R.165-14 II)."""
    if not project_closed(ctx, procedure):
        notice, observed = first(procedure, *NOTICE), procedure.on("observations_sent")
        put_clock(ctx, "lppr.minister_tariff_obs", procedure, path, start=notice, met_on=observed)


def _rebates(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the contradictory phase on rebates that the CEPS sets or changes (R.165-4-2 II, R.165-15 IV)."""
    if project_closed(ctx, procedure):
        return
    rules, asked = ("lppr.rebates", "lppr.rebates_hearing_request"), _hearing_asked(procedure)
    put_two_ways(ctx, rules, procedure, path, observed=_observed(procedure), asked=asked)
    put_clock(ctx, "lppr.rebates_hearing", procedure, path, start=asked, met_on=_heard(procedure))


def _observed(procedure: ListingProcedure) -> date | None:
    return first(procedure, "ceps_observations_sent", "observations_sent")


def _hearing_asked(procedure: ListingProcedure) -> date | None:
    return first(procedure, "ceps_hearing_requested", "hearing_requested")


def _heard(procedure: ListingProcedure) -> date | None:
    return first(procedure, "ceps_hearing_held", "hearing_held")


def _data_request(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the answers owed in the time that the authority sets, from fifteen days to a month (R.165-48-1)."""
    rule, longest = "lppr.data_request", "lppr.data_request_longest"
    put_answers(ctx, rule, path, answers_due(procedure))
    find_short_times(ctx, rule, "listing", procedure, path)
    for one in procedure.information_requests:
        most = ctx.last_day(longest, one.sent_on)
        set_for = Period(days=one.answer_days).after(one.sent_on) if one.answer_days else None
        if most and set_for and set_for > most and ctx.clock.reached(one.sent_on):
            what = text(gettext_noop("The time set for the answer is longer than the law's month."))
            values = {"set_for": set_for.isoformat(), "longest": most.isoformat()}
            reason = ctx.reason(what, rule=longest, fact=path)
            ctx.find("time_set_too_long", "listing", "info", reason, values)


def _price_information(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the answers owed on a declaration of prices, a month from receipt (R.165-102 III-IV)."""
    put_answers(ctx, "lppr.price_information", path, answers_due(procedure, since="received", by_law=True))


_PROCEDURES: Mapping[str, Callable[[Context, ListingProcedure, str], None]] = {
    "tariff_change_request": _tariff_request,
    "tariff_change_initiative": _tariff_initiative,
    "minister_tariff": _minister_tariff,
    "rebates": _rebates,
    "data_request": _data_request,
    "price_information": _price_information,
}
