"""The files on disk, each under its SHA-256: ``blobs/ab/abcd…`` within ``MEDIA_ROOT``.

A file is written beside its place, hashed on the way, and moved there whole: no reader ever meets a half
file. No name that a person gave comes near a path.
"""

import logging
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from compliance.evidence.errors import refusal
from compliance.law.text import gettext_noop

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came in whole and is not kept yet."""

    path: Path
    sha256: str
    size: int


@contextmanager
def received(chunks: Iterable[bytes], *, limit: int) -> Iterator[Received]:
    """Write the chunks to a file of their own, which is gone afterwards unless ``keep`` has taken it.

    Raises FactError: the file is empty, holds more than ``limit`` bytes, or cannot be written.
    """
    with _writing():
        folder = _root() / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder)
    path = Path(name)
    try:
        with _writing():
            digest, size = sha256(), 0
            with os.fdopen(descriptor, "wb") as file:
                for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        message = gettext_noop("The file is larger than %(most)d MB: make it smaller.")
                        raise refusal("too_large", message, most=limit // 2**20)
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        if not size:
            raise refusal("empty", gettext_noop("The file is empty: choose the right file."))
        yield Received(path, digest.hexdigest(), size)
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def keep(file: Received) -> None:
    """Move a received file to its place; one that is there already has the same bytes. Raises FactError."""
    place = path_of(file.sha256)
    with _writing():
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(file.path, place)  # noqa: PTH105  # atomic, whatever stands there
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def path_of(hash_: str) -> Path:
    """Return where the file with this hash stands."""
    return _blobs() / hash_[:2] / hash_


def hashes() -> Iterator[str]:
    """Yield the hash of every file that stands here."""
    for path in sorted(_blobs().glob("??/*")):
        yield path.name


def leftovers(older_than: float) -> list[Path]:
    """Return the files of uploads that ended in the middle, older than so many seconds."""
    before = time.time() - older_than
    return [one for one in sorted((_root() / "incoming").glob("*")) if one.stat().st_mtime < before]


@contextmanager
def _writing() -> Iterator[None]:
    """Turn a disk that is full or gone into a refusal."""
    try:
        yield
    except OSError as error:
        logger.exception("A document could not be written")
        message = gettext_noop("The file could not be stored; nothing was saved. Try again in a few minutes.")
        raise refusal("storage", message) from error


def _root() -> Path:
    return Path(settings.MEDIA_ROOT)


def _blobs() -> Path:
    return _root() / "blobs"
