"""What the tier asks of a deployer, a hospital for instance: duties, acts before first use, logs."""

from collections.abc import Iterable
from datetime import date

from compliance.ai_act import log_rules
from compliance.ai_act.tier_rules import ROUTE_RULES, Tier
from compliance.law.context import Context
from compliance.law.facts.ai_act import Deployment
from compliance.law.questions import current_classification, fixed_date
from compliance.law.text import gettext_noop, text
from compliance.law.types import Duty, Level

_HIGH_RISK_DUTIES: tuple[tuple[str, str], ...] = (
    ("aia.use_instructions", gettext_noop("Use the system according to its instructions.")),
    ("aia.human_oversight", gettext_noop("Entrust human oversight to competent, trained persons.")),
    ("aia.input_data", gettext_noop("Where it controls them, keep input data relevant and representative.")),
    ("aia.risk_suspension", gettext_noop("Monitor the operation; on a risk, inform and suspend the use.")),
    (
        "aia.deployer_incident",
        gettext_noop("Tell the provider of a serious incident at once, then the importer and the authority."),
    ),
    ("aia.log_retention_deployer", gettext_noop("Keep the logs under its control for six months at least.")),
    ("aia.workers_information", gettext_noop("Inform workers and their representatives before use.")),
    ("aia.dpia", gettext_noop("Use the provider's information for the data protection impact assessment.")),
    ("aia.cooperation", gettext_noop("Cooperate with the authorities in what they do about the system.")),
)
_ANNEX_III_DUTIES: tuple[tuple[str, str], ...] = (
    ("aia.inform_persons", gettext_noop("Inform the persons about whom the system helps to decide.")),
)
# Articles 27, 49(3) and 86 leave out point 2 of Annex III, critical infrastructure.
_EXCEPT_POINT_2_DUTIES: tuple[tuple[str, str], ...] = (
    ("aia.fria", gettext_noop("Assess the impact on fundamental rights before first use, and notify it.")),
    (
        "aia.deployer_registration",
        gettext_noop("A public authority registers its use, and uses no system that is not registered."),
    ),
    (
        "aia.right_to_explanation",
        gettext_noop("Explain on request a decision that the system helped to make."),
    ),
)
_LITERACY = {
    "sufficient_level": gettext_noop(
        "Ensure to the best extent a sufficient level of AI literacy of the staff."
    ),
    "support": gettext_noop("Take measures to support the AI literacy of the staff."),
}
_PATIENT_DUTIES: tuple[tuple[str, str, str], ...] = (
    (
        "csp.l4001_3",
        "deployer",
        gettext_noop("Inform the patient that an algorithm is used, and of the interpretation it gives."),
    ),
    (
        "csp.l4001_3_professionals",
        "deployer",
        gettext_noop("Inform the health professionals of it; its data and results are accessible to them."),
    ),
    (
        "csp.l4001_3_explainability",
        "provider",
        gettext_noop("The designers see to it that users can explain how the processing works."),
    ),
)
_BARELY_PUBLIC = frozenset({"5(b)", "5(c)"})


def scope_date(ctx: Context, tiers: list[Tier]) -> date | None:
    """Return the day from which high-risk duties bind: the earliest known, the safest one while unknown.

    None where every system is known to be outside or exempt.
    """
    binding = [tier.applies for tier in tiers if tier.routes and tier.applies]
    if not binding and (not tiers or any(tier.state == "unknown" for tier in tiers)):
        binding = [day for rule in ROUTE_RULES.values() if (day := fixed_date(ctx, rule))]
    return min(binding, default=None)


def put(ctx: Context, tiers: list[Tier], scope: date | None) -> None:
    """Put the duties of deployers, and the dates of each deployment, on the bench."""
    _put_general_duties(ctx, tiers)
    put_patient_duties(ctx, tiers)
    high_risk = [tier for tier in tiers if tier.is_high_risk]
    annex_iii = [tier for tier in high_risk if "annex_iii" in tier.routes]
    for duties, bound in (
        (_HIGH_RISK_DUTIES, high_risk),
        (_ANNEX_III_DUTIES, annex_iii),
        (_EXCEPT_POINT_2_DUTIES, [tier for tier in annex_iii if tier.system.annex_iii != "2"]),
    ):
        if bound:
            first = min(bound, key=lambda tier: (tier.applies or date.max, tier.system.key))
            for rule, message in duties:
                _put_duty(ctx, rule, message, first.fact, first.applies)
    for deployment in ctx.device.ai_act.deployments:
        if scope:
            fact = f"ai_act.deployments[{deployment.key}]"
            log_rules.put(ctx, "aia.log_retention_deployer", deployment, fact, scope)
        _put_first_use(ctx, deployment, tiers)


def _ai_systems(tiers: list[Tier]) -> list[Tier]:
    return [tier for tier in tiers if tier.state != "not_ai" and "is_ai_system" not in tier.unanswered]


def _put_general_duties(ctx: Context, tiers: list[Tier]) -> None:
    """Put what binds whatever the risk: literacy, Article 50."""
    systems = _ai_systems(tiers)
    if not systems:
        return
    governing = ctx.value("aia.literacy")
    if governing is not None:
        since = fixed_date(ctx, "aia.chapters_1_2")
        message = _LITERACY[governing.value or ""]
        _put_duty(ctx, "aia.literacy", message, systems[0].fact, since, "provider_and_deployer")
    general = fixed_date(ctx, "aia.general_application")
    emotions = next((tier for tier in systems if tier.system.recognises_emotions), None)
    if emotions:
        message = gettext_noop(
            "Inform the persons exposed to emotion recognition or biometric categorisation."
        )
        _put_duty(ctx, "aia.transparency_50_3", message, emotions.fact, general)
    generated = next((tier for tier in systems if tier.system.generates_content), None)
    if generated:
        message = gettext_noop("Disclose a deep fake, and a generated text that informs the public.")
        _put_duty(ctx, "aia.transparency_50_4", message, generated.fact, general)


