"""Decisions on requests for coverage: their clocks, silence at the term, and where the request stands.

Sources: CSS R.165-8 (LPPR, clock stopped from receipt), R.162-79, R.162-81 (LATM, from the notification),
R.162-116 III (early coverage), R.165-91 (transitional coverage), R.165-69, R.165-70 (innovation funding).
Where a text gives a term and no effect, silence is never an acceptance.
"""

from collections.abc import Callable
from datetime import date

from compliance.law.applications import (
    additions,
    answer_rule,
    dated,
    family,
    lapsed_on,
    rejected_by_silence,
    started,
    time_given,
    under_pecan,
)
from compliance.law.context import Context
from compliance.law.facts.reimbursement import Application
from compliance.law.filings import communicated_on, outcome, put_clock
from compliance.law.standing import Standing
from compliance.law.text import Text, gettext_noop, text
from compliance.law.types import Deadline, Status

_FIRST_REQUESTS = frozenset({"lppr_listing", "latm_listing", "pecan", "pect", "forfait_innovation"})
# Where an answer that comes too late is as good as none (R.165-91 II and IV).
_FORFEITED = frozenset({"pect.compensation_proposal", "pect.counter_proposal_reply"})
_DECIDED = frozenset({*_FIRST_REQUESTS, "lppr_modification", "latm_modification"})


def assess(ctx: Context, application: Application) -> Standing | None:
    """Return where a request for coverage stands, after putting the clocks of its decision.

    None for a request that opens no coverage of its own (renewal, modification, reassessment), and for
    one that a recorded coverage answers.
    """
    if application.procedure not in _DECIDED or not started(ctx, application):
        return None
    path = f"cnedimts.applications[{application.key}]"
    ended = outcome(ctx, application)
    term = None
    if ended is None or (ended in {"granted", "refused"} and communicated_on(application)):
        lapsed = lapsed_on(ctx, application) if ended is None else None
        term = _CLOCKS[family(application)](ctx, application, path) if lapsed is None else None
    if application.procedure not in _FIRST_REQUESTS or _answered(ctx, application):
        return None
    return _closed(ctx, application, path) or _open(ctx, application, path, term)


def _answered(ctx: Context, application: Application) -> bool:
    """Return whether a coverage of the kind and indication asked for is recorded since the request."""
    asked = application.on("requested") or application.on("acknowledged") or date.min
    return outcome(ctx, application) in {None, "granted"} and any(
        one.list == family(application)
        and one.indication == application.indication
        and (day := one.decided_on or one.published_on or one.starts_on or date.max) >= asked
        and (day == date.max or ctx.clock.reached(day))
        for one in ctx.device.listing.listings
    )


def _closed(ctx: Context, application: Application, path: str) -> Standing | None:
    """Return the standing of a request that has ended, or None while it runs."""
    ended = outcome(ctx, application)
    lapsed = lapsed_on(ctx, application)
    if ended == "refused":
        what = text(gettext_noop("The request was refused."))
        return _at(ctx, "refused", "refused", what, path, since=communicated_on(application))
    if ended == "withdrawn":
        what = text(gettext_noop("The request was withdrawn."))
        return _at(ctx, "expired", "withdrawn", what, path, since=application.on("withdrawn"))
    if ended == "granted":
        what = text(gettext_noop("The request was granted; the coverage is not recorded."))
        return _at(ctx, "unknown", "granted", what, path, since=communicated_on(application))
    if ended == "abandoned" or lapsed:
        what = text(gettext_noop("The information was not given in time: the request is deemed abandoned."))
        rule = answer_rule(application)
        return _at(ctx, "expired", "deemed_abandoned", what, path, rule=rule, since=lapsed)
    return None


def _open(ctx: Context, application: Application, path: str, term: Deadline | None) -> Standing:
    """Return the standing of a request under way, by the deadline that ends or weighs on it."""
    rule = term.rule if term else None
    if term and term.state == "tacitly_rejected":
        what = text(gettext_noop("Silence until %(day)s rejected the request."), day=term.strict)
        return _at(ctx, "refused", "tacitly_rejected", what, path, rule=rule, since=term.strict)
    if term and (term.state == "deemed_abandoned" or _forfeited(term)):
        what = text(gettext_noop("The company did not answer in time: the request is deemed abandoned."))
        return _at(ctx, "expired", "deemed_abandoned", what, path, rule=rule, since=term.strict)
    if term and term.state == "silent_at_term":
        message = gettext_noop("The term of %(day)s passed in silence, which accepts nothing.")
        what = text(message, day=term.strict)
        return _at(ctx, "attention", "silent_at_term", what, path, rule=rule, since=term.strict)
    if term and term.state == "clock_stopped":
        what = text(gettext_noop("The clock is stopped until the information asked for is received."))
        return _at(ctx, "attention", "clock_stopped", what, path, rule=rule)
    since = application.on("requested") or application.on("acknowledged")
    if since is not None and ctx.clock.reached(since):
        what = text(gettext_noop("The request is under examination."))
        return _at(ctx, "in_progress", "requested", what, path, rule=rule, since=since)
    if not application.steps and not application.opinions:
        what = text(gettext_noop("The request is in preparation, or its filing is not recorded."))
        return _at(ctx, "in_progress", "preparation", what, path)
    what = text(gettext_noop("What became of the request is not recorded."))
    return _at(ctx, "unknown", "decision_not_recorded", what, path)


