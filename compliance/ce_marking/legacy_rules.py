"""Devices of the directives in transition: MDR Art. 120 (Reg. 2023/607), IVDR Art. 110 (Reg. 2024/1860)."""

from datetime import date

from compliance.ce_marking.legacy_condition_rules import (
    Conditions,
    Regime,
    directive_certificates,
    judge,
    regime_of,
)
from compliance.ce_marking.registration_rules import needs_new_udi_di
from compliance.law.context import Context
from compliance.law.facts.ce_marking import Classification, LegacyDevice
from compliance.law.questions import fixed_date
from compliance.law.text import gettext_noop, text
from compliance.law.types import TrackStatus


def assess(ctx: Context, classification: Classification | None) -> TrackStatus | None:
    """Put the end of the transition on the bench and return where the device stands; None if not claimed."""
    claimed = ctx.device.ce_marking.legacy
    if not claimed:
        return None
    statuses = [_assess(ctx, one, classification) for one in claimed]
    return next((one for one in statuses if one.status == "valid"), statuses[0])


def _assess(ctx: Context, legacy: LegacyDevice, classification: Classification | None) -> TrackStatus:
    fact, regime = f"ce_marking.legacy[{legacy.key}]", regime_of(legacy, classification)
    outside = _outside(ctx, legacy, regime, fact)
    if outside:
        return outside
    conditions = judge(ctx, legacy, regime)
    if conditions.failed:
        return _lost(ctx, fact, conditions)
    rule = _end_rule(legacy, regime, classification)
    if rule is None:
        message = gettext_noop("The end of the transition depends on the class, which is not recorded.")
        return TrackStatus("unknown", "legacy", (ctx.reason(text(message), fact=fact),))
    deadline = ctx.fixed(rule, fact=fact, n=legacy.key)
    end = deadline.strict if deadline else None
    printed = _printed_end(ctx, legacy, regime)
    if printed and (end is None or printed < end):
        rule, end = regime.rule("certificate_validity"), printed
        ctx.until(rule, printed, fact=fact, n=legacy.key)
    if end and ctx.clock.passed(end):
        message = gettext_noop("The transition ended on %(end)s.")
        return TrackStatus(
            "expired", "legacy_ended", (ctx.reason(text(message, end=end), rule=rule, fact=fact),), until=end
        )
    _find_changes(ctx, fact)
    return _running(ctx, fact, rule, end, conditions)


def _outside(ctx: Context, legacy: LegacyDevice, regime: Regime, fact: str) -> TrackStatus | None:
    """Return the status of a device that its route does not cover, None for any other.

    Route 3b rests on a declaration drawn up in time, route 3a on a certificate of the directive: where the
    record is whole and holds none, there is none.
    """
    rule = regime.rule("doc_cutoff")
    cutoff, declared = fixed_date(ctx, rule), legacy.declaration_on
    if legacy.route == "3b" and cutoff and declared and declared >= cutoff:
        message = gettext_noop(
            "No legacy device: the declaration of %(declared)s was not drawn up before %(day)s."
        )
        reason = ctx.reason(text(message, declared=declared, day=cutoff), rule=rule, fact=fact)
    elif legacy.route == "3a" and ctx.keeps("ce_marking") and not directive_certificates(ctx, regime):
        message = gettext_noop("No legacy device: route 3a rests on a certificate of the directive.")
        reason = ctx.reason(text(message), rule=regime.rule("certificate_in_force"), fact=fact)
    else:
        return None
    ctx.find("not_a_legacy_device", "ce_marking", "blocker", reason)
    return TrackStatus("expired", "legacy_lost", (reason,))


def _end_rule(legacy: LegacyDevice, regime: Regime, classification: Classification | None) -> str | None:
    """Return the rule of the end: the class under the new regulation decides, not that of the directive.

    For an in vitro device with a certificate no class does (IVDR Art. 110(3a)).
    """
    if regime.text == "ivdr":
        suffix = "certificate" if legacy.route == "3a" else regime.group
        return regime.rule(f"end_{suffix}") if suffix else None
    if legacy.route == "3b":
        return "mdr.legacy_end_3b"
    if classification is None:
        return None
    if classification.device_class == "III":
        return "mdr.legacy_end_class_iii_iib_implantable"
    if classification.device_class == "IIb" and classification.implantable is not False:
        return _implant_rule(classification)
    return "mdr.legacy_end_other"


def _implant_rule(classification: Classification) -> str | None:
    """Return the rule of a class IIb device that is or may be an implant; None where an answer is missing."""
    if classification.well_established:
        return "mdr.legacy_end_other"
    if classification.implantable is None:
        return None
    return "mdr.legacy_end_class_iii_iib_implantable"


def _printed_end(ctx: Context, legacy: LegacyDevice, regime: Regime) -> date | None:
    """Return the printed end that bounds the transition, None where a certificate outlives its own."""
    validity = ctx.value(regime.rule("certificate_validity"))
    if legacy.route != "3a" or validity is None or validity.value != "printed_end":
        return None
    ends = [one.printed_end for one in directive_certificates(ctx, regime) if one.printed_end]
    return max(ends, default=None)


def _lost(ctx: Context, fact: str, conditions: Conditions) -> TrackStatus:
    message = gettext_noop("A condition of the transition is not met.")
    reasons = tuple(ctx.reason(text(message), rule=rule, fact=fact) for rule in conditions.failed)
    values = {"failed": ", ".join(conditions.failed)}
    ctx.find("legacy_conditions_not_met", "ce_marking", "blocker", reasons[0], values)
    return TrackStatus("expired", "legacy_lost", reasons)


def _running(ctx: Context, fact: str, rule: str, end: date | None, conditions: Conditions) -> TrackStatus:
    if end is None:
        message = gettext_noop("No text known on this date gives the end of the transition.")
        return TrackStatus("unknown", "legacy", (ctx.reason(text(message), rule=rule, fact=fact),))
    message = gettext_noop("The transition ends on %(end)s.")
    reason = ctx.reason(text(message, end=end), rule=rule, fact=fact)
    if not conditions.unanswered:
        return TrackStatus("valid", "legacy", (reason,), until=end)
    missing = gettext_noop("Nothing recorded shows that this condition of the transition is met.")
    open_points = tuple(ctx.reason(text(missing), rule=one, fact=fact) for one in conditions.unanswered)
    values = {"unanswered": ", ".join(conditions.unanswered)}
    ctx.find("legacy_evidence_missing", "ce_marking", "attention", open_points[0], values)
    return TrackStatus("unknown", "legacy", (reason, *open_points), until=end)


def _find_changes(ctx: Context, fact: str) -> None:
    """A version that takes a new UDI-DI may be a significant change: ask the question."""
    for version in ctx.device.versions:
        if version.changes and needs_new_udi_di(version):
            message = gettext_noop("Is version %(number)s a significant change of the legacy device?")
            reason = ctx.reason(
                text(message, number=version.number), rule="mdr.legacy_no_significant_change", fact=fact
            )
            ctx.find(
                "significant_change_to_assess", "ce_marking", "attention", reason, {"version": version.key}
            )
