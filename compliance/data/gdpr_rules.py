"""Personal data: notification of breaches, and answers to persons about their data.

GDPR Art. 12(3), 33, 34; periods counted as Regulation (EEC, Euratom) No 1182/71 says.
"""

from compliance.data.extensions import extended
from compliance.law.context import Context
from compliance.law.facts.data import DataBreach, PersonRequest
from compliance.law.text import gettext_noop, text
from compliance.law.types import Level


def put_all(ctx: Context) -> None:
    """Put what each breach and each request asks for."""
    for breach in ctx.device.data.breaches:
        if ctx.clock.reached(breach.aware_on):
            _put_breach(ctx, breach)
    for request in ctx.device.data.person_requests:
        if ctx.clock.reached(request.received_on):
            _put_request(ctx, request)


def _put_breach(ctx: Context, breach: DataBreach) -> None:
    """Put the 72 hours of a controller; a processor owes its word to the controller and nothing else.

    A risk that is not assessed counts as one: only an unlikely risk spares the notification.
    """
    path, rule = f"data.breaches[{breach.key}]", "gdpr.breach"
    if breach.role == "processor":
        if not ctx.clock.happened(breach.controller_told_on):
            what = gettext_noop("The controller is to be told of the breach without undue delay.")
            _find(ctx, "controller_to_tell", "attention", what, "gdpr.processor_notice", path)
        return
    if breach.risk == "unlikely":
        what = gettext_noop("A risk is unlikely: the breach is not notified, it is documented.")
        _find(ctx, "breach_to_document", "info", what, "gdpr.breach_without_risk", path)
        return
    put = ctx.deadline(
        rule,
        trigger=breach.aware_on,
        fact=path,
        met_on=breach.notified_on,
        trigger_at=breach.aware_at,
        met_at=breach.notified_at,
    )
    if put and put.state == "met" and put.met_on == put.strict and not (put.hour and breach.notified_at):
        what = gettext_noop("Notified on the last day: the hours would tell whether it was in time.")
        _find(ctx, "hour_not_recorded", "info", what, rule, path)
    told = ctx.clock.happened(breach.persons_told_on) or breach.communication_exempt
    if breach.risk == "high_risk" and not told:
        what = gettext_noop("The persons are to be told of the breach without undue delay.")
        _find(ctx, "persons_to_tell", "attention", what, "gdpr.breach_communication", path)


def _put_request(ctx: Context, request: PersonRequest) -> None:
    """Put the month to answer; an extension told within it gives two more, counted from receipt."""
    path, rule, longer = (
        f"data.person_requests[{request.key}]",
        "gdpr.person_answer",
        "gdpr.person_answer_extended",
    )
    received, told, answered = request.received_on, request.extended_on, request.answered_on
    if not ctx.clock.happened(told):
        ctx.deadline(rule, trigger=received, fact=path, met_on=answered)
        return
    if not ctx.in_time(rule, received, told):
        ctx.deadline(rule, trigger=received, fact=path, met_on=answered)
        what = gettext_noop("The person was told of the extension after the first month: it does not count.")
        _find(ctx, "extension_too_late", "attention", what, longer, path)
        return
    time_set = extended(ctx, rule, longer, received)
    ctx.deadline(longer, trigger=received, fact=path, met_on=answered, time_set=time_set)


def _find(ctx: Context, code: str, level: Level, message: str, rule: str, path: str) -> None:
    ctx.find(code, "data", level, ctx.reason(text(message), rule=rule, fact=path))
