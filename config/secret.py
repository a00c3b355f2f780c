"""The secret key of an installation that gives none: drawn once, kept in its data folder."""

import contextlib
import os
import secrets
from pathlib import Path


def secret_key(folder: Path) -> str:
    """Return the key in `folder`/secret_key (readable by its owner only), drawing it the first time.

    Several processes may start at once: the first to link its draft wins, the others read what it wrote.
    """
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"secret_key.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()
