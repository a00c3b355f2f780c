"""Periodic reports after placing on the market: which the class asks for, and when the next is due.

MDR Art. 32, 61(11), 85, 86; IVDR Art. 29, 56(6), 80, 81. A device in transition keeps the class it had
under the directive (MDCG 2021-25 Rev.1); an in vitro one had none (MDCG 2022-8).
"""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.ce_marking import Classification, DeviceClass, Report, ReportKind
from compliance.law.text import Text, gettext_noop, text
from compliance.law.types import Level, TrackStatus

_PSUR_RULES: dict[str, str] = {
    "IIa": "mdr.psur_class_iia",
    "IIb": "mdr.psur_class_iib",
    "III": "mdr.psur_class_iii",
    "C": "ivdr.psur_class_c_d",
    "D": "ivdr.psur_class_c_d",
}
_MDR_PSUR = frozenset(one for one in _PSUR_RULES.values() if one.startswith("mdr."))
_LEGACY_CLASS = "mdr.legacy_surveillance_class"
_FIRST_PSUR = "mdr.psur_first_period"
# Active implants of Directive 90/385/EEC count as class III (MDCG 2021-25 Rev.1, 3.1).
_DIRECTIVE_CLASSES: dict[str, DeviceClass] = {
    **{one: one for one in ("I", "Is", "Im", "IIa", "IIb", "III")},
    "AIMD": "III",
    "AIMDD": "III",
}


def put(
    ctx: Context,
    classification: Classification | None,
    certified: TrackStatus | None,
    legacy: TrackStatus | None,
) -> None:
    """Put the next report of each kind on the bench, or say that none has a legal date."""
    if classification is None:
        return
    device_class: str = classification.device_class
    if legacy and legacy.state == "legacy":
        if classification.regulation == "IVDR":
            _find_no_period(ctx, classification, device_class, _LEGACY_CLASS)
            return
        device_class = _class_under_directive(ctx) or device_class
    _put_psur(ctx, classification, device_class, certified)
    if classification.regulation == "IVDR" and device_class in {"C", "D"}:
        _put_report(ctx, "ivdr.performance_evaluation_report_class_c_d", "performance_evaluation", certified)
    if classification.regulation == "MDR" and (device_class == "III" or classification.implantable):
        _put_report(ctx, "mdr.pmcf_report_class_iii_implantable", "pmcf", certified)
    if certified:
        _check_summary(ctx, classification)


def _class_under_directive(ctx: Context) -> DeviceClass | None:
    """Return the class under the directive; a device of route 3b needed no notified body: class I.

    None, and a remark, where it is not recorded.
    """
    for legacy in ctx.device.ce_marking.legacy:
        recorded = _DIRECTIVE_CLASSES.get(legacy.directive_class.strip())
        if recorded or legacy.route == "3b":
            return recorded or "I"
    message = gettext_noop(
        "The reports of a device in transition follow its class under the directive, which is not recorded."
    )
    reason = ctx.reason(text(message), rule=_LEGACY_CLASS, fact="ce_marking.legacy")
    ctx.find("legacy_class_not_recorded", "ce_marking", "attention", reason)
    return None


def _put_psur(
    ctx: Context, classification: Classification, device_class: str, certified: TrackStatus | None
) -> None:
    rule = _PSUR_RULES.get(device_class)
    if rule:
        _put_report(ctx, rule, "psur", certified)
    else:
        _find_no_period(ctx, classification, device_class, "mdr.pmsr_class_i")


def _find_no_period(ctx: Context, classification: Classification, device_class: str, rule: str) -> None:
    message = gettext_noop(
        "The surveillance report of class %(device_class)s has no legal date: updated when necessary."
    )
    fact = f"ce_marking.classifications[{classification.key}]"
    reason = ctx.reason(text(message, device_class=device_class), rule=rule, fact=fact)
    ctx.find("no_legal_period", "ce_marking", "info", reason, {"class": device_class})


def _last(ctx: Context, kind: ReportKind) -> Report | None:
    issued = [
        one for one in ctx.device.ce_marking.reports if one.kind == kind and ctx.clock.reached(one.issued_on)
    ]
    return max(issued, key=lambda one: (one.issued_on, one.key), default=None)


def _put_report(ctx: Context, rule: str, kind: ReportKind, certified: TrackStatus | None) -> None:
    last = _last(ctx, kind)
    if last:
        ctx.deadline(rule, trigger=last.issued_on, fact=f"ce_marking.reports[{last.key}]")
    elif certified and ctx.keeps("ce_marking"):
        _find_no_report(ctx, rule, _first_certified_on(ctx))


def _first_certified_on(ctx: Context) -> date | None:
    """Return the day of the first certificate: a later one does not start the periods again."""
    days = [
        day
        for one in ctx.device.ce_marking.certificates
        if one.regulation in {"MDR", "IVDR"}
        and (day := one.starts_on or one.issued_on)
        and ctx.clock.reached(day)
    ]
    return min(days, default=None)


def _find_no_report(ctx: Context, rule: str, since: date | None) -> None:
    """The start of the first period stands in a guidance, not in the text: a remark, not a deadline."""
    due = ctx.last_day(rule, since)
    if due is None:
        return
    message = gettext_noop(
        "No report is recorded; counted from the certificate, the first is due by %(day)s."
    )
    shown = _FIRST_PSUR if rule in _MDR_PSUR else rule
    reason = ctx.reason(text(message, day=due), rule=shown, fact="ce_marking.reports")
    level: Level = "attention" if ctx.clock.passed(due) else "info"
    ctx.find("no_report_recorded", "ce_marking", level, reason, {"rule": rule, "first_due": due.isoformat()})


def _check_summary(ctx: Context, classification: Classification) -> None:
    """Check the summary of safety: there, and for the MDR not left a year without the question of an update.

    MDR Art. 61(11) asks for a yearly update "if indicated", IVDR Art. 56(6) for one "where necessary": no
    deadline can be computed.
    """
    if classification.regulation == "MDR":
        needed = classification.device_class == "III" or classification.implantable is True
        rule = "mdr.sscp"
    else:
        needed, rule = classification.device_class in {"C", "D"}, "ivdr.ssp"
    if not needed:
        return
    last = _last(ctx, "sscp")
    if last is None:
        if ctx.keeps("ce_marking"):
            message = gettext_noop("No summary of safety and performance is recorded.")
            _find_summary(ctx, "sscp_not_recorded", "attention", text(message), rule, "ce_marking.reports")
        return
    year = ctx.last_day("mdr.sscp_update", last.issued_on) if rule == "mdr.sscp" else None
    if year and ctx.clock.passed(year):
        message = gettext_noop(
            "The summary of %(day)s is more than a year old: it is updated where the follow-up indicates it."
        )
        words, fact = text(message, day=last.issued_on), f"ce_marking.reports[{last.key}]"
        _find_summary(ctx, "sscp_update_if_indicated", "info", words, "mdr.sscp_update", fact)


def _find_summary(ctx: Context, code: str, level: Level, words: Text, rule: str, fact: str) -> None:
    ctx.find(code, "ce_marking", level, ctx.reason(words, rule=rule, fact=fact))
