"""Files before the CNEDiMTS and the ministers, as every French track reads them."""

from datetime import date, timedelta

from compliance.law.calendar import Period
from compliance.law.context import Context
from compliance.law.facts.procedures import StepName
from compliance.law.facts.reimbursement import Application, Opinion
from compliance.law.filings import (
    AnswerDue,
    abandoned_on,
    answers_due,
    begun,
    communicated_on,
    first,
    reached,
)

_FAMILIES = {
    "lppr_listing": "lppr",
    "lppr_renewal": "lppr",
    "lppr_modification": "lppr",
    "reassessment": "lppr",
    "intra_ghs_renewal": "intra_ghs",
    "latm_listing": "latm",
    "latm_renewal": "latm",
    "latm_modification": "latm",
    "pecan": "pecan",
    "pect": "pect",
    "forfait_innovation": "forfait_innovation",
}
_MISSING = {
    "latm": "latm.missing_information",
    "pecan": "pecan.missing_information",
    "pect": "pect.missing_information",
    "forfait_innovation": "fi.ministers_additions",
}
_OPINION_STEPS: tuple[StepName, ...] = (
    "opinion_received",
    "opinion_published",
    "cnedimts_opinion_received",
)


def family(application: Application) -> str:
    """Return the list or coverage that the application is about; a reassessment counts with the LPPR."""
    return _FAMILIES[application.procedure]


def dated(opinion: Opinion) -> date | None:
    """Return the day of an opinion: its adoption, failing that its publication."""
    return opinion.adopted_on or opinion.published_on


def started(ctx: Context, application: Application) -> bool:
    """Return whether the file exists on the date: its first event or opinion has come, or none is dated."""
    return begun(ctx, application, *(dated(one) for one in application.opinions))


def given_on(application: Application) -> date | None:
    """Return the day of the first opinion as recorded, past or to come."""
    days = [dated(one) for one in application.opinions] + [first(application, *_OPINION_STEPS)]
    return min((one for one in days if one is not None), default=None)


def answer_rule(application: Application) -> str | None:
    """Return the rule that gives the company a time for its answers, or None for the LPPR."""
    return _MISSING.get(family(application))


def answers(ctx: Context, application: Application) -> list[AnswerDue]:
    """Return the answers that the company owes, under the rules of its kind of file."""
    kind = family(application)
    if kind == "pect":
        asked, answered = application.on("missing_list_received"), application.on("missing_list_answered")
        listed = [AnswerDue("missing list", asked, None, answered)] if asked else []
        return listed + list(answers_due(application, since="received", by_law=True))
    if kind == "lppr":
        return []
    by_law = kind == "pecan" or (kind == "latm" and under_pecan(ctx, application))
    return list(answers_due(application, by_law=by_law))


def lapsed_on(ctx: Context, application: Application) -> date | None:
    """Return the last day of the answer whose absence makes the request deemed abandoned, once over."""
    rule = answer_rule(application)
    return abandoned_on(ctx, rule, answers(ctx, application)) if rule else None


def period_days(ctx: Context, rule: str, day: date | None) -> int:
    """Return the days of a rule's period once its day has come, else none."""
    governing = ctx.value(rule, day) if day and ctx.clock.reached(day) else None
    return Period.parse(governing.value).days if governing and governing.value else 0


def additions(ctx: Context, application: Application) -> int:
    """Return the time that the ministers gave for additions, thirty days at most in all (R.165-69 III)."""
    asked = [one for one in application.information_requests if ctx.clock.reached(one.sent_on)]
    most = max((period_days(ctx, "fi.ministers_additions", one.sent_on) for one in asked), default=0)
    return min(sum(one.answer_days or 0 for one in asked), most)


def time_given(ctx: Context, application: Application) -> int:
    """Return the days given to the applicant, which put off the rejection by silence (R.165-70 IV)."""
    if application.extra_days is not None:
        return application.extra_days
    changes_on = application.on("modified_protocol_requested")
    return additions(ctx, application) + period_days(ctx, "fi.protocol_changes", changes_on)


def rejected_by_silence(ctx: Context, application: Application) -> bool:
    """Return whether silence has rejected a request for innovation funding: nothing more is then awaited."""
    term = ctx.last_day("fi.tacit_rejection", reached(ctx, application, "requested"))
    if family(application) != "forfait_innovation" or term is None:
        return False
    term += timedelta(days=time_given(ctx, application))
    decided = communicated_on(application)
    return ctx.clock.passed(term) and not (decided and decided <= term)


def under_pecan(ctx: Context, application: Application) -> bool:
    """Return whether the activity is under early coverage: as recorded, failing that by its coverages.

    A coverage ends with its year (R.162-119 II 1°); one of the therapeutic functions is not the activity's.
    """
    if application.under_pecan is not None:
        return application.under_pecan
    day = first(application, "acknowledged", "requested")
    return any(
        one.list == "pecan"
        and one.indication == application.indication
        and one.function != "therapeutic"
        and day is not None
        and one.starts_on is not None
        and one.starts_on <= day
        and (one.ended_on is None or one.ended_on > day)
        and ((year_end := ctx.last_day("pecan.duration", one.starts_on)) is None or day <= year_end)
        for one in ctx.device.listing.listings
    )
