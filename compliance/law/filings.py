"""Procedures before an authority: what has happened in them, their clocks, answers due and abandonment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from compliance.law.calendar import Period
from compliance.law.context import Context
from compliance.law.facts.base import Track
from compliance.law.facts.procedures import (
    InformationRequest,
    Outcome,
    Procedure,
    StepName,
    StopStart,
)
from compliance.law.stops import is_stopped, stopped_days
from compliance.law.text import gettext_noop, text
from compliance.law.types import Deadline


def begun(ctx: Context, procedure: Procedure, *others: date | None) -> bool:
    """Return whether a file exists on the date: one of its events has come, or none is dated.

    ``others`` are days of what belongs to the file beside its steps and requests for information.
    """
    days = [one.on for one in procedure.steps] + [one.sent_on for one in procedure.information_requests]
    days += [one for one in others if one is not None]
    return not days or ctx.clock.reached(min(days))


def reached(ctx: Context, procedure: Procedure, *steps: StepName) -> date | None:
    """Return the day of the first of the steps, once it has come."""
    day = first(procedure, *steps)
    return day if ctx.clock.happened(day) else None


def first(procedure: Procedure, *steps: StepName) -> date | None:
    """Return the day of the first of the steps, past or to come."""
    return min((one.on for one in procedure.steps if one.step in steps), default=None)


def communicated_on(procedure: Procedure) -> date | None:
    """Return the day on which the decision was notified, failing that taken, failing that published."""
    return procedure.on("notified") or procedure.on("decided") or procedure.on("published")


def outcome(ctx: Context, procedure: Procedure) -> Outcome | None:
    """Return how the procedure has ended, or None while it runs. An undated outcome counts as past."""
    if reached(ctx, procedure, "withdrawn"):
        return "withdrawn"
    if procedure.outcome == "withdrawn":
        day = procedure.on("withdrawn")
    else:
        day = first(procedure, "notified", "decided", "published")
    return procedure.outcome if day is None or ctx.clock.reached(day) else None


def put_clock(
    ctx: Context,
    rule: str,
    procedure: Procedure,
    path: str,
    *,
    start: date | None,
    since: StopStart | None = None,
    met_on: date | None = None,
    extra_days: int = 0,
) -> Deadline | None:
    """Put a deadline that the requests for information of the procedure stop; None until its clock starts.

    ``since`` is None where the text knows no stop.
    """
    if start is None or not ctx.clock.reached(start):
        return None
    if since is None:
        return ctx.deadline(rule, trigger=start, fact=path, met_on=met_on, stopped_days=extra_days)
    requests: Iterable[InformationRequest] = procedure.information_requests
    if met_on is not None and ctx.clock.reached(met_on):
        requests = _closed_by(met_on, requests, since)
    stops = _in_time(ctx, rule, requests, since, start)
    return ctx.deadline(
        rule,
        trigger=start,
        fact=path,
        met_on=met_on,
        stopped_days=extra_days + stopped_days(stops, since=since, clock=ctx.clock, start=start),
        clock_stopped=not ctx.clock.happened(met_on)
        and is_stopped(stops, since=since, clock=ctx.clock, start=start),
    )


def _closed_by(
    day: date, requests: Iterable[InformationRequest], since: StopStart
) -> list[InformationRequest]:
    """Return the requests as the act of ``day`` closed them: it ends a stop that still ran."""
    return [
        one if one.answered_on and one.answered_on <= day else one.model_copy(update={"answered_on": day})
        for one in requests
        if one.counted_from(since) <= day
    ]


def _in_time(
    ctx: Context, rule: str, requests: Iterable[InformationRequest], since: StopStart, start: date
) -> list[InformationRequest]:
    """Return the requests made before the clock ran out: one made later can stop nothing."""
    nominal = ctx.last_day(rule, start)
    if nominal is None:
        return []
    dated = [(one.counted_from(since), one) for one in requests]
    kept: list[InformationRequest] = []
    for stop, request in sorted(dated, key=lambda pair: pair[0]):
        added = stopped_days(kept, since=since, clock=ctx.clock, start=start)
        if stop <= nominal + timedelta(days=added) or is_stopped(
            kept, since=since, clock=ctx.clock, start=start
        ):
            kept.append(request)
    return kept


@dataclass(frozen=True, slots=True)
class AnswerDue:
    """An answer that the company owes: from when, in what time (None: the law's own), and when it came."""

    n: str
    asked_on: date
    time_set: str | None
    answered_on: date | None


def answers_due(
    procedure: Procedure, *, since: StopStart = "sent", by_law: bool = False
) -> Iterator[AnswerDue]:
    """Return the answers owed to the requests for information, numbered from the second on.

    A request that comes later changes nothing in what tells the earlier ones apart.

    ``by_law``: the law fixes the time of the answer. Otherwise the authority sets it, and a request
    whose time is not recorded has no limit that can be computed.
    """
    ordered = sorted(procedure.information_requests, key=lambda one: one.sent_on)
    for position, one in enumerate(ordered, start=1):
        asked = one.counted_from(since)
        time_set = None if by_law or one.answer_days is None else f"P{one.answer_days}D"
        if by_law or time_set is not None:
            yield AnswerDue(str(position) if position > 1 else "", asked, time_set, one.answered_on)


def put_answers(ctx: Context, rule: str, path: str, answers: Iterable[AnswerDue]) -> None:
    """Put the deadline of each answer that has been asked for."""
    for one in answers:
        if ctx.clock.reached(one.asked_on):
            ctx.deadline(
                rule,
                trigger=one.asked_on,
                fact=path,
                met_on=one.answered_on,
                time_set=one.time_set,
                n=one.n,
            )


def abandoned_on(ctx: Context, rule: str, answers: Iterable[AnswerDue]) -> date | None:
    """Return the last day of the first answer that did not come in time, once it is over."""
    lapsed = []
    for one in answers:
        limit = answer_limit(ctx, rule, one)
        if limit and not (one.answered_on and one.answered_on <= limit) and ctx.clock.passed(limit):
            lapsed.append(limit)
    return min(lapsed, default=None)


def answer_limit(ctx: Context, rule: str, answer: AnswerDue) -> date | None:
    """Return the last day of an answer, or None where no known text governs."""
    governing = ctx.value(rule, answer.asked_on)
    period = answer.time_set or (governing.value if governing else None)
    return Period.parse(period).after(answer.asked_on) if governing and period else None


def find_short_times(ctx: Context, rule: str, track: Track, procedure: Procedure, path: str) -> None:
    """Put a finding where the authority set less time for an answer than the law's least."""
    for one in procedure.information_requests:
        governing = ctx.value(rule, one.sent_on)
        if one.answer_days is None or governing is None or governing.value is None:
            continue
        least = Period.parse(governing.value).days
        if one.answer_days < least and ctx.clock.reached(one.sent_on):
            message = gettext_noop("The time set for the answer is shorter than the law's %(least)s days.")
            reason = ctx.reason(text(message, least=least), rule=rule, fact=path)
            values = {"set": str(one.answer_days), "least": str(least)}
            ctx.find("time_set_too_short", track, "attention", reason, values)
