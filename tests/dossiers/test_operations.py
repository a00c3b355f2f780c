"""Building a recorded device's dossier: the audited event, the excerpt, the commands."""

import io
import json
import os
import zipfile
from datetime import UTC, date, datetime, timedelta
from hashlib import sha512
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils.translation import override

from compliance.assessments.render import Json
from compliance.audit.actors import Actor
from compliance.audit.check import event_hash, head_hash
from compliance.audit.models import AuditEvent
from compliance.audit.sealing import seal
from compliance.audit.verify import verify as verify_audit
from compliance.ce_marking.models import Certificate
from compliance.dossiers import verify
from compliance.dossiers.history import excerpt
from compliance.dossiers.operations import build
from compliance.facts.errors import FactError
from compliance.facts.operations import amend, record, save_device
from devices.models import Device, Organisation
from tests.dossiers.samples import Made, content_of
from tests.factories import OrganisationFactory

ON = date(2026, 11, 22)
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SYSTEM = Actor.system("test")
CERTIFICATE = {"key": "c", "number": "MDR-1", "kind": "quality_management", "regulation": "MDR"}


@pytest.fixture
def owner(db: None) -> Organisation:
    return OrganisationFactory.create(name="Maker SAS")


@pytest.fixture
def device(owner: Organisation) -> Device:
    """A device with three events: created, certificate recorded, and between them one of another device."""
    found = save_device(
        actor=SYSTEM, device=None, changes={"key": "scanner", "name": "Scanner", "owner": owner.key}, at=AT
    )
    other = {"key": "other", "name": "Other", "owner": owner.key}
    save_device(actor=SYSTEM, device=None, changes=other, at=AT)
    record(actor=SYSTEM, subject=found, kind="ce_marking.certificates", value=CERTIFICATE, at=AT)
    return found


def built(device: Device, on: date = ON, known_on: date = ON, at: datetime = AT) -> Made:
    output = io.BytesIO()
    dossier = build(
        actor=SYSTEM, device=device, on=on, known_on=known_on, language="fr", at=at, output=output
    )
    return Made(dossier, output.getvalue())


def test_building_is_an_audited_event_that_changes_no_later_dossier(device: Device, tmp_path: Path) -> None:
    first = built(device)
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.subject_type, event.subject_id) == ("dossier.built", "device", str(device.pk))
    assert (event.organisation, event.actor_label, event.before) == (device.owner, "test", None)
    assert event.after == {
        "dossier": {
            "dossier-scanner-2026-11-22-2026-11-22-fr": {
                "on": "2026-11-22",
                "known_on": "2026-11-22",
                "language": "fr",
                "sha512": first.sha512,
            }
        }
    }
    later = built(device, at=AT + timedelta(hours=1))
    assert later.content == first.content
    with override("en"):
        assert built(device).content == first.content
    (tmp_path / "bag.zip").write_bytes(first.content)
    assert verify.verify(tmp_path / "bag.zip").problems == []


def test_a_fact_recorded_later_the_same_day_shows(device: Device) -> None:
    before = built(device)
    record(actor=SYSTEM, subject=device, kind="versions", value={"key": "v1", "number": "1.0"}, at=AT)
    after = built(device)
    assert "versions" not in content_of(before, "dossier.json")["facts"]["devices"][0]
    assert content_of(after, "dossier.json")["facts"]["devices"][0]["versions"] == [
        {"key": "v1", "number": "1.0"}
    ]
    assert [one["sequence"] for one in content_of(after, "audit.json")["events"]] == [1, 3, 5]


def test_the_excerpt_holds_the_events_of_the_device_with_hashes_that_can_be_computed(device: Device) -> None:
    found = excerpt(device, ON)
    assert [(one["sequence"], one["action"]) for one in found["events"]] == [
        (1, "device.saved"),
        (3, "fact.recorded"),
    ]
    assert all(event_hash(one) == one["hash"] for one in found["events"])
    last = found["events"][-1]
    assert found["heads"] == [{"organisation": str(device.owner_id), "sequence": 3, "hash": last["hash"]}]


