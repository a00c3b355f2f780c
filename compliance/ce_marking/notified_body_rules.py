"""Applications to a notified body: what comes before them, and the caps on its time (IR (EU) 2026/977)."""

from datetime import date

from compliance.ce_marking.registration_rules import find_unregistered
from compliance.law.context import Context
from compliance.law.facts.ce_marking import (
    AssessmentStage,
    Classification,
    Interruption,
    NotifiedBodyApplication,
)
from compliance.law.facts.procedures import InformationRequest
from compliance.law.stops import is_stopped, stopped_days
from compliance.law.text import gettext_noop, text
from compliance.law.types import Level

_CONTRACT_STAGES: tuple[AssessmentStage, ...] = ("qms_audit", "td_assessment")
_QMS_INTERRUPTIONS = "nb.qms_interruptions"
_BASIC_UDI_DI = "mdr.basic_udi_before_nb_application"


def put(ctx: Context, classification: Classification | None) -> None:
    """Put the caps that run for each application on the bench, and what is wrong with the applications."""
    lodged = [one for one in ctx.device.ce_marking.applications if ctx.clock.happened(one.received_on)]
    for application in lodged:
        fact = f"ce_marking.applications[{application.key}]"
        _put_caps(ctx, application, fact)
        _find_uncertain(ctx, application, fact)
        _find_annual_report(ctx, application, fact)
        find_unregistered(
            ctx,
            "mdr.srn_before_nb_application",
            application.received_on,
            "nb_application_without_srn",
            gettext_noop("The application of %(day)s came before the registration of the manufacturer."),
            fact,
        )
        _find_no_basic_udi_di(ctx, application, classification, fact)
        _find_earlier(ctx, application, lodged, fact)
    _find_parallel(ctx, [one for one in lodged if is_open(ctx, one)])


def is_open(ctx: Context, application: NotifiedBodyApplication) -> bool:
    """Return whether an application that is lodged is not decided on the date."""
    if application.decided_on:
        return not ctx.clock.reached(application.decided_on)
    return application.outcome is None


def _put_caps(ctx: Context, application: NotifiedBodyApplication, fact: str) -> None:
    """Put the cap of each stage that has begun; interruptions of a stage stop its clock."""
    stages = [("application_review", application.received_on, application.reviewed_on)]
    stages += [
        (stage, application.contract_signed_on, application.assessment_ended_on) for stage in _CONTRACT_STAGES
    ]
    stages.append(("decision", application.assessment_ended_on, application.decided_on))
    for stage, start, end in stages:
        if start is None or not ctx.clock.reached(start):
            continue
        stops = [
            InformationRequest(sent_on=one.started_on, answered_on=one.ended_on)
            for one in _interruptions(ctx, application, stage)
        ]
        deadline = ctx.deadline(
            f"nb.{stage}",
            trigger=start,
            fact=fact,
            met_on=end,
            stopped_days=stopped_days(stops, since="sent", clock=ctx.clock, start=start),
            clock_stopped=not ctx.clock.happened(end)
            and is_stopped(stops, since="sent", clock=ctx.clock, start=start),
        )
        if deadline and stage == "qms_audit":
            _find_too_many(ctx, application, fact)


def _interruptions(ctx: Context, application: NotifiedBodyApplication, stage: str) -> list[Interruption]:
    """Return the interruptions that stop the clock of a stage: for the audit, no more than its number.

    Those beyond the number do not stop it (secondary source).
    """
    taken = sorted(
        (one for one in application.interruptions if one.stage == stage), key=lambda one: one.started_on
    )
    return taken[: _most(ctx)] if stage == "qms_audit" else taken


def _most(ctx: Context) -> int | None:
    """Return how many interruptions the audit of the quality management system may have."""
    governing = ctx.value(_QMS_INTERRUPTIONS)
    return int(governing.value) if governing and governing.value else None


