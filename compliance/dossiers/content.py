"""What ``dossier.json`` holds: the facts, the answer of the law with its reasons, the law it rests on."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext, override

from compliance.assessments.dates import write_date
from compliance.assessments.render import Json, Language, body, spoken
from compliance.assessments.words import word
from compliance.dossiers.shape import FORMAT
from compliance.facts.values import as_json
from compliance.law.facts import FactsFile
from compliance.law.parameters import DatedValue, Law
from compliance.law.types import Assessment


def content(
    facts: FactsFile,
    assessment: Assessment,
    law: Law,
    language: Language,
    documents: Iterable[Json] = (),
    *,
    facts_on: date | None,
) -> Json:
    """Return the content of a dossier in a language.

    ``facts`` is a facts file of the one device, as recorded at the end of the day ``facts_on``: it can be
    imported, and assessed again. ``law`` holds every
    rule that the answer names, with its values published by the date of knowledge and their sources.
    ``documents`` say by their hashes which files the facts rest on, and where those stand in the bag.
    """
    with override(language):
        answer = spoken(body(assessment), law, language, translate=gettext, say=word, write_date=write_date)
    return {
        "format": FORMAT,
        "language": language,
        "on": assessment.on.isoformat(),
        "known_on": assessment.known_on.isoformat(),
        "facts_known_on": facts_on.isoformat() if facts_on else None,
        "facts": as_json(facts),
        "documents": list(documents),
        "assessment": answer,
        "law": {
            "version": law.version,
            "rules": [
                _rule(law, rule, assessment.known_on, language)
                for rule in sorted(set(_rules(answer)))
                if rule in law.parameters
            ],
        },
    }


def to_bytes(value: Json) -> bytes:
    """Return the JSON text of a file of the bag: in the order of its making, indented, in UTF-8."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _rules(part: Any) -> Iterator[str]:
    """Yield the rules that a part of the answer names."""
    if isinstance(part, list):
        for one in part:
            yield from _rules(one)
    elif isinstance(part, dict):
        if part.get("rule"):
            yield part["rule"]
        for one in part.values():
            yield from _rules(one)


def _rule(law: Law, rule: str, known_on: date, language: Language) -> Json:
    parameter = law[rule]
    known = sorted(
        (one for one in parameter.values if one.published <= known_on),
        key=lambda one: (one.applies, one.published),
    )
    return {
        "rule": rule,
        "label": getattr(parameter.label, language),
        "values": [_value(one, language) for one in known],
    }


def _value(dated: DatedValue, language: Language) -> Json:
    return {
        **dated.model_dump(
            mode="json", include={"value", "published", "applies", "certainty", "verified_on"}
        ),
        "citation": str(dated.citation),
        "version": dated.citation.version,
        "source": dated.citation.source,
        "note": getattr(dated.note, language) if dated.note else "",
    }
