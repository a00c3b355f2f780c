"""Retention of logs, six months at least: those of the provider (Art. 19(1)), of the deployer (26(6))."""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.ai_act import AiSystem, Deployment
from compliance.law.text import gettext_noop, text


def put(ctx: Context, rule: str, holder: AiSystem | Deployment, fact: str, scope: date) -> None:
    """Put the end of the retention of the oldest log, and say when a deletion is planned before it.

    ``scope`` is the day from which the duty binds: a log that is older is not under it.
    """
    oldest, planned = holder.oldest_log_on, holder.planned_log_deletion_on
    if oldest is None or oldest < scope:
        return
    deadline = ctx.deadline(rule, trigger=oldest, fact=fact, n=holder.key)
    if deadline is None or planned is None or planned >= deadline.strict:
        return
    message = gettext_noop("Deletion planned on %(planned)s, but the logs are kept until %(end)s at least.")
    reason = ctx.reason(text(message, planned=planned, end=deadline.strict), rule=rule, fact=fact)
    values = {"planned": planned.isoformat(), "earliest": deadline.strict.isoformat()}
    ctx.find("deletion_too_early", "ai_act", "attention", reason, values)
