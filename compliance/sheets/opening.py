"""An uploaded workbook: checked by its content, kept for a while for the person who sent it.

A large one is kept for the worker (``compliance.sheets.large``).
Nothing that the person typed comes near a path; the folder is the person's own, so that no other can open it.
"""

import shutil
import time
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

from compliance.evidence import formats, store
from compliance.evidence.errors import refusal
from compliance.evidence.models import MediaType
from compliance.evidence.names import checked_name
from compliance.law.text import gettext_noop
from compliance.sheets import large
from devices.models import User

MOST_BYTES = 10 * 2**20
LARGE_BYTES = 2**20  # unpacked: the empty template has a third of it, a line some 540 bytes
KEPT_SECONDS = 3600
MOST_KEPT = 5  # for one person
_NOT_A_WORKBOOK = gettext_noop(
    "A workbook of the form .xlsx is expected: save the file in this form and upload that."
)


def keep_upload(user: User, name: str, chunks: Iterable[bytes], *, at: datetime) -> UUID:
    """Check an uploaded file, keep it for an hour, and return by what it is found. Raises FactError."""
    name, ending = checked_name(name)
    if ending != "xlsx":
        raise refusal("type", _NOT_A_WORKBOOK)
    with store.received(chunks, limit=MOST_BYTES) as file:
        if formats.inspect(file.path, ending) != MediaType.XLSX:
            raise refusal("type", _NOT_A_WORKBOOK)
        if _unpacked(file.path) > LARGE_BYTES:
            return large.begin(user=user, file=file.path, name=name, at=at)
        _forget_old()
        folder, upload = _folder(user), uuid4()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(file.path, folder / str(upload))
    for old in sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime)[:-MOST_KEPT]:
        old.unlink(missing_ok=True)
    return upload


def kept_upload(user: User, upload: UUID) -> Path | None:
    """Return the file that the person sent, None once its hour is over."""
    path = _folder(user) / str(upload)
    return path if path.is_file() and not _is_old(path) else None


def forget_upload(user: User, upload: UUID) -> None:
    """Take a file away."""
    (_folder(user) / str(upload)).unlink(missing_ok=True)


def _unpacked(path: Path) -> int:
    """Return how many bytes the sheets and texts of a workbook have, unpacked: what reading it takes."""
    with zipfile.ZipFile(path) as archive:
        names = ("xl/worksheets/", "xl/sharedStrings")
        return sum(one.file_size for one in archive.infolist() if one.filename.startswith(names))


def _forget_old() -> None:
    for path in _root().glob("*/*"):
        if _is_old(path):
            path.unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    try:
        return path.stat().st_mtime < time.time() - KEPT_SECONDS
    except FileNotFoundError:
        return True


def _folder(user: User) -> Path:
    return _root() / str(user.pk)


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "sheets"
