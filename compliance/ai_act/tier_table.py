"""The tier of an AI system as a decision table, in the order of the AI Act.

An AI system? A prohibited practice (Art. 5)? Article 6(1) with Annex I, through the need of a notified body;
Annex III with the derogation of Article 6(3); what was already on the market (Art. 111(2)); Article 50; else
minimal.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from compliance.law.decisions import Ask, Question, Table
from compliance.law.facts.ai_act import AnnexIII
from compliance.law.text import gettext_noop

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
    "annex_i_section_b",
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
CUTOFF_RULES: dict[Route, str] = {
    "annex_i": "aia.legacy_cutoff_annex_i",
    "annex_iii": "aia.legacy_cutoff_annex_iii",
}
PRACTICE_RULES = {"a_to_h": "aia.chapters_1_2", "ba_or_bb": "aia.prohibitions_ba_bb"}
PUBLIC_AUTHORITY = "aia.legacy_public_authority"
SECTION_B = "aia.section_b_products"

IS_AI = Question("is_ai_system", gettext_noop("Is the software an AI system?"), "aia.qualification")
PRACTICE = Question(
    "prohibited_practice",
    gettext_noop("Does it fall under a practice of Article 5(1): points (a) to (h), or (ba) and (bb)?"),
    "aia.chapters_1_2",
    ("none", *PRACTICE_RULES),
)
IS_DEVICE = Question(
    "is_the_device", gettext_noop("Is the AI system itself the medical device?"), "aia.article_6_1"
)
SAFETY = Question(
    "safety_component",
    gettext_noop("Is it a component of the device whose failure would endanger health or safety?"),
    "aia.article_6_1",
)
THIRD_PARTY = Question(
    "notified_body_required",
    gettext_noop("Must the device be assessed by a notified body, for its risks to health and safety?"),
    "aia.article_6_1",
)
ANNEX_III = Question(
    "annex_iii",
    gettext_noop("In which point of Annex III is its intended purpose?"),
    "aia.high_risk_annex_iii",
    get_args(AnnexIII),
)
EXEMPT = Question(
    "exempt_6_3",
    gettext_noop(
        "Is it without significant risk, as it does no more than a narrow procedural task, improve a human "
        "activity already done, detect deviations, or prepare an assessment?"
    ),
    "aia.article_6_3",
)
PROFILES = Question("profiles_persons", gettext_noop("Does it profile natural persons?"), "aia.article_6_3")
PLACED = Question(
    "placed_before_cutoff",
    gettext_noop(
        "Was the first unit of its type and model placed on the market before Chapter III applies to it?"
    ),
    "aia.legacy_cutoff_annex_i",
)
CHANGED = Question(
    "changed_since_cutoff",
    gettext_noop("Has its design changed significantly since that date?"),
    "aia.legacy_cutoff_annex_i",
)
PUBLIC = Question(
    "for_public_authority",
    gettext_noop("Is it intended to be used by public authorities?"),
    PUBLIC_AUTHORITY,
)
INTERACTS = Question(
    "interacts_with_persons",
    gettext_noop("Is it intended to interact directly with persons?"),
    "aia.transparency_50",
)
GENERATES = Question(
    "generates_content",
    gettext_noop("Does it generate synthetic text, sound, images or video?"),
    "aia.transparency_50",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the table gives. ``applies`` is the day from which duties bind, ``rule`` what sets it.

    ``routes`` are those by which it is high-risk, exempt or not; ``annex_i`` whether Article 6(1) catches it
    (None: not known).
    """

    state: State
    routes: tuple[Route, ...] = ()
    applies: date | None = None
    rule: str
    annex_i: bool | None = None
    changed_since_cutoff: bool = False


def tier(ask: Ask) -> Outcome:
    """Return the tier of a system under the law of the date."""
    outcome = _tier(ask)
    ask.because(gettext_noop("The tier is: %(tier)s."), outcome.rule, tier=(outcome.state,))
    return outcome


def _tier(ask: Ask) -> Outcome:
    if not ask(IS_AI):
        return Outcome(state="not_ai", rule=IS_AI.rule)
    prohibited = _practice(ask)
    if prohibited:
        return prohibited
    caught_by_i, caught_by_iii = ask.known(annex_i, annex_iii)
    if caught_by_i and ask.choice("aia.annex_i_section") == "B":
        return _section_b(ask, caught_by_iii)
    caught: dict[Route, bool | None] = {"annex_i": caught_by_i, "annex_iii": caught_by_iii}
    routes = tuple(route for route, holds in caught.items() if holds)
    if routes:
        return _high_risk(ask, routes, caught_by_i)
    ask.close()
    return _lower(ask)


