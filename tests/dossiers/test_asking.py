"""Dossiers that are asked for: who may, what is refused, downloaded by right, kept and ended."""

import io
import json
import zipfile
from datetime import date, datetime, timedelta
from hashlib import sha512
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from compliance.assessments.models import DeviceChange
from compliance.audit.models import AuditEvent
from compliance.dossiers import asking, verify
from compliance.dossiers.models import DossierRequest, DossierScope, DossierState
from compliance.dossiers.queries import dossiers_of
from compliance.dossiers.scopes import MOST_DEVICES
from compliance.facts.errors import FactError
from devices import wall
from devices.models import Device, Grant
from devices.queries import Caller, reach
from tests.dossiers.asked import (
    DAY,
    NOW,
    TODAY,
    ask,
    cancel,
    codes,
    download,
    events,
    files,
    made,
    person,
    question,
    state,
    work,
)

LATER = 2**62  # a transaction after that of the test, in which all is written

pytestmark = pytest.mark.usefixtures("world")


def test_it_is_asked_for_made_downloaded_and_ended(tmp_path: Path) -> None:
    asked = ask()
    row = asked.dossier
    assert (asked.new, row.state, row.asked_label, work(), state(row)) == (
        True, "asked", "officer@example.org", 1, "ready",
    )  # fmt: skip
    content = download(row)
    assert (sha512(content).hexdigest(), len(content)) == (row.sha512, row.size)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert row.name == "dossier-scan-one-2026-11-22-2026-11-22-en"
        digest = sha512(archive.read(f"{row.name}/data/dossier.json")).hexdigest()
        trail = json.loads(archive.read(f"{row.name}/data/audit.json"))
    assert row.code == verify.verification_code(digest)
    assert not [one for one in trail["events"] if one["action"].startswith("dossier.")]
    assert row.done == row.total > 0
    assert (row.expires_at, files(tmp_path)) == (NOW + 30 * DAY, [f"{row.file}.zip"])
    assert len(row.file) == 64
    assert row.file not in row.name
    assert work(NOW + 30 * DAY - timedelta(seconds=1)) == 0
    assert state(row) == "ready"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "on_commit", lambda act: act())
        assert (work(NOW + 30 * DAY), state(row)) == (0, "expired")
    assert (files(tmp_path), row.file, row.sha512) == ([], "", sha512(content).hexdigest())
    officer = "officer@example.org"
    assert events() == [
        ("dossier.asked", officer, "Écho Scan One"),
        ("dossier.built", officer, "Écho Scan One"),
        ("dossier.downloaded", officer, "Écho Scan One"),
        ("dossier.expired", "dossiers", "Écho Scan One"),
    ]
    last = AuditEvent.objects.order_by("-id")[0]
    assert last.after == {
        "dossier": {
            row.name: {
                "request": str(row.pk), "scope": "device", "on": "2026-11-22", "known_on": "2026-11-22",
                "language": "en", "devices": 1, "sha512": row.sha512,
            }
        }
    }  # fmt: skip
    with pytest.raises(FactError, match="has expired"):
        download(row)


def test_two_dossiers_of_the_same_record_are_the_same_whatever_was_done_with_the_first() -> None:
    first = made()
    content = download(first)
    again = ask(anew=True)
    assert (again.new, work()) == (True, 1)
    assert download(again.dossier) == content


class TestWhoMay:
    @pytest.mark.parametrize(
        ("role", "device", "may"),
        [("officer", "draft-two", True), ("auditor", "scan-one", True), ("auditor", "draft-two", False),
         ("buyer", "scan-one", False), ("rival", "scan-one", False), ("stranger", "scan-one", False)],
    )  # fmt: skip
    def test_ask_for_and_see_dossiers(self, role: str, device: str, may: bool) -> None:
        if may:
            assert ask(question(device), role).new
        else:
            with pytest.raises(FactError) as refused:
                ask(question(device), role)
            assert codes(refused) == [("devices", "forbidden")]
        other = DossierRequest.objects.first() or ask(question(device)).dossier
        user = person(role)
        with wall.within(reach(Caller(user))):
            assert list(dossiers_of(Caller(user))) == ([other] if may else [])
            assert list(DossierRequest.objects.all()) == ([other] if may else [])  # the second wall alone

    def test_a_portfolio_is_seen_with_all_of_its_devices_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("compliance.dossiers.scopes.MAKERS", {"portfolio": None})
        row = ask(question("scan-one", "draft-two", scope="portfolio")).dossier
        assert [one.key for one in row.devices] == ["draft-two", "scan-one"]
        assert [one[2] for one in events()] == ["Draft Two", "Écho Scan One"]
        for role, seen in (("officer", [row]), ("auditor", [])):
            user = person(role)
            assert list(dossiers_of(Caller(user))) == seen
            with wall.within(reach(Caller(user))):
                assert list(DossierRequest.objects.all()) == seen

    def test_download_while_the_grant_runs(self) -> None:
        row, last = made("auditor"), date(2027, 10, 31)
        DossierRequest.objects.update(expires_at=NOW + 900 * DAY)
        late = datetime.combine(last, NOW.timetz())
        assert download(row, "auditor", at=late)
        with pytest.raises(DossierRequest.DoesNotExist):
            download(row, "auditor", at=late + DAY)
        Grant.objects.update(revoked_at=NOW)
        with pytest.raises(DossierRequest.DoesNotExist):
            download(row, "auditor")
        assert [one[0] for one in events()].count("dossier.downloaded") == 1

    def test_cancel_what_they_asked_for_or_keep(self) -> None:
        row = ask().dossier
        with pytest.raises(FactError, match="Only who asked"):
            cancel(row, "auditor")
        cancel(ask(question(language="fr"), "auditor").dossier, "auditor")
        cancel(row)
        assert [one for one in events() if one[0] == "dossier.cancelled"] == [
            ("dossier.cancelled", f"{name}@example.org", "Écho Scan One") for name in ("auditor", "officer")
        ]


