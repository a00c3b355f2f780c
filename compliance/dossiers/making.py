"""A dossier from facts, an answer and an audit excerpt: no clock and no database take part."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha512
from types import MappingProxyType
from typing import BinaryIO

from django.utils.translation import override

from compliance.assessments.render import Json, Language
from compliance.dossiers import bag, document, standalone, verify
from compliance.dossiers.bag import File, Progress
from compliance.dossiers.content import content, to_bytes
from compliance.dossiers.shape import SCHEMA_FILE
from compliance.dossiers.sheet import sheet
from compliance.law.facts import FactsFile
from compliance.law.parameters import Law
from compliance.law.types import Assessment


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


def make(
    facts: FactsFile,
    assessment: Assessment,
    law: Law,
    excerpt: Json,
    language: Language,
    documents: Iterable[Json] = (),
    evidence: Mapping[str, File] = MappingProxyType({}),
    *,
    facts_on: date | None,
    output: BinaryIO,
    progress: Progress = lambda done, total: None,
) -> Dossier:
    """Write the dossier of the one device of ``facts``: same input, same bytes, on any machine.

    The facts are those recorded at the end of the day ``facts_on`` (None: none); ``evidence`` holds the
    files of the ``documents`` by their paths. ``output`` is an empty file that can be written, read and
    sought; where something is raised, what stands in it is no dossier. ``progress`` is told how many of how
    many files are written, first of none, and may raise CancelledError.
    """
    (device,) = facts.devices
    data = content(facts, assessment, law, language, documents, facts_on=facts_on)
    own = {
        "dossier.json": to_bytes(data),
        "audit.json": to_bytes(excerpt),
        "dossier.schema.json": SCHEMA_FILE.read_bytes(),
        "verify.py": standalone.program(),
    }
    progress(0, len(own) + len(evidence) + 1)
    with override(language):
        pages = sheet(facts, data, excerpt, own)
        own["dossier.pdf"] = document.pdf(pages, own["dossier.json"], on=assessment.on)
    on, known_on = assessment.on.isoformat(), assessment.known_on.isoformat()
    name = f"dossier-{device.key}-{on}-{known_on}-{language}"
    bag.write(
        {path: File.of(one) for path, one in own.items()} | dict(evidence),
        _info(facts, f"jalon:{device.key}:{on}:{known_on}:{language}"),
        name=name,
        on=assessment.on,
        output=output,
        progress=progress,
    )
    size = output.seek(0, io.SEEK_END)
    code = verify.verification_code(sha512(own["dossier.json"]).hexdigest())
    return Dossier(name, _digest(output), size, code)


def _info(facts: FactsFile, identifier: str) -> dict[str, str]:
    """Return the lines of bag-info.txt that tell what the bag is of."""
    (device,) = facts.devices
    lines = {
        "Source-Organization": next((one.name for one in facts.organisations if one.key == device.owner), ""),
        "External-Description": device.name,
        "External-Identifier": identifier,
    }
    return {label: text for label, text in lines.items() if text}


def _digest(output: BinaryIO) -> str:
    """Return the SHA-512 of all that stands in a file."""
    digest = sha512()
    output.seek(0)
    while block := output.read(2**20):
        digest.update(block)
    return digest.hexdigest()
