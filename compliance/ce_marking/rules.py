"""Rules of the CE marking: may the device be placed on the market, until when, and what is due.

MDR (Regulation (EU) 2017/745), IVDR (Regulation (EU) 2017/746), EUDAMED, caps of notified bodies.
"""

from dataclasses import replace
from datetime import date

from compliance.ce_marking import (
    certificate_rules,
    classification_rules,
    declaration_rules,
    legacy_rules,
    notified_body_rules,
    registration_rules,
    report_rules,
    surveillance_rules,
    vigilance_rules,
)
from compliance.law.context import Context
from compliance.law.facts.ce_marking import Classification
from compliance.law.questions import current_classification, needs_notified_body
from compliance.law.text import gettext_noop, text
from compliance.law.types import Reason, TrackStatus

ROUTE = "mdr.conformity_route"


def assess(ctx: Context) -> TrackStatus:
    """Return where the CE marking stands."""
    classification = current_classification(ctx)
    certified = certificate_rules.assess(ctx)
    legacy = None if certified else legacy_rules.assess(ctx, classification)
    classification_rules.check(ctx, classification)
    if certified:
        declaration_rules.check(ctx)
    surveillance_rules.put(ctx, classification, certified)
    report_rules.put(ctx, classification, certified, legacy)
    vigilance_rules.put(ctx)
    registration_rules.put(ctx)
    notified_body_rules.put(ctx, classification)
    return _with_overdue(ctx, certified or legacy or _without_certificate(ctx, classification))


def _without_certificate(ctx: Context, classification: Classification | None) -> TrackStatus:
    if classification and not needs_notified_body(classification.device_class):
        return _self_declared(ctx, classification)
    applied = _application(ctx)
    if applied:
        return applied
    if classification is None:
        return _unclassified(ctx)
    message = gettext_noop("Class %(device_class)s needs a notified body, and no certificate is recorded.")
    return _not_there_yet(ctx, classification, message)


def _self_declared(ctx: Context, classification: Classification) -> TrackStatus:
    """Without notified body the declaration of conformity decides (MDR Art. 52(7), IVDR Art. 48(10))."""
    declared = declaration_rules.declared(ctx, classification.regulation)
    if not declared:
        message = gettext_noop(
            "Class %(device_class)s needs no notified body, and no EU declaration of conformity is recorded."
        )
        return _not_there_yet(ctx, classification, message)
    known = [one for one in declared if one.signed_on]
    first = min(known, key=lambda one: (one.signed_on, one.key)) if known else declared[0]
    message = gettext_noop("Class %(device_class)s: the manufacturer declares conformity, no notified body.")
    reason = ctx.reason(
        text(message, device_class=classification.device_class),
        rule=declaration_rules.DECLARATION,
        fact=f"ce_marking.declarations[{first.key}]",
    )
    return TrackStatus("valid", "self_declared", (reason,), since=first.signed_on)


def _application(ctx: Context) -> TrackStatus | None:
    """Return where the latest application to a notified body stands, or None when there is none."""
    lodged = [
        one
        for one in ctx.device.ce_marking.applications
        if one.received_on is None or ctx.clock.reached(one.received_on)
    ]
    if not lodged:
        return None
    latest = max(lodged, key=lambda one: (one.received_on or date.min, one.key))
    fact = f"ce_marking.applications[{latest.key}]"
    if notified_body_rules.is_open(ctx, latest):
        reason = ctx.reason(text(gettext_noop("A notified body has the application.")), rule=ROUTE, fact=fact)
        return TrackStatus("in_progress", "nb_applied", (reason,), since=latest.received_on)
    if latest.outcome == "refused":
        reason = ctx.reason(
            text(gettext_noop("The notified body refused the application.")), rule=ROUTE, fact=fact
        )
        return TrackStatus("refused", "nb_refused", (reason,), since=latest.decided_on)
    return None


def _unclassified(ctx: Context) -> TrackStatus:
    reason = ctx.reason(text(gettext_noop("No class under the MDR or the IVDR is recorded.")), rule=ROUTE)
    if ctx.keeps("ce_marking"):
        return TrackStatus("not_started", "draft", (reason,))
    return TrackStatus("unknown", "unknown", (reason,))


def _not_there_yet(ctx: Context, classification: Classification, message: str) -> TrackStatus:
    """The class is known, what follows is not: a gap in a whole record, unknown in any other."""
    reason = ctx.reason(
        text(message, device_class=classification.device_class),
        rule=ROUTE,
        fact=f"ce_marking.classifications[{classification.key}]",
    )
    if ctx.keeps("ce_marking"):
        return TrackStatus("in_progress", "draft", (reason,))
    return TrackStatus("unknown", "class_only", (reason,))


def _with_overdue(ctx: Context, status: TrackStatus) -> TrackStatus:
    """A valid marking with an obligation overdue asks for attention: the maker's, or its yearly audit."""
    late = [
        one
        for one in ctx.deadlines
        if one.track == "ce_marking"
        and one.state == "overdue"
        and (one.obliged != "notified_body" or one.rule == surveillance_rules.AUDIT)
    ]
    if status.status != "valid" or not late:
        return status
    message = gettext_noop("Overdue since %(day)s.")
    reasons = tuple(
        Reason(text(message, day=one.rolled), one.trigger_fact, one.rule, one.citation, one.certainty)
        for one in late
    )
    return replace(status, status="attention", reasons=status.reasons + reasons)
