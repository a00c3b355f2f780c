"""Verification offline: what is as it was made is good; whatever was done to it is named."""

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from compliance.audit.chain import canonical_instant
from compliance.audit.check import TEXTS, event_hash, head_hash, seal_bytes
from compliance.dossiers import bag, standalone, verify
from compliance.dossiers.bag import File
from compliance.dossiers.evidence import listed
from compliance.dossiers.findings import GOOD, TOUCHED, UNREADABLE, Problem, Report
from tests.dossiers.samples import DETAILS, in_bag, made, of

NAME = "sample"
Files = dict[str, bytes]


def audit_excerpt() -> dict[str, Any]:
    events: list[dict[str, Any]] = []
    for sequence, previous in ((1, ""), (2, None), (9, "9" * 64)):
        texts = dict.fromkeys(TEXTS, "é")
        event: dict[str, Any] = {
            "organisation": "11111111-1111-1111-1111-111111111111",
            "sequence": sequence,
            "at": canonical_instant(datetime(2026, 11, sequence, 12, tzinfo=UTC)),
            **texts,
            "before": None,
            "after": {"device": {"a": {"name": "«x»", "tariff_eur": "1.50"}}},
            "previous_hash": events[-1]["hash"] if previous is None else previous,
        }
        event["hash"] = event_hash(event)
        events.append(event)
    last = {name: events[-1][name] for name in ("organisation", "sequence", "hash")}
    return {"events": events, "heads": [last], "seal": None}


DOCUMENT = {"path": "data/evidence/100%.txt", "sha256": sha256(b"percent").hexdigest()}
PAYLOAD = {
    "dossier.json": json.dumps({"format": "x", "documents": [DOCUMENT]}).encode(),
    "dossier.pdf": b"%PDF-1.7\n" + bytes(range(256)) * 20,
    "audit.json": json.dumps(audit_excerpt()).encode(),
    "verify.py": standalone.program(),
    "evidence/100%.txt": b"percent",
}


@pytest.fixture
def content() -> bytes:
    output = io.BytesIO()
    bag.write(in_bag(PAYLOAD), {}, name=NAME, on=date(2026, 11, 22), output=output)
    return output.getvalue()


def files_of(content: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Files, compression: int = zipfile.ZIP_STORED) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return output.getvalue()


CODE = "e0dd 00fa 9bff 341e b59f bf69"
NOTES = (
    Problem("code", CODE),
    Problem("unsealed", "data/audit.json"),
    Problem("limit", "data/audit.json"),
)


def report(tmp_path: Path, content: bytes) -> Report:
    path = tmp_path / "bag.zip"
    path.write_bytes(content)
    return verify.verify(path)


def test_good_as_made_as_zip_and_as_folder(tmp_path: Path, content: bytes) -> None:
    assert report(tmp_path, content) == Report(GOOD, [], 9, NOTES)
    with zipfile.ZipFile(tmp_path / "bag.zip") as archive:
        archive.extractall(tmp_path)
    assert verify.verify(tmp_path / NAME) == Report(GOOD, [], 9, NOTES)


def test_good_when_zipped_again_by_another_program(tmp_path: Path, content: bytes) -> None:
    files = files_of(content)
    assert report(tmp_path, zipped(files, zipfile.ZIP_DEFLATED)).exit_code == GOOD
    at_the_top = {name.removeprefix(f"{NAME}/"): data for name, data in files.items()}
    assert report(tmp_path, zipped(at_the_top)).exit_code == GOOD


def edited(path: str, change: Callable[[bytes], bytes]) -> Callable[[Files], None]:
    def edit(files: Files) -> None:
        files[f"{NAME}/{path}"] = change(files[f"{NAME}/{path}"])

    return edit


def renamed(files: Files) -> None:
    files[f"{NAME}/data/dossier2.pdf"] = files.pop(f"{NAME}/data/dossier.pdf")


def without(path: str) -> Callable[[Files], None]:
    def drop(files: Files) -> None:
        del files[f"{NAME}/{path}"]

    return drop


def one_bit(data: bytes) -> bytes:
    return data[:100] + bytes([data[100] ^ 1]) + data[101:]


