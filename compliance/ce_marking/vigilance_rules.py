"""Vigilance: the clocks of serious incidents, what is owed after them, and trend reports.

MDR Art. 87 to 89, IVDR Art. 82 to 84, days counted as MDCG 2023-3 Rev.2 says.
"""

from collections import defaultdict
from datetime import date

from compliance.ce_marking import field_action_rules
from compliance.law.context import Context
from compliance.law.facts.ce_marking import Incident, IncidentKind, Trend
from compliance.law.text import gettext_noop, text
from compliance.law.types import PENDING, Deadline, Level

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
    for trend in ctx.device.ce_marking.trends:
        _find_trend(ctx, trend)
    for action in ctx.device.ce_marking.field_actions:
        field_action_rules.put(ctx, action)


def _put_event(ctx: Context, incidents: list[Incident]) -> None:
    clocks: list[Deadline] = []
    for one in incidents:
        if one.periodic_summary:
            _find_in_summary(ctx, one)
            continue
        deadline = ctx.deadline(
            _RULES[one.kind],
            trigger=one.reportable_since or one.aware_on,
            fact=_fact(one),
            met_on=_reported_on(one, incidents),
            n=one.key,
        )
        if deadline:
            clocks.append(deadline)
        if one.reportable_since:
            _find_day_zero(ctx, one)
    if len(clocks) > 1:
        _find_earliest(ctx, clocks)
    if clocks:
        _find_final_report(ctx, incidents)


def _fact(incident: Incident) -> str:
    return f"ce_marking.incidents[{incident.key}]"


def _reported_on(incident: Incident, event: list[Incident]) -> date | None:
    """Return the day of the first report of the event made since the incident was known.

    A report made before (of the injury, where the patient dies later) cannot have told it.
    """
    since = [one.reported_on for one in event if one.reported_on and one.reported_on >= incident.aware_on]
    return min(since, default=None)


def _find_day_zero(ctx: Context, incident: Incident) -> None:
    day = incident.reportable_since
    if day is None:
        return
    message = gettext_noop("The incident was first judged not reportable: %(day)s is day 0.")
    rule = "mdr.vigilance_reportability_awareness"
    reason = ctx.reason(text(message, day=day), rule=rule, fact=_fact(incident))
    ctx.find("vigilance_day_zero_moved", "ce_marking", "info", reason, {"day_zero": day.isoformat()})


def _find_earliest(ctx: Context, clocks: list[Deadline]) -> None:
    """Name the earliest clock still running; where a report has met them all, the earliest of all."""
    running = [one for one in clocks if one.state in PENDING] or clocks
    first = min(running, key=lambda one: (one.rolled, one.strict, one.rule))
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


def _find_in_summary(ctx: Context, incident: Incident) -> None:
    message = gettext_noop("The periodic summary reports agreed with the authority hold this incident.")
    reason = ctx.reason(text(message), rule="mdr.vigilance_periodic_summary", fact=_fact(incident))
    ctx.find("incident_in_periodic_summary", "ce_marking", "info", reason)


def _find_final_report(ctx: Context, event: list[Incident]) -> None:
    """Say that the final report of an event is owed: the text gives it no number of days (Art. 89(5))."""
    reported = [one for one in event if ctx.clock.happened(one.reported_on)]
    if not reported or any(ctx.clock.happened(one.final_report_on) for one in event):
        return
    first = min(reported, key=lambda one: (one.reported_on, one.key))
    message = gettext_noop(
        "No final report is recorded: it is owed, and the text gives it no number of days."
    )
    reason = ctx.reason(text(message), rule="mdr.vigilance_final_report", fact=_fact(first))
    level: Level = "attention" if ctx.keeps("ce_marking") else "info"
    ctx.find("final_report_owed", "ce_marking", level, reason)


def _find_trend(ctx: Context, trend: Trend) -> None:
    """Say that a significant increase is to be reported: no number of days either (Art. 88(1))."""
    if not ctx.clock.reached(trend.detected_on) or ctx.clock.happened(trend.reported_on):
        return
    message = gettext_noop(
        "The significant increase found on %(day)s is to be reported; the text gives no number of days."
    )
    fact = f"ce_marking.trends[{trend.key}]"
    reason = ctx.reason(text(message, day=trend.detected_on), rule="mdr.trend_report", fact=fact)
    level: Level = "attention" if ctx.keeps("ce_marking") else "info"
    ctx.find("trend_report_owed", "ce_marking", level, reason)
