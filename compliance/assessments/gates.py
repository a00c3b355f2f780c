"""The two doors: may the device be sold, and is it reimbursed. Each names what blocks it and the first step.

A door is ``unknown`` where what would decide it is not recorded: never closed by silence.
"""

from collections.abc import Mapping

from compliance.assessments import crossings
from compliance.law.context import Context
from compliance.law.facts import Track
from compliance.law.text import gettext_noop, text
from compliance.law.types import Gate, Reason, Status, TrackStatus
from compliance.listing.rules import WAITING

_CE_STEPS: dict[Status, str] = {
    "not_started": gettext_noop("No CE marking. First step: qualify and classify the device."),
    "in_progress": gettext_noop("The CE marking is not obtained yet. First step: complete its procedure."),
    "suspended": gettext_noop("The CE marking is suspended. First step: have the suspension lifted."),
    "expired": gettext_noop("The CE marking has ended. First step: obtain a new certificate."),
    "refused": gettext_noop("The CE marking was refused. First step: apply again to a notified body."),
}
_ANS_STEPS: dict[Status, str] = {
    "not_started": gettext_noop("No certificate of the ANS. First step: ask the ANS for it."),
    "in_progress": gettext_noop("The ANS certificate is asked for. First step: obtain it."),
    "refused": gettext_noop("The ANS certificate was refused. First step: ask the ANS again."),
    "expired": gettext_noop("The ANS certificate has ended. First step: ask the ANS for a new one."),
    "suspended": gettext_noop("The ANS certificate is suspended. First step: correct what the notice names."),
}
_LISTING_STEPS: dict[Status, str] = {
    "not_started": gettext_noop("No coverage. First step: file a request with the ministers."),
    "in_progress": gettext_noop("The coverage is not decided yet. First step: obtain the decision."),
    "suspended": gettext_noop("The coverage is suspended. First step: lift the ground of the suspension."),
    "expired": gettext_noop("The coverage has ended. First step: file a new request."),
    "refused": gettext_noop("The coverage was refused. First step: file a new request, or appeal in time."),
}
_WAITING_STEPS = {
    "silent_at_term": gettext_noop("The term passed in silence. First step: ask for an express decision."),
    "clock_stopped": gettext_noop("The clock is stopped. First step: give the information asked for."),
}
# Where a paper is missing or gone, which threatens a running coverage. A pending ANS request does not.
_LOST: dict[Track, frozenset[Status]] = {
    "ce_marking": frozenset(_CE_STEPS),
    "ans": frozenset({"expired", "refused", "suspended"}),
}
# What a first step rests on, where the status that asks for it names no rule: the paper, the request.
_CERTIFICATE_RULES = {"lppr": "lppr.dmn_certificate_required", "latm": "latm.certificate_required"}
_REQUEST_RULES = {"lppr": "door.lppr_request", "latm": "door.latm_request"}
# What makes the end of a paper end a coverage, by the list or kind of the coverage.
_CE_LOST_RULES = {
    "lppr": "door.lppr_ce_lost",
    "latm": "door.latm_ce_lost",
    "pecan": "pecan.end_by_arrete",
    "pect": "door.pect_ce_lost",
}
_ANS_LOST_RULES = {**_CERTIFICATE_RULES, "pecan": "pecan.end_by_arrete"}
_EARLY_ENDS: dict[Track, str] = {
    "ce_marking": gettext_noop("The CE marking ends on %(end)s, before the coverage does on %(until)s."),
    "ans": gettext_noop("The ANS certificate ends on %(end)s, before the coverage does on %(until)s."),
}


def market_access(ctx: Context) -> Gate:
    """Return whether the device may be placed on the market: the CE marking decides (MDR Art. 5, 10)."""
    marking = ctx.tracks["ce_marking"]
    blockers = _marking_steps(ctx)
    if blockers:
        return Gate("blocked", blockers, marking.reasons)
    if marking.status in {"unknown", "not_applicable"}:
        return Gate("unknown" if marking.status == "unknown" else "not_applicable", (), marking.reasons)
    return Gate("attention" if marking.status == "attention" else "open", (), marking.reasons)


