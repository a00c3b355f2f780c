"""Periods that may be extended once: both parts run from the same day, so that months are added before."""

from datetime import date

from compliance.law.calendar import Period
from compliance.law.context import Context


def extended(ctx: Context, rule: str, extension: str, since: date) -> str | None:
    """Return the months of a rule with those that extend it (``P3M``), None where none governs."""
    parts = [one.value for name in (rule, extension) if (one := ctx.value(name, since)) and one.value]
    return f"P{sum(Period.parse(one).months for one in parts)}M" if len(parts) == 2 else None
