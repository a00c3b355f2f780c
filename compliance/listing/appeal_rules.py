"""What the codes of procedure add to every request: its postmark, and the appeals against its refusal.

Sources: CRPA L.112-1 (postmark), L.232-4 (reasons of a rejection born of silence); CJA R.421-1, R.421-2,
R.421-5.
"""

from collections.abc import Iterator
from datetime import date

from compliance.law.context import Context
from compliance.law.facts.procedures import Procedure
from compliance.law.filings import reached
from compliance.law.text import gettext_noop, text


def put_all(ctx: Context) -> None:
    """Put what the codes of procedure add to each request."""
    for path, file in _files(ctx):
        _find_posted(ctx, file, path)
        _appeal(ctx, file, path)


def _files(ctx: Context) -> Iterator[tuple[str, Procedure]]:
    """Return every procedure that a decision may refuse, with its path."""
    for application in ctx.device.cnedimts.applications:
        yield f"cnedimts.applications[{application.key}]", application
    for procedure in ctx.device.listing.procedures:
        yield f"listing.procedures[{procedure.key}]", procedure
    for request in ctx.device.ans.applications:
        yield f"ans.applications[{request.key}]", request


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


def _appeal(ctx: Context, file: Procedure, path: str) -> None:
    """Put the two months to appeal a notified refusal; without its remedies the time cannot be opposed.

    A rejection born of silence has its two months too, from the day of its birth.
    """
    appealed = file.on("appeal_filed")
    silent = [one for one in ctx.deadlines if one.trigger_fact == path and one.state == "tacitly_rejected"]
    for one in silent:
        _appeal_silence(ctx, file, path, one.strict, appealed)
    notified = reached(ctx, file, "notified")
    if file.outcome != "refused" or notified is None:
        return
    if file.remedies_mentioned is False:
        what = text(gettext_noop("The refusal does not name the remedies: its appeal time is not opposable."))
        reason = ctx.reason(what, rule="fr.appeal_not_opposable", fact=path)
        ctx.find("appeal_time_not_opposable", "listing", "info", reason)
        return
    ctx.deadline("fr.appeal_two_months", trigger=notified, fact=path, met_on=appealed)


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