def put_patient_duties(ctx: Context, tiers: list[Tier]) -> None:
    """Put what CSP L.4001-3 asks, older than the AI Act, as if its order named every AI medical device."""
    systems = _ai_systems(tiers)
    devices = [tier for tier in systems if tier.product]
    if not devices and not (systems and current_classification(ctx)):
        return
    fact = (devices or systems)[0].fact
    for rule, obliged, message in _PATIENT_DUTIES:
        governing = ctx.value(rule)
        if governing is not None:
            _put_duty(ctx, rule, message, fact, governing.applies, obliged)


def _put_duty(
    ctx: Context, rule: str, message: str, fact: str, applies_from: date | None, obliged: str = "deployer"
) -> None:
    if ctx.value(rule) is not None:
        reason = ctx.reason(text(message), rule=rule, fact=fact)
        ctx.duties.append(Duty(rule, obliged, reason, applies_from))


def _put_first_use(ctx: Context, deployment: Deployment, tiers: list[Tier]) -> None:
    if not tiers:
        return
    decisions = {tier.system.key: _fria(deployment, tier) for tier in tiers}
    _find_fria(ctx, deployment, tiers, decisions)
    bound = [tier for tier in tiers if tier.is_high_risk and _binds_first_use(deployment, tier)]
    if not bound:
        return
    fact = f"ai_act.deployments[{deployment.key}]"
    begun = any(tier.applies and ctx.clock.reached(tier.applies) for tier in bound)
    _find_missing_acts(ctx, deployment, fact, begun)
    ctx.deadline(
        "aia.workers_information",
        trigger=deployment.first_use_on,
        fact=fact,
        met_on=deployment.workers_informed_on,
        n=deployment.key,
    )
    if not ctx.clock.happened(deployment.workers_informed_on):
        message = gettext_noop("The system may not be used at work until the workers are informed.")
        reason = ctx.reason(text(message), rule="aia.workers_information", fact=fact)
        values = {
            "registration_by_deployer": _registration(deployment, bound),
            "fria": _strictest(decisions[tier.system.key] for tier in bound),
        }
        # Before the duty binds, the first use lies ahead and nothing is blocked yet.
        level: Level = "blocker" if begun else "info"
        ctx.find("blocked_until_workers_informed", "ai_act", level, reason, values)


def _find_missing_acts(ctx: Context, deployment: Deployment, fact: str, begun: bool) -> None:
    """Say which acts of Article 26(2) and (6) are not recorded: persons in charge of oversight, logging."""
    acts = {"human_oversight": deployment.oversight_assigned_on, "logging": deployment.logging_on}
    missing = tuple(name for name, day in acts.items() if not ctx.clock.happened(day))
    if not missing:
        return
    message = gettext_noop("Not recorded for the use of the system: %(acts)s.")
    reason = ctx.reason(text(message, acts=missing), rule="aia.human_oversight", fact=fact)
    known = begun and ctx.keeps("ai_act") and ctx.clock.happened(deployment.first_use_on)
    level: Level = "attention" if known else "info"
    ctx.find("deployment_incomplete", "ai_act", level, reason, {"missing": ", ".join(missing)})


def _binds_first_use(deployment: Deployment, tier: Tier) -> bool:
    first_use, applies = deployment.first_use_on, tier.applies
    return first_use is not None and applies is not None and first_use >= applies


def _fria(deployment: Deployment, tier: Tier) -> str:
    """Return whether an impact assessment is required before first use (Art. 27(1)): Annex III only."""
    if tier.state == "unknown" and "annex_iii" in tier.unanswered:
        return "unknown"
    if "annex_iii" not in tier.routes or not tier.is_high_risk or tier.system.annex_iii == "2":
        return "not_required"
    if deployment.first_use_on and not _binds_first_use(deployment, tier):
        return "not_required"
    if tier.system.annex_iii in _BARELY_PUBLIC or deployment.deployer_kind == "public_hospital":
        return "required_before_first_use"
    return "to_confirm"


def _registration(deployment: Deployment, bound: list[Tier]) -> str:
    """Return whether the deployer registers its use (Art. 49(3)): public authorities, Annex III only."""
    if not any("annex_iii" in tier.routes for tier in bound):
        return "not_required"
    if deployment.deployer_kind in {"private_hospital", "private_practice"}:
        return "not_required"
    return "to_confirm"


def _strictest(decisions: Iterable[str]) -> str:
    order = ("required_before_first_use", "to_confirm", "unknown", "not_required")
    return min(decisions, key=order.index)


def _find_fria(ctx: Context, deployment: Deployment, tiers: list[Tier], decisions: dict[str, str]) -> None:
    # As for the workers, nothing is missing before the duty binds.
    due = any(
        decisions[tier.system.key] == "required_before_first_use" and ctx.clock.happened(tier.applies)
        for tier in tiers
    )
    level: Level = "attention" if due and not ctx.clock.happened(deployment.fria_notified_on) else "info"
    message = gettext_noop("Impact assessment on fundamental rights: required for systems of Annex III only.")
    reason = ctx.reason(text(message), rule="aia.fria", fact=f"ai_act.deployments[{deployment.key}]")
    ctx.find("fria_decision", "ai_act", level, reason, decisions)
