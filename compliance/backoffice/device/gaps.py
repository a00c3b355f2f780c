"""Gaps of a record: what is not known and what it would decide, and what nothing proves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext

from compliance.assessments.render import Json
from compliance.backoffice.facts.records import row_url
from compliance.evidence.models import DocumentVersion
from compliance.facts.rows import Row
from compliance.timeline.story import named
from devices.models import AREA_LABELS

# The findings that say that something is missing from the record.
EVIDENCE = frozenset(
    {"ai_supplement_without_certificate", "article_6_3_profiling_unanswered", "basic_udi_di_not_recorded"}
    | {"declaration_not_recorded", "deployment_incomplete", "design_change_unanswered"}
    | {"duties_without_evidence", "legacy_class_not_recorded", "legacy_evidence_missing"}
    | {"literacy_without_evidence", "marking_date_unknown", "modification_unanswered", "no_report_recorded"}
    | {"public_authority_unanswered", "rule11_incomplete", "supplement_without_certificate"}
    | {"supply_notice_undecided"}
)


@dataclass(slots=True)
class Gap:
    """Something not known or not proved: the reason that says so, what it would decide, its facts."""

    reason: Json
    decides: list[str]
    facts: list[tuple[str, str]] = field(default_factory=list)


def gaps(answer: Json, rows: Iterable[Row], documents: Sequence[Sequence[DocumentVersion]]) -> list[Gap]:
    """Return the gaps that an answer names, then the facts of ``rows`` without source or document."""
    found: dict[str, Gap] = {}
    for track, status in answer["tracks"].items():
        if status["status"] == "unknown":
            _add(found, status["reasons"], str(AREA_LABELS[track]))
    for gate, name in (
        ("market_access", gettext("Market access")),
        ("reimbursement", gettext("Access to reimbursement")),
    ):
        if answer[gate]["status"] == "unknown":
            _add(found, answer[gate]["reasons"], name)
    for one in answer["findings"]:
        if one["code"] in EVIDENCE:
            _add(found, [one["reason"]], str(AREA_LABELS[one["track"]]))
    unproved = _unproved(rows, documents)
    if unproved:
        text = gettext("Nothing proves these facts: they have neither a source nor a document.")
        found[text] = Gap({"text": text}, [], unproved)
    return list(found.values())


def _add(found: dict[str, Gap], reasons: Iterable[Json], decides: str) -> None:
    for one in reasons:
        gap = found.setdefault(one["text"], Gap(one, []))
        if decides not in gap.decides:
            gap.decides.append(decides)


def _unproved(rows: Iterable[Row], documents: Sequence[Sequence[DocumentVersion]]) -> list[tuple[str, str]]:
    """Return the facts without source or document: what each is called, and its page."""
    shown = {link.fact for versions in documents for one in versions for link in one.links.all()}
    return [
        (named(one), row_url(one)) for one in rows if not one.data.get("source") and one.path not in shown
    ]
