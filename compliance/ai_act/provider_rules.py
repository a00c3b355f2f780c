"""What the tier asks of the provider: dates of application, marking, the derogation, milestones."""

from datetime import date

from compliance.ai_act.tier_rules import (
    PUBLIC_AUTHORITY,
    ROUTE_RULES,
    Tier,
    marking_rule,
    practice_of,
    practice_rule,
)
from compliance.law.context import Context
from compliance.law.questions import fixed_date
from compliance.law.text import gettext_noop, text

_MILESTONES = (
    "aia.nb_designation_application",
    "aia.pmm_guidance",
    "aia.guidelines_96_1_g",
    "aia.delegated_acts_2_13",
)


def put(ctx: Context, tier: Tier) -> None:
    """Put the deadlines and findings of a system on the bench."""
    _put_application(ctx, tier)
    if tier.system.generates_content and tier.state != "not_ai":
        _put_marking(ctx, tier)
    _find_derogation(ctx, tier)
    _find_notified_body(ctx, tier)


def put_milestones(ctx: Context, tiers: list[Tier]) -> None:
    """Put once for the device what others owe to the Annex I route: dates to know, nobody's duty here."""
    concerned = next((one for one in tiers if "annex_i" in one.routes and one.is_high_risk), None)
    if concerned:
        for rule in _MILESTONES:
            ctx.fixed(rule, fact=concerned.fact)


def _put_application(ctx: Context, tier: Tier) -> None:
    """Put the date from which the tier binds, and say when a published text will move it."""
    if tier.state in {"prohibited", "not_yet_prohibited"}:
        ctx.fixed(practice_rule(practice_of(tier.system)), fact=tier.fact, n=tier.system.key)
    if tier.rule and tier.is_high_risk:
        ctx.fixed(tier.rule, fact=tier.fact, n=tier.system.key)
    for route in tier.routes:
        _find_announced(ctx, tier, ROUTE_RULES[route])
    if len(tier.routes) == 2:
        message = gettext_noop("Article 6(1) and Annex III both apply: the earlier date is kept.")
        reason = ctx.reason(text(message), rule="aia.both_routes", fact=tier.fact)
        ctx.find("both_routes", "ai_act", "info", reason)
    if tier.changed_since_cutoff and tier.system.significant_design_change_on:
        changed = tier.system.significant_design_change_on
        message = gettext_noop(
            "The significant change in design of %(day)s ended the grace of Article 111(2)."
        )
        reason = ctx.reason(text(message, day=changed), rule=tier.rule, fact=tier.fact)
        ctx.find("in_scope_since_change", "ai_act", "attention", reason, {"since": changed.isoformat()})
    end = fixed_date(ctx, PUBLIC_AUTHORITY)
    if tier.state == "exempt_111_2" and tier.system.for_public_authority is None and end:
        message = gettext_noop(
            "Whether public authorities are to use it is not answered: the grace would end on %(day)s."
        )
        reason = ctx.reason(text(message, day=end), rule=PUBLIC_AUTHORITY, fact=tier.fact)
        ctx.find("public_authority_unanswered", "ai_act", "attention", reason)
    if tier.rule == PUBLIC_AUTHORITY:
        message = gettext_noop("Whether a public hospital is a public authority here is not settled.")
        reason = ctx.reason(text(message), rule=PUBLIC_AUTHORITY, fact=tier.fact)
        values = {"public_hospital_is_public_authority": "to_confirm"}
        ctx.find("public_authority_to_confirm", "ai_act", "info", reason, values)


def _find_announced(ctx: Context, tier: Tier, rule: str) -> None:
    later = ctx.announced(rule)
    if later is None or later.value is None:
        return
    message = gettext_noop("A published text moves this date to %(date)s from %(day)s on.")
    reason = ctx.reason(
        text(message, date=date.fromisoformat(later.value), day=later.applies), rule=rule, fact=tier.fact
    )
    values = {
        "rule": rule,
        "announced_date": later.value,
        "known_from": later.published.isoformat(),
        "valid_from": later.applies.isoformat(),
    }
    ctx.find("law_change_announced", "ai_act", "info", reason, values)


def _put_marking(ctx: Context, tier: Tier) -> None:
    rule = marking_rule(ctx, tier.system)
    if rule is None:
        message = gettext_noop(
            "The date of the marking depends on the first unit, whose day is not recorded."
        )
        reason = ctx.reason(text(message), rule="aia.transparency_50", fact=tier.fact)
        ctx.find("marking_date_unknown", "ai_act", "attention", reason)
        return
    _find_announced(ctx, tier, rule)
    marked = [
        one.met_on
        for one in ctx.device.ai_act.evidence
        if one.duty == "marking_50_2" and rule == "aia.marking_50_2_existing"
    ]
    ctx.fixed(rule, fact=tier.fact, met_on=min(marked, default=None), n=tier.system.key)


def _find_derogation(ctx: Context, tier: Tier) -> None:
    """Say what bars or weakens the derogation of Article 6(3) that is claimed."""
    system = tier.system
    if not system.exempt_6_3 or system.annex_iii in {None, "none"}:
        return
    if system.profiles_persons:
        message = gettext_noop("The system profiles persons: the derogation of Article 6(3) is closed to it.")
        reason = ctx.reason(text(message), rule="aia.article_6_3", fact=tier.fact)
        ctx.find("article_6_3_barred", "ai_act", "attention", reason)
    elif system.profiles_persons is None:
        message = gettext_noop(
            "Whether the system profiles persons is not answered: that would bar Article 6(3)."
        )
        reason = ctx.reason(text(message), rule="aia.article_6_3", fact=tier.fact)
        ctx.find("article_6_3_profiling_unanswered", "ai_act", "attention", reason)


def _find_notified_body(ctx: Context, tier: Tier) -> None:
    """Say that Article 6(1) does not catch the system, and what still applies to it."""
    if tier.annex_i is not False or tier.state in {"prohibited", "not_yet_prohibited"}:
        return
    message = gettext_noop(
        "Article 6(1) does not apply: no third-party assessment of the product is required."
    )
    reason = ctx.reason(text(message), rule="aia.article_6_1", fact=tier.fact)
    values = {"still_applies": "aia.literacy, aia.transparency_50"}
    ctx.find("not_high_risk_6_1", "ai_act", "info", reason, values)
