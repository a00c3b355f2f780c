"""Clocks of a file before the CNEDiMTS or the HAS: opinions, answers due, hearings, by kind of file."""

from collections.abc import Callable
from datetime import date

from compliance.law.applications import (
    answer_rule,
    answers,
    dated,
    family,
    given_on,
    lapsed_on,
    period_days,
    rejected_by_silence,
    under_pecan,
)
from compliance.law.context import Context
from compliance.law.facts.procedures import InformationRequest
from compliance.law.facts.reimbursement import Application
from compliance.law.filings import (
    AnswerDue,
    answer_limit,
    answers_due,
    first,
    outcome,
    put_answers,
    put_clock,
    reached,
)

_HEARINGS = {
    "lppr": ("lppr.contradictory_response", "lppr.cnedimts_hearing"),
    "latm": ("latm.contradictory_response", "latm.hearing"),
    "intra_ghs": ("ghs.contradictory_response", "ghs.hearing"),
}


def waits_since(ctx: Context, application: Application) -> date | None:
    """Return since when an answer of the company is awaited, or None."""
    asked = [
        one.sent_on
        for one in application.information_requests
        if ctx.clock.reached(one.sent_on) and not ctx.clock.happened(one.answered_on)
    ]
    listed = reached(ctx, application, "missing_list_received")
    if listed and not reached(ctx, application, "missing_list_answered"):
        asked.append(listed)
    return min(asked, default=None)


def response_limit(ctx: Context, application: Application, draft: date) -> date | None:
    """Return the last day to answer a draft opinion, or None where no text gives one."""
    rules = _HEARINGS.get(family(application))
    return ctx.last_day(rules[0], draft) if rules else None


def put_all(ctx: Context, application: Application, path: str) -> None:
    """Put every deadline of the examination of the file; once the file is closed, those that were met."""
    closed = outcome(ctx, application)
    if closed in {"withdrawn", "abandoned"} or (closed and given_on(application) is None):
        return
    if rejected_by_silence(ctx, application):
        return
    rule = answer_rule(application)
    if rule:
        owed = answers(ctx, application)
        put_answers(ctx, rule, path, [one for one in owed if one.answered_on or not closed])
    _CLOCKS[family(application)](ctx, application, path)


def _hearings(ctx: Context, application: Application, path: str) -> None:
    """Put the ten days to answer the draft opinion, until the final one is given, and the hearing."""
    response, hearing = _HEARINGS[family(application)]
    if not ctx.clock.happened(given_on(application)):
        draft = application.on("draft_opinion_received")
        answered = first(application, "observations_sent", "hearing_requested")
        put_clock(ctx, response, application, path, start=draft, met_on=answered)
    asked, held = reached(ctx, application, "hearing_requested"), application.on("hearing_held")
    if held is None and ctx.clock.happened(given_on(application)):
        return
    reduced = ctx.value(f"{hearing}_reduced", asked) if application.hearing_reduced and asked else None
    ctx.deadline(hearing, trigger=asked, fact=path, met_on=held, time_set=reduced.value if reduced else None)


def _lppr(ctx: Context, application: Application, path: str) -> None:
    """Put the hearings and answers. No text gives the commission a time for its opinion on the LPPR."""
    _hearings(ctx, application, path)
    if application.procedure == "reassessment":
        put_answers(ctx, "lppr.cnedimts_data_request", path, answers_due(application, by_law=True))
    asked, answered = application.on("ceesp_opinion_received"), application.on("ceesp_answered")
    if answered is None and outcome(ctx, application) is not None:
        return
    put_clock(ctx, "lppr.ceesp_response", application, path, start=asked, met_on=answered)


