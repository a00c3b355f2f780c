"""What the law keeps out of a list: the bars of the doors, asked of the facts of each file under way."""

from collections.abc import Collection, Mapping
from datetime import date

from compliance.law.applications import family
from compliance.law.context import Context
from compliance.law.decisions import Answer, Ask, MissingAnswer, Question
from compliance.law.facts.reimbursement import Application, Listing
from compliance.law.filings import outcome
from compliance.law.text import Text, gettext_noop, text
from compliance.law.types import Status
from compliance.listing.coverage import filed_on, known_from
from compliance.listing.doors import (
    ACT,
    ANS,
    BARS,
    CE,
    COVERAGE,
    FUNCTIONS,
    PECAN_BEFORE,
    PECT_BEFORE,
    PERSONAL_DATA,
    SOFTWARE,
    Bar,
)

_MARKED: Mapping[Status, bool] = {
    "valid": True,
    "attention": True,
    "not_started": False,
    "in_progress": False,
    "suspended": False,
    "expired": False,
    "refused": False,
}
_NO_CERTIFICATE: frozenset[Status] = frozenset({"not_started", "in_progress", "expired", "refused"})
_PATIENT_FUNCTIONS = frozenset({"therapeutic", "telemonitoring"})


def find_all(ctx: Context) -> None:
    """Put a finding for every bar that closes the door of a file which is not decided."""
    for application in ctx.device.cnedimts.applications:
        filed = filed_on(application)
        if outcome(ctx, application) is None and (filed is None or ctx.clock.reached(filed)):
            for bar in BARS:
                if bar.door == family(application) and application.procedure != "reassessment":
                    _find(ctx, bar, application)
    if used_for_acts(ctx) and not ctx.device.cnedimts.applications and not ctx.device.listing.listings:
        message = gettext_noop(
            "Used for the acts of professionals: no list of products is open to it. What remains: the tariff "
            "of the act, the funding of the hospital stay, innovation funding."
        )
        reason = ctx.reason(text(message), rule="door.lppr_act", fact="functions")
        remains = {"remains": "act_tariff, hospital_funding, forfait_innovation"}
        ctx.find("no_product_list", "listing", "info", reason, {"rule": "door.lppr_act", **remains})


def used_for_acts(ctx: Context) -> bool:
    """Return whether the functions recorded serve acts of professionals alone (R.165-4 4°)."""
    functions = frozenset[str](ctx.device.functions)
    return "act_support" in functions and not functions & _PATIENT_FUNCTIONS


def _find(ctx: Context, bar: Bar, application: Application) -> None:
    """Put the finding of a bar that holds under the law of the filing; say where a refusal leaves it open."""
    ask = _asking(ctx, application)
    path = f"cnedimts.applications[{application.key}]"
    if not ask.governs(bar.rule):
        return
    try:
        if not bar.holds(ask):
            return
    except MissingAnswer as refusal:
        if bar.rule == "pecan.single_use" and PECAN_BEFORE in refusal.questions:
            _find_unclear_refusal(ctx, application, path)
        return
    values = {"rule": bar.rule}
    if bar.right_door:
        values["right_door"] = bar.right_door
    running = _running(ctx, application) if bar.code == "not_cumulable" else None
    if running:
        values["coverage"] = running.key
    _put(ctx, bar.code, text(bar.words), bar.rule, path, values)


def _put(ctx: Context, code: str, what: Text, rule: str, path: str, values: Mapping[str, str]) -> None:
    ctx.find(code, "listing", "blocker", ctx.reason(what, rule=rule, fact=path), dict(values))


def _find_unclear_refusal(ctx: Context, application: Application, path: str) -> None:
    """Early coverage was refused on a ground that is not recorded: whether it may be asked again is open."""
    if not _refusals(ctx, application):
        return
    bars = [one for one in BARS if one.rule == "pecan.single_use"]
    reason = ctx.reason(text(bars[-1].words), rule=bars[-1].rule, fact=path)
    if all(one.reason != reason for one in ctx.findings):
        ctx.find("not_eligible", "listing", "attention", reason, {"rule": bars[-1].rule})


