"""Penalties for a breach of continuity of care: observations, hearing, turnover, payment; the appeal.

Sources: CSS L.162-1-23 VIII, R.162-121 (early coverage); L.165-1-6 II, R.165-100-1 (transitional coverage).
For the innovation funding (L.165-1-1 II) the texts give no time.
"""

from compliance.law.context import Context
from compliance.law.facts.reimbursement import ListingProcedure
from compliance.law.filings import outcome, put_clock, reached
from compliance.law.text import gettext_noop, text


def put_all(ctx: Context) -> None:
    """Put the times of every penalty procedure on the device's coverages."""
    for procedure in ctx.device.listing.procedures:
        if procedure.procedure == "penalty":
            _put(ctx, procedure, f"listing.procedures[{procedure.key}]")


def _put(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the times of a penalty procedure, of the list that its coverage is on; nothing once dropped."""
    lists = {
        one.list
        for one in ctx.device.listing.listings
        if procedure.listing in {None, one.key} and one.list in {"pecan", "pect"}
    }
    if len(lists) != 1 or outcome(ctx, procedure) in {"withdrawn", "abandoned"}:
        return
    law = lists.pop()
    informed, pronounced = procedure.on("notified"), procedure.on("penalty_notified")
    if not ctx.clock.happened(pronounced):
        _put_contradictory(ctx, procedure, path, law)
    declared, warned = procedure.on("turnover_declared"), procedure.on("formal_notice_received")
    put_clock(ctx, f"{law}.penalty_turnover", procedure, path, start=informed, met_on=declared)
    if law == "pect":
        put_clock(ctx, "pect.penalty_turnover_notice", procedure, path, start=warned, met_on=declared)
    paid, appealed = procedure.on("paid"), procedure.on("appeal_filed")
    put_clock(ctx, f"{law}.penalty_payment", procedure, path, start=pronounced, met_on=paid)
    if procedure.remedies_mentioned is not False:
        put_clock(ctx, f"{law}.penalty_appeal", procedure, path, start=pronounced, met_on=appealed)
    _find_fixed_amount(ctx, procedure, path, law)


def _put_contradictory(ctx: Context, procedure: ListingProcedure, path: str, law: str) -> None:
    """Put the time to observe, to ask for a hearing, and the hearing, until the penalty is pronounced."""
    informed, asked = procedure.on("notified"), procedure.on("hearing_requested")
    for name, start, met_on in (
        ("procedure", informed, procedure.on("observations_sent")),
        ("hearing_request", informed, asked),
        ("hearing", asked, procedure.on("hearing_held")),
    ):
        put_clock(ctx, f"{law}.penalty_{name}", procedure, path, start=start, met_on=met_on)


def _find_fixed_amount(ctx: Context, procedure: ListingProcedure, path: str, law: str) -> None:
    """Say that without the turnover in time the penalty of early coverage is a fixed one (R.162-121 I)."""
    rule = "pecan.penalty_turnover"
    limit = ctx.last_day(rule, reached(ctx, procedure, "notified"))
    declared = procedure.on("turnover_declared")
    if law != "pecan" or limit is None or (declared and declared <= limit) or not ctx.clock.passed(limit):
        return
    message = gettext_noop(
        "The turnover was not declared by %(day)s: the penalty is 30 %% of the amounts reimbursed."
    )
    reason = ctx.reason(text(message, day=limit), rule=rule, fact=path)
    ctx.find("penalty_at_fixed_rate", "listing", "attention", reason, {"due_on": limit.isoformat()})
