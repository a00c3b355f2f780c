"""Requests before the ANS: certificates asked for a listing, opinions on early and transitional coverage."""

from collections.abc import Iterator
from datetime import date

from compliance.law.applications import lapsed_on, started
from compliance.law.context import Context
from compliance.law.facts.procedures import StopStart
from compliance.law.facts.reimbursement import AnsApplication, Application
from compliance.law.filings import (
    abandoned_on,
    answers_due,
    begun,
    communicated_on,
    find_short_times,
    outcome,
    put_answers,
    put_clock,
    reached,
)
from compliance.law.standing import Standing
from compliance.law.text import Text, gettext_noop, text
from compliance.law.types import Deadline, Status

_DECISIONS = {
    "lppr": "ans.lppr_certificate_decision",
    "latm": "ans.latm_certificate_decision",
    "general": "ans.csp_instruction",
}
_ANSWERS = "ans.missing_information"


def assess(ctx: Context) -> list[Standing]:
    """Return where each request stands, after putting its clocks."""
    requests = [_request(ctx, one) for one in ctx.device.ans.applications if begun(ctx, one)]
    opinions = [
        one
        for application in ctx.device.cnedimts.applications
        if application.procedure in {"pecan", "pect"} and started(ctx, application)
        for one in _opinion(ctx, application)
    ]
    return [one for one in requests if one is not None] + opinions


def _request(ctx: Context, request: AnsApplication) -> Standing | None:
    """Return where a request stands: silence of the ANS at its term rejects it (LPPR, LATM)."""
    path = f"ans.applications[{request.key}]"
    ended, lapsed = outcome(ctx, request), _lapsed(ctx, request)
    if ended is None or (ended in {"granted", "refused"} and communicated_on(request)):
        term = _put(ctx, request, path, lapsed if ended is None else None)
    else:
        term = None
    if ended == "granted":
        return None if ctx.device.ans.certificates else _granted(ctx, request, path)
    if ended is not None:
        what = text(gettext_noop("The request to the ANS did not succeed."))
        status: Status = "refused" if ended == "refused" else "expired"
        state = "deemed_abandoned" if ended == "abandoned" else ended
        return _at(ctx, status, state, what, path, communicated_on(request))
    if lapsed:
        what = text(gettext_noop("The information was not given in time: the request is deemed abandoned."))
        return _at(ctx, "expired", "deemed_abandoned", what, path, lapsed, _ANSWERS)
    return _open(ctx, request, path, term)


def _put(ctx: Context, request: AnsApplication, path: str, lapsed: date | None) -> Deadline | None:
    """Put the answers owed and the decision, which an abandoned request no longer awaits."""
    rule = _DECISIONS.get(request.purpose)
    if rule is None:
        return None
    listed = request.purpose != "general"
    if listed:
        closed = outcome(ctx, request) is not None
        owed = [one for one in answers_due(request) if one.answered_on or not closed]
        put_answers(ctx, _ANSWERS, path, owed)
        find_short_times(ctx, _ANSWERS, "ans", request, path)
    if lapsed:
        return None
    start = request.on("acknowledged")
    met_on = communicated_on(request)
    put = put_clock(ctx, rule, request, path, start=start, since="sent" if listed else None, met_on=met_on)
    if put and not listed:
        _find_silence(ctx, request, put, path)
    return put


def _find_silence(ctx: Context, request: AnsApplication, put: Deadline, path: str) -> None:
    """Find what the general rules leave open: their text stops no clock and gives silence no effect."""
    if put.state == "overdue":
        what = text(gettext_noop("The six months passed in silence: what it decides is to be confirmed."))
        reason = ctx.reason(what, rule="fr.silence_general", fact=path)
        ctx.find("silence_effect_to_confirm", "ans", "info", reason)
    asked = any(
        ctx.clock.reached(one.sent_on) and not ctx.clock.happened(one.answered_on)
        for one in request.information_requests
    )
    if asked and put.met_on is None:
        what = text(gettext_noop("Items are missing: they put off what silence would decide."))
        reason = ctx.reason(what, rule="fr.incomplete_file", fact=path)
        ctx.find("incomplete_request", "ans", "info", reason)


def _lapsed(ctx: Context, request: AnsApplication) -> date | None:
    listed = request.purpose in {"lppr", "latm"}
    return abandoned_on(ctx, _ANSWERS, answers_due(request)) if listed else None


def _granted(ctx: Context, request: AnsApplication, path: str) -> Standing:
    what = text(gettext_noop("The ANS granted the certificate; the certificate is not recorded."))
    reason = ctx.reason(what, fact=path)
    return Standing("valid", "certified", reason, communicated_on(request), running=True)


def _open(ctx: Context, request: AnsApplication, path: str, term: Deadline | None) -> Standing:
    """Return where a request under way stands, by its decision's deadline."""
    rule = term.rule if term else None
    if term and term.state == "tacitly_rejected":
        what = text(gettext_noop("Silence until %(day)s rejected the request."), day=term.strict)
        return _at(ctx, "refused", "tacitly_rejected", what, path, term.strict, rule)
    if term and term.state == "clock_stopped":
        what = text(gettext_noop("The clock is stopped until the information asked for is received."))
        return _at(ctx, "attention", "clock_stopped", what, path, None, rule)
    complete = reached(ctx, request, "acknowledged")
    if complete:
        what = text(gettext_noop("The request is complete and under examination."))
        return _at(ctx, "in_progress", "acknowledged", what, path, complete, rule)
    submitted = reached(ctx, request, "requested")
    if submitted:
        what = text(gettext_noop("The request was submitted."))
        return _at(ctx, "in_progress", "submitted", what, path, submitted)
    what = text(gettext_noop("The request is in preparation, or its filing is not recorded."))
    return _at(ctx, "in_progress", "preparation", what, path, None)


def _opinion(ctx: Context, application: Application) -> Iterator[Standing]:
    """Put the opinion of the ANS on early or transitional coverage; a positive one is a certificate."""
    path = f"cnedimts.applications[{application.key}]"
    rule = f"{application.procedure}.ans_opinion"
    given, complete = application.on("ans_opinion_received"), application.on("acknowledged")
    closed = outcome(ctx, application) is not None or lapsed_on(ctx, application) is not None
    closed = closed or reached(ctx, application, "intent_notified") is not None
    without_software = application.procedure == "pect" and ctx.device.digital_device is False
    if complete is None or without_software or (closed and given is None):
        return
    since: StopStart | None = "sent" if application.procedure == "pecan" else None
    put_clock(ctx, rule, application, path, start=complete, since=since, met_on=given)
    if ctx.clock.reached(complete) and not ctx.clock.happened(given) and not closed:
        what = text(gettext_noop("The opinion of the ANS is awaited."))
        yield _at(ctx, "in_progress", "opinion_awaited", what, path, complete, rule)


def _at(
    ctx: Context,
    status: Status,
    state: str,
    what: Text,
    path: str,
    since: date | None,
    rule: str | None = None,
) -> Standing:
    return Standing(status, state, ctx.reason(what, rule=rule, fact=path), since)
