"""A BagIt 1.0 bag (RFC 8493) in a ZIP, whose bytes depend on its content alone.

Entries are sorted and stored without compression (compressors differ between machines), with the date of
the dossier for time and fixed mode bits. The bag stands in one folder of the ZIP, named after it. Files pass
through block by block: memory does not grow with their size.
"""

import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha512
from typing import BinaryIO

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_REGULAR_FILE_644 = 0o100644 << 16
_UNIX = 3
_FIRST_ZIP_DAY, _LAST_ZIP_DAY = date(1980, 1, 1), date(2107, 12, 31)

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class File:
    """A file for the bag: its size in bytes, and what gives its content, block by block."""

    size: int
    blocks: Callable[[], Iterable[bytes]]

    @classmethod
    def of(cls, content: bytes) -> "File":
        """Return the file of a content that is at hand."""
        return cls(len(content), lambda: [content])


def write(
    payload: Mapping[str, File],
    info: Mapping[str, str],
    *,
    name: str,
    on: date,
    output: BinaryIO,
    progress: Progress = lambda done, total: None,
) -> None:
    """Write the bag ``name`` as a ZIP.

    ``payload`` maps paths below ``data/`` to files; ``info`` holds the lines of bag-info.txt besides
    Bagging-Date and Payload-Oxum; ``output`` can seek. ``progress`` is told after each file of the payload
    how many of how many are written. Raises ValueError for a path that leaves the bag, for two paths that
    Unicode takes for one, and for a file of another size than it said.
    """
    data = {f"data/{path}": file for path, file in _normalised(payload).items()}
    size = sum(file.size for file in data.values())
    lines = {**info, "Bagging-Date": on.isoformat(), "Payload-Oxum": f"{size}.{len(data)}"}
    told = "".join(f"{label}: {_one_line(text)}\n" for label, text in lines.items()).encode()
    payload_digests: dict[str, str] = {}
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:

        def put(path: str, file: File) -> str:
            return _put(archive, _entry(f"{name}/{path}", on), file)

        tag_digests = {
            "bag-info.txt": put("bag-info.txt", File.of(told)),
            "bagit.txt": put("bagit.txt", File.of(DECLARATION)),
        }
        for done, path in enumerate(sorted(data), start=1):
            payload_digests[path] = put(path, data[path])
            progress(done, len(data))
        manifest = File.of(_manifest(payload_digests))
        tag_digests["manifest-sha512.txt"] = put("manifest-sha512.txt", manifest)
        put("tagmanifest-sha512.txt", File.of(_manifest(tag_digests)))


def _put(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: File) -> str:
    """Write a file into the ZIP and return its SHA-512."""
    digest, entry.file_size = sha512(), file.size
    with archive.open(entry, "w") as place:
        for block in file.blocks():
            digest.update(block)
            place.write(block)
    if entry.file_size != file.size:
        raise ValueError(f"{entry.filename} has {entry.file_size} bytes, not {file.size}")
    return digest.hexdigest()


def _manifest(digests: Mapping[str, str]) -> bytes:
    """Return the manifest of files: a line each, sorted by path."""
    return "".join(f"{digest}  {_percent(path)}\n" for path, digest in sorted(digests.items())).encode()


def _normalised(payload: Mapping[str, File]) -> dict[str, File]:
    """Return the payload with its paths in NFC, each checked to stay below ``data/``."""
    found: dict[str, File] = {}
    for raw, file in payload.items():
        path = unicodedata.normalize("NFC", raw)
        if path in found:
            raise ValueError(f"the path {path!r} stands twice")
        if "\\" in path or "\0" in path or any(part in {"", ".", ".."} for part in path.split("/")):
            raise ValueError(f"the path {path!r} is not one of a bag")
        found[path] = file
    return found


def _percent(path: str) -> str:
    """Encode what would break a line of the manifest (RFC 8493, 2.1.3): these three and no other."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _entry(path: str, on: date) -> zipfile.ZipInfo:
    day = min(max(on, _FIRST_ZIP_DAY), _LAST_ZIP_DAY)
    entry = zipfile.ZipInfo(path, (day.year, day.month, day.day, 0, 0, 0))
    entry.create_system = _UNIX
    entry.external_attr = _REGULAR_FILE_644
    return entry
