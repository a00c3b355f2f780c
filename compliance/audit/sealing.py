"""Seals: the heads of all chains, signed with a key that the database does not hold, and kept outside of it.

A seal names the last event of each chain and the seal before it. Who can write to the database, but has
neither the key nor the copies of the seals, can no more cut off or rewrite what was sealed unseen.

Another key takes over by a seal of the old one that names it (``next_key``); it signs all that follows.
"""

import contextlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction

from compliance.audit.chain import canonical_instant
from compliance.audit.check import SEAL_FORM, seal_bytes, seal_hash
from compliance.audit.models import AuditEvent, Seal
from config.clock import PARIS
from config.secret import private_file


def signing_key() -> Ed25519PrivateKey:
    """Return the key of the installation, drawn the first time and kept in AUDIT_SEAL_KEY_FILE."""
    return _key_in(settings.AUDIT_SEAL_KEY_FILE)


def public_key() -> str:
    """Return the public key of the installation in hexadecimal: who checks seals has it from elsewhere."""
    return signing_key().public_key().public_bytes_raw().hex()


def seal(at: datetime) -> Seal:
    """Seal all chains as they stand, and write the seals into their folder; return the new one."""
    with transaction.atomic():
        last = _last_in_turn()
        _take_over(last)
        made = _sign(_body(last, at), at)
    write_files()
    return made


def rotate(at: datetime) -> Seal:
    """Hand over to a new key by a seal of the old one, and return the first seal of the new one.

    The new key is kept beside the old one until the seal that names it stands; then it takes its place, at
    the latest before the next seal is signed.
    """
    with transaction.atomic():
        last = _last_in_turn()
        if not _take_over(last):
            new = _key_in(_next_file()).public_key().public_bytes_raw().hex()
            _sign({**_body(last, at), "next_key": new}, at)
    return seal(at)


def seal_of(at: datetime) -> Seal | None:
    """Seal all chains unless a seal of that instant's day in France stands already; return the new one."""
    last = Seal.objects.order_by("-number").first()
    if last and last.at.astimezone(PARIS).date() >= at.astimezone(PARIS).date():
        write_files()
        return None
    return seal(at)


def write_files() -> None:
    """Write every seal whose file is missing into the folder of the seals; none is ever written over."""
    settings.AUDIT_SEALS_DIR.mkdir(parents=True, exist_ok=True)
    known = {path.name for path in settings.AUDIT_SEALS_DIR.glob("*.json")}
    for one in Seal.objects.order_by("number"):
        if (name := f"seal-{one.number:06d}.json") not in known:
            text = json.dumps(one.body, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
            with contextlib.suppress(FileExistsError), (settings.AUDIT_SEALS_DIR / name).open("x") as file:
                file.write(text)


def kept_seals() -> list[Mapping[str, Any]]:
    """Return the seals of the folder and those of the database; one that stands alike in both once."""
    folder: Path = settings.AUDIT_SEALS_DIR
    found = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    return found + [one for one in Seal.objects.values_list("body", flat=True) if one not in found]


def _key_in(path: Path) -> Ed25519PrivateKey:
    """Return the key of a file, drawn where there is none yet."""
    draw = Ed25519PrivateKey.generate().private_bytes_raw().hex()
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private_file(path, draw)))


def _next_file() -> Path:
    path: Path = settings.AUDIT_SEAL_KEY_FILE
    return path.with_name(f"{path.name}.next")


def _take_over(last: Seal | None) -> bool:
    """Put the new key in the place of the old one where the last seal hands over to it; say whether."""
    named = last.body.get("next_key") if last else None
    if named is None or not _next_file().exists():
        return False
    if _key_in(_next_file()).public_key().public_bytes_raw().hex() != named:
        return False
    _next_file().replace(settings.AUDIT_SEAL_KEY_FILE)
    return True


def _last_in_turn() -> Seal | None:
    """Return the last seal, once nobody else is sealing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('audit seal', 0))")
    return Seal.objects.order_by("-number").first()


def _sign(body: dict[str, Any], at: datetime) -> Seal:
    signature = signing_key().sign(seal_bytes(body)).hex()
    return Seal.objects.create(number=body["number"], at=at, body={**body, "signature": signature})


def _body(last: Seal | None, at: datetime) -> dict[str, Any]:
    heads = AuditEvent.objects.order_by("organisation_id", "-sequence").distinct("organisation_id")
    return {
        "format": SEAL_FORM,
        "number": last.number + 1 if last else 1,
        "day": at.astimezone(PARIS).date().isoformat(),
        "at": canonical_instant(at),
        "previous": seal_hash(last.body) if last else "",
        "key": public_key(),
        "heads": [
            {"organisation": str(one.organisation_id or ""), "sequence": one.sequence, "hash": one.hash}
            for one in heads.only("organisation_id", "sequence", "hash")
        ],
    }
