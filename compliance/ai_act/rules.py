"""Rules of the AI Act: the tier of each system, since when it binds, and what is missing.

Regulation (EU) 2024/1689 as amended by Regulation (EU) 2026/1744.
"""

from dataclasses import replace
from datetime import date

from compliance.ai_act import (
    certificate_rules,
    deployer_rules,
    fine_rules,
    incident_rules,
    market_rules,
    modification_rules,
    provider_rules,
)
from compliance.ai_act.tier_rules import SEVERITY, Tier, classify, marking_rule
from compliance.law.context import Context
from compliance.law.facts.ai_act import Duty
from compliance.law.questions import fixed_date
from compliance.law.text import Text, gettext_noop, text
from compliance.law.types import Level, Status, TrackStatus

# What a high-risk system asks of its provider (Art. 16), in the order in which it gets ready for the market,
# and the stage reached once all of it is there.
_STAGES: tuple[tuple[str, tuple[Duty, ...]], ...] = (
    (
        "requirements_met",
        (
            "risk_management",
            "data_governance",
            "technical_documentation",
            "logging",
            "instructions_for_use",
            "human_oversight",
            "accuracy_robustness_cybersecurity",
        ),
    ),
    ("quality_system_in_place", ("quality_management",)),
    ("conformity_assessed", ("conformity_assessment",)),
    ("declaration_signed", ("declaration_of_conformity",)),
    ("marked", ("ce_marking_affixed", "provider_identification", "accessibility")),
    ("registered", ("registration",)),
)
_HIGH_RISK: tuple[Duty, ...] = (
    *(duty for _, duties in _STAGES for duty in duties if duty != "registration"),
    "post_market_monitoring",
)
_RETENTION = frozenset({"mdr.doc_retention", "mdr.doc_retention_implantable", "aia.doc_retention"})


def assess(ctx: Context) -> TrackStatus:
    """Return where the AI Act stands: the most demanding tier among the systems of the device."""
    tiers = [classify(ctx, system) for system in ctx.device.ai_act.systems]
    if ctx.value("aia.qualification") is None:
        deployer_rules.put_patient_duties(ctx, tiers)
        message = gettext_noop("The AI Act is not in force on this date.")
        return TrackStatus("not_applicable", "not_in_force", (ctx.reason(text(message)),))
    for tier in tiers:
        provider_rules.put(ctx, tier)
        market_rules.put(ctx, tier)
    certificate_rules.put(ctx)
    modification_rules.put(ctx, tiers)
    market_rules.find_representative(ctx, tiers)
    provider_rules.put_milestones(ctx, tiers)
    scope = deployer_rules.scope_date(ctx, tiers)
    deployer_rules.put(ctx, tiers, scope)
    incident_rules.put(ctx, tiers, scope)
    market_rules.find_corrective_actions(ctx, scope)
    _find_retention(ctx)
    _find_literacy(ctx, tiers)
    if not tiers:
        return _unqualified(ctx)
    if any(tier.state != "not_ai" for tier in tiers):
        fine_rules.put(ctx)
    worst = min(tiers, key=lambda tier: (SEVERITY.index(tier.state), tier.system.key))
    return _status(ctx, worst)


def _unqualified(ctx: Context) -> TrackStatus:
    message = gettext_noop("Whether the device is or holds an AI system is not recorded.")
    reason = ctx.reason(text(message), rule="aia.qualification")
    if ctx.keeps("ai_act"):
        return TrackStatus("not_started", "unqualified", (reason,))
    return TrackStatus("unknown", "unknown", (reason,))


def _status(ctx: Context, tier: Tier) -> TrackStatus:
    reason = ctx.reason(_words(tier), rule=tier.rule, fact=tier.fact)
    if tier.state == "not_ai":
        return TrackStatus("not_applicable", tier.state, (reason,))
    if tier.state == "prohibited":
        return TrackStatus("refused", tier.state, (reason,), since=tier.applies)
    if tier.state == "not_yet_prohibited":
        return TrackStatus("attention", tier.state, (reason,), until=tier.applies)
    if tier.state == "unknown":
        return TrackStatus("unknown", tier.state, (reason,))
    until = tier.applies if tier.state == "exempt_until_2030" else None
    return _by_evidence(ctx, tier, TrackStatus("valid", tier.state, (reason,), until=until))


def _by_evidence(ctx: Context, tier: Tier, complete: TrackStatus) -> TrackStatus:
    """Return the status by the evidence: a gap counts once its duty binds and the record is whole."""
    met = {one.duty for one in ctx.device.ai_act.evidence if ctx.clock.reached(one.met_on)}
    missing = {duty: binds for duty, binds in _required(ctx, tier).items() if duty not in met}
    if not missing:
        return complete
    due = [binds is None or ctx.clock.reached(binds) for binds in missing.values()]
    known_gap = any(due) and ctx.keeps("ai_act")
    message = gettext_noop("No evidence is recorded of: %(duties)s.")
    gap = ctx.reason(text(message, duties=tuple(missing)), rule=_gap_rule(tier), fact="ai_act.evidence")
    level: Level = "attention" if known_gap else "info"
    values = {"missing": ", ".join(missing)}
    if tier.is_high_risk:
        values["stage"] = _stage(frozenset(missing))
    ctx.find("duties_without_evidence", "ai_act", level, gap, values)
    status: Status = "in_progress"
    if any(due):
        status = "attention" if known_gap else "unknown"
    return replace(complete, status=status, reasons=(*complete.reasons, gap))


