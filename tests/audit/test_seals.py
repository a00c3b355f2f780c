"""Seals: what the chain alone cannot show. An auditor sees it with a script, Python and the public key."""

import json
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils.translation import override
from pytest_django import Settings

from compliance.audit import check
from compliance.audit.check import Fault, SealFault
from compliance.audit.models import AuditEvent, Seal
from compliance.audit.operations import computed_hash
from compliance.audit.sealing import public_key, rotate, seal, seal_of
from compliance.audit.tasks import seal_day
from compliance.audit.verify import verify
from devices import wall
from devices.models import Organisation
from tests.audit.conftest import AT, Add, tamper

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Give each test its own key and seals."""
    settings.AUDIT_SEAL_KEY_FILE = tmp_path / "seal_key"
    settings.AUDIT_SEALS_DIR = tmp_path / "seals"
    return tmp_path / "seals"


@pytest.fixture
def sealed(maker: Organisation, add: Add) -> Organisation:
    """Five events of the maker, sealed after the third and the fifth, and one of the platform."""
    for n in range(3):
        add(maker, subject_id=str(n))
    seal(AT)
    add(maker)
    add(maker)
    add(None)
    seal(AT + DAY)
    return maker


def fault() -> Fault | None:
    return next((one.fault for one in verify().chains if one.fault), None)


def rehash(sequence: int) -> None:
    """Write the hashes anew from an event on, as one who can rewrite the whole chain would."""
    previous = AuditEvent.objects.get(sequence=sequence - 1, organisation__isnull=False).hash
    for event in AuditEvent.objects.filter(sequence__gte=sequence, organisation__isnull=False):
        event.previous_hash = previous
        event.hash = previous = computed_hash(event)
        event.save()


def test_a_trail_left_alone_agrees_with_its_seals(sealed: Organisation, folder: Path) -> None:
    verdict = verify()
    assert verdict.holds
    assert verdict.seals == 2
    first, second = (json.loads((folder / f"seal-00000{n}.json").read_text()) for n in (1, 2))
    assert [(one["organisation"], one["sequence"]) for one in first["heads"]] == [(str(sealed.pk), 3)]
    assert [one["sequence"] for one in second["heads"]] == [5, 1]
    assert (first["day"], second["previous"]) == ("2026-11-22", check.seal_hash(first))
    assert [first, second] == list(Seal.objects.values_list("body", flat=True))


def test_a_cut_tail_is_seen(sealed: Organisation) -> None:
    tamper("DELETE FROM audit_auditevent WHERE sequence >= 4")
    assert fault() == Fault(4, "cut")


def test_a_chain_that_is_gone_is_seen(sealed: Organisation) -> None:
    tamper("DELETE FROM audit_auditevent WHERE organisation_id IS NULL")
    assert fault() == Fault(1, "cut")


def test_a_chain_rewritten_whole_is_seen(sealed: Organisation) -> None:
    """Every hash fits again, but not the seal: the event lies after the last seal that agrees."""
    tamper("UPDATE audit_auditevent SET reason = 'x' WHERE sequence = 5")
    rehash(5)
    assert fault() == Fault(4, "rewritten")
    tamper("UPDATE audit_auditevent SET reason = 'x' WHERE sequence = 2")
    rehash(2)
    assert fault() == Fault(1, "rewritten")


def test_an_event_after_the_last_seal_is_no_fault(sealed: Organisation, add: Add) -> None:
    add(sealed)
    assert verify().holds


def test_a_seal_changed_in_the_database_differs_from_its_file(sealed: Organisation) -> None:
    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER USER")
        cursor.execute('UPDATE audit_seal SET body = body || \'{"day": "2020-01-01"}\' WHERE number = 1')
    assert SealFault(1, "forged") in verify().seal_faults


def test_seals_gone_from_the_database_stay_in_their_folder(sealed: Organisation, folder: Path) -> None:
    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_seal")
    tamper("DELETE FROM audit_auditevent WHERE sequence = 5")
    assert fault() == Fault(5, "cut")
    (folder / "seal-000001.json").unlink()
    assert verify().seal_faults == [SealFault(1, "missing")]


def test_a_seal_signed_with_another_key_is_forged(sealed: Organisation, settings: Settings) -> None:
    settings.AUDIT_SEAL_KEY_FILE.write_text(Ed25519PrivateKey.generate().private_bytes_raw().hex())
    assert verify().seal_faults == [SealFault(1, "forged"), SealFault(2, "forged")]


def test_the_key_is_readable_by_its_owner_only(sealed: Organisation, settings: Settings) -> None:
    assert settings.AUDIT_SEAL_KEY_FILE.stat().st_mode & 0o777 == 0o600
    assert public_key() not in settings.AUDIT_SEAL_KEY_FILE.read_text()


@pytest.mark.parametrize("statement", ["UPDATE audit_seal SET at = now()", "DELETE FROM audit_seal"])
def test_seals_are_append_only(sealed: Organisation, statement: str) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(ProgrammingError, match="append-only"),
        transaction.atomic(),
    ):
        cursor.execute(statement)


def test_one_seal_a_day(db: None, folder: Path) -> None:
    assert [bool(seal_of(AT + n * DAY)) for n in (0, 0, 1)] == [True, False, True]
    (folder / "seal-000002.json").unlink()
    assert seal_of(AT + DAY) is None
    assert (folder / "seal-000002.json").exists()
    assert seal_day() == 3


def script(folder: Path, events: Path, key: str) -> tuple[int, list[str]]:
    """Run the auditor's script as the auditor does: alone, without what is installed."""
    command = [sys.executable, "-I", "-S", check.__file__, "--key", key, "--seals", str(folder), str(events)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert not done.stderr
    return done.returncode, done.stdout.splitlines()


def exported(path: Path) -> list[dict[str, Any]]:
    call_command("export_audit", str(path), stdout=StringIO())
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_script_of_the_auditor_agrees(sealed: Organisation, folder: Path, tmp_path: Path) -> None:
    events = exported(tmp_path / "events.jsonl")
    code, lines = script(folder, tmp_path / "events.jsonl", public_key())
    assert (code, lines[-1]) == (0, "2 seals. The trail holds.")
    assert lines[0] == f"{sealed.pk}: 5 events, head {events[4]['hash']}"
    assert script(folder, tmp_path / "events.jsonl", "00" * 32)[0] == 1


CHANGES: dict[str, tuple[Any, str]] = {
    "edit": (lambda events: events[1].update(reason="x"), "event 2 edited"),
    "deletion": (lambda events: events.pop(1), "event 2 missing"),
    "insertion": (lambda events: events.insert(2, dict(events[1])), "event 3 missing"),
    "reordering": (lambda events: events.insert(1, events.pop(2)), "event 2 missing"),
    "cut tail": (lambda events: events.pop(4), "event 5 cut"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_script_names_the_first_bad_event(
    sealed: Organisation, folder: Path, tmp_path: Path, change: str
) -> None:
    events = exported(tmp_path / "events.jsonl")
    act, said = CHANGES[change]
    act(events)
    (tmp_path / "events.jsonl").write_text("".join(json.dumps(one) + "\n" for one in events))
    code, lines = script(folder, tmp_path / "events.jsonl", public_key())
    assert code == 1
    assert lines[0].endswith(said)


def test_the_export_writes_over_nothing(sealed: Organisation, tmp_path: Path) -> None:
    exported(tmp_path / "events.jsonl")
    with pytest.raises(CommandError):
        exported(tmp_path / "events.jsonl")


def test_the_commands_seal_and_verify(sealed: Organisation) -> None:
    out = StringIO()
    with override("en"):
        call_command("seal_audit", stdout=out)
        call_command("verify_audit", stdout=out)
        tamper("DELETE FROM audit_auditevent WHERE sequence = 5")
        with pytest.raises(CommandError):
            call_command("verify_audit", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == f"Seal 3: 2 chains. Public key: {public_key()}"
    assert "Seals that hold: 3." in lines
    assert "maker: event 5 was sealed and is gone" in lines


def test_the_signature_is_that_of_the_library() -> None:
    """The script's own reading of Ed25519 takes what the library signs, and nothing else."""
    for n in range(3):
        key = Ed25519PrivateKey.generate()
        public, message = key.public_key().public_bytes_raw(), b"seal" * n
        signature = key.sign(message)
        assert check.ed25519_verify(public, message, signature)
        assert not check.ed25519_verify(public, message + b"x", signature)
        assert not check.ed25519_verify(public, message, signature[:32] + bytes(32))
        assert not check.ed25519_verify(bytes(32), message, signature)
        assert not check.ed25519_verify(public, message, signature[:63])


def test_a_new_key_is_vouched_for_by_the_old_one(
    sealed: Organisation, add: Add, folder: Path, tmp_path: Path, settings: Settings
) -> None:
    old = public_key()
    add(sealed)
    out = StringIO()
    with override("en"):
        call_command("seal_audit", "--rotate", stdout=out)
    new = public_key()
    assert new != old
    assert out.getvalue().strip() == f"Seal 4: 2 chains. Public key: {new}"
    assert settings.AUDIT_SEAL_KEY_FILE.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.glob("seal_key*")) == ["seal_key"]
    handover, first = Seal.objects.filter(number__gte=3).values_list("body", flat=True)
    assert (handover["key"], handover["next_key"], first["key"]) == (old, new, new)
    assert (check.signed(handover, old), check.signed(first, new)) == (True, True)
    assert verify().holds
    exported(tmp_path / "events.jsonl")
    for key in (old, new):
        assert script(folder, tmp_path / "events.jsonl", key)[1][-1] == "4 seals. The trail holds."
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    assert script(folder, tmp_path / "events.jsonl", other)[0] == 1
    tamper("DELETE FROM audit_auditevent WHERE sequence = 6")
    assert fault() == Fault(6, "cut")


def resigned(seals: list[Any], key: Ed25519PrivateKey) -> list[Any]:
    """Return seals as one who has another key writes them, each after the one before."""
    previous = ""
    for one in seals:
        one |= {"key": key.public_key().public_bytes_raw().hex(), "previous": previous}
        one["signature"] = key.sign(check.seal_bytes(one)).hex()
        previous = check.seal_hash(one)
    return seals


def test_no_other_key_takes_over(sealed: Organisation) -> None:
    old, thief = public_key(), Ed25519PrivateKey.generate()
    rotate(AT + 2 * DAY)
    new, stolen = public_key(), thief.public_key().public_bytes_raw().hex()

    def faults(change: Any, key: str) -> list[tuple[int, str]]:
        seals = list(Seal.objects.order_by("number").values_list("body", flat=True))
        return [(one.number, one.damage) for one in check.check_seals(change(seals) or seals, key)[0]]

    assert faults(lambda seals: None, old) == faults(lambda seals: None, new) == []
    # A hand-over to the thief's key: not signed by the old one.
    assert faults(lambda seals: seals[2].update(next_key=stolen), old)[0] == (3, "forged")
    # What follows the hand-over, signed by the thief.
    assert (4, "forged") in faults(lambda seals: seals[:3] + resigned(seals[3:], thief), old)
    # All seals anew by the thief, who names the known key at the end: it has signed none of them.
    for known in (old, new):
        assert len(faults(lambda seals: resigned([*seals[:3], seals[2] | {"number": 4}], thief), known)) >= 4
    # The seals before the hand-over anew, the true one of the new key after them: its hash tells.
    assert faults(lambda seals: resigned(seals[:3], thief) + seals[3:], new) == [(4, "moved")]
    # Two seals of one number.
    assert (1, "moved") in faults(lambda seals: [seals[0], *seals], old)


def test_a_rotation_cut_short_goes_on(sealed: Organisation, settings: Settings) -> None:
    old = settings.AUDIT_SEAL_KEY_FILE.read_text()
    rotate(AT + 2 * DAY)
    new = settings.AUDIT_SEAL_KEY_FILE.read_text()
    # As if the machine had stopped before the new key took its place.
    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_seal WHERE number = 4")
    (settings.AUDIT_SEALS_DIR / "seal-000004.json").unlink()
    settings.AUDIT_SEAL_KEY_FILE.with_name("seal_key.next").write_text(new)
    settings.AUDIT_SEAL_KEY_FILE.write_text(old)
    seal(AT + 3 * DAY)
    assert settings.AUDIT_SEAL_KEY_FILE.read_text() == new
    assert verify().holds


def test_a_seal_covers_heads_by_their_hashes_and_those_of_the_first_form_as_they_stand() -> None:
    """Who copies a seal may leave out whose the other heads are; an older seal must be copied whole."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    heads: list[Any] = [{"organisation": name, "sequence": 1, "hash": name * 64} for name in "ab"]
    for form, covered in (("jalon-seal/2", True), ("jalon-seal/1", False)):
        seal: dict[str, Any] = {"format": form, "number": 1, "previous": "", "key": public, "heads": heads}
        seal["signature"] = key.sign(check.seal_bytes(seal)).hex()
        assert check.signed(seal, public)
        assert check.signed({**seal, "heads": [heads[0], check.head_hash(heads[1])]}, public) == covered
        assert not check.signed({**seal, "heads": [heads[0], {**heads[1], "sequence": 2}]}, public)
    first = b'{"format":"jalon-seal/1","heads":[{"a":1}],"number":1}'
    assert check.seal_bytes({"number": 1, "heads": [{"a": 1}], "format": "jalon-seal/1"}) == first
