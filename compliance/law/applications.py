"""Files before the CNEDiMTS and the ministers, as every French track reads them."""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.procedures import StepName
from compliance.law.facts.reimbursement import Application, Opinion
from compliance.law.filings import AnswerDue, abandoned_on, answers_due, first

_FAMILIES = {
    "lppr_listing": "lppr",
    "lppr_renewal": "lppr",
    "lppr_modification": "lppr",
    "reassessment": "lppr",
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
    """Return whether the file exists on the date: one of its events has come, or none is dated."""
    days = [one.on for one in application.steps]
    days += [day for one in application.opinions if (day := dated(one))]
    return not days or ctx.clock.reached(min(days))


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
        asked = application.on("missing_list_received")
        listed = [AnswerDue("", asked, None, application.on("missing_list_answered"))] if asked else []
        return listed + list(answers_due(application, since="received", by_law=True))
    if kind == "lppr":
        return []
    by_law = kind == "pecan" or (kind == "latm" and under_pecan(ctx, application))
    return list(answers_due(application, by_law=by_law))


def lapsed_on(ctx: Context, application: Application) -> date | None:
    """Return the last day of the answer whose absence makes the request deemed abandoned, once over."""
    rule = answer_rule(application)
    return abandoned_on(ctx, rule, answers(ctx, application)) if rule else None


def under_pecan(ctx: Context, application: Application) -> bool:
    """Return whether the activity is under early coverage: as recorded, failing that by its coverages."""
    if application.under_pecan is not None:
        return application.under_pecan
    day = first(application, "acknowledged", "requested")
    return any(
        one.list == "pecan"
        and one.indication == application.indication
        and day is not None
        and one.starts_on is not None
        and one.starts_on <= day
        and (one.ended_on is None or one.ended_on > day)
        for one in ctx.device.listing.listings
    )
