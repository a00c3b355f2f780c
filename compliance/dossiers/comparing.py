"""A dossier of what changed of a device between two dates, from what is recorded on both."""

from datetime import date, datetime
from typing import BinaryIO

from django.utils.translation import override

from compliance.assessments.render import Json, Language
from compliance.dossiers import compared, document, making
from compliance.dossiers.bag import File, Progress
from compliance.dossiers.content import to_bytes
from compliance.dossiers.difference import Side, difference
from compliance.dossiers.history import with_events
from compliance.dossiers.making import Dossier, Record
from compliance.dossiers.workbook import workbook
from config.clock import end_of


def make(
    before: Record, after: Record, language: Language, *, output: BinaryIO, progress: Progress
) -> Dossier:
    """Write the dossier: same input, same bytes. Only documents added in between are in the bag."""
    old, new = Side(before.facts, before.content(language)), Side(after.facts, after.content(language))
    data = difference(old, new)
    known = before.assessment.known_on
    excerpt = with_events(after.excerpt, [one for one in after.excerpt["events"] if _after(one, known)])
    named = {(one["path"] or "").removeprefix("data/") for one in data["documents"]}
    files: dict[str, File] = {path: file for path, file in after.evidence.items() if path in named}
    progress(0, len(files) + making.OWN_FILES)
    on = after.assessment.on
    with override(language):
        own = {
            "dossier.json": to_bytes(data),
            "audit.json": to_bytes(excerpt),
            "dossier.xlsx": workbook(compared.tables(old, new, data, excerpt), on=on),
            **making.common_files(),
        }
        pages = compared.sheet(old, new, data, excerpt, own)
        own["dossier.pdf"] = document.pdf(pages, own["dossier.json"], on=on, template="difference.typ")
    (device,) = after.facts.devices
    dates = f"{before.assessment.on}:{on}:{after.assessment.known_on}"
    return making.write(
        own, files, making.owner_of(after.facts), device.name, f"{device.key}-difference:{dates}:{language}",
        on=on, output=output, progress=progress,
    )  # fmt: skip


def _after(event: Json, known_on: date) -> bool:
    return datetime.fromisoformat(event["at"]) >= end_of(known_on)
