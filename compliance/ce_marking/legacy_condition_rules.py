"""Conditions of the transition of a device of the directives (MDR Art. 120(2), 120(3c); IVDR Art. 110)."""

from dataclasses import dataclass, field
from datetime import date

from compliance.law.context import Context
from compliance.law.facts.ce_marking import Certificate, Classification, LegacyDevice, Regulation
from compliance.law.questions import fixed_date

NOT_WITHDRAWN = "mdr.legacy_certificate_not_withdrawn"
_AGREEMENT_KEPT = "mdr.legacy_agreement_kept"
_NO_CHANGE = "mdr.legacy_no_significant_change"
_IVDR_GROUP = {"D": "class_d", "C": "class_c", "B": "class_b_a_sterile", "As": "class_b_a_sterile"}


@dataclass(slots=True)
class Conditions:
    """The conditions of the transition: those that failed, those that nothing recorded answers."""

    failed: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Regime:
    """The transition under one regulation: the text of its rules, the directives, the group of limits.

    ``group`` is that of the limits of IVDR Art. 110(3b) and (3c): devices with a certificate keep to those
    of class D; None where the class has none, and under the MDR.
    """

    text: str
    directives: frozenset[Regulation]
    group: str | None = None

    def rule(self, name: str) -> str:
        """Return the id of a rule of this transition."""
        return f"{self.text}.legacy_{name}"


def regime_of(legacy: LegacyDevice, classification: Classification | None) -> Regime:
    """Return the transition that a device claims: that of the regulation it is classified under."""
    if classification is None or classification.regulation != "IVDR":
        return Regime("mdr", frozenset({"MDD", "AIMDD"}))
    group = "class_d" if legacy.route == "3a" else _IVDR_GROUP.get(classification.device_class)
    return Regime("ivdr", frozenset({"IVDD"}), group)


def directive_certificates(ctx: Context, regime: Regime) -> list[Certificate]:
    """Return the certificates of the directives that are issued by the date."""
    return [
        one
        for one in ctx.device.ce_marking.certificates
        if one.regulation in regime.directives and (one.issued_on is None or ctx.clock.reached(one.issued_on))
    ]


def judge(ctx: Context, legacy: LegacyDevice, regime: Regime) -> Conditions:
    """Return which conditions failed or are not answered, among those of the text in force.

    What is not recorded is unanswered; a day that is not recorded is a failure where the owner keeps the
    whole record and the day is over.
    """
    found = Conditions()
    _judge_statements(ctx, found, legacy)
    for rule, met_on in _limits(legacy, regime):
        _judge_limit(ctx, found, rule, met_on)
    if legacy.route == "3b" and legacy.declaration_on is None and ctx.value(regime.rule("doc_cutoff")):
        found.unanswered.append(regime.rule("doc_cutoff"))
    if legacy.route == "3a":
        _judge_certificates(ctx, found, legacy, regime)
    return found


def _judge_statements(ctx: Context, found: Conditions, legacy: LegacyDevice) -> None:
    for rule, value, expected in (
        ("mdr.legacy_directive_compliance", legacy.complies_with_directive, True),
        ("mdr.legacy_no_unacceptable_risk", legacy.unacceptable_risk, False),
    ):
        if ctx.value(rule) is None:
            continue
        if value is None:
            found.unanswered.append(rule)
        elif value is not expected:
            found.failed.append(rule)
    if ctx.clock.happened(legacy.significant_change_on):
        found.failed.append(_NO_CHANGE)
    if ctx.clock.happened(legacy.agreement_ended_on) and ctx.value(_AGREEMENT_KEPT):
        found.failed.append(_AGREEMENT_KEPT)


def _limits(legacy: LegacyDevice, regime: Regime) -> list[tuple[str, date | None]]:
    """Return the days by which the system, the application and the agreement had to be there."""
    suffix = "cutoff" if regime.text == "mdr" else regime.group
    limits: list[tuple[str, date | None]] = [(regime.rule("qms_cutoff"), legacy.qms_in_place_on)]
    if suffix:
        limits += [
            (regime.rule(f"application_{suffix}"), legacy.application_on),
            (regime.rule(f"agreement_{suffix}"), legacy.agreement_on),
        ]
    return limits


def _judge_limit(ctx: Context, found: Conditions, rule: str, met_on: date | None) -> None:
    cutoff = fixed_date(ctx, rule)
    if cutoff is None or (met_on is not None and met_on <= cutoff) or not ctx.clock.passed(cutoff):
        return
    if met_on is None and not ctx.keeps("ce_marking"):
        found.unanswered.append(rule)
    else:
        found.failed.append(rule)


def _judge_certificates(ctx: Context, found: Conditions, legacy: LegacyDevice, regime: Regime) -> None:
    """One certificate that is still valid is enough: the best of those recorded counts."""
    judged = [_judge_certificate(ctx, one, legacy, regime) for one in directive_certificates(ctx, regime)]
    none = Conditions(unanswered=[regime.rule("certificate_in_force")])
    best = min(judged, key=lambda one: (len(one.failed), len(one.unanswered)), default=none)
    found.failed += best.failed
    found.unanswered += best.unanswered


def _judge_certificate(
    ctx: Context, certificate: Certificate, legacy: LegacyDevice, regime: Regime
) -> Conditions:
    """Return what keeps a certificate from outliving its printed end (MDR Art. 120(2), IVDR Art. 110(2))."""
    found, end = Conditions(), certificate.printed_end
    if ctx.clock.happened(certificate.withdrawn_on):
        found.failed.append(NOT_WITHDRAWN)
    issued = fixed_date(ctx, regime.rule("certificate_issued"))
    in_force = fixed_date(ctx, regime.rule("certificate_in_force"))
    expired = fixed_date(ctx, regime.rule("certificate_expired"))
    if issued is None or in_force is None or expired is None:
        return found
    if certificate.issued_on is None:
        found.unanswered.append(regime.rule("certificate_issued"))
    elif certificate.issued_on < issued and end and ctx.clock.passed(end):
        found.failed.append(regime.rule("certificate_issued"))
    if end is None:
        found.unanswered.append(regime.rule("certificate_in_force"))
    elif end < in_force:
        found.failed.append(regime.rule("certificate_in_force"))
    elif end < expired:
        _judge_expired(ctx, found, legacy, regime.rule("certificate_expired"), end, expired)
    return found


def _judge_expired(
    ctx: Context, found: Conditions, legacy: LegacyDevice, rule: str, end: date, text_from: date
) -> None:
    """A certificate that expired before the text needs an agreement signed before, or an authority's act.

    An act of an authority later than the text comes too late (questions and answers of the Commission on
    Regulation (EU) 2023/607, no 6.1; on Regulation (EU) 2024/1860, no 4.1).
    """
    signed, decided = legacy.agreement_on, legacy.authority_decision_on
    if (signed and signed < end) or (decided and decided <= text_from and ctx.clock.reached(decided)):
        return
    open_question = (signed is None or decided is None) and not ctx.keeps("ce_marking")
    (found.unanswered if open_question else found.failed).append(rule)