def test_the_excerpt_ends_with_the_day_of_knowledge_in_france(device: Device) -> None:
    late = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)
    for name, at in (("v1", late), ("v2", late + timedelta(minutes=1))):
        record(actor=SYSTEM, subject=device, kind="versions", value={"key": name, "number": name}, at=at)
    assert [one["sequence"] for one in excerpt(device, ON)["events"]] == [1, 3, 4]
    assert [one["sequence"] for one in excerpt(device, ON + timedelta(days=1))["events"]] == [1, 3, 4, 5]
    assert excerpt(device, ON - timedelta(days=1)) == {
        "format": "jalon-audit-excerpt/2",
        "device": str(device.pk),
        "until": "2026-11-21",
        "events": [],
        "heads": [],
        "seal": None,
    }


def test_the_excerpt_carries_the_last_seal_of_its_time_and_names_no_other_organisation(
    device: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "AUDIT_SEAL_KEY_FILE", tmp_path / "key")
    monkeypatch.setattr(settings, "AUDIT_SEALS_DIR", tmp_path / "seals")
    other = OrganisationFactory.create()
    save_device(actor=SYSTEM, device=None, changes={"key": "x", "name": "X", "owner": other.key}, at=AT)
    assert excerpt(device, ON)["seal"] is None
    full = seal(AT)
    found = excerpt(device, ON)
    assert {one for one in found["seal"]["heads"] if isinstance(one, str)} == {
        head_hash(one) for one in full.body["heads"] if one["organisation"] == str(other.pk)
    }
    assert [one for one in found["seal"]["heads"] if isinstance(one, dict)] == found["heads"]
    assert str(other.pk) not in json.dumps(found)
    assert found["seal"]["signature"] == full.body["signature"]
    (tmp_path / "bag.zip").write_bytes((then := built(device)).content)
    report = verify.verify(tmp_path / "bag.zip")
    assert (report.problems, report.notes[1].name) == ([], "2026-11-22, 1")
    assert verify_audit().holds
    seal(AT + timedelta(days=1))
    assert built(device, at=AT + timedelta(days=1)).content == then.content
    assert excerpt(device, ON + timedelta(days=1))["seal"]["number"] == 2
    assert excerpt(device, ON - timedelta(days=1))["seal"] is None
    assert verify_audit().holds


def test_a_text_of_ten_megabytes_enters_no_fact(device: Device) -> None:
    huge = "x" * 10_000_000
    value = {"key": "v", "number": "1", "note": huge}
    with pytest.raises(FactError, match="note"):
        record(actor=SYSTEM, subject=device, kind="versions", value=value, at=AT)
    for name in ("name", "description"):
        with pytest.raises(FactError, match=name):
            save_device(actor=SYSTEM, device=device, changes={name: huge}, at=AT)
    assert AuditEvent.objects.count() == 3


def test_a_device_without_owner_and_facts(db: None, tmp_path: Path) -> None:
    device = save_device(actor=SYSTEM, device=None, changes={"key": "bare", "name": "Bare"}, at=AT)
    (tmp_path / "bag.zip").write_bytes(built(device).content)
    assert verify.verify(tmp_path / "bag.zip").problems == []


def export(*arguments: object) -> str:
    output = io.StringIO()
    call_command("export_dossier", *map(str, arguments), stdout=output)
    return output.getvalue()


def test_export_and_verify(device: Device, tmp_path: Path) -> None:
    path, again = tmp_path / "a.zip", tmp_path / "b.zip"
    dates = ("--on", "2026-11-22", "--known-on", "2026-11-22")
    with override("en"):
        said = export("scanner", *dates, "--output", path)
    export(device.pk, *dates, "--output", again)
    assert path.read_bytes() == again.read_bytes()
    assert said == f"{path}: {path.stat().st_size} bytes, SHA-512 {sha512(path.read_bytes()).hexdigest()}\n"
    output = io.StringIO()
    with override("en"):
        call_command("verify_dossier", str(path), stdout=output)
    assert output.getvalue().splitlines()[-1] == "good: 9 files, each as hashed"
    english = tmp_path / "c.zip"
    export("scanner", *dates, "--language", "en", "--output", english)
    assert english.read_bytes() != path.read_bytes()


