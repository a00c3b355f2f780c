"""Field safety corrective actions: the report that comes before, and the notice to the users.

MDR Art. 87(8), 89(8), IVDR Art. 82(8), 84(8): without delay, no number of days.
"""

from compliance.law.context import Context
from compliance.law.facts.ce_marking import FieldAction
from compliance.law.text import gettext_noop, text
from compliance.law.types import Level

_REPORT = "mdr.fsca_prior_report"
_NOTICE = "mdr.field_safety_notice"
_DRAFT = "mdr.field_safety_notice_draft"


def put(ctx: Context, action: FieldAction) -> None:
    """Put what a field safety corrective action calls for on the bench."""
    fact = f"ce_marking.field_actions[{action.key}]"
    _put_report(ctx, action, fact)
    _check_notice(ctx, action, fact)


def _put_report(ctx: Context, action: FieldAction, fact: str) -> None:
    """Put the report due before the action, which only urgency lets wait (87(8))."""
    reported = action.reported_on
    if action.urgent:
        if not ctx.clock.happened(reported):
            message = gettext_noop("An urgent action may start before its report, due without undue delay.")
            _find(ctx, "fsca_report_due", "attention", message, _REPORT, fact)
        return
    ctx.deadline(_REPORT, trigger=action.started_on, fact=fact, met_on=reported, n=action.key)
    if reported == action.started_on and ctx.clock.happened(reported):
        message = gettext_noop("Reported on the day of the action: late unless it is proved to come before.")
        _find(ctx, "late_unless_proved_before_start", "attention", message, _REPORT, fact)


def _check_notice(ctx: Context, action: FieldAction, fact: str) -> None:
    """Say that the notice to the users is owed, or that it went out without its draft being submitted."""
    level: Level = "attention" if ctx.keeps("ce_marking") else "info"
    sent, draft = action.notice_on, action.notice_draft_on
    if ctx.clock.happened(sent):
        if not action.urgent and (draft is None or (sent and draft > sent)):
            message = gettext_noop(
                "The safety notice was sent, and no earlier draft to the authority is recorded."
            )
            _find(ctx, "notice_without_draft", level, message, _DRAFT, fact)
    elif ctx.clock.reached(action.started_on):
        message = gettext_noop("No field safety notice is recorded: it goes to the users without delay.")
        _find(ctx, "field_safety_notice_owed", level, message, _NOTICE, fact)


def _find(ctx: Context, code: str, level: Level, message: str, rule: str, fact: str) -> None:
    ctx.find(code, "ce_marking", level, ctx.reason(text(message), rule=rule, fact=fact))