@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (edited("data/dossier.pdf", one_bit), [("touched", "data/dossier.pdf")]),
        (edited("data/dossier.json", lambda old: old + b" "), [("touched", "data/dossier.json")]),
        (edited("data/verify.py", lambda old: b"print('good')"), [("touched", "data/verify.py")]),
        (edited("data/evidence/100%.txt", lambda old: b""), [("touched", "data/evidence/100%.txt")]),
        (edited("bagit.txt", lambda old: old.replace(b"1.0", b"0.9")), [("touched", "bagit.txt")]),
        (edited("bag-info.txt", lambda old: old + b"X: y\n"), [("touched", "bag-info.txt")]),
        (lambda files: files.update({f"{NAME}/data/x.txt": b""}), [("added", "data/x.txt")]),
        (lambda files: files.update({f"{NAME}/x.txt": b""}), [("added", "x.txt")]),
        (lambda files: files.update({"x.txt": b""}), [("added", "x.txt")]),
        (lambda files: files.update({"other/x.txt": b""}), [("added", "other/x.txt")]),
        (lambda files: files.update({f"{NAME}/../x": b""}), [("unsafe", f"{NAME}/../x")]),
        (lambda files: files.update({"/etc/x": b""}), [("unsafe", "/etc/x")]),
        (lambda files: files.update({f"{NAME}/data\\x": b""}), [("unsafe", f"{NAME}/data\\x")]),
        (without("data/dossier.pdf"), [("missing", "data/dossier.pdf")]),
        (without("bagit.txt"), [("missing", "bagit.txt")]),
        (without("tagmanifest-sha512.txt"), [("missing", "tagmanifest-sha512.txt")]),
        (renamed, [("missing", "data/dossier.pdf"), ("added", "data/dossier2.pdf")]),
        (
            edited("manifest-sha512.txt", lambda old: old.replace(b"dossier.pdf", b"dossier.pdx")),
            [
                ("missing", "data/dossier.pdx"),
                ("added", "data/dossier.pdf"),
                ("touched", "manifest-sha512.txt"),
            ],
        ),
        (
            edited("manifest-sha512.txt", lambda old: b"x" + old),
            [
                ("line", "manifest-sha512.txt:1"),
                ("added", "data/audit.json"),
                ("touched", "manifest-sha512.txt"),
            ],
        ),
        (
            edited("tagmanifest-sha512.txt", lambda old: b"0" * 128 + old[128:]),
            [("touched", "bag-info.txt")],
        ),
    ],
    ids=count(1),
)
def test_what_was_done_is_named(
    tmp_path: Path, content: bytes, tamper: Callable[[Files], None], expected: list[tuple[str, str]]
) -> None:
    files = files_of(content)
    tamper(files)
    found = report(tmp_path, zipped(files))
    named = [one for one in found.problems if one.kind != "or"]
    assert (found.exit_code, named) == (TOUCHED, [Problem(*one) for one in expected])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real dossier with two files of evidence, unpacked."""
    contents = [b"first piece of evidence" * 9, b"second piece of evidence" * 9]
    documents = listed(
        {**DETAILS, "file": f"{n}.pdf", "sha256": sha256(one).hexdigest()} for n, one in enumerate(contents)
    )
    evidence = {
        one["path"].removeprefix("data/"): File.of(content)
        for one, content in zip(documents, contents, strict=True)
    }
    root = tmp_path_factory.mktemp("real")
    dossier = made(of(), documents=documents, evidence=evidence)
    with zipfile.ZipFile(io.BytesIO(dossier.content)) as archive:
        archive.extractall(root)
    return root / dossier.name


def test_one_byte_flipped_in_any_file_of_a_dossier_is_named(folder: Path) -> None:
    paths = sorted(one for one in folder.rglob("*") if one.is_file())
    assert len(paths) == 12
    assert verify.verify(folder).exit_code == GOOD
    for path in paths:
        name, content = path.relative_to(folder).as_posix(), path.read_bytes()
        for place in (0, len(content) // 2, len(content) - 1):
            path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            found = verify.verify(folder)
            assert found.exit_code == TOUCHED, (name, place)
            assert name in {one.name.partition(":")[0] for one in found.problems}, (name, place)
        path.write_bytes(content)
    assert verify.verify(folder).exit_code == GOOD


def test_evidence_swapped_renamed_or_gone_is_named(folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(folder, tmp_path / "copy")
    first, second = sorted((folder / "data/evidence").iterdir())
    names = [f"data/evidence/{one.name}" for one in (first, second)]
    contents = first.read_bytes(), second.read_bytes()
    first.write_bytes(contents[1])
    second.write_bytes(contents[0])
    assert verify.verify(folder).problems == [Problem("touched", one) for one in names]
    second.write_bytes(contents[1])
    first.unlink()
    assert verify.verify(folder).problems == [Problem("missing", names[0])]
    (folder / "data/evidence/other.pdf").write_bytes(contents[0])
    added = [Problem("missing", names[0]), Problem("added", "data/evidence/other.pdf")]
    assert verify.verify(folder).problems == added


def test_each_flipped_bit_of_a_file_is_named_even_in_the_raw_zip(tmp_path: Path, content: bytes) -> None:
    for name, data in files_of(content).items():
        flipped = bytearray(content)
        flipped[content.index(data) + len(data) // 2] ^= 0x10
        path = name.removeprefix(f"{NAME}/")
        found = report(tmp_path, bytes(flipped))
        assert found.exit_code == TOUCHED
        assert path in {one.name for one in found.problems} or path == "tagmanifest-sha512.txt"


def test_what_no_file_holds_is_named(tmp_path: Path, content: bytes) -> None:
    commented = bytearray(content)
    commented[-2:] = (5).to_bytes(2, "little")
    outside = Report(TOUCHED, [Problem("outside")], 9, NOTES)
    assert report(tmp_path, bytes(commented) + b"hello") == outside
    assert report(tmp_path, b"#!/bin/sh\n" + content) == outside
    assert report(tmp_path, content + b"tail") == outside


def test_a_bag_beyond_the_old_limits_of_zip_is_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 5)
    large, again = made_anew({}), made_anew({})
    assert large == again
    assert large[-42:-38] == b"PK\x06\x07"
    assert report(tmp_path, large).problems == []
    assert report(tmp_path, large + b"tail").exit_code != GOOD


def test_a_name_that_stands_twice_is_named(tmp_path: Path, content: bytes) -> None:
    output = io.BytesIO(content)
    with zipfile.ZipFile(output, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(f"{NAME}/data/dossier.pdf", b"another")
    assert report(tmp_path, output.getvalue()).problems == [Problem("twice", "data/dossier.pdf")]


def test_links_are_named_and_not_followed(tmp_path: Path, content: bytes) -> None:
    output = io.BytesIO(content)
    with zipfile.ZipFile(output, "a") as archive:
        entry = zipfile.ZipInfo(f"{NAME}/data/link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    assert Problem("not_a_file", "data/link") in report(tmp_path, output.getvalue()).problems
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    (tmp_path / NAME / "data/link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / NAME / "data/pipe")
    assert set(verify.verify(tmp_path / NAME).problems) == {
        Problem("not_a_file", "data/link"),
        Problem("not_a_file", "data/pipe"),
    }


@pytest.mark.parametrize("cut", [0, 10, 500, -1, -30])
def test_a_zip_that_cannot_be_read(tmp_path: Path, content: bytes, cut: int) -> None:
    found = report(tmp_path, content[:cut])
    assert (found.exit_code, found.problems[0].kind, len(found.problems)) == (UNREADABLE, "unreadable", 1)


def test_bombs_are_refused_unopened(tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped({f"{NAME}/bagit.txt": bytes(2**24)}, zipfile.ZIP_DEFLATED)
    assert report(tmp_path, bomb) == Report(UNREADABLE, [Problem("too_large", "bag.zip")])
    monkeypatch.setattr(verify, "MOST_FILES", 8)
    assert report(tmp_path, content).problems == [Problem("too_large", "bag.zip")]
    monkeypatch.setattr(verify, "MOST_FILES", 9)
    monkeypatch.setattr(verify, "MOST_TEXT", 1000)
    assert report(tmp_path, content).problems == [Problem("too_large", "data/audit.json")]


def test_what_is_no_dossier(tmp_path: Path) -> None:
    assert verify.verify(tmp_path / "absent.zip").exit_code == UNREADABLE
    assert verify.verify(tmp_path).problems == [Problem("not_a_bag", tmp_path.name)]
    assert report(tmp_path, zipped({"a/b.txt": b""})).problems == [Problem("not_a_bag", "bag.zip")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda excerpt: excerpt["events"][1].update(reason="other"), "data/audit.json:2"),
        (lambda excerpt: excerpt["events"][2]["after"]["device"]["a"].update(name="y"), "data/audit.json:9"),
        (lambda excerpt: excerpt["events"].reverse(), "data/audit.json:2"),
        (lambda excerpt: excerpt["events"].pop(0), None),
        (lambda excerpt: excerpt["events"].pop(), "data/audit.json:heads"),
        (lambda excerpt: excerpt["heads"].clear(), "data/audit.json:heads"),
        (lambda excerpt: excerpt.pop("heads"), "data/audit.json"),
        (lambda excerpt: excerpt["events"][0].update(sequence="1"), "data/audit.json"),
    ],
    ids=count(1),
)
def test_the_events_are_checked_even_where_all_hashes_were_made_anew(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], expected: str | None
) -> None:
    excerpt, output = audit_excerpt(), io.BytesIO()
    change(excerpt)
    forged = {**PAYLOAD, "audit.json": json.dumps(excerpt).encode()}
    bag.write(in_bag(forged), {}, name=NAME, on=date(2026, 11, 22), output=output)
    found = {one.name for one in report(tmp_path, output.getvalue()).problems}
    assert (expected in found) if expected else not found


def made_anew(changes: Files) -> bytes:
    """Return the bag with other files and all manifests made anew."""
    output = io.BytesIO()
    files = {**PAYLOAD, **changes}
    bag.write(in_bag(files), {}, name=NAME, on=date(2026, 11, 22), output=output)
    return output.getvalue()


def test_evidence_is_checked_against_the_dossier_even_where_all_hashes_were_made_anew(
    tmp_path: Path,
) -> None:
    path = "data/evidence/100%.txt"
    forged = report(tmp_path, made_anew({"evidence/100%.txt": b"forged!"}))
    assert forged.problems == [Problem("other", path)]
    other = {"path": "data/evidence/x.pdf", "sha256": "0" * 64}
    swapped = report(tmp_path, made_anew({"dossier.json": json.dumps({"documents": [other]}).encode()}))
    assert swapped.problems == [Problem("added", path), Problem("missing", "data/evidence/x.pdf")]
    hostile = report(tmp_path, made_anew({"dossier.json": b'{"documents": [3]}'}))
    assert hostile.problems == [Problem("line", "data/dossier.json")]


KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


def sealed(excerpt: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a seal of the second form over the second event, the heads of others by their hashes alone."""
    own = {name: excerpt["events"][1][name] for name in ("organisation", "sequence", "hash")}
    other = {"organisation": "22222222-2222-2222-2222-222222222222", "sequence": 3, "hash": "a" * 64}
    seal: dict[str, Any] = {
        "format": "jalon-seal/2", "number": 7, "day": "2026-11-02", "at": "2026-11-02T13:00:00.000000+00:00",
        "previous": "b" * 64, "key": KEY.public_key().public_bytes_raw().hex(), "heads": [own, other],
    }  # fmt: skip
    seal["signature"] = KEY.sign(seal_bytes(seal)).hex()
    return {**seal, "heads": [own, head_hash(other)], **changes}


