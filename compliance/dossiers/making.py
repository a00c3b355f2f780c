"""A dossier from facts, an answer and an audit excerpt: no clock and no database take part."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha512
from types import MappingProxyType
from typing import BinaryIO

from django.utils.translation import override

from compliance.assessments.render import Json, Language
from compliance.dossiers import bag, document, standalone, tables, verify
from compliance.dossiers.bag import File, Progress
from compliance.dossiers.content import content, to_bytes
from compliance.dossiers.shape import SCHEMA_FILE
from compliance.dossiers.sheet import sheet
from compliance.dossiers.track import excerpt_of_track, of_track
from compliance.dossiers.workbook import workbook
from compliance.law.facts import FactsFile
from compliance.law.parameters import Law
from compliance.law.types import Assessment

OWN_FILES = 6  # of a dossier: three JSON files, the pages, the workbook, the program


class CancelledError(Exception):
    """Raised by a ``progress`` to end the making."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier that was written as a ZIP: its name, without the extension, and how to know it again.

    ``sha512`` and ``size`` (bytes) are those of the ZIP, ``code`` is the verification code on the cover.
    """

    name: str
    sha512: str
    size: int
    code: str


@dataclass(frozen=True, slots=True)
class Record:
    """What is recorded of the one device of ``facts``, and what the law makes of it on the dates asked for.

    The facts are those recorded at the end of the day ``facts_on`` (None: none); ``evidence`` holds the
    files of the ``documents`` by their paths.
    """

    facts: FactsFile
    facts_on: date | None
    assessment: Assessment
    law: Law
    excerpt: Json
    documents: Iterable[Json] = ()
    evidence: Mapping[str, File] = field(default_factory=dict)
    decisions: Iterable[Json] = ()
    requirements: Iterable[Json] = ()

    def content(self, language: Language) -> Json:
        """Return the content of the dossier of the device."""
        return content(
            self.facts, self.assessment, self.law, language, self.documents,
            facts_on=self.facts_on, decisions=self.decisions, requirements=self.requirements,
        )  # fmt: skip


def make(
    record: Record,
    language: Language,
    *,
    track: str | None = None,
    output: BinaryIO,
    progress: Progress = lambda done, total: None,
) -> Dossier:
    """Write the dossier of a device, or of one of its tracks: same input, same bytes, on any machine.

    ``output`` is an empty file that can be written, read and sought; where something is raised, what stands
    in it is no dossier. ``progress`` is told how many of how many files are written, first of none, and may
    raise CancelledError.
    """
    progress(0, len(record.evidence) + OWN_FILES)
    own, evidence = device_files(record, language, track=track, also=common_files())
    (device,) = record.facts.devices
    on, known_on = record.assessment.on, record.assessment.known_on
    part = f"{device.key}-{track}" if track else device.key
    return write(
        own, evidence, owner_of(record.facts), device.name, f"{part}:{on}:{known_on}:{language}",
        on=on, output=output, progress=progress,
    )  # fmt: skip


def common_files() -> dict[str, bytes]:
    """Return the files that each bag has, whatever it is of."""
    return {"dossier.schema.json": SCHEMA_FILE.read_bytes(), "verify.py": standalone.program()}


def device_files(
    record: Record,
    language: Language,
    *,
    track: str | None = None,
    folder: str = "",
    also: Mapping[str, bytes] = MappingProxyType({}),
) -> tuple[dict[str, bytes], dict[str, File]]:
    """Return the files made of a device, by their paths below ``data/``, and those of its evidence.

    They stand in ``folder``; the pages list ``also`` beside them.
    """
    data, excerpt, facts = record.content(language), record.excerpt, record.facts
    evidence = dict(record.evidence)
    if track:
        data, excerpt = of_track(data, track), excerpt_of_track(excerpt, track)
        facts = FactsFile.model_validate(data["facts"])
        named = {(one["path"] or "").removeprefix("data/") for one in data["documents"]}
        evidence = {path: file for path, file in evidence.items() if path in named}
    on = record.assessment.on
    with override(language):
        own = {
            f"{folder}dossier.json": to_bytes(data),
            f"{folder}audit.json": to_bytes(excerpt),
            f"{folder}dossier.xlsx": workbook(tables.of_device(facts, data, excerpt), on=on),
            **also,
        }
        attached = own[f"{folder}dossier.json"]
        pages = sheet(facts, data, excerpt, own, attached)
        own[f"{folder}dossier.pdf"] = document.pdf(pages, attached, on=on)
    return own, evidence


def write(
    own: Mapping[str, bytes | File],
    evidence: Mapping[str, File],
    owner: str,
    described: str,
    identifier: str,
    *,
    on: date,
    output: BinaryIO,
    progress: Progress,
) -> Dossier:
    """Write the bag of these files, one of which is dossier.json."""
    info = {
        "Source-Organization": owner,
        "External-Description": described,
        "External-Identifier": f"jalon:{identifier}",
    }
    name = f"dossier-{identifier.replace(':', '-')}"
    bag.write(
        {path: File.of(one) if isinstance(one, bytes) else one for path, one in own.items()} | dict(evidence),
        {label: text for label, text in info.items() if text},
        name=name,
        on=on,
        output=output,
        progress=progress,
    )
    size, index = output.seek(0, io.SEEK_END), own["dossier.json"]
    digest = sha512(index if isinstance(index, bytes) else b"".join(index.blocks())).hexdigest()
    return Dossier(name, _digest(output), size, verify.verification_code(digest))


def owner_of(facts: FactsFile) -> str:
    """Return the name of the owner of the device, "" where it has none."""
    (device,) = facts.devices
    return next((one.name for one in facts.organisations if one.key == device.owner), "")


def _digest(output: BinaryIO) -> str:
    """Return the SHA-512 of all that stands in a file."""
    digest = sha512()
    output.seek(0)
    while block := output.read(2**20):
        digest.update(block)
    return digest.hexdigest()
