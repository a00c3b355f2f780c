"""Vigilance: the clocks of serious incidents (MDR Art. 87, IVDR Art. 82, counted as MDCG 2023-3 Rev.2)."""

from collections import defaultdict
from collections.abc import Iterable

from compliance.law.context import Context
from compliance.law.facts.ce_marking import Incident, IncidentKind
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
