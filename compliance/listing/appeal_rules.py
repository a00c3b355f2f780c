"""Appeals against refusals and delistings, express or born of silence.

Sources: CJA R.421-1, R.421-2, R.421-5; CSS R.165-16 (reasons and remedies of a decision on the LPPR).
"""

from collections.abc import Iterator
from datetime import date

from compliance.law.applications import family
from compliance.law.context import Context
from compliance.law.facts.procedures import Procedure
from compliance.law.facts.reimbursement import ListingProcedure
from compliance.law.filings import reached
from compliance.law.text import gettext_noop, text
from compliance.listing.coverage import list_of, project_closed

# Procedures that the company opens, whose refusal is notified to it: in the others, the project is.
_REQUESTS = frozenset({"tariff_change_request", "individual_code", "reinforced_attestation"})


def put_all(ctx: Context) -> None:
    """Put the time to appeal against every decision that refuses or delists."""
    for application in ctx.device.cnedimts.applications:
        path = f"cnedimts.applications[{application.key}]"
        _appeal(ctx, application, path, _refused_on(ctx, application), lppr=family(application) == "lppr")
    for procedure in ctx.device.listing.procedures:
        path, lppr = f"listing.procedures[{procedure.key}]", list_of(ctx, procedure.listing) == "lppr"
        _appeal(ctx, procedure, path, _against(ctx, procedure), lppr=lppr)
    for request in ctx.device.ans.applications:
        _appeal(ctx, request, f"ans.applications[{request.key}]", _refused_on(ctx, request), lppr=False)


def _refused_on(ctx: Context, file: Procedure) -> date | None:
    """Return the day on which a refusal was notified, or None."""
    return reached(ctx, file, "notified") if file.outcome == "refused" else None


def _against(ctx: Context, procedure: ListingProcedure) -> date | None:
    """Return the day from which a decision on a listing can be appealed, or None.

    A request refused counts from its notification; a delisting from its own, failing that its publication.
    """
    if procedure.procedure in _REQUESTS:
        return _refused_on(ctx, procedure)
    if procedure.procedure != "delisting" or procedure.outcome != "granted":
        return None
    return next(_delisted_on(ctx, procedure), None) if project_closed(ctx, procedure) else None


def _delisted_on(ctx: Context, procedure: ListingProcedure) -> Iterator[date]:
    """Yield the notification of the decision (not that of the project), then its publication."""
    decided, published = procedure.on("decided"), procedure.on("published")
    told = sorted(one.on for one in procedure.steps if one.step == "notified")
    yield from (day for day in told if decided and day >= decided and ctx.clock.reached(day))
    if published and ctx.clock.reached(published):
        yield published


def _appeal(ctx: Context, file: Procedure, path: str, since: date | None, *, lppr: bool) -> None:
    """Put the two months to appeal; without the remedies named the time cannot be opposed.

    A rejection born of silence has its two months too, from the day of its birth.
    """
    appealed = file.on("appeal_filed")
    silent = [one for one in ctx.deadlines if one.trigger_fact == path and one.state == "tacitly_rejected"]
    for one in silent:
        ctx.deadline("fr.appeal_implicit_rejection", trigger=one.strict, fact=path, met_on=appealed)
    if since is None:
        return
    if file.remedies_mentioned is not False:
        ctx.deadline("fr.appeal_two_months", trigger=since, fact=path, met_on=appealed)
        return
    what = text(gettext_noop("The refusal does not name the remedies: its appeal time is not opposable."))
    reason = ctx.reason(what, rule="fr.appeal_not_opposable", fact=path)
    ctx.find("appeal_time_not_opposable", "listing", "info", reason)
    if lppr:
        what = text(gettext_noop("A decision against the company must give its reasons and its remedies."))
        reason = ctx.reason(what, rule="lppr.refusal_reasons", fact=path)
        ctx.find("remedies_missing", "listing", "attention", reason)
