"""The dossiers of several devices in one bag: an overview, then the files of each device in its own folder.

One device is made at a time, and its files wait on disk: memory does not grow with the number of devices.
"""

import tempfile
from collections.abc import Iterator
from datetime import date
from functools import partial
from hashlib import sha512
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from django.utils.translation import gettext, override

from compliance.assessments.render import Json, Language
from compliance.dossiers import document, making, overview
from compliance.dossiers.bag import File, Progress
from compliance.dossiers.content import to_bytes
from compliance.dossiers.making import Dossier, Record
from compliance.dossiers.shape import PORTFOLIO_FORMAT
from compliance.dossiers.verify import verification_code
from compliance.dossiers.workbook import workbook
from compliance.facts.errors import FactError, Problem
from compliance.law.text import gettext_noop

_BLOCK = 2**20  # bytes
_NONE_MADE = gettext_noop("None of the %(number)d dossiers can be made: %(why)s")


class Portfolio:
    """The dossiers of several devices on a date, as known on a date; a context that keeps files meanwhile."""

    def __init__(self, on: date, known_on: date, language: Language) -> None:
        self._on, self._known_on, self._language = on, known_on, language
        self._held: list[Json] = []
        self._left: list[Json] = []
        self._files: dict[str, File] = {}
        self._evidence: dict[str, File] = {}
        self._law = ""
        self._folder = tempfile.TemporaryDirectory(prefix="dossiers-")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def add(self, record: Record) -> None:
        """Make the files of a device. Raises FactError where they cannot be made."""
        (device,) = record.facts.devices
        folder = f"devices/{device.key}/"
        own, evidence = making.device_files(record, self._language, folder=folder)
        self._held.append(_in_brief(record, self._language, folder, own[f"{folder}dossier.json"]))
        for path, content in own.items():
            self._files[path] = self._kept(content)
        self._evidence |= evidence
        self._law = record.law.version

    def leave_out(self, key: str, name: str, refused: FactError) -> None:
        """Name a device whose dossier cannot be made, with what is wrong."""
        with override(self._language):
            problems = [one.text for one in refused.problems]
        self._left.append({"device": key, "name": name, "problems": problems})

    def make(self, *, output: BinaryIO, progress: Progress) -> Dossier:
        """Write the bag. Raises FactError where no device has a dossier."""
        if not self._held:
            why = " ".join(text for one in self._left for text in one["problems"])
            raise FactError([Problem("devices", "none", _NONE_MADE, {"number": len(self._left), "why": why})])
        data = {
            "format": PORTFOLIO_FORMAT,
            "language": self._language,
            "on": self._on.isoformat(),
            "known_on": self._known_on.isoformat(),
            "law_version": self._law,
            "devices": self._held,
            "not_made": self._left,
            "documents": [],
        }
        with override(self._language):
            own: dict[str, bytes] = {
                "dossier.json": to_bytes(data),
                "dossier.xlsx": workbook(overview.tables(data), on=self._on),
                **making.common_files(),
            }
            pages = overview.sheet(data, own)
            own["dossier.pdf"] = document.pdf(
                pages, own["dossier.json"], on=self._on, template="portfolio.typ"
            )
            described = gettext("%(number)d devices") % {"number": len(self._held)}
        keys = sha512("\n".join(sorted(one["device"] for one in [*self._held, *self._left])).encode())
        dates = f"{self._on}:{self._known_on}"
        return making.write(
            {**own, **self._files}, self._evidence, "", described,
            f"portfolio-{keys.hexdigest()[:8]}:{dates}:{self._language}",
            on=self._on, output=output, progress=progress,
        )  # fmt: skip

    def _kept(self, content: bytes) -> File:
        """Return the content as a file on disk."""
        path = Path(self._folder.name, str(len(self._files)))
        path.write_bytes(content)
        return File(len(content), partial(_blocks, path))


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _in_brief(record: Record, language: Language, folder: str, written: bytes) -> Json:
    """Return the line of a device in the index."""
    (device,) = record.facts.devices
    answer: Any = record.content(language)["assessment"]
    pending = [one for one in answer["deadlines"] if one["state"] in ("overdue", "due_today", "open")]
    following = min(pending, key=lambda one: (one["state"] != "overdue", one["strict"]), default=None)
    digest = sha512(written).hexdigest()
    return {
        "device": device.key,
        "name": device.name,
        "example": any(one.example for one in record.facts.organisations),
        "path": f"data/{folder}dossier.json",
        "code": verification_code(digest),
        "sha512": digest,
        "market_access": answer["market_access"]["status"],
        "reimbursement": answer["reimbursement"]["status"],
        "tracks": {
            name: {field: one[field] for field in ("status", "state", "until")}
            for name, one in answer["tracks"].items()
        },
        "overdue": sum(one["state"] == "overdue" for one in pending),
        "next": {field: following[field] for field in ("label", "track", "strict", "safe", "state")}
        if following
        else None,
    }
