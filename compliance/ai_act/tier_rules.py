"""The tier of an AI system and since when it binds: the decision, with nothing put on the bench.

Order (AI Act): an AI system? a prohibited practice? Article 6(1) with Annex I through the need of a
notified body; Annex III with the derogation of Article 6(3); Article 50; else minimal.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from compliance.law.context import Context
from compliance.law.facts.ai_act import AiSystem
from compliance.law.questions import current_classification, fixed_date, needs_notified_body

Route = Literal["annex_i", "annex_iii"]
# From the most demanding: what stands for a device that holds several systems.
State = Literal[
    "prohibited",
    "not_yet_prohibited",
    "high_risk_both_routes",
    "high_risk_annex_iii",
    "high_risk_annex_i",
    "unknown",
    "exempt_until_2030",
    "exempt_111_2",
    "annex_iii_exempt_6_3",
    "transparency_50",
    "minimal",
    "not_ai",
]
SEVERITY: tuple[State, ...] = get_args(State)
ROUTE_RULES: dict[Route, str] = {
    "annex_i": "aia.high_risk_annex_i",
    "annex_iii": "aia.high_risk_annex_iii",
}
_HIGH_RISK_STATES: dict[Route, State] = {
    "annex_i": "high_risk_annex_i",
    "annex_iii": "high_risk_annex_iii",
}
PUBLIC_AUTHORITY = "aia.legacy_public_authority"
_CUTOFF_RULES: dict[Route, str] = {
    "annex_i": "aia.legacy_cutoff_annex_i",
    "annex_iii": "aia.legacy_cutoff_annex_iii",
}
_NEW_PRACTICE = re.compile(r"\((ba|bb)\)|5\(1[ab]\)")


@dataclass(frozen=True, slots=True)
class Tier:
    """The tier of a system. ``applies`` is the day from which its duties bind, ``rule`` what sets it.

    ``routes`` are those by which it is high-risk, exempt or not; ``unanswered`` the questions that keep
    the tier unknown; ``annex_i`` whether Article 6(1) catches it (None: not known).
    """

    system: AiSystem
    state: State
    routes: tuple[Route, ...] = ()
    applies: date | None = None
    rule: str | None = None
    annex_i: bool | None = None
    unanswered: tuple[str, ...] = ()
    changed_since_cutoff: bool = False

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
    if system.is_ai_system is False:
        return Tier(system, "not_ai", rule="aia.qualification")
    if system.is_ai_system is None and not _shows_ai(system):
        return Tier(system, "unknown", rule="aia.qualification", unanswered=("is_ai_system",))
    practice = _practice(ctx, system)
    if practice:
        return practice
    annex_i, annex_iii = _annex_i(ctx, system), _annex_iii(system)
    answers: dict[Route, bool | None] = {"annex_i": annex_i, "annex_iii": annex_iii}
    routes = tuple(route for route, caught in answers.items() if caught)
    if routes:
        return _high_risk(ctx, system, routes, annex_i)
    return _lower(ctx, system, annex_i, annex_iii)


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


def _practice(ctx: Context, system: AiSystem) -> Tier | None:
    practice = practice_of(system)
    if not practice:
        return None
    rule = practice_rule(practice)
    applies = fixed_date(ctx, rule)
    if applies is None:
        return None
    state: State = "prohibited" if ctx.clock.reached(applies) else "not_yet_prohibited"
    return Tier(system, state, applies=applies, rule=rule)


def marking_rule(ctx: Context, system: AiSystem) -> str | None:
    """Return the rule that dates the marking of generated content (Art. 50(2), 111(4)), None if unknown.

    The day of the first unit decides: before 2 August 2026 a system had until 2 December 2026.
    """
    placed, since = system.first_unit_placed_on, fixed_date(ctx, "aia.marking_50_2_new")
    if placed is None or since is None:
        return None
    return "aia.marking_50_2_new" if placed >= since else "aia.marking_50_2_existing"


def is_product(system: AiSystem) -> bool | None:
    """Return whether the system is the device or a safety component of it (Art. 6(1)(a)), None if unknown."""
    if system.is_the_device or system.safety_component:
        return True
    if system.is_the_device is False and system.safety_component is False:
        return False
    return None


def notified_body(ctx: Context, system: AiSystem) -> bool | None:
    """Return whether the product needs third-party assessment (Art. 6(1)(b)): as stated, else by class."""
    if system.notified_body_required is not None:
        return system.notified_body_required
    classification = current_classification(ctx)
    return needs_notified_body(classification.device_class) if classification else None


def _annex_i(ctx: Context, system: AiSystem) -> bool | None:
    product, assessed = is_product(system), notified_body(ctx, system)
    if product is False or assessed is False:
        return False
    return True if product and assessed else None


def _annex_iii(system: AiSystem) -> bool | None:
    """Return whether Annex III makes it high-risk; profiling of persons bars the derogation (Art. 6(3))."""
    if system.annex_iii is None:
        return None
    if system.annex_iii == "none":
        return False
    return not (system.exempt_6_3 and not system.profiles_persons)


def _high_risk(ctx: Context, system: AiSystem, routes: tuple[Route, ...], annex_i: bool | None) -> Tier:
    """Return the tier of a system caught by one or both routes: the earlier date binds (Art. 113)."""
    dates = [(fixed_date(ctx, ROUTE_RULES[route]), route) for route in routes]
    applies, deciding = min((day or date.max, route) for day, route in dates)
    state: State = "high_risk_both_routes" if len(routes) == 2 else _HIGH_RISK_STATES[deciding]
    known = None if applies == date.max else applies
    rule = ROUTE_RULES[deciding]
    cutoff = fixed_date(ctx, _CUTOFF_RULES[deciding])
    placed = system.first_unit_placed_on
    if cutoff is None or placed is None or placed >= cutoff or not ctx.clock.reached(placed):
        return Tier(system, state, routes, known, rule, annex_i)
    changed = system.significant_design_change_on
    if changed and changed >= cutoff and ctx.clock.reached(changed):
        return Tier(system, state, routes, known, rule, annex_i, changed_since_cutoff=True)
    if not system.for_public_authority:
        return Tier(system, "exempt_111_2", routes, None, _CUTOFF_RULES[deciding], annex_i)
    public = fixed_date(ctx, PUBLIC_AUTHORITY)
    if public and ctx.clock.reached(public):
        return Tier(system, state, routes, public, PUBLIC_AUTHORITY, annex_i)
    return Tier(system, "exempt_until_2030", routes, public, PUBLIC_AUTHORITY, annex_i)


def _lower(ctx: Context, system: AiSystem, annex_i: bool | None, annex_iii: bool | None) -> Tier:
    unanswered = []
    if annex_i is None:
        unanswered.append("notified_body_required" if is_product(system) else "is_the_device")
    if annex_iii is None:
        unanswered.append("annex_iii")
    if unanswered:
        return Tier(system, "unknown", annex_i=annex_i, unanswered=tuple(unanswered))
    if system.annex_iii not in {None, "none"}:
        applies = fixed_date(ctx, ROUTE_RULES["annex_iii"])
        return Tier(system, "annex_iii_exempt_6_3", (), applies, "aia.article_6_3", annex_i)
    transparency = (system.interacts_with_persons, system.generates_content)
    if any(transparency):
        applies = fixed_date(ctx, marking_rule(ctx, system) or "aia.marking_50_2_new")
        return Tier(system, "transparency_50", (), applies, "aia.transparency_50", annex_i)
    if None in transparency:
        names = ("interacts_with_persons", "generates_content")
        missing = tuple(name for name, answer in zip(names, transparency, strict=True) if answer is None)
        return Tier(system, "unknown", rule="aia.transparency_50", annex_i=annex_i, unanswered=missing)
    return Tier(system, "minimal", rule="aia.literacy", annex_i=annex_i)
