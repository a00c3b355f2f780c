"""Serious incidents under Article 73; for a medical device only those of fundamental rights (73(10))."""

from datetime import date

from compliance.ai_act.tier_rules import Tier
from compliance.law.context import Context
from compliance.law.facts.ce_marking import Incident, IncidentKind
from compliance.law.questions import fixed_date
from compliance.law.text import gettext_noop, text

_RULES: dict[IncidentKind, str] = {
    "serious_incident": "aia.incident_general",
    "unanticipated_serious_deterioration": "aia.incident_general",
    "fundamental_rights": "aia.incident_general",
    "death": "aia.incident_death",
    "widespread_or_critical_infrastructure": "aia.incident_widespread_or_49b",
}


def put(ctx: Context, tiers: list[Tier], scope: date | None) -> None:
    """Put the reports due under the AI Act. ``scope`` is the day from which Article 73 is read to bind."""
    if scope is None:
        return
    limited = not tiers or any(tier.product is not False for tier in tiers)
    for incident in ctx.device.ce_marking.incidents:
        rule = _RULES.get(incident.kind)
        aware = incident.reportable_since or incident.aware_on
        if rule is None or (limited and incident.kind != "fundamental_rights"):
            continue
        if not ctx.clock.reached(aware):
            continue
        fact = f"ce_marking.incidents[{incident.key}]"
        if aware >= scope:
            ctx.deadline(rule, trigger=aware, fact=fact, met_on=incident.reported_on, n=incident.key)
        else:
            _find_before_scope(ctx, incident, fact, scope)
    _find_two_channels(ctx)


def _find_before_scope(ctx: Context, incident: Incident, fact: str, scope: date) -> None:
    """Say the doubt on an incident known since the general date of application but before the route's."""
    literal = fixed_date(ctx, "aia.general_application")
    if literal is None or (incident.reportable_since or incident.aware_on) < literal:
        return
    message = gettext_noop(
        "Article 73 is read to bind from %(day)s, with the duties of the system; to the letter it applies "
        "since %(literal)s."
    )
    words = text(message, day=scope, literal=literal)
    reason = ctx.reason(words, rule="aia.section5_chapter9", fact=fact)
    ctx.find("incident_before_application", "ai_act", "attention", reason, {"incident": incident.key})


def _find_two_channels(ctx: Context) -> None:
    """Health harm goes to the vigilance, fundamental rights to the authority of the AI Act."""
    vigilance = any(one.rule.startswith("mdr.vigilance_") for one in ctx.deadlines)
    market = any(one.rule.startswith("aia.incident_") for one in ctx.deadlines)
    if vigilance and market:
        message = gettext_noop(
            "Two channels: the vigilance for harm to health, the AI Act for fundamental rights."
        )
        reason = ctx.reason(text(message), rule="aia.incident_mdr_limited")
        ctx.find("two_channels", "ai_act", "info", reason)
