"""The secrets of an installation that gives none: drawn once, kept in its data folder."""

import contextlib
import os
import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """Return the key in `folder`/secret_key, drawing it the first time."""
    return private_file(folder / "secret_key", secrets.token_urlsafe(50))


def private_file(path: Path, draw: str) -> str:
    """Return what the file holds (readable by its owner only), writing `draw` the first time.

    Several processes may start at once: the first to link its draft wins, the others read what it wrote.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(draw)
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()
