#!/usr/bin/env python3
"""Verify a dossier offline: python3 verify.py BAG.zip|FOLDER [SIGNATURES.json]

With the file of its signatures, it says of each whether it is of this very ZIP. In a dossier this file
needs Python 3.9 or later and nothing else. Prints "good" (exit 0), or names each file missing, added or
touched and each signature that is broken (exit 1); exit 2 where nothing can be read. It says that the files
are those that were hashed: whether the hashes are those of the maker, the verification code on the cover, the
key of the seal and the maker's audit trail tell.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from compliance.audit.check import SEAL_FORM, event_hash, signed
from compliance.dossiers.findings import GOOD, MEANINGS, TOUCHED, UNREADABLE, Problem, Report, UnreadableError

MANIFEST, TAG_MANIFEST = "manifest-sha512.txt", "tagmanifest-sha512.txt"
AUDIT, DOSSIER, EVIDENCE = "data/audit.json", "data/dossier.json", "data/evidence/"
# A portfolio has them in the folder of each device, too.
DOSSIERS, AUDITS = (re.compile(rf"data/(devices/[^/]+/)?{name}\.json") for name in ("dossier", "audit"))

SIGNATURES_FORM = "jalon-signatures/1"
SIGNED, WITHDRAWN = "dossier.signed", "dossier.signature_withdrawn"

MOST_FILES = 100_000
MOST_TEXT = 256 * 2**20  # bytes of a manifest, of dossier.json or of the audit excerpt
MOST_SWELLING = 200  # how many times larger than the ZIP its content may be
BLOCK = 2**20
SHAPE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)  # JSON that is not as it should be
DAMAGE = (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, struct.error)
USAGE = (
    "usage: python3 verify.py BAG.zip|FOLDER [SIGNATURES.json]",
    "usage : python3 verify.py PAQUET.zip|DOSSIER [SIGNATURES.json]",
)


@dataclass(frozen=True)
class Bag:
    """The files of a bag: their sizes by path, how one is opened, and what is wrong with what holds them."""

    sizes: dict[str, int]
    opened: Callable[[str], IO[bytes]]
    problems: list[Problem]

    def text(self, path: str) -> bytes:
        """Return the content of a file that must be there and small. Raises UnreadableError."""
        if self.sizes.get(path, MOST_TEXT + 1) > MOST_TEXT:
            raise UnreadableError("too_large" if path in self.sizes else "missing", path)
        try:
            with self.opened(path) as file:
                return file.read()
        except DAMAGE as error:
            raise UnreadableError("touched", path) from error

    def json(self, path: str) -> Any:
        """Return the value in a JSON file. Raises UnreadableError."""
        try:
            return json.loads(self.text(path))
        except (ValueError, RecursionError) as error:
            raise UnreadableError("line", path) from error

    def digests(self, path: str) -> tuple[str, str]:
        """Return the SHA-512 of a file and its SHA-256, "" where the ZIP itself shows that it is damaged."""
        sha512, sha256 = hashlib.sha512(), hashlib.sha256()
        try:
            with self.opened(path) as file:
                while block := file.read(BLOCK):
                    sha512.update(block)
                    if path.startswith(EVIDENCE):  # of no other file is it asked
                        sha256.update(block)
        except DAMAGE:
            return "", ""
        return sha512.hexdigest(), sha256.hexdigest()


def verify(path: Path, signatures: Path | None = None) -> Report:
    """Return what there is to say of a bag in a ZIP or a folder, and of who signed it.

    Writes nothing, extracts nothing.
    """
    report = _verified(path)
    if signatures is None or report.exit_code == UNREADABLE:
        return report
    try:
        problems, notes = _signatures(path, signatures)
    except UnreadableError as error:
        return Report(UNREADABLE, [*report.problems, error.problem])
    found = [*report.problems, *problems]
    return Report(TOUCHED if found else GOOD, found, report.files, (*report.notes, *notes))


def _verified(path: Path) -> Report:
    try:
        if path.is_dir():
            return _judged(_folder(path), path.name)
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            return _judged(_zipped(archive, file, path), path.name)
    except UnreadableError as error:
        return Report(UNREADABLE, [error.problem])
    except DAMAGE as error:
        return Report(UNREADABLE, [Problem("unreadable", f"{path.name} ({error})")])


def _folder(root: Path) -> Bag:
    """Return the files below a folder; a link or a device is named, never followed."""
    sizes: dict[str, int] = {}
    problems: list[Problem] = []
    for here, folders, names in os.walk(root):
        for name in [*names, *folders]:
            file = Path(here, name)
            state, path = file.lstat(), file.relative_to(root).as_posix()
            if stat.S_ISREG(state.st_mode):
                sizes[path] = state.st_size
            elif not stat.S_ISDIR(state.st_mode):
                problems.append(Problem("not_a_file", path))
        if len(sizes) > MOST_FILES:
            raise UnreadableError("too_large", root.name)
    return Bag(sizes, lambda path: (root / path).open("rb"), problems)


def _zipped(archive: zipfile.ZipFile, file: IO[bytes], path: Path) -> Bag:
    """Return the files of a ZIP, whose bag stands at its top or in one folder."""
    entries, size = archive.infolist(), path.stat().st_size
    if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > MOST_SWELLING * size:
        raise UnreadableError("too_large", path.name)
    problems = [Problem("outside")] if _surplus(entries, file, size) else []
    top = _top(one.filename for one in entries)
    found: dict[str, zipfile.ZipInfo] = {}
    for one in entries:
        name = one.orig_filename[len(top) :]
        if one.is_dir() and not one.file_size:
            continue
        if _unsafe(one.orig_filename):
            problems.append(Problem("unsafe", one.orig_filename))
        elif not one.filename.startswith(top):
            problems.append(Problem("added", one.filename))
        elif stat.S_IFMT(one.external_attr >> 16) not in {0, stat.S_IFREG}:
            problems.append(Problem("not_a_file", name))
        elif name in found:
            problems.append(Problem("twice", name))
        else:
            found[name] = one
    sizes = {name: one.file_size for name, one in found.items()}
    return Bag(sizes, lambda name: archive.open(found[name]), problems)


def _top(names: Iterable[str]) -> str:
    """Return the folder of the bag within the ZIP, "" for the top: where its first files stand."""
    marks = re.compile(rf"([^/]+/)?(bagit\.txt|{re.escape(MANIFEST)})")
    return min((match[1] or "" for name in names if (match := marks.fullmatch(name))), default="")


def _surplus(entries: list[zipfile.ZipInfo], file: IO[bytes], size: int) -> bool:
    """Return whether the ZIP holds more than its files and their headers, or files that overlap."""
    file.seek(max(0, size - 42))
    large = file.read(4) == b"PK\x06\x07"  # where the end of a ZIP64 stands
    used, spare = (98 if large else 22), 0
    for one in entries:
        file.seek(one.header_offset + 26)
        name, extra = struct.unpack("<HH", file.read(4))
        used += 30 + name + extra + one.compress_size + 46 + name + len(one.extra)
        spare += 24 if one.flag_bits & 0x08 else 0  # sizes written after the content
    return not used <= size <= used + spare


def _unsafe(name: str) -> bool:
    """Return whether a name would leave the folder that the ZIP is unpacked in."""
    return any(part in {"", ".", ".."} or re.search(r"[\\\0]|^[A-Za-z]:", part) for part in name.split("/"))


def _judged(bag: Bag, name: str) -> Report:
    """Return the report on the files of a bag. Raises UnreadableError where it is no bag."""
    if MANIFEST not in bag.sizes and "bagit.txt" not in bag.sizes:
        raise UnreadableError("not_a_bag", name)
    both = {path: bag.digests(path) for path in sorted(bag.sizes)}
    digests = {path: sha512 for path, (sha512, _) in both.items()}
    payload = {path for path in digests if path.startswith("data/")}
    problems = [*bag.problems, *_compared(bag, MANIFEST, digests, payload)]
    tags = list(_compared(bag, TAG_MANIFEST, digests, digests.keys() - payload - {TAG_MANIFEST}))
    problems += [*tags, Problem("or", TAG_MANIFEST)] if tags else []  # no other file covers that one
    named = {one.name for one in problems}
    evidence = {path: sha256 for path, (_, sha256) in both.items() if path.startswith(EVIDENCE)}
    problems += [one for one in _evidence_problems(bag, evidence) if one.name not in named]
    found, notes = _audits(bag)
    unique = list(dict.fromkeys([*problems, *found]))
    if code := verification_code(digests.get(DOSSIER, "")):
        notes = [Problem("code", code), *notes]
    return Report(TOUCHED if unique else GOOD, unique, len(digests), tuple(notes))


def verification_code(digest: str) -> str:
    """Return the start of the SHA-512 of dossier.json as it stands on the cover: six groups of four."""
    return " ".join(digest[n : n + 4] for n in range(0, 24, 4)).strip()


def _compared(bag: Bag, manifest: str, digests: dict[str, str], found: set[str]) -> Iterator[Problem]:
    """Yield how the files found differ from those of a manifest."""
    listed: dict[str, str] = {}
    try:
        text = bag.text(manifest).decode("utf-8", "replace")
    except UnreadableError as error:
        yield error.problem
        return
    for n, line in enumerate(text.split("\n"), start=1):
        match = re.fullmatch(r"([0-9a-fA-F]{128})[ \t]+\*?(.+)", line.rstrip("\r"))
        if match is None or match[2] in listed:
            if line:
                yield Problem("line", f"{manifest}:{n}")
            continue
        name = re.sub(r"%(0[AaDd]|25)", lambda code: chr(int(code[1], 16)), match[2])
        listed[name] = match[1].lower()
    for name in sorted(listed.keys() - found):
        yield Problem("missing", name)
    for name in sorted(found - listed.keys()):
        yield Problem("added", name)
    for name in sorted(found & listed.keys()):
        if digests[name] != listed[name]:
            yield Problem("touched", name)


def _evidence_problems(bag: Bag, found: dict[str, str]) -> Iterator[Problem]:
    """Yield how the evidence differs from what dossier.json says of it; its SHA-256 is asked for there."""
    try:
        found_in = [DOSSIER, *(path for path in bag.sizes if DOSSIERS.fullmatch(path) and path != DOSSIER)]
        documents = [one for path in found_in for one in bag.json(path)["documents"]]
        named = {one["path"]: one["sha256"] for one in documents if one["path"] is not None}
        for path in sorted({*named, *found}):
            if path not in found:
                yield Problem("missing", path)
            elif path not in named:
                yield Problem("added", path)
            elif named[path] != found[path]:
                yield Problem("other", path)
    except UnreadableError as error:
        yield error.problem
    except SHAPE:
        yield Problem("line", DOSSIER)


def _audits(bag: Bag) -> tuple[list[Problem], list[Problem]]:
    """Return the same as ``_audit`` of every excerpt, of each device of a portfolio; told once for all."""
    paths = [path for path in sorted(bag.sizes) if AUDITS.fullmatch(path)] or [AUDIT]
    found = [_audit(bag, path) for path in paths]
    told = [note for _, notes in found for note in notes]
    if len(paths) > 1:
        told = [
            note._replace(name="data/devices/*/audit.json") if note.name in paths else note for note in told
        ]
    return [problem for problems, _ in found for problem in problems], list(dict.fromkeys(told))


def _audit(bag: Bag, path: str) -> tuple[list[Problem], list[Problem]]:
    """Return what is wrong with an audit excerpt, and what there is to tell of its seal."""
    problems: list[Problem] = []
    notes: list[Problem] = []
    try:
        excerpt = bag.json(path)
        problems += _event_problems(excerpt, path)
        if seal := excerpt["seal"]:
            problems += _seal_problems(excerpt, seal, path)
            heads = {one["organisation"]: one["sequence"] for one in seal["heads"] if isinstance(one, dict)}
            later = sum(one["sequence"] > heads.get(one["organisation"], 0) for one in excerpt["events"])
            notes += [Problem("sealed", f"{seal['day']}, {seal['number']}"), Problem("key", str(seal["key"]))]
            notes += [Problem("later", str(later))]
        else:
            notes.append(Problem("unsealed", path))
        notes.append(Problem("limit", path))
    except UnreadableError as error:
        return [error.problem], []
    except SHAPE:
        return [*problems, Problem("line", path)], []
    return problems, notes


def _event_problems(excerpt: Any, path: str) -> Iterator[Problem]:
    """Yield the events that are not as hashed, or do not follow one another."""
    last: dict[str, tuple[int, str]] = {}
    for event in excerpt["events"]:
        chain, sequence = event["organisation"], event["sequence"]
        before, hash_before = last.get(chain, (0, ""))
        follows = sequence > before and (sequence > before + 1 or event["previous_hash"] == hash_before)
        if not follows or event["hash"] != event_hash(event):
            yield Problem("event", f"{path}:{sequence}")
        last[chain] = (sequence, event["hash"])
    if {one["organisation"]: (one["sequence"], one["hash"]) for one in excerpt["heads"]} != last:
        yield Problem("event", f"{path}:heads")


def _seal_problems(excerpt: Any, seal: Any, path: str) -> Iterator[Problem]:
    """Yield what is wrong with the seal: its signature, or an event that is not the one it names."""
    if seal["format"] != SEAL_FORM or not signed(seal, seal["key"]):
        yield Problem("seal", path)
    sealed = {
        (one["organisation"], one["sequence"]): one["hash"] for one in seal["heads"] if isinstance(one, dict)
    }
    for event in excerpt["events"]:
        if sealed.get((event["organisation"], event["sequence"]), event["hash"]) != event["hash"]:
            yield Problem("event", f"{path}:{event['sequence']}")


def _signatures(path: Path, signatures: Path) -> tuple[list[Problem], list[Problem]]:
    """Return which signatures do not hold, and which do, or were withdrawn. Raises UnreadableError."""
    if path.is_dir():
        raise UnreadableError("needs_zip", path.name)
    try:
        if signatures.stat().st_size > MOST_TEXT:
            raise UnreadableError("too_large", signatures.name)
        said = json.loads(signatures.read_bytes())
        if said["format"] != SIGNATURES_FORM:
            raise UnreadableError("not_signatures", signatures.name)
        with path.open("rb") as file:
            digest = hashlib.sha512()
            while block := file.read(BLOCK):
                digest.update(block)
        return _signed_problems(said["events"], digest.hexdigest())
    except (OSError, *SHAPE) as error:
        raise UnreadableError("not_signatures", signatures.name) from error


def _signed_problems(events: Any, sha512: str) -> tuple[list[Problem], list[Problem]]:
    """Judge each signature by the event of the trail that holds it. Raises as ``SHAPE`` says."""
    problems, notes = [], []
    told = [(one, *one["after"]["dossier"].values()) for one in events]
    kept = [(event, said) for event, said in told if event["hash"] == event_hash(event)]
    back = {said["signature"] for event, said in kept if event["action"] == WITHDRAWN}
    for event, said in told:
        who, meaning = f"{said['name']}, {event['at'][:19]}Z", said["meaning"]
        if (event, said) not in kept or meaning not in MEANINGS:
            problems.append(Problem("not_as_signed", str(said["signature"])))
        elif event["action"] == SIGNED and said["sha512"] != sha512:
            problems.append(Problem("broken", who, meaning))
        elif event["action"] == SIGNED:
            notes.append(Problem("withdrawn" if said["signature"] in back else "holds", who, meaning))
    return problems, notes


def main(arguments: list[str]) -> int:
    """Verify the bag named on the command line, print what was found, return the exit code."""
    variables = [os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    language = "fr" if next(filter(None, variables), "").lower().startswith("fr") else "en"
    if len(arguments) not in {1, 2} or arguments[0].startswith("-"):
        sys.stdout.write(USAGE[language == "fr"] + "\n")
        return UNREADABLE
    report = verify(*map(Path, arguments))
    for line in report.lines(language):
        sys.stdout.write(f"{line}\n")
    return report.exit_code


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
