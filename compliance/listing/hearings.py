"""The two ways to be heard on a project of an authority: written observations, or a hearing."""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.procedures import Procedure
from compliance.law.filings import first, put_clock
from compliance.listing.coverage import NOTICE


def put_two_ways(
    ctx: Context,
    rules: tuple[str, str],
    procedure: Procedure,
    path: str,
    *,
    observed: date | None,
    asked: date | None,
) -> None:
    """Put the time to observe and the time to ask for a hearing, from the notice of the project.

    The texts join them by "or": once its time is over, the way that was not taken is no longer shown where
    the other one was.
    """
    notice = first(procedure, *NOTICE)
    for rule, used, other in ((rules[0], observed, asked), (rules[1], asked, observed)):
        last = ctx.last_day(rule, notice)
        over = last is not None and ctx.clock.passed(last)
        if not over or ctx.clock.happened(used) or not ctx.clock.happened(other):
            put_clock(ctx, rule, procedure, path, start=notice, met_on=used)