def test_the_seal_is_checked_offline_and_says_what_it_cannot(tmp_path: Path) -> None:
    excerpt = audit_excerpt()
    excerpt["seal"] = sealed(excerpt)
    found = report(tmp_path, made_anew({"audit.json": json.dumps(excerpt).encode()}))
    key = excerpt["seal"]["key"]
    assert (found.exit_code, found.problems) == (GOOD, [])
    assert [(one.kind, one.name) for one in found.notes[1:]] == [
        ("sealed", "2026-11-02, 7"),
        ("key", key),
        ("later", "1"),
        ("limit", "data/audit.json"),
    ]
    text = "\n".join(found.lines("en"))
    assert f"signed with the key {key}: compare it" in text
    (tmp_path / "own.zip").write_bytes((tmp_path / "bag.zip").read_bytes())
    assert alone(tmp_path, str(tmp_path / "own.zip")).stdout == text + "\n"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"day": "2026-11-03"}, [Problem("seal", "data/audit.json")]),
        ({"signature": "0" * 128}, [Problem("seal", "data/audit.json")]),
        ({"signature": "x"}, [Problem("seal", "data/audit.json")]),
        ({"heads": []}, [Problem("seal", "data/audit.json")]),
        ({"format": "jalon-seal/1"}, [Problem("seal", "data/audit.json")]),
        ({"heads": [{}]}, [Problem("line", "data/audit.json")]),
        ({"key": 3}, [Problem("line", "data/audit.json")]),
    ],
    ids=count(1),
)
def test_a_seal_that_was_touched_is_named(
    tmp_path: Path, change: dict[str, Any], expected: list[Problem]
) -> None:
    excerpt = audit_excerpt()
    excerpt["seal"] = sealed(excerpt, **change)
    found = report(tmp_path, made_anew({"audit.json": json.dumps(excerpt).encode()}))
    assert found.problems[-1:] == expected


