"""A BagIt 1.0 bag (RFC 8493) in a ZIP, whose bytes depend on its content alone.

Entries are sorted and stored without compression (compressors differ between machines), with the date of
the dossier for time and fixed mode bits. The bag stands in one folder of the ZIP, named after it.
"""

import unicodedata
import zipfile
from collections.abc import Mapping
from datetime import date
from hashlib import sha512
from typing import BinaryIO

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_REGULAR_FILE_644 = 0o100644 << 16
_UNIX = 3
_FIRST_ZIP_DAY, _LAST_ZIP_DAY = date(1980, 1, 1), date(2107, 12, 31)


def write(
    payload: Mapping[str, bytes], info: Mapping[str, str], *, name: str, on: date, output: BinaryIO
) -> None:
    """Write the bag ``name`` as a ZIP.

    ``payload`` maps paths below ``data/`` to content; ``info`` holds the lines of bag-info.txt besides
    Bagging-Date and Payload-Oxum; ``output`` can seek. Raises ValueError for a path that leaves the bag, and
    for two paths that Unicode takes for one.
    """
    data = {f"data/{path}": content for path, content in _normalised(payload).items()}
    size = sum(map(len, data.values()))
    lines = {**info, "Bagging-Date": on.isoformat(), "Payload-Oxum": f"{size}.{len(data)}"}
    tags = {
        "bagit.txt": DECLARATION,
        "bag-info.txt": "".join(f"{label}: {_one_line(text)}\n" for label, text in lines.items()).encode(),
        "manifest-sha512.txt": manifest(data),
    }
    tags["tagmanifest-sha512.txt"] = manifest(tags)
    with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as archive:
        for path, content in sorted((data | tags).items()):
            archive.writestr(_entry(f"{name}/{path}", on), content)


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of the files: a line each, sorted by path."""
    return "".join(
        f"{sha512(content).hexdigest()}  {_percent(path)}\n" for path, content in sorted(files.items())
    ).encode()


def _normalised(payload: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the payload with its paths in NFC, each checked to stay below ``data/``."""
    found: dict[str, bytes] = {}
    for raw, content in payload.items():
        path = unicodedata.normalize("NFC", raw)
        if path in found:
            raise ValueError(f"the path {path!r} stands twice")
        if "\\" in path or "\0" in path or any(part in {"", ".", ".."} for part in path.split("/")):
            raise ValueError(f"the path {path!r} is not one of a bag")
        found[path] = content
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