def _asking(ctx: Context, application: Application) -> Ask:
    """Return a recorder that asks the facts around a file, under the law of the day of its filing."""

    def recorded(question: Question, _: str) -> Answer | None:
        if question is SOFTWARE:
            return _is_software(ctx)
        if question is FUNCTIONS:
            return functions_answer(ctx.device.functions)
        if question is ACT:
            return True if used_for_acts(ctx) else None
        if question is CE:
            return _MARKED.get(ctx.tracks["ce_marking"].status)
        if question is PERSONAL_DATA:
            return ctx.device.digital_device
        if question is ANS:
            return _certified(ctx, application)
        if question is COVERAGE:
            return _coverage(ctx, application)
        if question is PECAN_BEFORE:
            return _early_before(ctx, application)
        if question is PECT_BEFORE:
            return _transitional_before(ctx, application) or None
        return None

    return Ask(ctx, recorded, partial=True, trigger=filed_on(application))


def _is_software(ctx: Context) -> bool | None:
    if ctx.device.is_software is not None:
        return ctx.device.is_software
    return True if ctx.device.digital_device else None


def functions_answer(functions: Collection[str]) -> str | None:
    """Return the answer that recorded functions give to the question of functions, None where none is."""
    held = frozenset(functions)
    if held >= _PATIENT_FUNCTIONS:
        return "both"
    if "telemonitoring" in held:
        return "telemonitoring" if len(held) == 1 else "telemonitoring_and_other"
    if "therapeutic" in held:
        return "therapeutic"
    return "other" if held else None


def _certified(ctx: Context, application: Application) -> bool | None:
    """Return whether the file holds the certificate: as recorded, else no where the ANS gave none."""
    if application.ans_certificate_in_file is not None:
        return application.ans_certificate_in_file
    return False if ctx.tracks["ans"].status in _NO_CERTIFICATE else None


def _same_indication(ctx: Context, application: Application) -> list[Listing]:
    """Return the coverages of the indication decided before the request: later ones are another's."""
    asked = filed_on(application) or date.max
    return [
        one
        for one in ctx.device.listing.listings
        if one.indication == application.indication and _before(ctx, one, asked)
    ]


def _before(ctx: Context, listing: Listing, asked: date) -> bool:
    days = [one for one in (listing.decided_on, listing.published_on, listing.starts_on) if one]
    return bool(days) and min(days) < asked and known_from(ctx, listing)


def _running(ctx: Context, application: Application) -> Listing | None:
    """Return the coverage of the indication that runs, other than that which the file renews."""
    running = (
        one
        for one in _same_indication(ctx, application)
        if not ctx.clock.happened(one.ended_on)
        and not (one.ends_on and ctx.clock.passed(one.ends_on))
        and not (one.list == "pecan" == family(application))
    )
    return next(running, None)


def _coverage(ctx: Context, application: Application) -> Answer | None:
    running = _running(ctx, application)
    if running:
        return running.list
    if _same_indication(ctx, application):
        return "past"
    return "never" if ctx.keeps("listing") else None


def _early_before(ctx: Context, application: Application) -> Answer | None:
    """Return what became of an early coverage of the indication; None where the ground is not recorded."""
    if any(one.list == "pecan" for one in _same_indication(ctx, application)):
        return "given"
    refusals = _refusals(ctx, application)
    if any(one.refused_for_studies is False for one in refusals):
        return "refused_otherwise"
    if any(one.refused_for_studies is None for one in refusals):
        return None
    return "refused_on_studies" if refusals else "never"


def _refusals(ctx: Context, application: Application) -> list[Application]:
    return [
        one
        for one in ctx.device.cnedimts.applications
        if one.key != application.key
        and one.procedure == "pecan"
        and one.indication == application.indication
        and outcome(ctx, one) == "refused"
    ]


def _transitional_before(ctx: Context, application: Application) -> bool:
    """Return whether a transitional coverage of the indication is known to have been ended or refused."""
    ended = any(
        one.list == "pect"
        and one.ended_reason not in {None, "suspended"}
        and ctx.clock.happened(one.ended_on)
        for one in _same_indication(ctx, application)
    )
    return ended or any(
        one.key != application.key
        and one.procedure == "pect"
        and one.indication == application.indication
        and outcome(ctx, one) == "refused"
        for one in ctx.device.cnedimts.applications
    )
