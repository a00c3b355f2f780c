"""Rules of the evaluation: files before the CNEDiMTS, or the HAS for innovation funding.

Sources: CSS R.165-7 to R.165-12, R.161-71-3 (LPPR), R.165-60 (intra-GHS), R.162-79 to R.162-90 (LATM),
R.162-112 to R.162-115 (early coverage), R.165-89 to R.165-90 (transitional coverage), R.165-67 to R.165-69
(innovation funding).
"""

from collections.abc import Iterable
from datetime import date

from compliance.cnedimts import clocks
from compliance.law.applications import (
    answer_rule,
    dated,
    family,
    given_on,
    lapsed_on,
    rejected_by_silence,
    started,
)
from compliance.law.context import Context
from compliance.law.facts.reimbursement import Application, Opinion, Verdict
from compliance.law.filings import find_short_times, outcome, reached
from compliance.law.standing import Standing, combined
from compliance.law.text import Text, gettext_noop, text
from compliance.law.types import Reason, Status, TrackStatus

_FAVOURABLE: frozenset[Verdict] = frozenset({"sufficient", "favourable"})
_UNFAVOURABLE: frozenset[Verdict] = frozenset({"insufficient", "unfavourable"})
_CLAIMS_ABOVE_MINOR = frozenset({"major", "important", "moderate"})


def assess(ctx: Context) -> TrackStatus:
    """Return where the evaluation stands.

    The most favourable opinion given counts, the last one for each list and indication; a file that
    waits for the company makes it ``attention``. Without an opinion, the most advanced file counts.
    """
    standings = []
    applications = [one for one in ctx.device.cnedimts.applications if started(ctx, one)]
    for application in applications:
        path = f"cnedimts.applications[{application.key}]"
        clocks.put_all(ctx, application, path)
        _find(ctx, application, path)
        if not _superseded(ctx, application, applications):
            standings.append(_standing(ctx, application, path))
    return combined(standings, _without_file(ctx))


def _without_file(ctx: Context) -> TrackStatus:
    if ctx.keeps("cnedimts"):
        return TrackStatus("not_started", "not_started", (Reason(text(gettext_noop("No file was filed."))),))
    return TrackStatus(
        "unknown", "unknown", (Reason(text(gettext_noop("Whether a file was filed is not recorded."))),)
    )


def _superseded(ctx: Context, application: Application, others: Iterable[Application]) -> bool:
    """Return whether a later opinion for the same list and indication replaces the one of the file."""
    given = given_on(application)
    return given is not None and any(
        family(one) == family(application)
        and one.indication == application.indication
        and (later := given_on(one)) is not None
        and later > given
        and ctx.clock.reached(later)
        for one in others
    )


def _standing(ctx: Context, application: Application, path: str) -> Standing:
    """Return where one file stands: how it ended, else its opinion, else the step it has reached."""
    ended = outcome(ctx, application)
    lapsed = lapsed_on(ctx, application)
    if ended == "withdrawn":
        what = text(gettext_noop("The request was withdrawn; the commission may still publish its opinion."))
        return Standing("expired", "withdrawn", Reason(what, path), application.on("withdrawn"))
    if given_on(application) is not None or application.opinions:
        given = given_on(application)
        if given is None or ctx.clock.reached(given):
            return _opinion(ctx, application, path, given)
    if ended == "abandoned" or (lapsed and ended is None):
        what = text(gettext_noop("The information was not given in time: the request is deemed abandoned."))
        rule = answer_rule(application)
        return Standing("expired", "deemed_abandoned", ctx.reason(what, rule=rule, fact=path), lapsed)
    if ended is None and rejected_by_silence(ctx, application):
        what = text(gettext_noop("Silence rejected the request."))
        return Standing("refused", "tacitly_rejected", ctx.reason(what, rule="fi.tacit_rejection", fact=path))
    if ended is not None:
        what = text(gettext_noop("The file is closed; its opinion is not recorded."))
        return Standing("unknown", "opinion_not_recorded", Reason(what, path))
    return _under_way(ctx, application, path)


def _opinion(ctx: Context, application: Application, path: str, given: date | None) -> Standing:
    """Return the standing of a file whose opinion is given: the last verdict for each indication counts."""
    verdicts = _last_verdicts(ctx, application.opinions)
    status: Status = "unknown"
    message = gettext_noop("The opinion was given; its sense is not recorded.")
    if verdicts & _FAVOURABLE and verdicts & _UNFAVOURABLE:
        status, message = "attention", gettext_noop("The opinion is favourable for some indications only.")
    elif verdicts & _FAVOURABLE:
        status, message = "valid", gettext_noop("The opinion is favourable.")
    elif "favourable_with_observations" in verdicts:
        status, message = "attention", gettext_noop("The opinion is favourable with observations to be met.")
    elif verdicts and verdicts <= _UNFAVOURABLE:
        status, message = "refused", gettext_noop("The opinion is unfavourable.")
    running = status in {"valid", "attention"}
    return Standing(status, "opinion_given", Reason(text(message), path), given, running=running)


