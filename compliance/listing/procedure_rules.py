"""Procedures on a listing: projects of the ministers, delisting, changes of tariff; declarations.

Sources: CSS R.165-5 III, R.165-9, R.165-15, D.165-2, R.165-102 (LPPR); R.162-83, R.162-84, R.162-86,
R.162-105 (LATM).
"""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.procedures import StepName
from compliance.law.facts.reimbursement import Listing, ListingProcedure
from compliance.law.filings import communicated_on, first, outcome, put_clock, reached
from compliance.law.text import gettext_noop, text
from compliance.listing.coverage import known_from, path_of, recorded_end

_NOTICE: tuple[StepName, ...] = ("notified", "jo_notice")


def put_all(ctx: Context) -> None:
    """Put the deadlines of every procedure on the device's listings, and of its declarations."""
    for procedure in ctx.device.listing.procedures:
        path = f"listing.procedures[{procedure.key}]"
        if procedure.procedure == "tariff_change_request":
            _tariff_request(ctx, procedure, path)
        elif outcome(ctx, procedure) is None:
            _project(ctx, procedure, path)
    _declarations(ctx)


def _project(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the deadlines of a project notified to the company or published in the JO, while it is open."""
    telemonitoring = _list_of(ctx, procedure) == "latm"
    if procedure.procedure == "tariff_change_initiative":
        _tariff_initiative(ctx, procedure, path)
    elif procedure.procedure == "delisting":
        _delisting(ctx, procedure, path, "latm" if telemonitoring else "lppr")
    elif telemonitoring:
        _latm_project(ctx, procedure, path)
    else:
        _lppr_project(ctx, procedure, path)


def _list_of(ctx: Context, procedure: ListingProcedure) -> str | None:
    """Return the list that the procedure is about: that of its listing, else of all the device's listings."""
    listings = ctx.device.listing.listings
    named = {one.list for one in listings if procedure.listing in {None, one.key}}
    return named.pop() if len(named) == 1 else None


def _lppr_project(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the two contradictory phases, before the CNEDiMTS and the CEPS, and the opinion (R.165-9)."""
    notice = first(procedure, *_NOTICE)
    observed, asked = procedure.on("observations_sent"), procedure.on("hearing_requested")
    ceps_asked, held = procedure.on("ceps_hearing_requested"), procedure.on("hearing_held")
    ceps_rule = "lppr.initiative_ceps_obs_or_hearing"
    for rule, start, met_on in (
        ("lppr.initiative_hearing_request", notice, asked),
        ("lppr.initiative_written_obs", notice, observed),
        (ceps_rule, notice, ceps_asked),
        ("lppr.initiative_hearing", asked, held),
        ("lppr.ceps_hearing", ceps_asked, procedure.on("ceps_hearing_held")),
    ):
        put_clock(ctx, rule, procedure, path, start=start, met_on=met_on)
    closed = ctx.last_day("lppr.initiative_written_obs", notice)
    rule = "lppr.initiative_cnedimts_opinion"
    _opinion(ctx, rule, procedure, path, _heard(closed, asked, held))
    _second_notice(ctx, procedure, path, "lppr.initiative_second_notice", rule)


def _heard(closed: date | None, asked: date | None, held: date | None) -> date | None:
    """Return the end of a contradictory phase: of the observations, or the hearing that was asked for."""
    if asked is None:
        return closed
    return max(held, closed) if held and closed else None


def _latm_project(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the phases of a generic project published in the JO, or the information asked of a brand."""
    notice, asked = procedure.on("jo_notice"), procedure.on("hearing_requested")
    for rule, start, met_on in (
        ("latm.generic_project", notice, procedure.on("observations_sent")),
        ("latm.generic_project_hearing_request", notice, asked),
        ("latm.generic_project_hearing", asked if notice else None, procedure.on("hearing_held")),
    ):
        put_clock(ctx, rule, procedure, path, start=start, met_on=met_on)
    closed = ctx.last_day("latm.generic_project", notice)
    rule = "latm.generic_project_opinion"
    _opinion(ctx, rule, procedure, path, _heard(closed, asked, procedure.on("hearing_held")))
    _second_notice(ctx, procedure, path, "latm.generic_project_second_notice", rule)
    for request in procedure.information_requests:
        rule = "latm.ministers_initiative_information"
        put_clock(ctx, rule, procedure, path, start=request.sent_on, met_on=request.answered_on)


def _opinion(
    ctx: Context,
    rule: str,
    procedure: ListingProcedure,
    path: str,
    closed: date | None,
) -> None:
    """Put the opinion due after a contradictory phase, or by the day that the ministers set."""
    met_on = procedure.on("cnedimts_opinion_received")
    if procedure.opinion_due_on is not None:
        ctx.until(rule, procedure.opinion_due_on, fact=path, met_on=met_on)
    else:
        put_clock(ctx, rule, procedure, path, start=closed, met_on=met_on)


def _second_notice(
    ctx: Context, procedure: ListingProcedure, path: str, rule: str, opinion_rule: str
) -> None:
    """Put the observations on a new notice of the project, and the opinion that follows them."""
    name = "jo_notice" if procedure.on("jo_notice") else "notified"
    notices = sorted(one.on for one in procedure.steps if one.step == name)
    if len(notices) < 2 or not ctx.clock.reached(notices[1]):
        return

    def since(step: StepName, day: date) -> date | None:
        return min((one.on for one in procedure.steps if one.step == step and one.on >= day), default=None)

    put = ctx.deadline(rule, trigger=notices[1], fact=path, met_on=since("observations_sent", notices[1]))
    if put and ctx.clock.reached(put.strict):
        given = since("cnedimts_opinion_received", notices[1])
        ctx.deadline(opinion_rule, trigger=put.strict, fact=path, met_on=given, n="second notice")


def _delisting(ctx: Context, procedure: ListingProcedure, path: str, list_name: str) -> None:
    """Put the time to observe, and the commission's: once it is over the opinion is deemed given."""
    notice, observed = first(procedure, *_NOTICE), procedure.on("observations_sent")
    put_clock(ctx, f"{list_name}.delisting_obs", procedure, path, start=notice, met_on=observed)
    due, opinion = procedure.opinion_due_on, procedure.on("cnedimts_opinion_received")
    if due is None or notice is None or not ctx.clock.reached(notice):
        return
    rule = f"{list_name}.delisting_opinion"
    ctx.until(rule, due, fact=path, met_on=opinion)
    if ctx.clock.passed(due) and not (opinion and opinion <= due):
        what = text(gettext_noop("The commission gave no opinion by %(day)s: it is deemed given."), day=due)
        reason = ctx.reason(what, rule=rule, fact=path)
        ctx.find("opinion_deemed_given", "listing", "info", reason, {"due_on": due.isoformat()})


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
    rule = "lppr.tariff_change_initiative"
    notice, observed = reached(ctx, procedure, *_NOTICE), procedure.on("observations_sent")
    asked = first(procedure, "ceps_hearing_requested", "hearing_requested")
    met_on = min((day for day in (observed, asked) if day), default=None)
    ctx.deadline(rule, trigger=notice, fact=path, met_on=met_on, n="observations")
    hearing = ctx.value("lppr.tariff_change_hearing", asked) if asked else None
    if asked and hearing and ctx.clock.reached(asked):
        held = first(procedure, "ceps_hearing_held", "hearing_held")
        ctx.deadline(rule, trigger=asked, fact=path, met_on=held, time_set=hearing.value, n="hearing")


def _declarations(ctx: Context) -> None:
    """Put the declarations after listing. One that may have been made and not recorded is no longer shown."""
    for listing in ctx.device.listing.listings:
        if listing.list in {"lppr", "intra_ghs"} and known_from(ctx, listing):
            _code_declaration(ctx, listing)
        if listing.list in {"lppr", "latm"} and recorded_end(ctx, listing) is None:
            _unreimbursed(ctx, listing)
    for sales in ctx.device.listing.price_declarations:
        path = f"listing.price_declarations[{sales.key}]"
        year_end = date(sales.sales_year, 12, 31)
        ctx.deadline("lppr.price_declaration", trigger=year_end, fact=path, met_on=sales.declared_on)
    for one in ctx.device.listing.operator_declarations:
        path = f"listing.operator_declarations[{one.key}]"
        complete = one.complete_on if ctx.clock.happened(one.complete_on) else None
        ctx.deadline("latm.ars_receipt", trigger=complete, fact=path, met_on=one.receipt_on)


def _code_declaration(ctx: Context, listing: Listing) -> None:
    rule, effect = "lppr.post_listing_declaration", listing.starts_on or listing.published_on
    limit = ctx.last_day(rule, effect)
    if limit is None or effect is None or not ctx.clock.reached(effect):
        return
    if listing.declared_on or ctx.keeps("listing") or not ctx.clock.passed(limit):
        ctx.deadline(rule, trigger=effect, fact=path_of(listing), met_on=listing.declared_on)


def _unreimbursed(ctx: Context, listing: Listing) -> None:
    """Put the day from which a year without reimbursement lets the ministers delist (R.165-5 II 1°)."""
    rule, last = f"{listing.list}.delisting_no_reimbursement", listing.last_reimbursed_on
    put = ctx.deadline(rule, trigger=last if ctx.clock.happened(last) else None, fact=path_of(listing))
    if put and put.state == "applies":
        what = text(gettext_noop("Not reimbursed for a year: the ministers may delist without an opinion."))
        reason = ctx.reason(what, rule=rule, fact=path_of(listing))
        ctx.find("delistable", "listing", "attention", reason, {"rule": rule})
