"""Devices of the directives in transition: MDR Art. 120 (Reg. 2023/607), IVDR Art. 110 (Reg. 2024/1860)."""

from dataclasses import dataclass, field
from datetime import date

from compliance.ce_marking.registration_rules import needs_new_udi_di
from compliance.law.context import Context
from compliance.law.facts.ce_marking import Classification, LegacyDevice
from compliance.law.questions import fixed_date
from compliance.law.text import gettext_noop, text
from compliance.law.types import TrackStatus

_IVDR_GROUP = {"D": "class_d", "C": "class_c", "B": "class_b_a_sterile", "As": "class_b_a_sterile"}


@dataclass(slots=True)
class Conditions:
    """The conditions of the transition: those that failed, those that nothing recorded answers."""

    failed: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)


def assess(ctx: Context, classification: Classification | None) -> TrackStatus | None:
    """Put the end of the transition on the bench and return where the device stands; None if not claimed."""
    claimed = ctx.device.ce_marking.legacy
    if not claimed:
        return None
    statuses = [_assess(ctx, one, classification) for one in claimed]
    return next((one for one in statuses if one.status == "valid"), statuses[0])


def _assess(ctx: Context, legacy: LegacyDevice, classification: Classification | None) -> TrackStatus:
    fact = f"ce_marking.legacy[{legacy.key}]"
    ivdr = classification is not None and classification.regulation == "IVDR"
    outside = None if ivdr else _outside(ctx, legacy, fact)
    if outside:
        return outside
    conditions = _conditions(ctx, legacy, classification if ivdr else None)
    if conditions.failed:
        return _lost(ctx, fact, conditions)
    rule = _end_rule(legacy, classification)
    if rule is None:
        message = gettext_noop("The end of the transition depends on the class, which is not recorded.")
        return TrackStatus("unknown", "legacy", (ctx.reason(text(message), fact=fact),))
    deadline = ctx.fixed(rule, fact=fact, n=legacy.key)
    end = deadline.strict if deadline else None
    if end and ctx.clock.passed(end):
        message = gettext_noop("The transition ended on %(end)s.")
        return TrackStatus(
            "expired", "legacy_ended", (ctx.reason(text(message, end=end), rule=rule, fact=fact),), until=end
        )
    _find_missing_certificate(ctx, legacy, fact)
    _find_changes(ctx, fact)
    return _running(ctx, fact, rule, end, conditions)


def _outside(ctx: Context, legacy: LegacyDevice, fact: str) -> TrackStatus | None:
    """Return the status of a device that its route does not cover, None for any other.

    Route 3b rests on a declaration drawn up in time, route 3a on a certificate of the directive: where the
    record is whole and holds none, there is none.
    """
    rule = "mdr.legacy_doc_cutoff"
    cutoff, declared = fixed_date(ctx, rule), legacy.declaration_on
    if legacy.route == "3b" and cutoff and declared and declared >= cutoff:
        message = gettext_noop(
            "No legacy device: the declaration of %(declared)s was not drawn up before %(day)s."
        )
        reason = ctx.reason(text(message, declared=declared, day=cutoff), rule=rule, fact=fact)
    elif legacy.route == "3a" and ctx.keeps("ce_marking") and not _has_directive_certificate(ctx):
        message = gettext_noop("No legacy device: route 3a rests on a certificate of the directive.")
        reason = ctx.reason(text(message), rule="mdr.legacy_end_other", fact=fact)
    else:
        return None
    ctx.find("not_a_legacy_device", "ce_marking", "blocker", reason)
    return TrackStatus("expired", "legacy_lost", (reason,))


def _has_directive_certificate(ctx: Context) -> bool:
    directives = {"MDD", "AIMDD", "IVDD"}
    return any(one.regulation in directives for one in ctx.device.ce_marking.certificates)


def _conditions(ctx: Context, legacy: LegacyDevice, ivdr: Classification | None) -> Conditions:
    """Return which of the five conditions of Art. 120(3c) failed or are not answered.

    A day that is not recorded is unanswered; it failed where the owner keeps the whole record.
    """
    found = Conditions()
    if ivdr:
        group = _IVDR_GROUP.get(ivdr.device_class)
        limits = [(f"ivdr.legacy_application_{group}", legacy.application_on)] if group else []
    else:
        limits = [
            ("mdr.legacy_qms_cutoff", legacy.qms_in_place_on),
            ("mdr.legacy_application_cutoff", legacy.application_on),
            ("mdr.legacy_agreement_cutoff", legacy.agreement_on),
        ]
        if legacy.route == "3b" and legacy.declaration_on is None:
            found.unanswered.append("mdr.legacy_doc_cutoff")
    for rule, value, expected in (
        ("mdr.legacy_directive_compliance", legacy.complies_with_directive, True),
        ("mdr.legacy_no_unacceptable_risk", legacy.unacceptable_risk, False),
    ):
        if value is None:
            found.unanswered.append(rule)
        elif value is not expected:
            found.failed.append(rule)
    if ctx.clock.happened(legacy.significant_change_on):
        found.failed.append("mdr.legacy_no_significant_change")
    for rule, met_on in limits:
        _judge_limit(ctx, found, rule, met_on)
    return found


def _judge_limit(ctx: Context, found: Conditions, rule: str, met_on: date | None) -> None:
    cutoff = fixed_date(ctx, rule)
    if cutoff is None or (met_on is not None and met_on <= cutoff) or not ctx.clock.passed(cutoff):
        return
    if met_on is None and not ctx.keeps("ce_marking"):
        found.unanswered.append(rule)
    else:
        found.failed.append(rule)


def _end_rule(legacy: LegacyDevice, classification: Classification | None) -> str | None:
    """Return the rule of the end: the class under the new regulation decides, not that of the directive."""
    if classification is not None and classification.regulation == "IVDR":
        group = _IVDR_GROUP.get(classification.device_class)
        return f"ivdr.legacy_end_{group}" if group else None
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


def _find_missing_certificate(ctx: Context, legacy: LegacyDevice, fact: str) -> None:
    """Route 3a rests on a certificate of a directive: say so when none is recorded."""
    if legacy.route == "3a" and not _has_directive_certificate(ctx):
        message = gettext_noop("Route 3a rests on a certificate of the directive, and none is recorded.")
        reason = ctx.reason(text(message), rule="mdr.legacy_end_other", fact=fact)
        ctx.find("legacy_certificate_not_recorded", "ce_marking", "attention", reason)


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
