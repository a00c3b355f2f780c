"""What the codes of procedure add to every request: its postmark, and the appeals against its refusal.

Sources: CRPA L.112-1 (postmark), L.232-4 (reasons of a rejection born of silence); CJA R.421-1, R.421-2,
R.421-5; CSS R.165-16 (reasons and remedies of a decision on the LPPR).
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
    """Put the postmark of every request, and the time to appeal against what refuses or delists."""
    for application in ctx.device.cnedimts.applications:
        path = f"cnedimts.applications[{application.key}]"
        _find_posted(ctx, application, path)
        _appeal(ctx, application, path, _refused_on(ctx, application), lppr=family(application) == "lppr")
    for procedure in ctx.device.listing.procedures:
        path, lppr = f"listing.procedures[{procedure.key}]", list_of(ctx, procedure.listing) == "lppr"
        _find_posted(ctx, procedure, path)
        _appeal(ctx, procedure, path, _against(ctx, procedure), lppr=lppr)
    for request in ctx.device.ans.applications:
        path = f"ans.applications[{request.key}]"
        _find_posted(ctx, request, path)
        _appeal(ctx, request, path, _refused_on(ctx, request), lppr=False)


def _find_posted(ctx: Context, file: Procedure, path: str) -> None:
    """Find a request whose postmark is earlier than its receipt: each counts for something else."""
    posted, received = reached(ctx, file, "posted"), reached(ctx, file, "requested")
    if posted and received and posted < received:
        message = gettext_noop(
            "Posted on %(posted)s: the postmark is what is in time. "
            "The authority's time runs from the receipt on %(received)s."
        )
        what = text(message, posted=posted, received=received)
        reason = ctx.reason(what, rule="fr.filing_by_post", fact=path)
        values = {"posted": posted.isoformat(), "received": received.isoformat()}
        ctx.find("filed_by_post", "listing", "info", reason, values)


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
        _appeal_silence(ctx, file, path, one.strict, appealed)
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


def _appeal_silence(ctx: Context, file: Procedure, path: str, born_on: date, appealed: date | None) -> None:
    """Put the appeal against silence. Reasons asked for in time hold it until two months after they come."""
    rule, asked = "fr.appeal_implicit_rejection", reached(ctx, file, "reasons_requested")
    given = reached(ctx, file, "reasons_received")
    if asked is None or asked <= born_on or not ctx.in_time(rule, born_on, asked):
        ctx.deadline(rule, trigger=born_on, fact=path, met_on=appealed)
        return
    reasons = "fr.reasons_of_implicit_rejection"
    ctx.deadline(reasons, trigger=asked, fact=path, met_on=given)
    if given:
        ctx.deadline("fr.appeal_after_reasons", trigger=given, fact=path, met_on=appealed)
        return
    if ctx.clock.happened(appealed):
        return
    what = text(gettext_noop("The appeal time is held until two months after the reasons are given."))
    reason = ctx.reason(what, rule=reasons, fact=path)
    ctx.find("appeal_time_held", "listing", "info", reason)
