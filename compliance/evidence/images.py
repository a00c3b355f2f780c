"""The structure of images: whole, and nothing hidden behind their end."""

import struct
from pathlib import Path

_MOST_TAGS = 1000
_MOST_PAGES = 5000


def png(path: Path) -> bool:
    """Return whether the file is one PNG: chunk after chunk, from IHDR to IEND, which ends the file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        place, first = 8, True
        while place + 12 <= size:
            file.seek(place)
            length, kind = struct.unpack(">I4s", file.read(8))
            if first and kind != b"IHDR":
                return False
            place, first = place + 12 + length, False
            if kind == b"IEND":
                return bool(place == size)
    return False


def jpeg(path: Path) -> bool:
    """Return whether the file is JPEG: markers up to the first scan, and an end of image that ends it."""
    data = path.read_bytes()
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        kind, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if kind == 0xDA:
            return data.rstrip(b"\0").endswith(b"\xff\xd9")
        place += 2 + length
    return False


def tiff(path: Path) -> bool:
    """Return whether the file is TIFF: directories that lie within it, one after the other."""
    size = path.stat().st_size
    with path.open("rb") as file:
        order = "<" if file.read(2) == b"II" else ">"
        magic, place = struct.unpack(f"{order}HI", file.read(6))
        seen: set[int] = set()
        while magic == 42 and place and place + 6 <= size and place not in seen and len(seen) < _MOST_PAGES:
            seen.add(place)
            file.seek(place)
            (tags,) = struct.unpack(f"{order}H", file.read(2))
            after = place + 2 + 12 * tags
            if not 0 < tags <= _MOST_TAGS or after + 4 > size:
                return False
            file.seek(after)
            (place,) = struct.unpack(f"{order}I", file.read(4))
        return bool(seen) and place == 0
