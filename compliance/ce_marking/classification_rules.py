"""The class: the decision of rule 11 on the answers recorded, and what disagrees with the class recorded."""

from compliance.ce_marking.classification_table import (
    CONFORMITY,
    DEVICE_CLASS,
    DRIVES,
    RULE11,
    ConformityRoute,
)
from compliance.law.context import Context
from compliance.law.decisions import Answer, Ask, Decision, MissingAnswer, Question
from compliance.law.facts.ce_marking import Classification, RiskClass, Rule11Answers
from compliance.law.text import gettext_noop, text


def rule11(ctx: Context, answers: Rule11Answers) -> Decision[RiskClass]:
    """Return the class of a software on the answers recorded, with its path (MDR Annex VIII 6.3, 3.3, 3.5).

    Raises MissingAnswer naming the questions without an answer.
    """

    def recorded(question: Question, _: str) -> Answer | None:
        given: Answer | None = getattr(answers, question.key)
        return "none" if question is DRIVES and given is None else given

    return RULE11.answer(Ask(ctx, recorded))


def route(ctx: Context, device_class: RiskClass) -> Decision[ConformityRoute]:
    """Return how the conformity of a software of this class is assessed: no software is implantable."""
    return CONFORMITY.answer(Ask(ctx, lambda question, _: question is DEVICE_CLASS and device_class))


def check(ctx: Context, classification: Classification | None) -> None:
    """Put the decision of rule 11 on the bench, and say when the class recorded disagrees with it."""
    for answers in ctx.device.ce_marking.rule11:
        if answers.answered_on and not ctx.clock.reached(answers.answered_on):
            continue
        fact = f"ce_marking.rule11[{answers.key}]"
        try:
            decision = rule11(ctx, answers)
        except MissingAnswer as refusal:
            _find_incomplete(ctx, fact, tuple(one.key for one in refusal.questions))
            continue
        _find_decision(ctx, fact, decision)
        if classification and classification.regulation == "MDR":
            _find_disagreement(ctx, fact, decision, classification)


def _find_incomplete(ctx: Context, fact: str, missing: tuple[str, ...]) -> None:
    message = gettext_noop("Rule 11 gives no class until these questions are answered: %(questions)s.")
    ctx.find(
        "rule11_incomplete",
        "ce_marking",
        "attention",
        ctx.reason(text(message, questions=missing), rule="mdr.rule11", fact=fact),
        {"missing": ", ".join(missing)},
    )


def _find_decision(ctx: Context, fact: str, decision: Decision[RiskClass]) -> None:
    procedure = route(ctx, decision.answer)
    ctx.find(
        "rule11_decision",
        "ce_marking",
        "info",
        ctx.reason(
            text(gettext_noop("Rule 11 gives class %(device_class)s."), device_class=decision.answer),
            rule="mdr.rule11",
            fact=fact,
        ),
        {
            "class": decision.answer,
            "notified_body": "false" if procedure.answer.notified_body == "none" else "true",
            "conformity_route": procedure.answer.procedure,
            "path": "; ".join(f"{one.question}: {one.said}" for one in decision.path if one.question),
            "articles": "; ".join((*decision.articles, *procedure.articles)),
        },
    )


def _find_disagreement(
    ctx: Context, fact: str, decision: Decision[RiskClass], classification: Classification
) -> None:
    recorded = classification.device_class
    # Sterile, measuring and reusable are marks of class I: rule 11 says nothing about them.
    base = "I" if recorded in {"Is", "Im", "Ir"} else recorded
    if base == decision.answer:
        return
    ctx.find(
        "class_disagrees_with_rule11",
        "ce_marking",
        "attention",
        ctx.reason(
            text(
                gettext_noop("Class %(recorded)s is recorded, but rule 11 gives class %(decided)s."),
                recorded=recorded,
                decided=decision.answer,
            ),
            rule="mdr.rule11",
            fact=fact,
        ),
        {"recorded": recorded, "decided": decision.answer},
    )
