"""The tier of an AI system recorded: the decision table asked of its facts, with nothing put on the bench."""

import re
from dataclasses import dataclass, replace

from compliance.ai_act.tier_table import (
    AI_ACT,
    CHANGED,
    CUTOFF_RULES,
    IS_AI,
    PLACED,
    PRACTICE,
    PRACTICE_RULES,
    PUBLIC,
    PUBLIC_AUTHORITY,
    ROUTE_RULES,
    SEVERITY,
    THIRD_PARTY,
    Outcome,
    annex_i,
    is_product,
)
from compliance.law.context import Context
from compliance.law.decisions import Answer, Ask, MissingAnswer, Question
from compliance.law.facts.ai_act import AiSystem
from compliance.law.questions import current_classification, fixed_date, needs_notified_body

__all__ = [
    "CUTOFF_RULES",
    "PUBLIC_AUTHORITY",
    "ROUTE_RULES",
    "SEVERITY",
    "Tier",
    "classify",
    "marking_rule",
    "practice_of",
    "practice_rule",
]

_NEW_PRACTICE = re.compile(r"\((ba|bb)\)|5\(1[ab]\)")
# What facts leave out and what is not then presumed: a derogation not claimed is not had, a grace is for
# what is known to be on the market. The findings say which of them are not answered.
_NOT_PRESUMED = frozenset({"exempt_6_3", "profiles_persons", PUBLIC.key})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier(Outcome):
    """The tier of a system; ``unanswered`` are the questions that keep it unknown.

    ``product`` says whether it is the device or a safety component of it (Art. 6(1)(a)), None if unknown.
    """

    system: AiSystem
    product: bool | None = None
    unanswered: tuple[str, ...] = ()

    @property
    def is_high_risk(self) -> bool:
        """Return whether the high-risk duties bind it, now or from ``applies`` on."""
        return bool(self.routes) and self.applies is not None

    @property
    def fact(self) -> str:
        """Return the path of the system in the facts of the device."""
        return f"ai_act.systems[{self.system.key}]"


def classify(ctx: Context, system: AiSystem) -> Tier:
    """Return the tier of a system under the law of the date."""
    (product,) = _asking(ctx, system).known(is_product)
    try:
        found = AI_ACT.answer(_asking(ctx, system)).answer
    except MissingAnswer as refusal:
        return _unknown(ctx, system, product, refusal)
    if found.state == "transparency_50":
        applies = fixed_date(ctx, marking_rule(ctx, system) or "aia.marking_50_2_new")
        found = replace(found, applies=applies)
    return Tier(
        system=system,
        product=product,
        state=found.state,
        routes=found.routes,
        applies=found.applies,
        rule=found.rule,
        annex_i=found.annex_i,
        changed_since_cutoff=found.changed_since_cutoff,
    )


def _unknown(ctx: Context, system: AiSystem, product: bool | None, refusal: MissingAnswer) -> Tier:
    """Return the tier of a system that some unanswered questions keep unknown."""
    caught = None
    if IS_AI not in refusal.questions:
        (caught,) = _asking(ctx, system).known(annex_i)
    return Tier(
        system=system,
        product=product,
        state="unknown",
        rule=refusal.questions[0].rule,
        annex_i=caught,
        unanswered=tuple(one.key for one in refusal.questions),
    )


def _asking(ctx: Context, system: AiSystem) -> Ask:
    """Return a recorder that asks the facts of a system, where not all needs to be known."""

    def recorded(question: Question, rule: str) -> Answer | None:
        if question is IS_AI:
            return True if system.is_ai_system is None and _shows_ai(system) else system.is_ai_system
        if question is PRACTICE:
            return _practice_answer(system)
        if question is THIRD_PARTY:
            return notified_body(ctx, system)
        if question is PLACED:
            return _placed_before(ctx, system, rule)
        if question is CHANGED:
            return _changed_since(ctx, system, rule)
        answer: Answer | None = getattr(system, question.key)
        return bool(answer) if question.key in _NOT_PRESUMED else answer

    return Ask(ctx, recorded, partial=True)


def _practice_answer(system: AiSystem) -> Answer:
    """Return which points of Article 5 hold the practice recorded; one not recorded is none."""
    rules = {rule: answer for answer, rule in PRACTICE_RULES.items()}
    practice = practice_of(system)
    return rules[practice_rule(practice)] if practice else "none"


def _placed_before(ctx: Context, system: AiSystem, rule: str) -> bool:
    cutoff, placed = fixed_date(ctx, rule), system.first_unit_placed_on
    return bool(cutoff and placed and placed < cutoff and ctx.clock.reached(placed))


def _changed_since(ctx: Context, system: AiSystem, rule: str) -> bool:
    cutoff, changed = fixed_date(ctx, rule), system.significant_design_change_on
    return bool(cutoff and changed and changed >= cutoff and ctx.clock.reached(changed))


def _shows_ai(system: AiSystem) -> bool:
    """Return whether another answer presupposes an AI system."""
    return bool(
        system.is_the_device
        or system.safety_component
        or system.interacts_with_persons
        or system.generates_content
        or practice_of(system)
        or system.annex_iii not in {None, "none"}
    )


def practice_of(system: AiSystem) -> str:
    """Return the point of Article 5 recorded, empty where there is none."""
    practice = (system.prohibited_practice or "").strip()
    return "" if practice.lower() == "none" else practice


def practice_rule(practice: str) -> str:
    """Return the rule that dates a prohibition: points (ba) and (bb) came with Regulation 2026/1744."""
    return "aia.prohibitions_ba_bb" if _NEW_PRACTICE.search(practice) else "aia.chapters_1_2"


def marking_rule(ctx: Context, system: AiSystem) -> str | None:
    """Return the rule that dates the marking of generated content (Art. 50(2), 111(4)), None if unknown.

    The day of the first unit decides: before 2 August 2026 a system had until 2 December 2026.
    """
    placed, since = system.first_unit_placed_on, fixed_date(ctx, "aia.marking_50_2_new")
    if placed is None or since is None:
        return None
    return "aia.marking_50_2_new" if placed >= since else "aia.marking_50_2_existing"


def notified_body(ctx: Context, system: AiSystem) -> bool | None:
    """Return whether the product needs third-party assessment (Art. 6(1)(b)): as stated, else by class."""
    if system.notified_body_required is not None:
        return system.notified_body_required
    classification = current_classification(ctx)
    return needs_notified_body(classification.device_class) if classification else None