def _gap_rule(tier: Tier) -> str:
    if tier.is_high_risk:
        return "aia.requirements"
    return "aia.article_6_3" if tier.state == "annex_iii_exempt_6_3" else "aia.transparency_50"


def _stage(missing: frozenset[Duty]) -> str:
    """Return the last stage reached on the way to the market, by what is missing of each."""
    reached = "gap_analysis"
    for stage, duties in _STAGES:
        if missing.intersection(duties):
            break
        reached = stage
    return reached


def _required(ctx: Context, tier: Tier) -> dict[Duty, date | None]:
    """Return the duties of the provider of which evidence is kept, each with the day from which it binds."""
    required: dict[Duty, date | None] = {}
    if tier.system.role == "deployer":
        return required
    if tier.is_high_risk:
        required = dict.fromkeys(_HIGH_RISK, tier.applies)
        if market_rules.registers(tier):
            required["registration"] = tier.applies
        if market_rules.third_country(ctx):
            required["authorised_representative"] = tier.applies
    if tier.state == "annex_iii_exempt_6_3" and not market_rules.placed_before(tier.system, tier.applies):
        required = {"article_6_3_assessment": tier.applies, "registration": tier.applies}
    if tier.system.interacts_with_persons:
        required["transparency_50_1"] = fixed_date(ctx, "aia.general_application")
    if tier.system.generates_content:
        rule = marking_rule(ctx, tier.system)
        required["marking_50_2"] = fixed_date(ctx, rule) if rule else None
    return required


def _words(tier: Tier) -> Text:
    if tier.unanswered:
        message = gettext_noop("The tier stays unknown until these questions are answered: %(questions)s.")
        return text(message, questions=tier.unanswered)
    if tier.is_high_risk and tier.applies:
        return text(gettext_noop("High-risk AI system: its duties apply from %(day)s."), day=tier.applies)
    if tier.state == "exempt_until_2030" and tier.applies:
        message = gettext_noop(
            "Already on the market and intended for public authorities: to comply by %(day)s."
        )
        return text(message, day=tier.applies)
    if tier.state in {"prohibited", "not_yet_prohibited"} and tier.applies:
        return text(gettext_noop("This practice is prohibited from %(day)s."), day=tier.applies)
    return text(_MESSAGES.get(tier.state, _UNDATED))


_UNDATED = gettext_noop("No known text says since when the duties of this system apply.")
_MESSAGES = {
    "not_ai": gettext_noop("The device is no AI system."),
    "exempt_111_2": gettext_noop(
        "Type and model already on the market: high-risk duties bind after a significant change in design."
    ),
    "annex_i_section_b": gettext_noop(
        "Product of Annex I Section B: the duties of high-risk systems do not apply to it directly."
    ),
    "annex_iii_exempt_6_3": gettext_noop("In Annex III, but without significant risk (Article 6(3))."),
    "transparency_50": gettext_noop("Persons are to be told of the AI, or its content marked (Article 50)."),
    "minimal": gettext_noop("Neither high-risk nor under Article 50: only AI literacy is asked for."),
}


def _find_literacy(ctx: Context, tiers: list[Tier]) -> None:
    """Say once for the device that nothing shows what is done for AI literacy, asked of every system."""
    shown = any(
        one.duty == "literacy" and ctx.clock.reached(one.met_on) for one in ctx.device.ai_act.evidence
    )
    asked = next((tier for tier in tiers if tier.state not in {"not_ai", "unknown"}), None)
    if asked and not shown and ctx.value("aia.literacy"):
        message = gettext_noop("No evidence is recorded of the measures for AI literacy.")
        reason = ctx.reason(text(message), rule="aia.literacy", fact="ai_act.evidence")
        ctx.find("literacy_without_evidence", "ai_act", "info", reason)


def _find_retention(ctx: Context) -> None:
    """Two retentions of one documentation: the later end is kept (MDR Art. 10(8), AI Act Art. 18(1))."""
    ends: dict[str, date] = {}
    for one in ctx.deadlines:
        if one.rule in _RETENTION:
            ends[one.rule] = max(one.strict, ends.get(one.rule, one.strict))
    if "aia.doc_retention" in ends and len(ends) > 1:
        end = max(ends.values())
        message = gettext_noop("The documentation is kept until the later end: %(end)s.")
        reason = ctx.reason(text(message, end=end), rule="aia.doc_retention")
        ctx.find("keep_until_later_date", "ai_act", "info", reason, {"keep_until": end.isoformat()})
