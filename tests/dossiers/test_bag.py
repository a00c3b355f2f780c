"""The bag: its form, and that its bytes depend on nothing but its content."""

import io
import unicodedata
import zipfile
from datetime import date
from hashlib import sha512
from pathlib import Path

import bagit
import pytest

from compliance.dossiers import bag
from tests.dossiers.samples import in_bag

ON = date(2026, 11, 22)
PAYLOAD = {
    "dossier.json": b"{}\n",
    "evidence/100%.txt": b"percent",
    "evidence/two\nlines.txt": b"lines",
    unicodedata.normalize("NFD", "pièce.txt"): b"accent",
}


def written(payload: dict[str, bytes] = PAYLOAD, on: date = ON) -> bytes:
    output = io.BytesIO()
    bag.write(in_bag(payload), {"External-Identifier": "x\ny"}, name="sample", on=on, output=output)
    return output.getvalue()


def entries(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_form() -> None:
    files = entries(written())
    assert list(files) == sorted(files)
    assert files["sample/bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    assert files["sample/bag-info.txt"] == (
        b"External-Identifier: x y\nBagging-Date: 2026-11-22\nPayload-Oxum: 21.4\n"
    )
    assert files["sample/manifest-sha512.txt"].decode().splitlines() == [
        f"{sha512(b'{}' + bytes([10])).hexdigest()}  data/dossier.json",
        f"{sha512(b'percent').hexdigest()}  data/evidence/100%25.txt",
        f"{sha512(b'lines').hexdigest()}  data/evidence/two%0Alines.txt",
        f"{sha512(b'accent').hexdigest()}  data/pièce.txt",
    ]
    assert [line.split("  ")[1] for line in files["sample/tagmanifest-sha512.txt"].decode().splitlines()] == [
        "bag-info.txt",
        "bagit.txt",
        "manifest-sha512.txt",
    ]


def test_same_content_gives_the_same_bytes() -> None:
    assert written() == written(dict(reversed(PAYLOAD.items())))
    assert sha512(written()).hexdigest()[:16] == "6fdd04ca757b0cef"


def test_entries_carry_the_date_of_the_dossier_and_fixed_modes() -> None:
    with zipfile.ZipFile(io.BytesIO(written())) as archive:
        for entry in archive.infolist():
            assert entry.date_time == (2026, 11, 22, 0, 0, 0)
            assert (entry.external_attr >> 16, entry.create_system) == (0o100644, 3)
            assert (entry.compress_type, entry.extra, entry.flag_bits & 0x08) == (zipfile.ZIP_STORED, b"", 0)


@pytest.mark.parametrize("on", [date(1970, 1, 1), date(2200, 1, 1)])
def test_a_date_that_zip_cannot_hold_stands_in_the_bag_all_the_same(on: date) -> None:
    assert f"Bagging-Date: {on}".encode() in entries(written(on=on))["sample/bag-info.txt"]


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../x", "a/../x", "a//b", "./a", "a\\b", "nul\0", "folder/"]
)
def test_a_path_that_leaves_the_bag_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is not one of a bag"):
        written({path: b""})


def test_two_spellings_of_one_path_are_refused() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        written({"é": b"", unicodedata.normalize("NFD", "é"): b""})


def test_the_reference_validator_accepts_the_bag(tmp_path: Path) -> None:
    """Without a percent sign: the validator does not decode %25 as RFC 8493 asks."""
    payload = {name: content for name, content in PAYLOAD.items() if "%" not in name}
    with zipfile.ZipFile(io.BytesIO(written(payload))) as archive:
        archive.extractall(tmp_path)
    assert bagit.Bag(str(tmp_path / "sample")).validate()