def _find_too_many(ctx: Context, application: NotifiedBodyApplication, fact: str) -> None:
    begun = [
        one
        for one in application.interruptions
        if one.stage == "qms_audit" and ctx.clock.reached(one.started_on)
    ]
    most = _most(ctx)
    if most is None or len(begun) <= most:
        return
    message = gettext_noop(
        "The audit was interrupted %(times)s times, %(most)s at most for one site: the clock runs on."
    )
    reason = ctx.reason(text(message, times=len(begun), most=most), rule=_QMS_INTERRUPTIONS, fact=fact)
    values = {"interruptions": str(len(begun)), "most": str(most)}
    ctx.find("nb_too_many_interruptions", "ce_marking", "attention", reason, values)


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


def _find_annual_report(ctx: Context, application: NotifiedBodyApplication, fact: str) -> None:
    """Say from when notified bodies publish their times and costs: nothing that the device waits for."""
    rule = "nb.annual_report"
    known = ctx.value(rule) or ctx.announced(rule)
    if known and known.value and is_open(ctx, application):
        message = gettext_noop("Notified bodies publish their times and costs each year from %(day)s.")
        start = date.fromisoformat(known.value)
        reason = ctx.reason(text(message, day=start), rule=rule, fact=fact)
        ctx.find("nb_annual_report", "ce_marking", "info", reason, {"from": known.value})


def _find_no_basic_udi_di(
    ctx: Context, application: NotifiedBodyApplication, classification: Classification | None, fact: str
) -> None:
    """Say where a Basic UDI-DI had to be assigned before the application, and none is recorded."""
    if classification is None or not _assessed_singly(classification):
        return
    if ctx.value(_BASIC_UDI_DI, application.received_on) is None:
        return
    if any(one.scheme == "basic_udi_di" for one in ctx.device.identifiers):
        return
    message = gettext_noop(
        "Class %(device_class)s: the Basic UDI-DI is assigned before the application, and none is recorded."
    )
    words = text(message, device_class=classification.device_class)
    level: Level = "attention" if ctx.keeps("ce_marking") else "info"
    reason = ctx.reason(words, rule=_BASIC_UDI_DI, fact=fact)
    ctx.find("basic_udi_di_not_recorded", "ce_marking", level, reason)


def _assessed_singly(classification: Classification) -> bool:
    """Return whether the class alone says that each device is assessed (MDR Art. 52(3), 52(4); IVDR 48(3)).

    Type examination of class IIb, and self-testing in vitro, are asked for too: no fact tells them.
    """
    if classification.device_class in {"III", "D"}:
        return True
    return classification.device_class == "IIb" and (
        classification.implantable is True and classification.well_established is False
    )


def _find_earlier(
    ctx: Context, application: NotifiedBodyApplication, lodged: list[NotifiedBodyApplication], fact: str
) -> None:
    """Say that an application withdrawn from, or refused by, another body is to be declared (Art. 53(3))."""
    for one in lodged:
        if (
            one.outcome in {"withdrawn", "refused"}
            and one.decided_on
            and application.received_on
            and one.decided_on <= application.received_on
            and _differ(one, application)
        ):
            message = gettext_noop(
                "The application ended on %(day)s at another notified body is to be declared in this one."
            )
            rule = "mdr.earlier_application_declared"
            reason = ctx.reason(text(message, day=one.decided_on), rule=rule, fact=fact)
            ctx.find("earlier_application_to_declare", "ce_marking", "info", reason, {"earlier": one.key})


def _find_parallel(ctx: Context, running: list[NotifiedBodyApplication]) -> None:
    """Say that two bodies hold an application, which one procedure does not allow (Art. 53(1))."""
    first = min(running, key=lambda one: (one.received_on, one.key), default=None)
    others = [one for one in running if first and _differ(first, one)]
    if others:
        message = gettext_noop(
            "Two notified bodies hold an application: not allowed for one conformity assessment procedure."
        )
        fact = f"ce_marking.applications[{others[-1].key}]"
        reason = ctx.reason(text(message), rule="mdr.one_notified_body", fact=fact)
        ctx.find("applications_in_parallel", "ce_marking", "attention", reason)


def _differ(one: NotifiedBodyApplication, other: NotifiedBodyApplication) -> bool:
    return bool(one.notified_body and other.notified_body) and one.notified_body != other.notified_body
