"""A dossier from facts, an answer and an audit excerpt: no clock and no database take part."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha512
from pathlib import Path

from django.utils.translation import override

from compliance.assessments.render import Json, Language
from compliance.dossiers import bag, document, verify
from compliance.dossiers.content import content, to_bytes
from compliance.dossiers.sheet import sheet
from compliance.law.facts import FactsFile
from compliance.law.parameters import Law
from compliance.law.types import Assessment


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier as a ZIP: its name, without the extension, and its bytes."""

    name: str
    content: bytes

    @property
    def sha512(self) -> str:
        """Return the SHA-512 of the ZIP (hexadecimal)."""
        return sha512(self.content).hexdigest()


def make(
    facts: FactsFile,
    assessment: Assessment,
    law: Law,
    excerpt: Json,
    language: Language,
    documents: Iterable[Json] = (),
    *,
    facts_on: date | None,
) -> Dossier:
    """Return the dossier of the one device of ``facts``: same input, same bytes, on any machine.

    The facts are those recorded at the end of the day ``facts_on`` (None: none).
    """
    (device,) = facts.devices
    data = content(facts, assessment, law, language, documents, facts_on=facts_on)
    payload = {
        "dossier.json": to_bytes(data),
        "audit.json": to_bytes(excerpt),
        "verify.py": Path(verify.__file__).read_bytes(),
    }
    with override(language):
        pages = sheet(facts, data, excerpt, payload)
    payload["dossier.pdf"] = document.pdf(pages, payload["dossier.json"], on=assessment.on)
    on, known_on = assessment.on.isoformat(), assessment.known_on.isoformat()
    info = {
        "Source-Organization": next((one.name for one in facts.organisations if one.key == device.owner), ""),
        "External-Description": device.name,
        "External-Identifier": f"jalon:{device.key}:{on}:{known_on}:{language}",
    }
    name = f"dossier-{device.key}-{on}-{known_on}-{language}"
    output = io.BytesIO()
    bag.write(
        payload,
        {label: text for label, text in info.items() if text},
        name=name,
        on=assessment.on,
        output=output,
    )
    return Dossier(name, output.getvalue())
