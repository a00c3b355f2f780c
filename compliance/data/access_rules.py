"""Access to health data for a study: opinion of the CESREES, then decision of the CNIL.

Décret 2019-536 Art. 90 (one month, once extended, silence is a favourable opinion); loi 78-17 Art. 66 V (two
months, once extended).
"""

from datetime import date

from compliance.data.extensions import extended
from compliance.law.context import Context
from compliance.law.facts.data import HealthDataAccess
from compliance.law.text import gettext_noop, text
from compliance.law.types import Deadline


def put_all(ctx: Context) -> None:
    """Put the two clocks of each request; a study under a reference methodology needs neither."""
    for request in ctx.device.data.access_requests:
        path = f"data.access_requests[{request.key}]"
        if request.reference_methodology:
            message = gettext_noop("A study under a reference methodology needs no authorisation.")
            reason = ctx.reason(text(message), rule="cnil.reference_methodology", fact=path)
            ctx.find("no_authorisation_needed", "data", "info", reason)
            continue
        opinion = request.cesrees_opinion_on
        received, longer = request.cesrees_received_on, request.cesrees_extended
        _put(ctx, "cesrees.opinion", "cesrees.extension", received, longer, opinion, path)
        asked, longer, decided = request.cnil_received_on, request.cnil_extended, request.cnil_decided_on
        rule, more = "cnil.health_authorisation", "cnil.health_authorisation_extension"
        put = _put(ctx, rule, more, asked, longer, decided, path)
        if put and put.state == "silent_at_term":
            _find_silence(ctx, request, put)


def _put(
    ctx: Context,
    rule: str,
    extension: str,
    since: date | None,
    longer: bool | None,
    met_on: date | None,
    path: str,
) -> Deadline | None:
    """Put a clock that its authority may extend once; None until it starts."""
    if since is None or not ctx.clock.reached(since):
        return None
    time_set = extended(ctx, rule, extension, since) if longer else None
    return ctx.deadline(rule, trigger=since, fact=path, met_on=met_on, time_set=time_set)


def _find_silence(ctx: Context, request: HealthDataAccess, put: Deadline) -> None:
    """Find what the CNIL's silence may mean, by the opinion that came before."""
    if ctx.clock.happened(request.cesrees_opinion_on) and request.cesrees_opinion == "favourable":
        message = gettext_noop(
            "The CNIL kept silent until %(day)s, after a favourable opinion: acceptance likely."
        )
    else:
        message = gettext_noop(
            "The CNIL kept silent until %(day)s, with no expressly favourable opinion before."
        )
    reason = ctx.reason(text(message, day=put.strict), rule=put.rule, fact=put.trigger_fact)
    values: dict[str, str] = {"opinion": request.cesrees_opinion or ""}
    ctx.find("cnil_silent", "data", "attention", reason, values)
