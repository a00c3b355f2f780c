"""What the provider owes around the placing on the market: registration, representative, papers, logs.

Art. 6(4), 18(1), 19(1), 20, 22 and 49 of the AI Act.
"""

from datetime import date

from compliance.ai_act import log_rules
from compliance.ai_act.tier_rules import ROUTE_RULES, Tier
from compliance.law.context import Context
from compliance.law.facts.ai_act import AiSystem, Duty
from compliance.law.questions import fixed_date
from compliance.law.text import gettext_noop, text

REPRESENTATIVE = "aia.authorised_representative"
_UNION = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
# The Act is marked as relevant for the EEA; whether its agreement took it over was not read.
_EEA = frozenset({"IS", "LI", "NO"})


def put(ctx: Context, tier: Tier) -> None:
    """Put the dates of a system on the bench."""
    if _claims_6_3(tier.system) and tier.state not in {"not_ai", "prohibited", "not_yet_prohibited"}:
        _put_before_market(ctx, tier, "aia.assessment_6_4", "article_6_3_assessment")
        _put_before_market(ctx, tier, "aia.registration_6_3_exempt", "registration")
    elif registers(tier):
        _put_before_market(ctx, tier, "aia.registration_annex_iii", "registration")
    if tier.routes and ctx.clock.happened(tier.system.first_unit_placed_on):
        placed = tier.system.first_unit_placed_on
        ctx.deadline("aia.doc_retention", trigger=placed, fact=tier.fact, n=tier.system.key)
    if tier.is_high_risk and tier.applies:
        log_rules.put(ctx, "aia.log_retention_provider", tier.system, tier.fact, tier.applies)


def registers(tier: Tier) -> bool:
    """Return whether the provider registers the system in the EU database: Annex III, point 2 excepted."""
    return tier.is_high_risk and "annex_iii" in tier.routes and tier.system.annex_iii != "2"


def placed_before(system: AiSystem, day: date | None) -> bool:
    """Return whether the first unit is known to come before the day: a duty owed earlier did not bind it."""
    placed = system.first_unit_placed_on
    return placed is not None and day is not None and placed < day


def third_country(ctx: Context) -> bool | None:
    """Return whether the manufacturer is established outside the Union; None where that is not settled."""
    maker = ctx.organisation("manufacturer")
    if maker is None or maker.country is None or maker.country in _EEA:
        return None
    return maker.country not in _UNION.split()


def find_representative(ctx: Context, tiers: list[Tier]) -> None:
    """Say once for the device that a provider of a third country appoints a representative (Art. 22)."""
    bound = next((tier for tier in tiers if tier.is_high_risk), None)
    maker = ctx.organisation("manufacturer")
    outside = third_country(ctx)
    if bound is None or maker is None or maker.country is None or outside is False:
        return
    message = gettext_noop(
        "The provider is not established in the Union: a representative mandated in writing is needed."
    )
    reason = ctx.reason(text(message), rule=REPRESENTATIVE, fact=f"organisations[{maker.key}]")
    values = {"country": maker.country, "representative": "required" if outside else "to_confirm"}
    ctx.find("representative_of_third_country", "ai_act", "info", reason, values)


def find_corrective_actions(ctx: Context, scope: date | None) -> None:
    """Say whom a corrective action is told to, beside the vigilance, once the duties bind (Art. 20)."""
    for action in ctx.device.ce_marking.field_actions:
        if scope is None or action.started_on < scope or not ctx.clock.reached(action.started_on):
            continue
        message = gettext_noop(
            "Distributors, deployers, the representative and importers are told of the corrective action at "
            "once; where the system presents a risk, the market surveillance authority and the notified body."
        )
        fact = f"ce_marking.field_actions[{action.key}]"
        reason = ctx.reason(text(message), rule="aia.corrective_action", fact=fact)
        ctx.find("corrective_action_information", "ai_act", "info", reason, {"action": action.key})


def _claims_6_3(system: AiSystem) -> bool:
    """Return whether the provider holds a system of Annex III for one without significant risk."""
    claimed = bool(system.exempt_6_3) and not system.profiles_persons
    return claimed and system.annex_iii not in {None, "none"}


def _put_before_market(ctx: Context, tier: Tier, rule: str, duty: Duty) -> None:
    """Put what is to be done before the first unit, where that comes under the text."""
    if placed_before(tier.system, fixed_date(ctx, ROUTE_RULES["annex_iii"])):
        return
    met = [one.met_on for one in ctx.device.ai_act.evidence if one.duty == duty]
    ctx.deadline(
        rule,
        trigger=tier.system.first_unit_placed_on,
        fact=tier.fact,
        met_on=min(met, default=None),
        n=tier.system.key,
    )