def test_an_event_other_than_the_sealed_one_is_named(tmp_path: Path) -> None:
    """Who rewrites the excerpt with all hashes cannot sign it."""
    excerpt = audit_excerpt()
    seal = sealed(excerpt)
    event = excerpt["events"][1]
    event["reason"] = "other"
    event["hash"] = event_hash(event)
    excerpt["seal"] = seal
    found = report(tmp_path, made_anew({"audit.json": json.dumps(excerpt).encode()}))
    assert found.problems == [Problem("event", "data/audit.json:2")]


@pytest.mark.parametrize("hostile", [b"", b"[" * 100_000, b"\xff", b"3", b'{"events": [3], "heads": []}'])
def test_a_hostile_excerpt_is_named(tmp_path: Path, hostile: bytes) -> None:
    output = io.BytesIO()
    bag.write(in_bag({**PAYLOAD, "audit.json": hostile}), {}, name=NAME, on=date(2026, 11, 22), output=output)
    assert report(tmp_path, output.getvalue()).problems == [Problem("line", "data/audit.json")]


def alone(tmp_path: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of the file by itself, in an empty folder, without any other package."""
    folder = tmp_path / "alone"
    folder.mkdir(exist_ok=True)
    (folder / "verify.py").write_bytes(standalone.program())
    return subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", *arguments],
        cwd=folder,
        env={"PYTHONUTF8": "1", **variables},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_file_works_by_itself_in_two_languages(tmp_path: Path, content: bytes) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(content)
    files = files_of(content)
    files[f"{NAME}/data/\x1b[2J‮.txt"] = b""
    bad.write_bytes(zipped(files))
    assert alone(tmp_path, str(good)).stdout.splitlines() == [
        f"verification code: {CODE}",
        "no seal of the audit trail in data/audit.json",
        "data/audit.json alone does not show that no event was left out: the whole audit trail does",
        "good: 9 files, each as hashed",
    ]
    french = alone(tmp_path, str(good), LANG="fr_FR.UTF-8")
    said = french.stdout.splitlines()
    assert (french.returncode, said[0]) == (0, f"code de vérification : {CODE}")
    assert said[-1] == "intact : 9 fichiers conformes aux empreintes"
    touched = alone(tmp_path, str(bad), LANG="C.UTF-8")
    assert (touched.returncode, touched.stdout.splitlines()[0]) == (1, "added: data/<U+001B>[2J<U+202E>.txt")
    assert alone(tmp_path, "absent.zip").returncode == 2
    assert alone(tmp_path).stdout == "usage: python3 verify.py BAG.zip|FOLDER [SIGNATURES.json]\n"
    assert alone(tmp_path, "--help").returncode == 2
