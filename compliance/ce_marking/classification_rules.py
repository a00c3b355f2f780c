"""The class: rule 11 as a decision with its path, and what disagrees with the class recorded."""

from dataclasses import dataclass

from compliance.law.context import Context
from compliance.law.facts.ce_marking import Classification, RiskClass, Rule11Answers
from compliance.law.questions import needs_notified_body
from compliance.law.text import gettext_noop, text

_ORDER: tuple[RiskClass, ...] = ("I", "IIa", "IIb", "III")


@dataclass(frozen=True, slots=True)
class Rule11Decision:
    """The class that rule 11 gives, the steps that lead to it and their articles."""

    device_class: RiskClass
    notified_body: bool
    path: tuple[str, ...]
    articles: tuple[str, ...]


class IncompleteAnswers(ValueError):  # noqa: N818 - it says what is wrong with the answers
    """Raised when an answer that rule 11 needs is not given; ``missing`` names the questions."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(f"rule 11 needs an answer to: {', '.join(missing)}")
        self.missing = missing


def rule11(answers: Rule11Answers) -> Rule11Decision:
    """Return the class of a software: the strictest of 11a, 11b, 11c and of the device it drives.

    MDR Annex VIII 6.3 (rule 11), 3.3 (software that drives a device), 3.5 (strictest rule).
    Raises IncompleteAnswers naming the questions without an answer.
    """
    missing = _missing(answers)
    if missing:
        raise IncompleteAnswers(missing)
    found: list[tuple[RiskClass, str, str]] = []
    if answers.informs_diagnosis_or_therapy:
        found.append(_decision_support(answers))
    if answers.monitors_physiology:
        found.append(_monitoring(answers))
    if answers.drives_device_class:
        found.append((answers.drives_device_class, "3.3 drives_device", "Annex VIII 3.3"))
    if not found:
        found.append(("I", "11c other_software", "Annex VIII 6.3, third paragraph"))
    device_class = max((one[0] for one in found), key=_ORDER.index)
    articles = tuple(one[2] for one in found) + (("Annex VIII 3.5",) if len(found) > 1 else ())
    return Rule11Decision(
        device_class,
        needs_notified_body(device_class),
        tuple(f"{path}: {risk}" for risk, path, _ in found),
        articles,
    )


def _missing(answers: Rule11Answers) -> tuple[str, ...]:
    missing = [
        name
        for name in ("informs_diagnosis_or_therapy", "monitors_physiology")
        if getattr(answers, name) is None
    ]
    if answers.informs_diagnosis_or_therapy and answers.worst_decision_impact is None:
        missing.append("worst_decision_impact")
    if answers.monitors_physiology and answers.vital_with_immediate_danger is None:
        missing.append("vital_with_immediate_danger")
    return tuple(missing)


def _decision_support(answers: Rule11Answers) -> tuple[RiskClass, str, str]:
    if answers.worst_decision_impact == "death_or_irreversible":
        return ("III", "11a death_or_irreversible", "Annex VIII 6.3, first paragraph, first indent")
    if answers.worst_decision_impact == "serious_deterioration_or_surgery":
        article = "Annex VIII 6.3, first paragraph, second indent"
        return ("IIb", "11a serious_deterioration_or_surgery", article)
    return ("IIa", "11a other_impact", "Annex VIII 6.3, first paragraph")


def _monitoring(answers: Rule11Answers) -> tuple[RiskClass, str, str]:
    if answers.vital_with_immediate_danger:
        return ("IIb", "11b vital_with_immediate_danger", "Annex VIII 6.3, second paragraph")
    return ("IIa", "11b monitoring", "Annex VIII 6.3, second paragraph")


def check(ctx: Context, classification: Classification | None) -> None:
    """Put the decision of rule 11 on the bench, and say when the class recorded disagrees with it."""
    for answers in ctx.device.ce_marking.rule11:
        if answers.answered_on and not ctx.clock.reached(answers.answered_on):
            continue
        fact = f"ce_marking.rule11[{answers.key}]"
        try:
            decision = rule11(answers)
        except IncompleteAnswers as incomplete:
            _find_incomplete(ctx, fact, incomplete)
            continue
        _find_decision(ctx, fact, decision)
        if classification and classification.regulation == "MDR":
            _find_disagreement(ctx, fact, decision, classification)


def _find_incomplete(ctx: Context, fact: str, incomplete: IncompleteAnswers) -> None:
    message = gettext_noop("Rule 11 gives no class until these questions are answered: %(questions)s.")
    ctx.find(
        "rule11_incomplete",
        "ce_marking",
        "attention",
        ctx.reason(text(message, questions=incomplete.missing), rule="mdr.rule11", fact=fact),
        {"missing": ", ".join(incomplete.missing)},
    )


def _find_decision(ctx: Context, fact: str, decision: Rule11Decision) -> None:
    ctx.find(
        "rule11_decision",
        "ce_marking",
        "info",
        ctx.reason(
            text(gettext_noop("Rule 11 gives class %(device_class)s."), device_class=decision.device_class),
            rule="mdr.rule11",
            fact=fact,
        ),
        {
            "class": decision.device_class,
            "notified_body": "true" if decision.notified_body else "false",
            "path": "; ".join(decision.path),
            "articles": "; ".join(decision.articles),
        },
    )


def _find_disagreement(
    ctx: Context, fact: str, decision: Rule11Decision, classification: Classification
) -> None:
    recorded = classification.device_class
    # Sterile, measuring and reusable are marks of class I: rule 11 says nothing about them.
    base = "I" if recorded in {"Is", "Im", "Ir"} else recorded
    if base == decision.device_class:
        return
    ctx.find(
        "class_disagrees_with_rule11",
        "ce_marking",
        "attention",
        ctx.reason(
            text(
                gettext_noop("Class %(recorded)s is recorded, but rule 11 gives class %(decided)s."),
                recorded=recorded,
                decided=decision.device_class,
            ),
            rule="mdr.rule11",
            fact=fact,
        ),
        {"recorded": recorded, "decided": decision.device_class},
    )
