"""Security incidents of an essential or important entity: NIS2 Art. 23(4).

Nothing is due from an entity that is out of scope; where the scope or the significance is not recorded,
that is what is to be settled first.
"""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.data import SecurityIncident
from compliance.law.text import gettext_noop, text
from compliance.law.types import Deadline


def put_all(ctx: Context) -> None:
    """Put the clocks of each significant incident."""
    entities = {one.nis2_entity for one in ctx.device.data.profiles} - {None}
    for incident in ctx.device.data.security_incidents:
        if incident.significant is False or entities == {"out_of_scope"}:
            continue
        if not ctx.clock.reached(incident.aware_on):
            continue
        path = f"data.security_incidents[{incident.key}]"
        if not entities:
            what = gettext_noop("Whether NIS2 binds the manufacturer is not recorded; it gives 24 hours.")
            _find(ctx, "nis2_scope_to_settle", what, "nis.scope", path)
        elif incident.significant is None:
            what = gettext_noop("Whether the incident is significant is not recorded; NIS2 gives 24 hours.")
            _find(ctx, "significance_to_settle", what, "nis.significant_incident", path)
        else:
            _put(ctx, incident, path)


def _put(ctx: Context, incident: SecurityIncident, path: str) -> None:
    """Put the warning, the notification and the reports that follow it."""
    clocks = (
        ("nis.early_warning", incident.warned_on, incident.warned_at),
        ("nis.incident_notification", incident.notified_on, incident.notified_at),
    )
    for rule, met_on, met_at in clocks:
        ctx.deadline(
            rule,
            trigger=incident.aware_on,
            fact=path,
            met_on=met_on,
            trigger_at=incident.aware_at,
            met_at=met_at,
        )
    notified, progress, final = incident.notified_on, incident.progress_report_on, incident.final_report_on
    if progress is None:
        _report(ctx, "nis.final_report", notified, path, final)
        return
    _report(ctx, "nis.progress_report", notified, path, progress)
    _report(ctx, "nis.final_report_after_handling", incident.handled_on, path, final)


def _report(ctx: Context, rule: str, since: date | None, path: str, met_on: date | None) -> Deadline | None:
    """Put a report, counted from an act that has happened."""
    return ctx.deadline(rule, trigger=since if ctx.clock.happened(since) else None, fact=path, met_on=met_on)


def _find(ctx: Context, code: str, message: str, rule: str, path: str) -> None:
    ctx.find(code, "data", "attention", ctx.reason(text(message), rule=rule, fact=path))
