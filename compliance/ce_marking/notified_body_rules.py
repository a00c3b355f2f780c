"""Applications to a notified body: the caps on its time from 25 February 2027 (IR (EU) 2026/977)."""

from compliance.law.context import Context
from compliance.law.facts.ce_marking import NotifiedBodyApplication
from compliance.law.text import gettext_noop, text

_CONTRACT_CAPS = ("nb.qms_audit", "nb.td_assessment")


def put(ctx: Context) -> None:
    """Put the caps that run for each application on the bench."""
    for application in ctx.device.ce_marking.applications:
        if ctx.clock.happened(application.received_on):
            _put_caps(ctx, application)


def is_open(ctx: Context, application: NotifiedBodyApplication) -> bool:
    """Return whether an application that is lodged is not decided on the date."""
    if application.decided_on:
        return not ctx.clock.reached(application.decided_on)
    return application.outcome is None


def _put_caps(ctx: Context, application: NotifiedBodyApplication) -> None:
    fact = f"ce_marking.applications[{application.key}]"
    ctx.deadline(
        "nb.application_review",
        trigger=application.received_on,
        fact=fact,
        met_on=application.reviewed_on,
    )
    if ctx.clock.happened(application.contract_signed_on):
        for rule in _CONTRACT_CAPS:
            ctx.deadline(
                rule,
                trigger=application.contract_signed_on,
                fact=fact,
                met_on=application.assessment_ended_on,
            )
    if ctx.clock.happened(application.assessment_ended_on):
        ctx.deadline(
            "nb.decision",
            trigger=application.assessment_ended_on,
            fact=fact,
            met_on=application.decided_on,
        )
    _find_uncertain(ctx, application, fact)
    _find_unregistered(ctx, application, fact)


def _find_uncertain(ctx: Context, application: NotifiedBodyApplication, fact: str) -> None:
    """An application under way when the caps start: whether they bind it was not read in any text."""
    cap = ctx.announced("nb.qms_audit") or ctx.value("nb.qms_audit")
    started = application.contract_signed_on or application.received_on
    if cap is None or started is None or started >= cap.applies or not is_open(ctx, application):
        return
    message = gettext_noop(
        "The caps on the time of notified bodies apply from %(day)s; whether they bind a procedure "
        "begun before that day is not settled."
    )
    reason = ctx.reason(text(message, day=cap.applies), rule="nb.qms_audit", fact=fact)
    ctx.find("caps_not_applicable_uncertain", "ce_marking", "info", reason, {"from": cap.applies.isoformat()})


def _find_unregistered(ctx: Context, application: NotifiedBodyApplication, fact: str) -> None:
    """Say when the maker registered after it applied, or, in a whole record, not at all (Art. 31(1))."""
    rule, applied = "mdr.srn_before_nb_application", application.received_on
    maker = ctx.organisation("manufacturer")
    if maker is None or applied is None or ctx.value(rule, applied) is None:
        return
    submitted = min((one.submitted_on for one in maker.actor_registrations if one.submitted_on), default=None)
    if submitted <= applied if submitted else not ctx.keeps("ce_marking"):
        return
    message = gettext_noop("The application of %(day)s came before the registration of the manufacturer.")
    reason = ctx.reason(text(message, day=applied), rule=rule, fact=fact)
    ctx.find("nb_application_without_srn", "ce_marking", "attention", reason)
