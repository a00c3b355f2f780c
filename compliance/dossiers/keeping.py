"""The files of dossiers: ``dossiers/<name>.zip`` within ``MEDIA_ROOT``, under names that nobody can guess.

A dossier is written as ``<name>.part`` and moved to its place whole: no reader ever meets a half file.
"""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

LEFT = timedelta(hours=1)  # longer than no file that is being written stands still


@contextmanager
def being_written() -> Iterator[tuple[str, BinaryIO]]:
    """Give the name of a new dossier and its file, which is gone afterwards unless ``keep`` has taken it."""
    name = secrets.token_hex(32)
    _root().mkdir(parents=True, exist_ok=True, mode=0o700)
    part = _part(name)
    try:
        with part.open("x+b") as file:
            yield name, file
    finally:
        part.unlink(missing_ok=True)


def keep(name: str, file: BinaryIO) -> None:
    """Move the file to its place, once all of it is on the disk."""
    file.flush()
    os.fsync(file.fileno())
    _part(name).rename(path_of(name))
    folder = os.open(_root(), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def path_of(name: str) -> Path:
    """Return where the file with this name stands."""
    return _root() / f"{name}.zip"


def put_beside(name: str, suffix: str, content: bytes) -> None:
    """Keep another file with the one of this name, in place of an older one; it goes when that one goes."""
    part = path_beside(name, f"{suffix}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path_beside(name, suffix))


def path_beside(name: str, suffix: str) -> Path:
    """Return where such a file stands."""
    return _root() / f"{name}.{suffix}"


def forget(name: str) -> None:
    """Delete a kept file, and what is kept beside it."""
    for path in _root().glob(f"{name}.*"):
        path.unlink(missing_ok=True)


def sweep(kept: set[str]) -> int:
    """Delete what dead workers left: files that are not among those kept, and old enough. Return how many."""
    before, swept = time.time() - LEFT.total_seconds(), 0
    for path in sorted(_root().glob("*")):
        whole = path.suffix != ".part" and path.name.partition(".")[0] in kept
        if not whole and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            swept += 1
    return swept


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "dossiers"


def _part(name: str) -> Path:
    return _root() / f"{name}.part"
