"""The documents of a dossier: what is said of each, and its file, block by block from where it is kept.

A file that the record holds and that is missing, or is not the one recorded, ends the dossier: with a gap it
would say that all is there, and would be another one once the file is back. What is not to be given any
more, because it was purged or because the virus scanner
refused it, is said plainly instead: nothing brings it back.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import partial
from hashlib import sha256

from compliance.assessments.render import Json
from compliance.dossiers.bag import File
from compliance.evidence import store
from compliance.evidence.formats import ENDINGS
from compliance.evidence.models import MediaType
from compliance.facts.errors import FactError, Problem
from compliance.law.text import gettext_noop

FOLDER = "data/evidence"
_BLOCK = 2**20  # bytes
_NAME = 60  # signs
_MISSING = gettext_noop(
    "The file of “%(title)s”, version %(version)d, SHA-256 %(sha256)s, is not where files are kept: "
    "restore it from a backup, or remove the document."
)
_OTHER = gettext_noop(
    "The file of “%(title)s”, version %(version)d, is not the one recorded, SHA-256 %(sha256)s: "
    "restore it from a backup, or remove the document."
)
_PENDING = gettext_noop(
    "The virus scanner has not seen the file of “%(title)s”, version %(version)d, SHA-256 %(sha256)s: "
    "wait a few minutes."
)


def listed(documents: Iterable[Json]) -> list[Json]:
    """Return the documents as recorded, each with the path of its file in the bag, or why it has none.

    Bytes that several versions share stand in the bag once, under the name of the first.
    """
    paths: dict[str, str] = {}
    found = []
    for document in documents:
        digest = document["sha256"]
        given = document["withheld"] in (None, "pending")
        if given and digest not in paths:
            short, whole = (path_of(digest, document, length) for length in (12, len(digest)))
            paths[digest] = whole if short in paths.values() else short
        found.append({**document, "path": paths[digest] if given else None})
    return found


def path_of(digest: str, document: Json, length: int) -> str:
    """Return where a file stands in the bag: the start of its SHA-256, then its name in plain ASCII.

    The ending is that of its type. Such a name is safe on every system, and says what was uploaded.
    """
    stem = document["file"].rpartition(".")[0]
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_NAME].rstrip("-")
    ending = ENDINGS[MediaType(document["media_type"])][0]
    return f"{FOLDER}/{'-'.join(filter(None, [digest[:length], name]))}.{ending}"


def files(documents: Iterable[Json]) -> dict[str, File]:
    """Return the files of the listed documents by their paths below ``data/``.

    Raises FactError, which names every document whose file is missing, is of another size, or waits for the
    virus scanner. A file of the right size with other bytes raises it while it is read.
    """
    found: dict[str, File] = {}
    problems: list[Problem] = []
    for document in documents:
        path = (document["path"] or "").removeprefix("data/")
        if not path or path in found:
            continue
        place = store.path_of(document["sha256"])
        if document["withheld"] == "pending":
            problems.append(_problem("pending", _PENDING, document))
        elif not place.is_file():
            problems.append(_problem("missing_file", _MISSING, document))
        elif place.stat().st_size != document["size"]:
            problems.append(_problem("other_file", _OTHER, document))
        else:
            found[path] = File(document["size"], partial(_blocks, document))
    if problems:
        raise FactError(problems)
    return found


def _blocks(document: Json) -> Iterator[bytes]:
    """Yield the content of a file. Raises FactError where, read to its end, it is not the one recorded."""
    digest = sha256()
    try:
        with store.path_of(document["sha256"]).open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                yield block
    except OSError as error:
        raise FactError([_problem("missing_file", _MISSING, document)]) from error
    if digest.hexdigest() != document["sha256"]:
        raise FactError([_problem("other_file", _OTHER, document)])


def _problem(code: str, message: str, document: Json) -> Problem:
    return Problem("documents", code, message, {n: document[n] for n in ("title", "version", "sha256")})
