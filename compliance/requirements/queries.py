"""Reading how far the catalogues of a device are covered, on a date and as known on a date."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import override

from compliance.amendments.queries import law_in_force
from compliance.assessments.assess import assess
from compliance.assessments.render import Json, Language
from compliance.assessments.words import said as say
from compliance.evidence.models import Document, DocumentVersion
from compliance.facts.past import Known, known_facts
from compliance.law.catalogues import (
    Catalogue,
    Catalogues,
    Edition,
    Reference,
    Requirement,
    current_catalogues,
)
from compliance.law.catalogues.coverage import counts, state
from compliance.law.catalogues.scope import Applies, applies
from compliance.law.parameters import Citation, Law
from compliance.law.types import Assessment
from compliance.requirements.models import Statement
from config.clock import end_of
from devices.models import Device

Said = Mapping[Reference, list[Statement]]


def coverage_of(
    device: Device,
    *,
    on: date,
    known_on: date,
    today: date,
    language: Language,
    known: Known | None = None,
    assessment: Assessment | None = None,
    law: Law | None = None,
) -> Json:
    """Return how far each catalogue in force on a date is covered, as known on a date, as plain JSON values.

    ``known``, ``assessment`` and ``law`` are the facts, the answer of the law and the law in force for the
    same dates, where they were read already. Documents are those attached, not taken back and not removed by
    the end of the day ``known_on``, each in its latest version of then. Two queries beside those for facts
    and law.
    """
    law = law or law_in_force()
    known = known or known_facts(device, known_on=known_on, today=today)
    assessment = assessment or assess(known.device, known.organisations, law, on=on, known_on=known_on)
    said = said_of(as_recorded(device, end_of(known_on)))
    catalogues = current_catalogues()
    with override(language):
        found = [
            _catalogue(
                one, edition, applies(one, known.device, assessment, law), said, on, language, catalogues
            )
            for one in catalogues.by_key.values()
            if (edition := one.edition(on=on, known_on=known_on))
        ]
    return {"on": on.isoformat(), "known_on": known_on.isoformat(), "catalogues": found}


def as_recorded(device: Device, until: datetime) -> QuerySet[Statement]:
    """Return what was said of the requirements of a device before an instant and not taken back by then."""
    rows = Statement.objects.filter(device=device, at__lt=until).exclude(ended_at__lt=until)
    versions = DocumentVersion.objects.filter(uploaded_at__lt=until).order_by("-number")
    return (
        rows.exclude(document__removed_at__lt=until)
        .select_related("document")
        .prefetch_related(Prefetch("document__versions", versions))
        .order_by("at", "id")
    )


def served_by(document: Document, language: Language) -> list[tuple[str, str, str]]:
    """Return what a document serves now: the key and title of each catalogue, and the numbers in it."""
    catalogues = current_catalogues().by_key
    said = said_of(Statement.objects.filter(document=document, ended_at=None))
    return [
        (key, getattr(one.title, language), ", ".join(numbers))
        for key, one in catalogues.items()
        if (
            numbers := list(
                dict.fromkeys(row.number for row in one.requirements if (key, row.number) in said)
            )
        )
    ]


def said_of(rows: Iterable[Statement]) -> Said:
    """Return statements by the requirement that they are about."""
    found: dict[Reference, list[Statement]] = defaultdict(list)
    for one in rows:
        found[(one.catalogue, one.number)].append(one)
    return found


def _catalogue(
    catalogue: Catalogue,
    edition: Edition,
    scope: Applies,
    said: Said,
    on: date,
    language: Language,
    catalogues: Catalogues,
) -> Json:
    rows = [
        _requirement(
            catalogue, edition, one, said.get((catalogue.key, one.number), []), on, language, catalogues
        )
        for one in catalogue.of(edition)
    ]
    found = counts(one["state"] for one in rows)
    due = scope.due
    return {
        "catalogue": catalogue.key,
        "title": getattr(catalogue.title, language),
        "version": edition.version,
        "published": edition.published.isoformat(),
        "in_force_from": edition.applies.isoformat(),
        **_cited(edition.citation),
        "certainty": edition.certainty,
        "note": getattr(edition.note, language) if edition.note else "",
        "settled_by": getattr(edition.settled_by, language) if edition.settled_by else "",
        "applies": scope.answer,
        "why": say(scope.why),
        "due": {
            "date": due.date.isoformat(),
            "reached": due.date <= on,
            "rule": due.rule,
            "citation": due.citation,
            "certainty": due.certainty,
        }
        if due
        else None,
        "counts": {
            "covered": found.covered,
            "gap": found.gap,
            "not_applicable": found.not_applicable,
            "asked": found.asked,
            "percent": found.percent,
        },
        "requirements": rows,
    }


def _requirement(
    catalogue: Catalogue,
    edition: Edition,
    requirement: Requirement,
    said: list[Statement],
    on: date,
    language: Language,
    catalogues: Catalogues,
) -> Json:
    held = [one for one in said if one.since <= on]
    return {
        "number": requirement.number,
        "title": getattr(requirement.title, language),
        "citation": catalogue.cite(requirement.number),
        "certainty": requirement.certainty or edition.certainty,
        "note": getattr(requirement.note, language) if requirement.note else "",
        "state": state(held, on=on),
        "documents": [_document(one) for one in held if not one.exempts],
        "not_applicable": next((_reason(one) for one in held if one.exempts), None),
        "same_as": [
            {
                "catalogue": key,
                "title": getattr(catalogues.by_key[key].title, language),
                "number": number,
                "citation": str(why.citation),
                "certainty": why.certainty,
            }
            for (key, number), why in catalogues.shared.get((catalogue.key, requirement.number), ())
        ],
    }


def _document(statement: Statement) -> Json:
    document: Any = statement.document
    latest = next(iter(document.versions.all()), None)
    return {
        "statement": str(statement.pk),
        "document": str(document.pk),
        "title": document.title,
        "kind": document.kind,
        "language": document.language,
        "version": latest.number if latest else None,
        "file": latest.name if latest else None,
        "sha256": latest.blob_id if latest else None,
        "issued_on": latest.issued_on.isoformat() if latest and latest.issued_on else None,
        "since": statement.since.isoformat(),
        "by": statement.by,
        "note": statement.note,
    }


def _reason(statement: Statement) -> Json:
    return {
        "statement": str(statement.pk),
        "reason": statement.note,
        "since": statement.since.isoformat(),
        "by": statement.by,
    }


def _cited(citation: Citation) -> Json:
    return {"citation": str(citation), "source": citation.source}
