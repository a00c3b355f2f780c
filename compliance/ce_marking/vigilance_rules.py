"""Vigilance: the clocks of serious incidents, and the reports of field actions.

MDR Art. 87, IVDR Art. 82, days counted as MDCG 2023-3 Rev.2 says.
"""

from collections import defaultdict
from collections.abc import Iterable

from compliance.law.context import Context
from compliance.law.facts.ce_marking import FieldAction, Incident, IncidentKind
from compliance.law.text import gettext_noop, text
from compliance.law.types import Deadline

_RULES: dict[IncidentKind, str] = {
    "serious_incident": "mdr.vigilance_general",
    "death": "mdr.vigilance_death_or_unanticipated",
    "unanticipated_serious_deterioration": "mdr.vigilance_death_or_unanticipated",
    "public_health_threat": "mdr.vigilance_public_health_threat",
}


def put(ctx: Context) -> None:
    """Put a deadline for each clock of each event; of several clocks the earliest counts."""
    events: dict[str, list[Incident]] = defaultdict(list)
    for one in ctx.device.ce_marking.incidents:
        if one.kind in _RULES and ctx.clock.reached(one.reportable_since or one.aware_on):
            events[one.event or f"incident:{one.key}"].append(one)
    for incidents in events.values():
        _put_event(ctx, incidents)
    for action in ctx.device.ce_marking.field_actions:
        _put_action(ctx, action)


def _put_event(ctx: Context, incidents: Iterable[Incident]) -> None:
    incidents = list(incidents)
    reports = [one.reported_on for one in incidents if one.reported_on]
    clocks: list[Deadline] = []
    for one in incidents:
        deadline = ctx.deadline(
            _RULES[one.kind],
            trigger=one.reportable_since or one.aware_on,
            fact=_fact(one),
            met_on=min(reports, default=None),
            n=one.key,
        )
        if deadline:
            clocks.append(deadline)
        if one.reportable_since:
            _find_day_zero(ctx, one)
    if len(clocks) > 1:
        _find_earliest(ctx, clocks)


def _fact(incident: Incident) -> str:
    return f"ce_marking.incidents[{incident.key}]"


def _find_day_zero(ctx: Context, incident: Incident) -> None:
    day = incident.reportable_since
    if day is None:
        return
    message = gettext_noop("The incident was first judged not reportable: %(day)s is day 0.")
    rule = "mdr.vigilance_reportability_awareness"
    reason = ctx.reason(text(message, day=day), rule=rule, fact=_fact(incident))
    ctx.find("vigilance_day_zero_moved", "ce_marking", "info", reason, {"day_zero": day.isoformat()})


def _find_earliest(ctx: Context, clocks: list[Deadline]) -> None:
    first = min(clocks, key=lambda one: (one.rolled, one.strict, one.rule))
    message = gettext_noop("Several clocks run for one event: the report is due by %(day)s.")
    reason = ctx.reason(
        text(message, day=first.rolled), rule="mdr.vigilance_earliest_clock", fact=first.trigger_fact
    )
    ctx.find(
        "vigilance_earliest_clock",
        "ce_marking",
        "info",
        reason,
        {"rule": first.rule, "strict": first.strict.isoformat(), "rolled": first.rolled.isoformat()},
    )


def _put_action(ctx: Context, action: FieldAction) -> None:
    """Put the report due before a field safety corrective action, which only urgency lets wait (87(8))."""
    rule, fact = "mdr.fsca_prior_report", f"ce_marking.field_actions[{action.key}]"
    reported = action.reported_on
    if action.urgent:
        if not ctx.clock.happened(reported):
            message = gettext_noop("An urgent action may start before its report, due without undue delay.")
            reason = ctx.reason(text(message), rule=rule, fact=fact)
            ctx.find("fsca_report_due", "ce_marking", "attention", reason)
        return
    ctx.deadline(rule, trigger=action.started_on, fact=fact, met_on=reported, n=action.key)
    if reported == action.started_on and ctx.clock.happened(reported):
        message = gettext_noop("Reported on the day of the action: late unless it is proved to come before.")
        reason = ctx.reason(text(message), rule=rule, fact=fact)
        ctx.find("late_unless_proved_before_start", "ce_marking", "attention", reason)
