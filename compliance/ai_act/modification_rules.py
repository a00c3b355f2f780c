"""Changes of a system after its conformity assessment: substantial or predetermined (Art. 43(4))."""

from datetime import date

from compliance.ai_act.tier_rules import Tier
from compliance.law.context import Context
from compliance.law.facts.ai_act import Modification
from compliance.law.questions import fixed_date
from compliance.law.text import gettext_noop, text

_SUBSTANTIAL = "aia.substantial_modification"


def put(ctx: Context, tiers: list[Tier]) -> None:
    """Say of each change made since the duties bind whether a new conformity assessment is needed."""
    bound = [tier.applies for tier in tiers if tier.is_high_risk and tier.applies]
    for one in ctx.device.ai_act.modifications:
        if bound and one.made_on >= min(bound) and ctx.clock.reached(one.made_on):
            _find(ctx, one)
    for tier in tiers:
        if tier.state == "exempt_111_2" and tier.rule:
            _find_design_question(ctx, tier, fixed_date(ctx, tier.rule))


def _find_design_question(ctx: Context, tier: Tier, cutoff: date | None) -> None:
    """Ask of a change made since the cut-off whether the design changed: no text defines it (Art. 111(2))."""
    if cutoff is None or tier.system.significant_design_change_on:
        return
    for one in ctx.device.ai_act.modifications:
        if one.predetermined or one.made_on < cutoff or not ctx.clock.reached(one.made_on):
            continue
        if one.affects_requirements is False and one.changes_intended_purpose is False:
            continue
        message = gettext_noop(
            "Whether the change of %(day)s is a significant change in design is not answered: it would end "
            "the grace of Article 111(2)."
        )
        fact = f"ai_act.modifications[{one.key}]"
        reason = ctx.reason(text(message, day=one.made_on), rule=tier.rule, fact=fact)
        ctx.find("design_change_unanswered", "ai_act", "attention", reason)


def _find(ctx: Context, change: Modification) -> None:
    fact = f"ai_act.modifications[{change.key}]"
    if change.predetermined:
        message = gettext_noop("The change was predetermined at the initial assessment: no new assessment.")
        reason = ctx.reason(text(message), rule="aia.predetermined_change", fact=fact)
        ctx.find("predetermined_change", "ai_act", "info", reason)
        return
    unanswered = _unanswered(change)
    if unanswered:
        message = gettext_noop("Whether the change is substantial waits for these answers: %(questions)s.")
        reason = ctx.reason(text(message, questions=unanswered), rule=_SUBSTANTIAL, fact=fact)
        ctx.find("modification_unanswered", "ai_act", "attention", reason)
    elif not (change.affects_requirements or change.changes_intended_purpose):
        message = gettext_noop("The change is not substantial: the conformity assessment made before stands.")
        reason = ctx.reason(text(message), rule=_SUBSTANTIAL, fact=fact)
        ctx.find("modification_not_substantial", "ai_act", "info", reason)
    elif ctx.clock.happened(change.assessed_on):
        message = gettext_noop(
            "Substantial modification of %(day)s: the new conformity assessment is recorded."
        )
        reason = ctx.reason(text(message, day=change.made_on), rule=_SUBSTANTIAL, fact=fact)
        ctx.find("substantial_modification_assessed", "ai_act", "info", reason)
    else:
        message = gettext_noop("Substantial modification of %(day)s: a new conformity assessment is needed.")
        reason = ctx.reason(text(message, day=change.made_on), rule=_SUBSTANTIAL, fact=fact)
        ctx.find("substantial_modification", "ai_act", "attention", reason)


def _unanswered(change: Modification) -> tuple[str, ...]:
    """Return the questions left open, once no answer given decides (Art. 3(23))."""
    effects = {
        "affects_requirements": change.affects_requirements,
        "changes_intended_purpose": change.changes_intended_purpose,
    }
    if any(effects.values()):
        return ("predetermined",) if change.predetermined is None else ()
    return tuple(name for name, answer in effects.items() if answer is None)