class TestTheSameQuestion:
    def test_gets_what_waits_or_is_ready(self) -> None:
        row = ask().dossier
        assert (ask().dossier, ask().new) == (row, False)
        assert ask(question(language="fr")).new
        assert ask(question("draft-two")).new
        assert ask(question(known_on=TODAY - DAY)).new
        assert work() == 4
        DossierRequest.objects.update(seen_before=LATER)
        assert (ask().dossier, ask().new) == (row, False)
        assert ask(role="auditor").dossier == row
        assert ask(anew=True).new

    @pytest.mark.parametrize(
        ("what", "new"),
        [("document.added", True), ("dossier.downloaded", False), ("answer", True), ("law", True),
         ("end", True)],
    )  # fmt: skip
    def test_gets_a_new_one_where_something_changed(self, what: str, new: bool) -> None:
        row = made()
        DossierRequest.objects.update(seen_before=LATER)
        match what:
            case "answer":
                DeviceChange.objects.filter(device=row.devices[0]).update(xid=LATER)
            case "law":
                DossierRequest.objects.update(law_version="another")
            case "end":
                DossierRequest.objects.update(expires_at=NOW)
            case action:
                AuditEvent.objects.create(
                    sequence=1000, at=NOW, actor_label="x", action=action, subject_type="device",
                    subject_id=str(row.devices[0].pk), hash="0" * 64, transaction_id=LATER,
                )  # fmt: skip
        assert ask().new is new


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "found"),
        [
            ({"known_on": TODAY + DAY}, [("known_on", "future")]),
            ({"on": date(1989, 12, 31)}, [("on", "range")]),
            ({"scope": "track", "track": "moon"}, [("track", "choice")]),
            ({"track": "ans"}, [("track", "not_of_the_scope")]),
            ({"since": TODAY}, [("since", "not_of_the_scope")]),
            ({"scope": "difference"}, [("since", "missing")]),
            (
                {"scope": "difference", "since": TODAY + DAY},
                [("since", "date_order")],
            ),
            ({"devices": ()}, [("devices", "missing")]),
            ({"scope": "portfolio"}, [("devices", "too_few")]),
        ],
    )
    def test_questions(
        self, changes: dict[str, Any], found: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("compliance.dossiers.scopes.MAKERS", dict.fromkeys(DossierScope.values))
        before = AuditEvent.objects.count()
        with pytest.raises(FactError) as refused:
            ask(question(**changes))
        assert codes(refused) == found
        assert (DossierRequest.objects.count(), AuditEvent.objects.count()) == (0, before)

    @pytest.mark.parametrize("scope", ["portfolio", "track", "difference"])
    def test_scopes_that_nothing_makes(self, scope: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("compliance.dossiers.scopes.MAKERS", {"device": None})
        with pytest.raises(FactError, match="cannot be made yet: ask for that of a device") as refused:
            ask(question(scope=scope))
        assert ("scope", "not_made") in codes(refused)

    @pytest.mark.parametrize(("scope", "number"), [("device", 2), ("portfolio", MOST_DEVICES + 1)])
    def test_too_many_devices(self, scope: str, number: int) -> None:
        devices = tuple(Device(key=f"d{n}", name=f"D {n}") for n in range(number))
        with pytest.raises(FactError, match=f"{number} devices are chosen") as refused:
            ask(question(scope=scope, devices=devices))
        assert ("devices", "too_many") in codes(refused)

    def test_more_than_the_worker_should_have_before_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(asking, "MOST_WAITING", 1)
        ask()
        with pytest.raises(FactError, match="1 dossiers of yours are being made"):
            ask(question(language="fr"))
        assert ask(question(language="fr"), "auditor").new  # of others it is not counted


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "made"},
        {"state": DossierState.READY},
        {"state": DossierState.BUILDING},
        {"state": DossierState.FAILED, "ended_at": NOW},
        {"state": DossierState.CANCELLED},
        {"file": "x"},
        {"track": "ans"},
        {"device_count": 2},
        {"language": "de"},
        {"done": 1},
    ],
    ids=str,
)
def test_the_database_refuses_what_contradicts_itself(changes: dict[str, Any]) -> None:
    row = ask().dossier
    with pytest.raises(IntegrityError), transaction.atomic():
        DossierRequest.objects.filter(pk=row.pk).update(**changes)
