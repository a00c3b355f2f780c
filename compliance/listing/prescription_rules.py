"""Prescriptions: one year at most; of telemonitoring, billed while less than six months old.

Sources: CSS R.162-100, R.162-101 (LATM), R.165-36 (LPPR). Reading "less than six months" as excluding the day
itself is ours.
"""

from compliance.law.calendar import ONE_DAY, add_months
from compliance.law.context import Context
from compliance.law.facts.reimbursement import Prescription
from compliance.law.text import gettext_noop, text
from compliance.listing.coverage import list_of


def put_all(ctx: Context) -> None:
    """Put the longest term of each prescription, and say when it is too long or too old to be billed."""
    for one in ctx.device.listing.prescriptions:
        if ctx.clock.reached(one.prescribed_on):
            _put(ctx, one, f"listing.prescriptions[{one.key}]")


def _put(ctx: Context, one: Prescription, path: str) -> None:
    lppr = list_of(ctx, one.listing) == "lppr"
    longest_rule = "lppr.prescription_max" if lppr else "latm.prescription_max"
    longest = ctx.deadline(longest_rule, trigger=one.prescribed_on, fact=path, n=one.key)
    if (
        longest
        and one.duration_months
        and add_months(one.prescribed_on, one.duration_months) > longest.strict
    ):
        message = gettext_noop(
            "Prescribed for %(months)s months: a prescription ends by %(end)s at the latest."
        )
        words = text(message, months=one.duration_months, end=longest.strict)
        reason = ctx.reason(words, rule=longest.rule, fact=path)
        ctx.find("prescription_too_long", "listing", "attention", reason, {"end": longest.strict.isoformat()})
    if not lppr:
        _find_too_old(ctx, one, path)


def _find_too_old(ctx: Context, one: Prescription, path: str) -> None:
    rule = "latm.billing_prescription_age"
    six_months = ctx.last_day(rule, one.prescribed_on)
    if six_months is None:
        return
    last, billed = six_months - ONE_DAY, one.first_billed_on
    if billed <= last if billed and ctx.clock.reached(billed) else not ctx.clock.passed(last):
        return
    message = gettext_noop("The prescription is too old to be billed: its last day was %(last)s.")
    reason = ctx.reason(text(message, last=last), rule=rule, fact=path)
    values = {"last_billable_day": last.isoformat()}
    ctx.find("prescription_too_old_to_bill", "listing", "attention", reason, values)
