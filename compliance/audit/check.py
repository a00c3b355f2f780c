"""Check an export of the audit trail, with nothing but Python 3.9 or later.

    python3 check.py --key PUBLIC_KEY --seals FOLDER EVENTS.jsonl

EVENTS.jsonl is what ``manage.py export_audit`` writes: one event a line, chain by chain. FOLDER holds the
seals, one file each, best from a copy that the makers of the trail cannot reach. PUBLIC_KEY (64 hexadecimal
digits) is that of the installation, taken down when it was set up or when the key last changed. Prints what
does not hold, and exits with 1 if anything does not. The application checks its own trail with the same
functions.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

FORM = "jalon-audit/1"
FIRST_SEAL_FORM, SEAL_FORM = "jalon-seal/1", "jalon-seal/2"
TEXTS = (
    "actor_id",
    "actor_label",
    "on_behalf_of",
    "action",
    "subject_type",
    "subject_id",
    "subject_label",
    "reason",
    "legal_basis",
)


@dataclass(frozen=True)
class Fault:
    """The first event of a chain that does not hold, and why.

    "missing": another one stands in its place; "moved": it does not follow the one before; "edited": it is
    not as written; "rewritten": it or one after it, up to the next seal, is not as sealed; "cut": a seal
    covers it and it is gone.
    """

    sequence: int
    damage: str


@dataclass(frozen=True)
class Chain:
    """What the walk along one chain found; ``organisation`` is "" for the platform."""

    organisation: str
    events: int
    head: str
    fault: "Fault | None"


@dataclass(frozen=True)
class SealFault:
    """A seal that does not hold: "missing", "moved" (does not follow the one before) or "forged"."""

    number: int
    damage: str


def canonical_json(value: Any) -> str:
    """Return the one JSON text of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def event_hash(event: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hexadecimal) of an event and of the hash before it.

    Each part is preceded by its length, so that no two events share their bytes.
    """
    parts = [FORM, event["organisation"], str(event["sequence"]), event["at"]]
    parts += [event[name] for name in TEXTS]
    parts += [canonical_json(event["before"]), canonical_json(event["after"]), event["previous_hash"]]
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


# --- Chains ---


def walk(events: Iterable[Mapping[str, Any]], sealed: Mapping[str, Mapping[int, str]]) -> Iterator[Chain]:
    """Yield every chain of events, which come chain by chain in their order.

    ``sealed`` holds the hash of each event that a seal names, by chain and sequence.
    """
    met = set()
    for organisation, chain in groupby(events, key=lambda event: str(event["organisation"])):
        met.add(organisation)
        yield _walk_one(organisation, chain, sealed.get(organisation, {}))
    for organisation in sorted(sealed.keys() - met):
        yield Chain(organisation, 0, "", Fault(1, "cut"))


def _walk_one(organisation: str, events: Iterable[Mapping[str, Any]], sealed: Mapping[int, str]) -> Chain:
    """Return the result of one chain; what follows its first fault is counted, not judged."""
    count, head, agreed = 0, "", 0
    fault = None
    for event in events:
        count += 1
        if fault is None:
            fault = _fault(event, count, head)
        if fault is None and count in sealed:
            if sealed[count] != event["hash"]:
                fault = Fault(agreed + 1, "rewritten")
            agreed = count
        head = event["hash"]
    if fault is None and max(sealed, default=0) > count:
        fault = Fault(count + 1, "cut")
    return Chain(organisation, count, head, fault)


def _fault(event: Mapping[str, Any], expected: int, previous_hash: str) -> "Fault | None":
    if event["sequence"] != expected:
        return Fault(expected, "missing")
    if event["previous_hash"] != previous_hash:
        return Fault(expected, "moved")
    if event["hash"] != event_hash(event):
        return Fault(expected, "edited")
    return None


# --- Seals ---


def seal_bytes(seal: Mapping[str, Any]) -> bytes:
    """Return what the signature of a seal covers: all of it but the signature.

    A head counts by its hash, so that a copy may name the hash alone and not whose head it is; in seals of
    the first form it counts as it stands.
    """
    body = {name: value for name, value in seal.items() if name != "signature"}
    if body["format"] != FIRST_SEAL_FORM:
        body["heads"] = sorted(one if isinstance(one, str) else head_hash(one) for one in body["heads"])
    return canonical_json(body).encode()


def head_hash(head: Mapping[str, Any]) -> str:
    """Return the SHA-256 by which a seal covers the head of a chain: nobody can guess whose it is."""
    return hashlib.sha256(canonical_json(head).encode()).hexdigest()


def seal_hash(seal: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a seal, which the next one names."""
    return hashlib.sha256(seal_bytes(seal)).hexdigest()


