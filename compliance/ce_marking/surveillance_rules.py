"""Surveillance after placing on the market: audits, retention, importer, supply."""

from compliance.law.context import Context
from compliance.law.facts.ce_marking import (
    AuditKind,
    Classification,
    MarketPresence,
    SupplyInterruption,
)
from compliance.law.text import gettext_noop, text
from compliance.law.types import TrackStatus

AUDIT = "mdr.surveillance_audit"
_YEARLY_AUDITS: frozenset[AuditKind] = frozenset({"initial", "surveillance", "recertification"})
_ENDED = frozenset({"certificate_expired", "certificate_withdrawn"})


def put(ctx: Context, classification: Classification | None, certified: TrackStatus | None) -> None:
    """Put the deadlines of the surveillance on the bench."""
    if certified is None or certified.state not in _ENDED:
        _put_audits(ctx)
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
    """Notice is due unless an answer rules it out; an open question does not.

    An interruption foreseen before the text applies calls for none, even where it comes later (questions
    and answers of the Commission on Article 10a, no 1).
    """
    fact = f"ce_marking.supply_interruptions[{interruption.key}]"
    rule, anticipated = "mdr.supply_interruption_notice", interruption.anticipated_on
    if anticipated and ctx.value(rule, anticipated) is None:
        return
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
