"""What happens to a certificate that runs: a changed référentiel, a formal notice.

Sources: CSS R.165-5-2 V, R.162-76 VI (fifteen days to ask again); CSP, section 2 after R.1470-7 (the day that
the arrêté sets), R.1470-9 I (formal notice, six months at most).
"""

from collections.abc import Iterator
from datetime import date

from compliance.ans.certificate_rules import DELISTING, find_delistable
from compliance.law.calendar import Period
from compliance.law.context import Context
from compliance.law.facts.reimbursement import FormalNotice, ReferentielChange
from compliance.law.standing import Standing
from compliance.law.text import gettext_noop, text
from compliance.law.types import Deadline

# The regime of each list, whose first day is the first on which its fifteen days can run.
_REGIMES = {"lppr": "ans.lppr_certificate_decision", "latm": "ans.latm_certificate_decision"}


def put_change(ctx: Context, change: ReferentielChange, running: bool) -> Iterator[Standing]:
    """Put the request for a new certificate after a change of the référentiels; stand until it is made.

    A request, or a certificate issued since the change, meets it. Listed devices have fifteen days, others
    the day that the arrêté sets: without either nothing is due.
    """
    path, in_force = f"ans.referentiel_changes[{change.key}]", change.in_force_on
    certified = [one.issued_on for one in ctx.device.ans.certificates if one.issued_on]
    if _again(ctx, change, certified):
        return
    asked = change.requested_on or _request_since(ctx, change)
    put = _put_request(ctx, change, path, asked)
    if put is None:
        return
    late = put.state in {"overdue", "met_late"}
    if late and not any(day >= in_force and ctx.clock.reached(day) for day in certified):
        if change.purpose in DELISTING:
            find_delistable(ctx, change.purpose, path)
        if put.met_on:
            _find_late(ctx, put, put.met_on, path)
    if ctx.clock.happened(asked) or not ctx.clock.reached(in_force):
        return
    what = text(
        gettext_noop("The référentiels changed on %(day)s: a new certificate is to be asked for."),
        day=in_force,
    )
    state = "stale" if late else "recertification_due"
    reason = ctx.reason(what, rule=put.rule, fact=path)
    yield Standing("attention", state, reason, in_force, running=running)


def _put_request(ctx: Context, change: ReferentielChange, path: str, asked: date | None) -> Deadline | None:
    """Put the last day to ask for a new certificate, None where no text sets one."""
    if change.purpose in DELISTING:
        regime = ctx.value(_REGIMES[change.purpose], change.in_force_on)
        if regime is None or change.in_force_on < regime.applies:
            return None
        return ctx.deadline(
            "ans.recertification_request", trigger=change.in_force_on, fact=path, met_on=asked
        )
    if change.purpose == "general" and change.request_by:
        return ctx.until("ans.csp_recertification", change.request_by, fact=path, met_on=asked)
    return None


def _find_late(ctx: Context, put: Deadline, day: date, path: str) -> None:
    """Find a request made too late, with the date by which that is judged."""
    message = gettext_noop("Asked for on %(day)s, after %(limit)s: the date on the acknowledgement counts.")
    reason = ctx.reason(text(message, day=day, limit=put.strict), rule="fr.filing_electronic", fact=path)
    ctx.find("recertification_asked_late", "ans", "attention", reason, {"limit": put.strict.isoformat()})


def _again(ctx: Context, change: ReferentielChange, certified: list[date]) -> bool:
    """Return whether a certificate was issued since the change, by a request that is not recorded."""
    since = [day for day in certified if day >= change.in_force_on and ctx.clock.reached(day)]
    return bool(since) and change.requested_on is None


def _request_since(ctx: Context, change: ReferentielChange) -> date | None:
    """Return the day of the first request for the purpose since the change."""
    days = [one.on("requested") for one in ctx.device.ans.applications if one.purpose == change.purpose]
    return min((day for day in days if day and day >= change.in_force_on), default=None)


def put_notice(ctx: Context, notice: FormalNotice, running: bool) -> Iterator[Standing]:
    """Put the time to correct after a formal notice, six months at most, and stand until corrected.

    A correction or observations answer it in time; only a correction closes it.
    """
    path, rule = f"ans.formal_notices[{notice.key}]", "ans.csp_formal_notice"
    if not ctx.clock.reached(notice.notified_on):
        return
    governing = ctx.value(rule, notice.notified_on)
    most = Period.parse(governing.value).months if governing and governing.value else None
    given = notice.time_set_months
    if most is not None and given is not None and given > most:
        message = gettext_noop("The time set is longer than the law's %(most)s months.")
        reason = ctx.reason(text(message, most=most), rule=rule, fact=path)
        ctx.find("time_set_too_long", "ans", "attention", reason, {"set": str(given), "most": str(most)})
        given = most
    time_set = None if given is None else f"P{given}M"
    answers = [one for one in (notice.corrected_on, notice.observations_on) if one]
    met_on = min(answers, default=None)
    put = ctx.deadline(rule, trigger=notice.notified_on, fact=path, met_on=met_on, time_set=time_set)
    suspended = ctx.clock.happened(notice.suspended_on) and ctx.device.ans.certificates
    if ctx.clock.happened(notice.corrected_on) or suspended:  # a suspended certificate stands for itself
        return
    if put and put.met_on:
        what = text(gettext_noop("Observations on a formal notice of the ANS were presented."))
    else:
        what = text(gettext_noop("A formal notice of the ANS is to be answered."))
    reason = ctx.reason(what, rule=rule, fact=path)
    yield Standing("attention", "formal_notice", reason, notice.notified_on, running=running)