def check_seals(
    seals: Iterable[Mapping[str, Any]], key: str
) -> "tuple[list[SealFault], dict[str, dict[int, str]]]":
    """Return the faults of the seals, and the events that the good ones name, as ``walk`` takes them.

    A seal with a ``next_key`` hands over to that key, which signs what follows. ``key`` may be any of these
    keys that has signed a seal: those before it hang on it by their hashes, those after it by its signature.
    """
    faults, sealed = [], {}  # type: ignore[var-annotated]
    expected, previous = 1, ""
    ordered = sorted(seals, key=lambda one: int(one["number"]))
    if any(signed(one, key) for one in ordered):
        key = ordered[0]["key"]
    for seal in ordered:
        number = seal["number"]
        faults += [SealFault(n, "missing") for n in range(expected, number)]
        if not signed(seal, key):
            faults.append(SealFault(number, "forged"))
        else:
            if number < expected or (number == expected and seal["previous"] != previous):
                faults.append(SealFault(number, "moved"))
            key = seal.get("next_key", key)
            for head in (one for one in seal["heads"] if not isinstance(one, str)):
                sealed.setdefault(head["organisation"], {})[head["sequence"]] = head["hash"]
        expected, previous = number + 1, seal_hash(seal)
    return faults, sealed


def signed(seal: Mapping[str, Any], key: str) -> bool:
    """Return whether the owner of the public key signed the seal."""
    try:
        public, signature = bytes.fromhex(key), bytes.fromhex(seal["signature"])
    except ValueError:
        return False
    return seal["format"] in (FIRST_SEAL_FORM, SEAL_FORM) and ed25519_verify(
        public, seal_bytes(seal), signature
    )


# --- Ed25519 (RFC 8032), verification only ---

_P = 2**255 - 19
_Q = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether the signature of the message is that of the public key."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, r = _decompress(public), _decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= _Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _Q
    return _same(_times(s, _BASE), _plus(r, _times(h, key)))


def _plus(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(n: int, point: _Point) -> _Point:
    total: _Point = (0, 1, 1, 0)
    while n > 0:
        if n & 1:
            total = _plus(total, point)
        point = _plus(point, point)
        n >>= 1
    return total


def _same(p: _Point, q: _Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % _P == 0 and (p[1] * q[2] - q[1] * p[2]) % _P == 0


def _decompress(data: bytes) -> "_Point | None":
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = _x_of(y, sign) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


def _x_of(y: int, sign: int) -> "int | None":
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    if square == 0:
        return None if sign else 0
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P != 0:
        x = x * _ROOT % _P
    if (x * x - square) % _P != 0:
        return None
    return _P - x if x & 1 != sign else x


_BASE_Y = 4 * pow(5, _P - 2, _P) % _P
_BASE_X = _x_of(_BASE_Y, 0) or 0
_BASE: _Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)


# --- The command ---


def main(arguments: "list[str] | None" = None) -> int:
    """Check the files named on the command line, print what was found, return the exit code."""
    parser = argparse.ArgumentParser(description="Checks an export of the audit trail of Jalon.")
    parser.add_argument("events", type=Path, help="the export: one event a line")
    parser.add_argument("--seals", type=Path, required=True, help="the folder of the seals")
    parser.add_argument("--key", required=True, help="the public key of the seals, in hexadecimal")
    given = parser.parse_args(arguments)
    seals = [json.loads(path.read_text("utf-8")) for path in sorted(given.seals.glob("*.json"))]
    faults, sealed = check_seals(seals, given.key)
    with given.events.open(encoding="utf-8") as lines:
        chains = list(walk(map(json.loads, lines), sealed))
    say = sys.stdout.write
    for seal_fault in faults:
        say(f"seal {seal_fault.number}: {seal_fault.damage}\n")
    for chain in chains:
        found = f"event {chain.fault.sequence} {chain.fault.damage}" if chain.fault else f"head {chain.head}"
        say(f"{chain.organisation or 'platform'}: {chain.events} events, {found}\n")
    bad = bool(faults) or any(chain.fault for chain in chains)
    say(f"{len(seals)} seals. The trail {'does not hold' if bad else 'holds'}.\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