def annex_i(ask: Ask) -> bool:
    """Return whether Article 6(1) catches the system: (a) a product or its safety component, (b) assessed."""
    return ask.every(is_product, THIRD_PARTY)


def is_product(ask: Ask) -> bool:
    """Return whether the system is the device or a safety component of it (Art. 6(1)(a))."""
    return ask.any(IS_DEVICE, SAFETY)


def annex_iii(ask: Ask) -> bool:
    """Return whether Annex III makes it high-risk: in it, and not exempt. Profiling bars the exemption."""
    return ask.which(ANNEX_III) != "none" and not (ask(EXEMPT) and not ask(PROFILES))


def _practice(ask: Ask) -> Outcome | None:
    """Return the tier of a prohibited practice; a point that no known text holds yet prohibits nothing."""
    practice = ask.which(PRACTICE)
    if practice == "none":
        return None
    rule = PRACTICE_RULES[practice]
    applies = ask.fixed_date(rule)
    if applies is None:
        return None
    state: State = "prohibited" if ask.ctx.clock.reached(applies) else "not_yet_prohibited"
    return Outcome(state=state, applies=applies, rule=rule)


def _section_b(ask: Ask, caught_by_iii: bool | None) -> Outcome:
    """Return the tier of a product of Section B: no duty of the Act binds it directly (Art. 2(2))."""
    if caught_by_iii:
        message = gettext_noop("Annex III names it too: by its letter Article 2(2) goes first.")
        ask.because(message, "aia.section_b_and_annex_iii")
    return Outcome(state="annex_i_section_b", rule=SECTION_B, annex_i=True)


def _high_risk(ask: Ask, routes: tuple[Route, ...], caught_by_i: bool | None) -> Outcome:
    """Return the tier of a system caught by one or both routes: the earlier date binds (Art. 113)."""
    applies, deciding = min((ask.fixed_date(ROUTE_RULES[one]) or date.max, one) for one in routes)
    state: State = "high_risk_annex_i" if deciding == "annex_i" else "high_risk_annex_iii"
    if len(routes) == 2:
        state = "high_risk_both_routes"
        ask.because(gettext_noop("Both routes apply: the earlier date binds."), "aia.both_routes")
    bound = Outcome(
        state=state,
        routes=routes,
        applies=None if applies == date.max else applies,
        rule=ROUTE_RULES[deciding],
        annex_i=caught_by_i,
    )
    return _already_on_the_market(ask, bound, CUTOFF_RULES[deciding])


def _already_on_the_market(ask: Ask, bound: Outcome, cutoff: str) -> Outcome:
    """Return the tier of a type and model that may have been placed before its cut-off (Art. 111(2))."""
    if ask.fixed_date(cutoff) is None or not ask(PLACED, rule=cutoff):
        return bound
    if ask(CHANGED, rule=cutoff):
        return replace(bound, changed_since_cutoff=True)
    if not ask(PUBLIC):
        return replace(bound, state="exempt_111_2", applies=None, rule=cutoff)
    until = ask.fixed_date(PUBLIC_AUTHORITY)
    reached = until is not None and ask.ctx.clock.reached(until)
    state: State = bound.state if reached else "exempt_until_2030"
    return replace(bound, state=state, applies=until, rule=PUBLIC_AUTHORITY)


def _lower(ask: Ask) -> Outcome:
    """Return the tier of a system that neither route makes high-risk."""
    if ask.which(ANNEX_III) != "none":
        applies = ask.fixed_date(ROUTE_RULES["annex_iii"])
        return Outcome(state="annex_iii_exempt_6_3", applies=applies, rule="aia.article_6_3", annex_i=False)
    if ask.any(INTERACTS, GENERATES):
        applies = ask.fixed_date("aia.marking_50_2_new")
        return Outcome(state="transparency_50", applies=applies, rule="aia.transparency_50", annex_i=False)
    return Outcome(state="minimal", rule="aia.literacy", annex_i=False)


AI_ACT = Table(
    "ai_act",
    gettext_noop("Tier of an AI system under the AI Act"),
    (
        IS_AI,
        PRACTICE,
        IS_DEVICE,
        SAFETY,
        THIRD_PARTY,
        ANNEX_III,
        EXEMPT,
        PROFILES,
        PLACED,
        CHANGED,
        PUBLIC,
        INTERACTS,
        GENERATES,
    ),
    tier,
)
