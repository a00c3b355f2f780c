"""PostgreSQL and Redis started from wheels: the default of one machine, in one folder, on Unix sockets.

With DATABASE_URL and REDIS_URL set, nothing here is used.
"""

import hashlib
import os
import tempfile
from pathlib import Path

# A socket's path holds at most 103 bytes on macOS and 107 on Linux; the longest name we add has 19.
_LONGEST_FOLDER = 80


class EmbeddedServiceError(Exception):
    """A service did not start or stop; the message says which, and where its log is."""


def sockets_folder(folder: Path) -> Path:
    """Return where the services of a data folder put their sockets: in it, or in a short temporary path."""
    sockets = folder / "run"
    if len(os.fsencode(sockets)) <= _LONGEST_FOLDER:
        return sockets
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"jalon-{os.getuid()}-{name}"


def make_sockets_folder(folder: Path) -> Path:
    """Create the sockets' folder, closed to other people, and return it.

    Raises EmbeddedServiceError if somebody else owns it already (a temporary folder is open to all).
    """
    sockets = sockets_folder(folder)
    sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sockets.is_symlink() or sockets.stat().st_uid != os.getuid():
        raise EmbeddedServiceError(f"{sockets} belongs to somebody else; remove it or move the data folder")
    return sockets


def database_url(folder: Path) -> str:
    """Return the DATABASE_URL of the PostgreSQL server of a data folder, running or not."""
    return f"postgres://jalon@/{sockets_folder(folder)}/jalon"


def redis_url(folder: Path) -> str:
    """Return the REDIS_URL of the Redis server of a data folder, running or not."""
    return f"unix://{sockets_folder(folder)}/redis.sock"
