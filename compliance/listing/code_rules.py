"""Individual codes of generic lines, and attestations of conformity of reinforced ones, on the LPPR.

Sources: CSS R.165-7-1, R.165-87, R.165-88.
"""

from compliance.law.context import Context
from compliance.law.facts.reimbursement import ListingProcedure
from compliance.law.filings import answers_due, communicated_on, first, outcome, put_answers, put_clock
from compliance.listing.coverage import NOTICE, list_of, project_closed


def put_all(ctx: Context) -> None:
    """Put the deadlines of the procedures on codes and attestations."""
    for procedure in ctx.device.listing.procedures:
        path = f"listing.procedures[{procedure.key}]"
        if procedure.procedure == "reinforced_attestation":
            _attestation(ctx, procedure, path)
        elif list_of(ctx, procedure.listing) == "latm":
            continue
        elif procedure.procedure == "individual_code":
            _code(ctx, procedure, path)
        elif procedure.procedure == "individual_code_deletion" and not project_closed(ctx, procedure):
            notice, observed = first(procedure, *NOTICE), procedure.on("observations_sent")
            put_clock(ctx, "lppr.generic_code_deletion_obs", procedure, path, start=notice, met_on=observed)


def _code(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the code, two months from the complete request, and the items that were missing (R.165-88 I)."""
    ended, sent = outcome(ctx, procedure), communicated_on(procedure)
    if ended in {"withdrawn", "abandoned"} or (ended and sent is None):
        return
    put_answers(ctx, "lppr.generic_code_completion", path, answers_due(procedure, by_law=True))
    start = procedure.on("acknowledged") or procedure.on("requested")
    put_clock(ctx, "lppr.generic_code", procedure, path, start=start, since="sent", met_on=sent)


def _attestation(ctx: Context, procedure: ListingProcedure, path: str) -> None:
    """Put the attestation, which silence refuses, and the listing that follows it (R.165-7-1 I).

    Days that the arrêté adds to the three months, for proved technical reasons, are ``extra_days``.
    """
    received = procedure.on("attestation_received")
    answered = first(procedure, "notified", "decided", "attestation_received")
    ended = outcome(ctx, procedure)
    if ended in {"withdrawn", "abandoned"} or (ended and answered is None):
        return
    put_clock(
        ctx,
        "lppr.reinforced_attestation",
        procedure,
        path,
        start=procedure.on("requested"),
        met_on=answered,
        extra_days=procedure.extra_days or 0,
    )
    listed = procedure.on("published")
    put_clock(ctx, "lppr.reinforced_listing", procedure, path, start=received, met_on=listed)