def _latm(ctx: Context, application: Application, path: str) -> None:
    """Put the hearings and the opinion, which an abandoned request still awaits (R.162-81, R.162-80 IV)."""
    _hearings(ctx, application, path)
    rule = "latm.cnedimts_opinion"
    if application.procedure == "latm_renewal":
        rule = "latm.renewal_opinion"
    elif under_pecan(ctx, application):
        rule = "latm.cnedimts_opinion_under_pecan"
    put_clock(
        ctx,
        rule,
        _resumed(ctx, application),
        path,
        start=application.on("acknowledged"),
        since="sent",
        met_on=given_on(application),
    )


def _resumed(ctx: Context, application: Application) -> Application:
    """Return the file with each answer that failed its last day put on that day: the clock then resumes."""
    by_law = under_pecan(ctx, application)

    def until(one: InformationRequest) -> InformationRequest:
        time_set = None if by_law or one.answer_days is None else f"P{one.answer_days}D"
        owed = AnswerDue("", one.sent_on, time_set, one.answered_on)
        limit = answer_limit(ctx, "latm.missing_information", owed) if by_law or time_set else None
        late = limit is not None and (one.answered_on is None or one.answered_on > limit)
        return one.model_copy(update={"answered_on": limit}) if late else one

    return application.model_copy(
        update={"information_requests": tuple(until(one) for one in application.information_requests)}
    )


def _pecan(ctx: Context, application: Application, path: str) -> None:
    if lapsed_on(ctx, application) is None:
        put_clock(
            ctx,
            "pecan.cnedimts_opinion",
            application,
            path,
            start=application.on("acknowledged"),
            since="sent",
            met_on=given_on(application),
        )


def _pect(ctx: Context, application: Application, path: str) -> None:
    """Put the opinion, counted from the complete request: the answer to the list of missing pieces if any."""
    asked = application.on("missing_list_received")
    complete = application.on("missing_list_answered" if asked else "requested")
    met_on = given_on(application)
    past = met_on is None and reached(ctx, application, "intent_notified")
    if lapsed_on(ctx, application) is None and not past:
        put_clock(ctx, "pect.cnedimts_opinion", application, path, start=complete, met_on=met_on)


def _innovation(ctx: Context, application: Application, path: str) -> None:
    """Put the clocks of the HAS and of the applicant (R.165-67, R.165-68 I-II)."""
    requested, complete = application.on("requested"), application.on("acknowledged")
    opinion, asked = given_on(application), reached(ctx, application, "modified_protocol_requested")
    extra_days = period_days(ctx, "fi.protocol_changes", asked)
    sent = application.on("modified_protocol_sent")
    ruled = first(application, "acknowledged", "admissibility_decided")
    put_clock(ctx, "fi.admissibility", application, path, start=requested, met_on=ruled)
    put_clock(ctx, "fi.has_opinion", application, path, start=complete, met_on=opinion, extra_days=extra_days)
    put_clock(ctx, "fi.protocol_changes", application, path, start=asked, met_on=sent)
    _second_opinion(ctx, application, path)


def _second_opinion(ctx: Context, application: Application, path: str) -> None:
    """Put what follows an opinion that is favourable with observations (R.165-68 IV)."""
    ordered = sorted(application.opinions, key=lambda one: dated(one) or date.max)
    if not ordered or ordered[0].verdict != "favourable_with_observations":
        return
    received = application.on("opinion_received") or dated(ordered[0])
    days = [one.on for one in application.steps if one.step == "modified_protocol_sent"]
    sent = min((day for day in days if received and day >= received), default=None)
    second = dated(ordered[1]) if len(ordered) > 1 else None
    put_clock(ctx, "fi.modified_protocol", application, path, start=received, met_on=sent)
    put_clock(ctx, "fi.has_second_opinion", application, path, start=sent, met_on=second)


_CLOCKS: dict[str, Callable[[Context, Application, str], None]] = {
    "lppr": _lppr,
    "latm": _latm,
    "pecan": _pecan,
    "pect": _pect,
    "forfait_innovation": _innovation,
    "intra_ghs": _hearings,
}