def _lppr(ctx: Context, application: Application, path: str) -> Deadline | None:
    start, met_on = application.on("requested"), communicated_on(application)
    return put_clock(
        ctx, "lppr.initial_decision", application, path, start=start, since="received", met_on=met_on
    )


def _latm(ctx: Context, application: Application, path: str) -> Deadline | None:
    rule = "latm.decision_under_pecan" if under_pecan(ctx, application) else "latm.decision"
    start, met_on = application.on("acknowledged"), communicated_on(application)
    return put_clock(ctx, rule, application, path, start=start, since="sent", met_on=met_on)


def _pecan(ctx: Context, application: Application, path: str) -> Deadline | None:
    """Put the decision, due after the ministers received the last of the two opinions."""
    start, met_on = _last_opinion(application, both=True), communicated_on(application)
    return put_clock(ctx, "pecan.decision", application, path, start=start, since="sent", met_on=met_on)


def _last_opinion(application: Application, *, both: bool) -> date | None:
    """Return the day on which the ministers received the last opinion; None while one is awaited."""
    cnedimts, ans = application.on("cnedimts_opinion_received"), application.on("ans_opinion_received")
    if cnedimts is None or (both and ans is None):
        return None
    return max(cnedimts, ans) if ans else cnedimts


def _pect(ctx: Context, application: Application, path: str) -> Deadline | None:
    """Put the exchange on the compensation and return the deadline that weighs on the request now."""
    decided = communicated_on(application)
    intent, proposal = application.on("intent_notified"), application.on("proposal_received")
    counter = application.on("counter_proposal_notified")
    both = ctx.device.digital_device is not False
    last = _last_opinion(application, both=both)
    reply = min((day for day in (counter, decided) if day), default=None)
    answered = application.on("counter_proposal_answered")
    proposes = None if _on_the_lppr(ctx, intent) else intent
    chain = (
        ("pect.ministers_intent", last, intent or decided),
        ("pect.compensation_proposal", proposes, proposal),
        ("pect.ministers_reply", proposal, reply),
        ("pect.counter_proposal_reply", counter, answered),
    )
    weighs: Deadline | None = None
    for rule, start, met_on in chain:
        put = put_clock(ctx, rule, application, path, start=start, met_on=met_on)
        weighs = put or weighs
        if put and _forfeited(put):
            break
    return weighs


def _forfeited(term: Deadline) -> bool:
    return term.rule in _FORFEITED and term.state == "met_late"


def _on_the_lppr(ctx: Context, day: date | None) -> bool:
    """Return whether the product was on the LPPR: the company then proposes no price (R.165-91 II)."""
    return day is not None and any(
        one.list == "lppr"
        and one.starts_on is not None
        and one.starts_on <= day
        and (one.ended_on is None or one.ended_on > day)
        and (one.ends_on is None or one.ends_on >= day)
        for one in ctx.device.listing.listings
    )


def _innovation(ctx: Context, application: Application, path: str) -> Deadline | None:
    """Put the ministers' examination, until silence rejects the request, and that term; return the latter."""
    decided, added = communicated_on(application), additions(ctx, application)
    ordered = sorted(application.opinions, key=lambda one: dated(one) or date.max)
    ranks = ("fi.ministers_first_opinion", "fi.ministers_second_opinion")
    for opinion, rule in zip(ordered, ranks, strict=False):
        if opinion.verdict == "favourable" and not rejected_by_silence(ctx, application):
            start = opinion.published_on
            put_clock(ctx, rule, application, path, start=start, met_on=decided, extra_days=added)
    start, extra_days = application.on("requested"), time_given(ctx, application)
    return put_clock(
        ctx, "fi.tacit_rejection", application, path, start=start, met_on=decided, extra_days=extra_days
    )


_CLOCKS: dict[str, Callable[[Context, Application, str], Deadline | None]] = {
    "lppr": _lppr,
    "latm": _latm,
    "pecan": _pecan,
    "pect": _pect,
    "forfait_innovation": _innovation,
}


def _at(
    ctx: Context,
    status: Status,
    state: str,
    what: Text,
    path: str,
    *,
    rule: str | None = None,
    since: date | None = None,
) -> Standing:
    return Standing(status, state, ctx.reason(what, rule=rule, fact=path), since)