def _last_verdicts(ctx: Context, opinions: Iterable[Opinion]) -> set[Verdict]:
    """Return the last known verdict for each indication."""
    last: dict[str | None, Verdict] = {}
    for one in sorted(opinions, key=lambda opinion: dated(opinion) or date.min):
        day = dated(one)
        if one.verdict is not None and (day is None or ctx.clock.reached(day)):
            last[one.indication] = one.verdict
    return set(last.values())


def _under_way(ctx: Context, application: Application, path: str) -> Standing:
    """Return the standing of a file under examination. Where the company has to act it needs attention."""
    draft = reached(ctx, application, "draft_opinion_received")
    if draft:
        return _contradictory(ctx, application, path, draft)
    asked = clocks.waits_since(ctx, application)
    if asked:
        message = gettext_noop("Information asked for is awaited.")
        return _at("attention", "clock_stopped", message, path, asked)
    complete = reached(ctx, application, "acknowledged")
    if complete:
        message = gettext_noop("The file is complete and under examination.")
        return _at("in_progress", "acknowledged", message, path, complete)
    requested = reached(ctx, application, "requested")
    if requested:
        return _at("in_progress", "deposited", gettext_noop("The file was filed."), path, requested)
    message = gettext_noop("The file is in preparation, or its filing is not recorded.")
    return _at("in_progress", "preparation", message, path)


def _contradictory(ctx: Context, application: Application, path: str, draft: date) -> Standing:
    """Return the standing after the draft opinion: the company answers, is heard, or awaits the final one."""
    asked = reached(ctx, application, "hearing_requested")
    if asked and not reached(ctx, application, "hearing_held"):
        return _at("in_progress", "hearing_requested", gettext_noop("A hearing was asked for."), path, asked)
    response = clocks.response_limit(ctx, application, draft)
    answered = asked or reached(ctx, application, "observations_sent")
    if answered or (response and ctx.clock.passed(response)):
        message = gettext_noop("The final opinion is awaited.")
        return _at("in_progress", "final_opinion_awaited", message, path, draft)
    message = gettext_noop("The draft opinion can be answered.")
    return _at("attention", "contradictory_phase", message, path, draft)


def _at(status: Status, state: str, message: str, path: str, since: date | None = None) -> Standing:
    return Standing(status, state, Reason(Text(message), path), since)


def _find(ctx: Context, application: Application, path: str) -> None:
    """Put the findings on a file: medico-economic evaluation, copies, times that the law does not allow."""
    if application.procedure in {"lppr_listing", "lppr_renewal"}:
        _find_ceesp(ctx, application, path)
    if family(application) == "lppr":
        _find_late_copy(ctx, application, path)
    if family(application) == "latm":
        find_short_times(ctx, "latm.missing_information", "cnedimts", application, path)


def _find_late_copy(ctx: Context, application: Application, path: str) -> None:
    """Say when the copy left after the ministers had received the request: both go at the same time."""
    requested, copied = application.on("requested"), reached(ctx, application, "cnedimts_copy_sent")
    if requested and copied and copied > requested:
        what = text(gettext_noop("The copy went to the CNEDiMTS on %(day)s, after the request."), day=copied)
        reason = ctx.reason(what, rule="lppr.simultaneous_copies", fact=path)
        ctx.find("copy_not_simultaneous", "cnedimts", "attention", reason, {"sent_on": copied.isoformat()})


def _find_ceesp(ctx: Context, application: Application, path: str) -> None:
    """Say whether a medico-economic evaluation is required, as far as both conditions are known."""
    claimed, impact = application.added_value_claimed, application.significant_budget_impact
    claims = None if claimed is None else claimed in _CLAIMS_ABOVE_MINOR
    if claims and impact:
        decision, message = "required", gettext_noop("A medico-economic evaluation is required.")
    elif claims is False or impact is False:
        decision, message = "not_required", gettext_noop("No medico-economic evaluation is required.")
    else:
        return
    reason = ctx.reason(text(message), rule="lppr.ceesp_required", fact=path)
    ctx.find(
        "ceesp_decision", "cnedimts", "info", reason, {"application": application.key, "decision": decision}
    )
