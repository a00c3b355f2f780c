"""Office files, which are ZIP archives: of the right parts, whole, without bombs, passwords or macros."""

import zipfile
import zlib
from pathlib import Path

from compliance.evidence.errors import refusal
from compliance.evidence.models import MediaType
from compliance.law.text import gettext_noop

MOST_ENTRIES = 5000
MOST_BYTES = 200 * 2**20  # unpacked, all entries together
MOST_RATIO = 200  # unpacked to packed, of an entry of more than SMALL bytes
SMALL = 2**20
_END = b"PK\x05\x06"
_END_SIZE = 22
_ODF = {str(one): one for one in (MediaType.ODT, MediaType.ODS)}
_OOXML = {
    "word/document.xml": (MediaType.DOCX, b"wordprocessingml.document.main+xml"),
    "xl/workbook.xml": (MediaType.XLSX, b"spreadsheetml.sheet.main+xml"),
}
_UNKNOWN = gettext_noop("This archive is no DOCX, XLSX, ODT or ODS: upload the files in it one by one.")
_BROKEN = gettext_noop("This file is damaged or has something added to it: save it anew and upload that.")
_BOMB = gettext_noop(
    "This file unpacks to far more than an office file holds: save it anew, with less in it."
)
_LOCKED = gettext_noop("This file is protected by a password: save a copy without it and upload that.")
_MACROS = gettext_noop("This file holds macros: save it without them and upload that.")


def office_type(path: Path) -> MediaType:
    """Return which office file an archive is. Raises FactError for any other, and for hostile ones."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END_SIZE))
        end = file.read()
    if not end.startswith(_END) or not end.endswith(b"\0\0"):
        raise refusal("damaged", _BROKEN)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive, path.stat().st_size)
            found = _type(archive)
            # Reads every entry: a size that the directory lies about shows as a wrong checksum.
            if archive.testzip() is not None:
                raise refusal("damaged", _BROKEN)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise refusal("damaged", _BROKEN) from error
    return found


def _check_entries(archive: zipfile.ZipFile, size: int) -> None:
    entries = archive.infolist()
    names = [one.filename for one in entries]
    if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_BYTES:
        raise refusal("bomb", _BOMB)
    if any(one.file_size > max(SMALL, MOST_RATIO * one.compress_size) for one in entries):
        raise refusal("bomb", _BOMB)
    # Entries that share their packed bytes add up to more than the file.
    if sum(one.compress_size for one in entries) > size:
        raise refusal("bomb", _BOMB)
    if any(one.flag_bits & 0x1 for one in entries):
        raise refusal("password", _LOCKED)
    if not entries or min(one.header_offset for one in entries) != 0 or len(set(names)) < len(names):
        raise refusal("damaged", _BROKEN)
    if any(_leaves(name) for name in names):
        raise refusal("damaged", _BROKEN)
    if any(_is_macro(name) for name in names):
        raise refusal("macros", _MACROS)


def _leaves(name: str) -> bool:
    """Return whether the name of an entry points out of its archive."""
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def _is_macro(name: str) -> bool:
    return name.lower().endswith("vbaproject.bin") or name.startswith(("Basic/", "Scripts/"))


def _type(archive: zipfile.ZipFile) -> MediaType:
    names = set(archive.namelist())
    if "mimetype" in names:
        found = _ODF.get(archive.read("mimetype").decode("ascii", "replace").strip())
        if found and "content.xml" in names:
            if b"encryption-data" in _read(archive, "META-INF/manifest.xml", names):
                raise refusal("password", _LOCKED)
            return found
    listed = _read(archive, "[Content_Types].xml", names)
    for part, (media_type, said) in _OOXML.items():
        if part in names and said in listed:
            return media_type
    raise refusal("type", _UNKNOWN)


def _read(archive: zipfile.ZipFile, name: str, names: set[str]) -> bytes:
    return archive.read(name) if name in names else b""
