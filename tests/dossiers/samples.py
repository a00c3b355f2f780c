"""Facts for the tests of dossiers: the example device with most facts, a device with none, a hostile one."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdf

from compliance.assessments.assess import assess
from compliance.assessments.render import Json, Language
from compliance.dossiers.bag import File
from compliance.dossiers.evidence import listed
from compliance.dossiers.making import Dossier, make
from compliance.facts.checks import ROLES
from compliance.facts.files import read_file
from compliance.law.facts import FORMAT, Device, FactsFile
from compliance.law.parameters import current_law

ON = date(2026, 11, 22)
EXAMPLE = Path(__file__).parents[2] / "compliance/facts/portfolio/example.yaml"
DETAILS: Json = {
    "document": "id", "kind": "other", "title": "T", "language": "fr", "version": 1,
    "added_at": "2026-11-22T09:00:00.000000+00:00", "file": "é.pdf", "issued_on": None,
    "media_type": "application/pdf", "size": 3, "sha256": "a" * 64, "withheld": None, "facts": [],
}  # fmt: skip
EVENT: Json = {
    "organisation": "o", "sequence": 1, "at": "2026-11-01T10:00:00.000000+00:00", "actor_id": "",
    "actor_label": "Camille Durand", "on_behalf_of": "aurelys", "action": "fact.amended",
    "subject_type": "device", "subject_id": "d", "subject_label": "D", "reason": "", "legal_basis": "",
    "before": {"versions": {"v1": {}}}, "after": {"versions": {"v1": {}}},
    "previous_hash": "a" * 64, "hash": "b" * 64,
}  # fmt: skip
NO_EVENTS: Json = {"events": [], "heads": [], "seal": None}


@cache
def example(key: str = "ex-cardivane") -> FactsFile:
    """Return the facts of one of the example devices, with its organisations and all sources."""
    portfolio = read_file(EXAMPLE)
    device = next(one for one in portfolio.devices if one.key == key)
    held = {getattr(device, role) for role in ROLES}
    organisations = tuple(one for one in portfolio.organisations if one.key in held)
    return FactsFile(format=FORMAT, sources=portfolio.sources, organisations=organisations, devices=(device,))


def of(**fields: Any) -> FactsFile:
    """Return the facts of a device with these fields and nothing else."""
    device = Device.model_validate({"key": "sample", "name": "Sample", **fields})
    return FactsFile(format=FORMAT, devices=(device,))


@dataclass(frozen=True)
class Made:
    """A dossier with its bytes."""

    dossier: Dossier
    content: bytes

    @property
    def name(self) -> str:
        return self.dossier.name

    @property
    def sha512(self) -> str:
        return self.dossier.sha512


def made(
    facts: FactsFile,
    *,
    on: date = ON,
    known_on: date = ON,
    excerpt: Json = NO_EVENTS,
    language: Language = "fr",
    documents: Iterable[Json] = (),
    evidence: Mapping[str, File] | None = None,
) -> Made:
    """Return the dossier of facts that no database holds."""
    law = current_law()
    answer = assess(facts.devices[0], facts.organisations, law, on=on, known_on=known_on)
    output = io.BytesIO()
    dossier = make(
        facts, answer, law, excerpt, language, documents, evidence or {}, facts_on=known_on, output=output
    )
    return Made(dossier, output.getvalue())


def whole() -> Made:
    """Return a dossier with facts, events and evidence."""
    content = b"evidence"
    documents = listed([{**DETAILS, "sha256": sha256(content).hexdigest(), "size": len(content)}])
    files = {documents[0]["path"].removeprefix("data/"): File.of(content)}
    excerpt = {"events": [EVENT], "heads": [], "seal": None}
    return made(example(), documents=documents, evidence=files, excerpt=excerpt)


def in_bag(files: Mapping[str, bytes]) -> dict[str, File]:
    """Return contents as files for a bag."""
    return {path: File.of(content) for path, content in files.items()}


def files_of(dossier: Made) -> dict[str, bytes]:
    """Return the files of a dossier by their paths in the bag."""
    with zipfile.ZipFile(io.BytesIO(dossier.content)) as archive:
        return {name.removeprefix(f"{dossier.name}/"): archive.read(name) for name in archive.namelist()}


def content_of(dossier: Made, name: str = "dossier.json") -> Any:
    """Return one of the JSON files of a dossier."""
    return json.loads(files_of(dossier)[f"data/{name}"])


def text_of(dossier: Made) -> str:
    """Return the text of the pages, without spaces, breaks of lines and places where a word may break."""
    pages = pypdf.PdfReader(io.BytesIO(files_of(dossier)["data/dossier.pdf"])).pages
    text = "".join(page.extract_text() for page in pages)
    return squeezed(text.replace("\u200b", "").replace("\ufb01", "fi"))


def squeezed(text: str) -> str:
    return "".join(text.split())
