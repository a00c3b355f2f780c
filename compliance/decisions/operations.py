"""Sign a decision, and ask the same answers of the law of another date."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.db import transaction

from compliance.amendments.queries import law_in_force
from compliance.assessments.render import Json, reason_body
from compliance.assessments.tables import TABLES, plain
from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append
from compliance.decisions.models import SignedDecision
from compliance.decisions.walk import Walk, used, walk
from compliance.facts.errors import FactError, Problem
from compliance.facts.permissions import permit
from compliance.law.decisions import Answer, Question
from compliance.law.parameters import Law
from compliance.law.text import gettext_noop
from devices.models import Device

MEANING = gettext_noop("I confirm these answers.")
_HASH_FREE = ("answers", "result", "law_version", "about", "meaning")


@transaction.atomic
def sign(
    *,
    actor: Actor,
    device: Device,
    table: str,
    answers: Mapping[str, Answer],
    on: date,
    known_on: date,
    about: str = "",
    reason: str = "",
    at: datetime,
) -> SignedDecision:
    """Decide by a table under the law in force, keep the decision signed, and return it.

    Answers that the path does not ask for are left out. Raises FactError where one is missing, or where the
    person does not keep the record of the device.
    """
    permit(actor, device)
    law = law_in_force()
    walked = walk(TABLES[table], answers, law, on=on, known_on=known_on)
    if walked.decision is None:
        message = gettext_noop("An answer is missing: nothing is signed.")
        raise FactError([Problem(walked.missing.key if walked.missing else "", "missing", message)])
    row = SignedDecision.objects.create(
        device=device,
        table=table,
        about=about,
        answers=used(walked),
        result=plain(walked.decision.answer),
        path=steps(walked),
        on=on,
        known_on=known_on,
        law_version=law.version,
        meaning=MEANING,
        reason=reason,
        signed_at=at,
        signer_id=str(actor.user.pk) if actor.user else "",
        signer_label=actor.label,
    )
    dated = {"on": on.isoformat(), "known_on": known_on.isoformat()}
    append(
        actor=actor,
        organisation=device.owner,
        action=Action.DECISION_SIGNED,
        subject_type="device",
        subject_id=str(device.pk),
        subject_label=str(device),
        before=None,
        after={"decisions": {table: {name: getattr(row, name) for name in _HASH_FREE} | dated}},
        reason=reason,
        at=at,
    )
    return row


def steps(walked: Walk) -> list[Json]:
    """Return the path as JSON values, without a language."""
    return [{"question": one.question, "answer": one.said, **reason_body(one.why)} for one in walked.path]


@dataclass(frozen=True, slots=True)
class Difference:
    """A step that differs between two paths; a side is None where it has no such step."""

    what: Literal["question", "conclusion", "article"]
    then: Json | None
    now: Json | None


@dataclass(frozen=True, slots=True)
class Replay:
    """The same answers under the law of another date. ``missing`` is asked there and was never answered."""

    law_version: str
    result: Any
    path: list[Json]
    missing: Question | None
    same: bool
    differences: tuple[Difference, ...]


def replay(row: SignedDecision, law: Law, *, on: date, known_on: date) -> Replay:
    """Return what the law makes of the signed answers on a date, and what differs from what was signed."""
    walked = walk(TABLES[row.table], row.answers, law, on=on, known_on=known_on)
    result = plain(walked.decision.answer) if walked.decision else None
    path = steps(walked)
    same = walked.decision is not None and result == row.result
    return Replay(law.version, result, path, walked.missing, same, tuple(_differences(row.path, path)))


def _differences(then: list[Json], now: list[Json]) -> Iterator[Difference]:
    """Yield the steps of one path that the other lacks, then those that rest on another article."""
    old, new = ({_identity(one): one for one in path} for path in (then, now))
    for identity, one in old.items():
        other = new.get(identity)
        what: Any = "question" if one["question"] else "conclusion"
        if other is None:
            yield Difference(what, one, None)
        elif (one["citation"], one["certainty"]) != (other["citation"], other["certainty"]):
            yield Difference("article", one, other)
    for identity, one in new.items():
        if identity not in old:
            yield Difference("question" if one["question"] else "conclusion", None, one)


def _identity(step: Json) -> tuple[str, str, str]:
    """Return what makes two steps the same: the question and rule, or the conclusion in its words."""
    if step["question"]:
        return (step["question"], step["rule"], "")
    return ("", step["rule"], json.dumps(step["text"], sort_keys=True))