def reimbursement(ctx: Context) -> Gate:
    """Return whether the device is reimbursed: a coverage runs, and nothing in another track threatens it.

    A year of early coverage that is over closes the door only in a record kept whole: a listing that is
    not recorded may have followed it.
    """
    listing = ctx.tracks["listing"]
    crossed = (*crossings.find_double_coverages(ctx), *crossings.find_gaps(ctx))
    if listing.status == "not_applicable":
        return Gate("not_applicable", (), listing.reasons)
    if listing.status == "unknown" or (listing.state == "ended_one_year" and not ctx.keeps("listing")):
        return Gate("unknown", (), listing.reasons)
    if listing.status == "valid" or (listing.status == "attention" and listing.state not in WAITING):
        threats = (*_threats(ctx, "ce_marking", listing), *_threats(ctx, "ans", listing), *crossed)
        smooth = listing.status == "valid" and not threats
        due = crossings.filings_due(ctx)
        return Gate("open" if smooth else "attention", (), (*threats, *listing.reasons, *due))
    return Gate("blocked", _blockers(ctx, listing), listing.reasons)


def _blockers(ctx: Context, listing: TrackStatus) -> tuple[Reason, ...]:
    """Return what keeps the device from coverage, what comes first in the path first."""
    marking = _marking_steps(ctx)
    certificate = _certificate_steps(ctx) if ctx.device.digital_device else ()
    barred = tuple(
        one.reason
        for one in ctx.findings
        if one.track == "listing" and one.level == "blocker" and not (marking and one.code == "no_ce_marking")
    )
    return (*marking, *certificate, *barred, *_listing_steps(ctx, listing))


def _marking_steps(ctx: Context) -> tuple[Reason, ...]:
    return _steps(ctx, ctx.tracks["ce_marking"], _CE_STEPS, "mdr.conformity_route")


def _certificate_steps(ctx: Context) -> tuple[Reason, ...]:
    return _steps(ctx, ctx.tracks["ans"], _ANS_STEPS, _CERTIFICATE_RULES[_list_for(ctx)])


def _listing_steps(ctx: Context, listing: TrackStatus) -> tuple[Reason, ...]:
    """Return the step that the coverage asks for; what no product list takes is told so instead."""
    waiting = _WAITING_STEPS.get(listing.state)
    steps = {listing.status: waiting} if waiting else _LISTING_STEPS
    elsewhere = tuple(one.reason for one in ctx.findings if one.code == "no_product_list")
    return elsewhere or _steps(ctx, listing, steps, _REQUEST_RULES[_list_for(ctx)])


def _list_for(ctx: Context) -> str:
    """Return the list that the functions lead to: the LATM for telemonitoring alone, else the LPPR."""
    return "latm" if set(ctx.device.functions) == {"telemonitoring"} else "lppr"


def _threats(ctx: Context, track: Track, listing: TrackStatus) -> tuple[Reason, ...]:
    """Return why the CE marking or the ANS certificate threatens a running coverage.

    Either is lost, or ends before the coverage does. The ANS certificate concerns digital devices only.
    """
    if track == "ans" and ctx.device.digital_device is False:
        return ()
    paper, until = ctx.tracks[track], listing.until
    if paper.status in _LOST[track]:
        return _marking_steps(ctx) if track == "ce_marking" else _certificate_steps(ctx)
    if track == "ans" and paper.state == "stale":
        return paper.reasons[:1]
    if until is None or paper.until is None or paper.until >= until:
        return ()
    what = text(_EARLY_ENDS[track], end=paper.until, until=until)
    fact = paper.reasons[0].fact if paper.reasons else None
    return (ctx.reason(what, rule=_lost_rule(ctx, track, listing), fact=fact),)


def _lost_rule(ctx: Context, track: Track, listing: TrackStatus) -> str:
    """Return the rule by which the coverage that runs depends on a paper."""
    paths = {one.fact for one in listing.reasons}
    lists = [one.list for one in ctx.device.listing.listings if f"listing.listings[{one.key}]" in paths]
    rules, otherwise = (
        (_CE_LOST_RULES, "mdr.certificate_end")
        if track == "ce_marking"
        else (_ANS_LOST_RULES, "ans.certificate_end")
    )
    return next((rules[one] for one in lists if one in rules), otherwise)


def _steps(ctx: Context, status: TrackStatus, steps: Mapping[Status, str], rule: str) -> tuple[Reason, ...]:
    """Return the step that a track's status asks for, with the rule of the track's first reason, or nothing.

    ``rule`` is what the step rests on where that reason names none.
    """
    message = steps.get(status.status)
    if not message:
        return ()
    first = status.reasons[0] if status.reasons else Reason(text(message))
    if first.rule is None:
        return (ctx.reason(text(message), rule=rule, fact=first.fact),)
    return (Reason(text(message), first.fact, first.rule, first.citation, first.certainty),)