@time_machine.travel("2027-03-01T23:30:00Z", tick=False)
def test_export_without_dates_takes_those_of_today_in_france(device: Device, tmp_path: Path) -> None:
    export("scanner", "--output", tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist()[0] == "dossier-scanner-2027-03-02-2027-03-02-fr/bag-info.txt"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nobody",), "No device has the key or identifier nobody."),
        (("00000000-0000-0000-0000-000000000000",), "No device has the key or identifier 0000"),
        (("scanner", "--on", "2026-02-30"), "2026-02-30 is no date of the calendar"),
        (("scanner", "--known-on", "demain"), "demain is no date of the calendar"),
        (("scanner", "--on", "1989-12-31"), "1989-12-31: choose a date from 1990 to 2099"),
        (("scanner", "--on", "2100-01-01"), "2100-01-01: choose a date from 1990 to 2099"),
        (("scanner", "--language", "de"), "invalid choice: 'de'"),
    ],
    ids=str,
)
def test_what_export_refuses(
    device: Device, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    events = AuditEvent.objects.count()
    with override("en"), pytest.raises(CommandError, match=message):
        export(*arguments, "--output", tmp_path / "a.zip")
    assert AuditEvent.objects.count() == events
    assert list(tmp_path.iterdir()) == []


def test_export_overwrites_nothing_and_leaves_nothing_half_done(device: Device, tmp_path: Path) -> None:
    taken = tmp_path / "taken.zip"
    taken.write_text("mine")
    events = AuditEvent.objects.count()
    with override("en"):
        with pytest.raises(CommandError, match="exists already"):
            export("scanner", "--output", taken)
        with pytest.raises(CommandError, match="exists already"):
            export("scanner", "--output", tmp_path)
        with pytest.raises(CommandError, match="cannot be written"):
            export("scanner", "--output", tmp_path / "absent" / "a.zip")
    assert taken.read_text() == "mine"
    assert AuditEvent.objects.count() == events


def test_a_disk_that_fills_up_leaves_neither_file_nor_event(
    device: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events, path = AuditEvent.objects.count(), tmp_path / "a.zip"

    def full(*arguments: object, **options: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("compliance.dossiers.making.bag.write", full)
    with override("en"), pytest.raises(CommandError, match="cannot be written: No space left on device"):
        export("scanner", "--output", path)
    assert not path.exists()
    assert AuditEvent.objects.count() == events


def test_verify_says_what_was_touched_and_how_it_exits(device: Device, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    dossier = built(device)
    path.write_bytes(dossier.content.replace(b"Scanner", b"Scammer"))
    output = io.StringIO()
    with override("en"), pytest.raises(CommandError, match="not good") as touched:
        call_command("verify_dossier", str(path), stdout=output)
    assert touched.value.returncode == 1
    assert "touched: data/dossier.json" in output.getvalue()
    with override("fr"), pytest.raises(CommandError, match="rien n'a pu être vérifié") as unreadable:
        call_command("verify_dossier", str(tmp_path / "absent.zip"), stdout=output)
    assert unreadable.value.returncode == 2


def test_a_dossier_of_a_past_day_holds_what_was_known_then(device: Device) -> None:
    """The same bytes for the same day of knowledge, whatever was corrected since."""
    then = built(device)
    certificate = Certificate.objects.get(device=device)
    tomorrow = AT + timedelta(days=1)
    amend(actor=SYSTEM, fact=certificate, changes={"number": "C-9"}, reason="misread", at=tomorrow)
    assert built(device, at=tomorrow).content == then.content
    content = content_of(built(device, known_on=date(2026, 5, 1), at=tomorrow), "dossier.json")
    assert (content["known_on"], content["facts_known_on"]) == ("2026-05-01", "2026-11-22")
    assert number(content) == "MDR-1"
    later = content_of(built(device, known_on=ON + timedelta(days=1), at=tomorrow))
    assert (number(content_of(then)), number(later)) == ("MDR-1", "C-9")


def number(content: Json) -> str:
    return str(content["facts"]["devices"][0]["ce_marking"]["certificates"][0]["number"])
