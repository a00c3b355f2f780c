"""The life of a telemonitoring activity: its codes, its data, changes, a better activity, its operators.

Sources: CSS L.162-49, L.162-51, L.162-53, R.162-82, R.162-83, R.162-85, R.162-96, R.162-104 to R.162-108.
"""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.procedures import InformationRequest
from compliance.law.facts.reimbursement import ListingProcedure, OperatorDeclaration
from compliance.law.filings import (
    abandoned_on,
    answers_due,
    communicated_on,
    first,
    outcome,
    put_answers,
    put_clock,
    reached,
)
from compliance.law.text import gettext_noop, text

_INFORMATION = "latm.ministers_initiative_information"


def put_all(ctx: Context) -> None:
    """Put what the procedures on the activity and its operators call for."""
    for procedure in ctx.device.listing.procedures:
        path = f"listing.procedures[{procedure.key}]"
        if procedure.procedure == "superseded":
            _find_better(ctx, procedure, path)
        elif not _of_an_activity(ctx, procedure):
            continue
        elif procedure.procedure == "individual_code":
            _put_code_request(ctx, procedure, path)
        elif procedure.procedure == "individual_code_deletion":
            _put_code_deletion(ctx, procedure, path)
        elif procedure.procedure == "change_notice":
            _find_change(ctx, procedure, path)
    for one in ctx.device.listing.operator_declarations:
        _find_operator(ctx, one, f"listing.operator_declarations[{one.key}]")


def _of_an_activity(ctx: Context, procedure: ListingProcedure) -> bool:
    """Return whether the coverage named, or every coverage of the device, is a telemonitoring activity."""
    listings = ctx.device.listing.listings
    return {one.list for one in listings if procedure.listing in {None, one.key}} == {"latm"}


def put_brand_change(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the information asked of a brand, its contradictory phase and the opinion (R.162-83)."""
    given, draft = procedure.on("cnedimts_opinion_received"), procedure.on("draft_opinion_received")
    asked, held = procedure.on("hearing_requested"), procedure.on("hearing_held")
    put_answers(ctx, _INFORMATION, path, answers_due(procedure, by_law=True))
    if not ctx.clock.happened(given):
        met_on = first(procedure, "observations_sent", "hearing_requested")
        put_clock(ctx, "latm.contradictory_response", procedure, path, start=draft, met_on=met_on)
        put_clock(ctx, "latm.hearing", procedure, path, start=asked, met_on=held)
    _put_brand_opinion(ctx, procedure, path, given)


def _put_brand_opinion(ctx: Context, procedure: ListingProcedure, path: str, given: date | None) -> None:
    """Put the opinion due by the day that the ministers set, put off while the company is asked."""
    rule, due = "latm.initiative_opinion", procedure.opinion_due_on
    start = min((one.on for one in procedure.steps), default=None)
    if due is None or start is None or due < start or not ctx.clock.reached(start):
        return
    stops = [
        stop
        for one in procedure.information_requests
        if ctx.clock.reached(one.sent_on) and (stop := _stop(ctx, one))
    ]
    ctx.deadline(
        rule,
        trigger=start,
        fact=path,
        met_on=given,
        time_set=f"P{(due - start).days}D",
        stopped_days=sum((end - sent).days for sent, end in stops if ctx.clock.reached(end)),
        clock_stopped=not ctx.clock.happened(given) and any(not ctx.clock.reached(end) for _, end in stops),
    )


def _stop(ctx: Context, request: InformationRequest) -> tuple[date, date] | None:
    """Return the days from which and until which a request stops the opinion: forty-five days at most."""
    limit = ctx.last_day(_INFORMATION, request.sent_on)
    if limit is None:
        return None
    return request.sent_on, min(request.answered_on or limit, limit)


def _put_code_request(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the code due two months after the request, and the additions, without which it is abandoned."""
    ended = outcome(ctx, procedure)
    if ended in {"withdrawn", "abandoned"} or (ended and communicated_on(procedure) is None):
        return
    rule = "latm.generic_code_information"
    owed = list(answers_due(procedure, by_law=True))
    put_answers(ctx, rule, path, owed)
    if ended is None and abandoned_on(ctx, rule, owed):
        return
    start, met_on = procedure.on("requested"), communicated_on(procedure)
    put_clock(ctx, "latm.generic_code", procedure, path, start=start, since="sent", met_on=met_on)


def _put_code_deletion(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the time to observe on the planned deletion of a code, from its diffusion, while it is open."""
    if outcome(ctx, procedure) is None:
        start, met_on = first(procedure, "published", "notified"), procedure.on("observations_sent")
        put_clock(ctx, "latm.code_deletion_obs", procedure, path, start=start, met_on=met_on)


def _find_change(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put a finding while the ministers are not told of data changed under a brand listing (R.162-82)."""
    changed, rule = reached(ctx, procedure, "changed"), "latm.change_notice"
    lines = {one.line for one in ctx.device.listing.listings if procedure.listing in {None, one.key}}
    if changed and lines != {"generic"} and not reached(ctx, procedure, "requested"):
        message = gettext_noop("The data changed on %(day)s: the ministers are to be told without delay.")
        reason = ctx.reason(text(message, day=changed), rule=rule, fact=path)
        ctx.find("change_to_notify", "listing", "attention", reason, {"changed_on": changed.isoformat()})


def _find_better(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put a finding where a better activity is listed: the decree that dates the end was not read."""
    listed = reached(ctx, procedure, "published", "decided")
    if listed:
        message = gettext_noop(
            "A better activity was listed on %(day)s: the technical flat rate falls by steps and the activity"
            " is delisted at a term that a decree sets."
        )
        reason = ctx.reason(text(message, day=listed), rule="latm.degressive_end", fact=path)
        ctx.find("superseded_activity", "listing", "attention", reason, {"since": listed.isoformat()})


def _find_operator(ctx: Context, one: OperatorDeclaration, path: str) -> None:
    """Put what keeps the operator from being paid, and the declarations that it still owes."""
    if ctx.clock.happened(one.receipt_ended_on):
        message = gettext_noop("The receipt of the operator has ended: its activity is not reimbursed.")
        _find(ctx, "operator_without_receipt", message, "latm.operator_receipt", path)
    elif (
        ctx.clock.happened(one.complete_on)
        and not ctx.clock.happened(one.receipt_on)
        and ctx.keeps("listing")
    ):
        message = gettext_noop("The operator has no receipt yet: its activity is not reimbursed.")
        _find(ctx, "operator_without_receipt", message, "latm.operator_receipt", path)
    if ctx.clock.happened(one.changed_on) and not _declared_again(ctx, one):
        message = gettext_noop("The activity of the operator changed: it is to be declared again.")
        _find(ctx, "operator_to_declare", message, "latm.operator_change", path)
    if ctx.clock.happened(one.ceased_on) and not ctx.clock.happened(one.cessation_declared_on):
        message = gettext_noop("The operator ceased its activity: it is to be declared without delay.")
        _find(ctx, "operator_to_declare", message, "latm.operator_cessation", path)


def _declared_again(ctx: Context, one: OperatorDeclaration) -> bool:
    return any(
        other.operator == one.operator
        and other.complete_on is not None
        and one.changed_on is not None
        and other.complete_on >= one.changed_on
        and ctx.clock.reached(other.complete_on)
        for other in ctx.device.listing.operator_declarations
    )


def _find(ctx: Context, code: str, message: str, rule: str, path: str) -> None:
    ctx.find(code, "listing", "attention", ctx.reason(text(message), rule=rule, fact=path), {"rule": rule})
