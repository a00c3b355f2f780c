"""Surveillance after placing on the market: audits, periodic reports, retention, importer, supply."""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.ce_marking import (
    AuditKind,
    Classification,
    DeviceClass,
    MarketPresence,
    ReportKind,
    SupplyInterruption,
)
from compliance.law.text import gettext_noop, text
from compliance.law.types import Level, TrackStatus

AUDIT = "mdr.surveillance_audit"
_PSUR_RULES: dict[DeviceClass, str] = {
    "IIa": "mdr.psur_class_iia",
    "IIb": "mdr.psur_class_iib",
    "III": "mdr.psur_class_iii",
    "C": "ivdr.psur_class_c_d",
    "D": "ivdr.psur_class_c_d",
}
_YEARLY_AUDITS: frozenset[AuditKind] = frozenset({"initial", "surveillance", "recertification"})
_ENDED = frozenset({"certificate_expired", "certificate_withdrawn"})


def put(ctx: Context, classification: Classification | None, certified: TrackStatus | None) -> None:
    """Put the deadlines of the surveillance on the bench."""
    if certified is None or certified.state not in _ENDED:
        _put_audits(ctx)
    if classification:
        _put_reports(ctx, classification, certified)
    implantable = bool(classification and classification.implantable)
    for presence in ctx.device.ce_marking.market:
        _put_market(ctx, presence, implantable)
    for interruption in ctx.device.ce_marking.supply_interruptions:
        _put_supply(ctx, interruption)


def _put_audits(ctx: Context) -> None:
    """The last audit of the yearly cycle starts the next twelve months; an unannounced one does not."""
    for rule, kinds in (
        (AUDIT, _YEARLY_AUDITS),
        ("mdr.unannounced_audit", frozenset({"unannounced"})),
    ):
        held = [
            one
            for one in ctx.device.ce_marking.audits
            if one.kind in kinds and ctx.clock.reached(one.held_on)
        ]
        if held:
            last = max(held, key=lambda one: (one.held_on, one.key))
            ctx.deadline(rule, trigger=last.held_on, fact=f"ce_marking.audits[{last.key}]")


def _put_reports(ctx: Context, classification: Classification, certified: TrackStatus | None) -> None:
    device_class = classification.device_class
    rule = _PSUR_RULES.get(device_class)
    if rule:
        _put_report(ctx, rule, "psur", certified)
    else:
        message = gettext_noop(
            "The surveillance report of class %(device_class)s has no legal date: updated when necessary."
        )
        fact = f"ce_marking.classifications[{classification.key}]"
        reason = ctx.reason(text(message, device_class=device_class), rule="mdr.pmsr_class_i", fact=fact)
        ctx.find("no_legal_period", "ce_marking", "info", reason, {"class": device_class})
    if classification.regulation == "MDR" and (device_class == "III" or classification.implantable):
        _put_report(ctx, "mdr.pmcf_report_class_iii_implantable", "pmcf", certified)


def _put_report(ctx: Context, rule: str, kind: ReportKind, certified: TrackStatus | None) -> None:
    issued = [
        one for one in ctx.device.ce_marking.reports if one.kind == kind and ctx.clock.reached(one.issued_on)
    ]
    if issued:
        last = max(issued, key=lambda one: (one.issued_on, one.key))
        ctx.deadline(rule, trigger=last.issued_on, fact=f"ce_marking.reports[{last.key}]")
    elif certified and certified.since and ctx.keeps("ce_marking"):
        _find_no_report(ctx, rule, certified.since)


def _find_no_report(ctx: Context, rule: str, since: date) -> None:
    """The start of the first period is set by a guidance that was not read: a remark, not a deadline."""
    due = ctx.last_day(rule, since)
    if due:
        message = gettext_noop(
            "No report is recorded; counted from the certificate, the first is due by %(day)s."
        )
        reason = ctx.reason(text(message, day=due), rule=rule, fact="ce_marking.reports")
        level: Level = "attention" if ctx.clock.passed(due) else "info"
        values = {"rule": rule, "first_due": due.isoformat()}
        ctx.find("no_report_recorded", "ce_marking", level, reason, values)


def _put_market(ctx: Context, presence: MarketPresence, implantable: bool) -> None:
    fact = f"ce_marking.market[{presence.key}]"
    if ctx.clock.happened(presence.last_placed_on):
        rule = "mdr.doc_retention_implantable" if implantable else "mdr.doc_retention"
        ctx.deadline(rule, trigger=presence.last_placed_on, fact=fact)
    if ctx.clock.happened(presence.importer_placed_on):
        ctx.deadline(
            "mdr.importer_check",
            trigger=presence.importer_placed_on,
            fact=fact,
            met_on=presence.importer_checked_on,
        )


def _put_supply(ctx: Context, interruption: SupplyInterruption) -> None:
    """Notice is due unless an answer rules it out; an open question does not."""
    fact = f"ce_marking.supply_interruptions[{interruption.key}]"
    rule = "mdr.supply_interruption_notice"
    if interruption.serious_harm_foreseeable is False or interruption.custom_made:
        message = gettext_noop("No notice of the interruption planned on %(day)s is required.")
        reason = ctx.reason(text(message, day=interruption.planned_on), rule=rule, fact=fact)
        ctx.find("no_notice_required", "ce_marking", "info", reason)
        return
    if interruption.exceptional_circumstances:
        message = gettext_noop(
            "Exceptional circumstances lift the six months: notice is given without undue delay."
        )
        reason = ctx.reason(text(message), rule=rule, fact=fact)
        ctx.find("notice_without_delay", "ce_marking", "attention", reason)
        return
    if interruption.serious_harm_foreseeable is None:
        message = gettext_noop("Whether the interruption could cause serious harm is not answered.")
        reason = ctx.reason(text(message), rule=rule, fact=fact)
        ctx.find("supply_notice_undecided", "ce_marking", "attention", reason)
    ctx.deadline(rule, trigger=interruption.planned_on, fact=fact, met_on=interruption.notified_on)
