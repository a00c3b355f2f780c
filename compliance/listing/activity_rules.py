"""The life of a telemonitoring activity: its codes, its data, a better activity, its operators.

Sources: CSS L.162-49, L.162-51, L.162-53, R.162-82, R.162-85 I 3°, R.162-96, R.162-104 to R.162-108.
"""

from compliance.law.context import Context
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


def put_code_request(ctx: Context, procedure: ListingProcedure, path: str) -> None:
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


def put_code_deletion(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the time to observe on the planned deletion of a code, from its diffusion, while it is open."""
    if outcome(ctx, procedure) is None:
        start, met_on = first(procedure, "published", "notified"), procedure.on("observations_sent")
        put_clock(ctx, "latm.code_deletion_obs", procedure, path, start=start, met_on=met_on)


def find_change(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put a finding while the ministers are not told of data changed under a brand listing (R.162-82)."""
    changed, rule = reached(ctx, procedure, "changed"), "latm.change_notice"
    of_brand = any(
        one.list == "latm" and one.line != "generic" and procedure.listing in {None, one.key}
        for one in ctx.device.listing.listings
    )
    if changed and of_brand and not reached(ctx, procedure, "requested"):
        message = gettext_noop("The data changed on %(day)s: the ministers are to be told without delay.")
        reason = ctx.reason(text(message, day=changed), rule=rule, fact=path)
        ctx.find("change_to_notify", "listing", "attention", reason, {"changed_on": changed.isoformat()})


def find_better(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put a finding where a better activity is listed: the decree that dates the end was not read."""
    listed = reached(ctx, procedure, "published", "decided")
    if listed:
        message = gettext_noop(
            "A better activity was listed on %(day)s: the technical flat rate falls by steps and the activity"
            " is delisted at a term that a decree sets."
        )
        reason = ctx.reason(text(message, day=listed), rule="latm.degressive_end", fact=path)
        ctx.find("superseded_activity", "listing", "attention", reason, {"since": listed.isoformat()})


def put_operators(ctx: Context) -> None:
    """Put the receipt due to each operator that declared its activity, and what its declaration lacks."""
    for one in ctx.device.listing.operator_declarations:
        path = f"listing.operator_declarations[{one.key}]"
        complete = one.complete_on if ctx.clock.happened(one.complete_on) else None
        ctx.deadline("latm.ars_receipt", trigger=complete, fact=path, met_on=one.receipt_on)
        _find_operator(ctx, one, path)


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
