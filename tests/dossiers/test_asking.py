"""Dossiers that are asked for: made once whatever dies, cancelled, kept, downloaded by right, ended."""

import io
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha512
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils.translation import override
from pytest_django.plugin import DjangoDbBlocker

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.dossiers import asking, keeping, operations, verify, working
from compliance.dossiers.models import DossierRequest, DossierState
from compliance.dossiers.queries import dossiers_of
from compliance.dossiers.scopes import MOST_DEVICES, Question
from compliance.facts.errors import FactError, gone, problem_of
from compliance.facts.operations import record
from devices import wall
from devices.models import Device, Grant, User
from devices.queries import Caller, reach
from tests import portfolio
from tests.kept import kept

pytestmark = pytest.mark.usefixtures("_world")
NOW, TODAY = portfolio.NOW, portfolio.NOW.date()
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def _recorded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with kept(django_db_blocker, portfolio.with_people):
        yield


@pytest.fixture
def _world(_recorded: None, db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False), override("en"), wall.system():
        yield


def person(role: str = "officer") -> User:
    return User.objects.get(email=f"{role}@example.org")


def question(*devices: str, **changes: Any) -> Question:
    found = tuple(portfolio.device(one) for one in devices or ("scan-one",))
    return replace(Question("device", found, TODAY, TODAY, "en"), **changes)


def ask(asked: Question | None = None, role: str = "officer", **more: Any) -> asking.Asked:
    user = person(role)
    with wall.within(reach(Caller(user))):
        return asking.ask(
            actor=Actor.person(user), caller=Caller(user), question=asked or question(), at=NOW, **more
        )


def download(row: DossierRequest, role: str = "officer", at: datetime = NOW) -> bytes:
    user = person(role)
    with wall.within(reach(Caller(user, today=at.date()))):
        got = asking.download(
            actor=Actor.person(user), caller=Caller(user, today=at.date()), dossier_id=row.pk, at=at
        )
    with got.file as file:
        return file.read()


def cancel(row: DossierRequest, role: str = "officer") -> None:
    user = person(role)
    with wall.within(reach(Caller(user))):
        asking.cancel(actor=Actor.person(user), caller=Caller(user), dossier=row, at=NOW)


def work(at: datetime = NOW) -> int:
    return working.work(lambda: at)


def state(row: DossierRequest) -> str:
    row.refresh_from_db()
    return row.state


def made(role: str = "officer", **changes: Any) -> DossierRequest:
    row = ask(question(**changes), role).dossier
    assert (work(), state(row)) == (1, "ready")
    return row


def files(folder: Path) -> list[str]:
    return sorted(one.name for one in (folder / "dossiers").glob("*"))


def age(folder: Path) -> None:
    """Let all files there be old."""
    for one in (folder / "dossiers").glob("*"):
        os.utime(one, (0, 0))


def events() -> list[tuple[str, str, str]]:
    rows = AuditEvent.objects.filter(action__startswith="dossier.").order_by("id")
    return [(one.action, one.actor_label, one.subject_label) for one in rows]


def codes(refused: Any) -> list[tuple[str, str]]:
    return [(one.path, one.code) for one in refused.value.problems]


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


class TestWhateverDies:
    def test_what_a_dead_worker_left_is_made_once(self, tmp_path: Path) -> None:
        """It comes back when its lease is over, not before; what the dead one does late counts no more."""
        row = ask().dossier
        dead = working.claim(NOW)
        assert dead is not None
        assert (work(), state(row)) == (0, "building")
        assert (work(NOW + working.LEASE), state(row), row.attempts) == (1, "ready", 2)
        kept_file = files(tmp_path)
        working._make(dead, lambda: NOW)
        assert (state(row), files(tmp_path)) == ("ready", kept_file)
        assert [one[0] for one in events()] == ["dossier.asked", "dossier.built"]

    def test_a_worker_that_gets_on_keeps_its_lease(self) -> None:
        row = ask().dossier
        taken = working.claim(NOW)
        assert taken is not None
        working.report(taken, 1, 5, NOW + working.LEASE - timedelta(seconds=1))
        assert work(NOW + working.LEASE) == 0
        assert (state(row), row.done, row.total) == ("building", 1, 5)

    @pytest.mark.parametrize("dies", ["while it is written", "when it is told"])
    def test_what_breaks_off_leaves_nothing_and_is_given_up_in_words(
        self, dies: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row, at = ask().dossier, NOW
        with monkeypatch.context() as patch:

            def die(*args: Any, **kwargs: Any) -> None:
                raise MemoryError

            if dies == "while it is written":
                patch.setattr("compliance.dossiers.making.bag.write", die)
            else:
                patch.setattr(operations, "append", die)
            for _ in range(working.MOST_ATTEMPTS):
                assert (work(at), state(row)) == (1, "building")
                assert work(at) == 0  # not at once again
                at += working.PAUSE
        assert [one[0] for one in events()] == ["dossier.asked"]
        assert (work(at), state(row)) == (0, "failed")
        assert "broke off several times" in problem_of(row.problems[0]).text
        age(tmp_path)
        work()
        assert files(tmp_path) == []
        with pytest.raises(FactError, match="could not be made"):
            download(row)

    def test_what_is_refused_fails_in_the_words_of_the_refusal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        row = ask().dossier

        def refuse(*args: Any, **kwargs: Any) -> None:
            raise gone()

        monkeypatch.setattr(operations, "make", refuse)
        assert (work(), state(row)) == (1, "failed")
        assert problem_of(row.problems[0]).text == gone().problems[0].text

    def test_only_what_nobody_keeps_is_swept(self, tmp_path: Path) -> None:
        row = made()
        for name in ("a.part", "b.zip"):
            (tmp_path / "dossiers" / name).write_text("left")
        work()
        assert len(files(tmp_path)) == 3  # somebody may be writing them
        age(tmp_path)
        work()
        assert files(tmp_path) == [f"{row.file}.zip"]

    def test_a_file_that_is_lost_is_said_to_be(self) -> None:
        row = made()
        keeping.path_of(row.file).write_bytes(b"half of it")
        with pytest.raises(FactError, match="no longer there"):
            download(row)
        keeping.forget(row.file)
        with pytest.raises(FactError, match="no longer there"):
            download(row)


def test_cancelled_in_the_middle_it_ends_at_the_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, steps = ask().dossier, []

    def report(row: DossierRequest, done: int, total: int, at: datetime) -> None:
        steps.append(done)
        if done == 2:
            cancel(row)
        reported(row, done, total, at)

    reported = working.report
    monkeypatch.setattr(working, "report", report)
    assert (work(), state(row), steps) == (1, "cancelled", [0, 1, 2])
    assert files(tmp_path) == []
    assert [one[0] for one in events()] == ["dossier.asked", "dossier.cancelled"]
    with pytest.raises(FactError, match="was cancelled"):
        download(row)
    with pytest.raises(FactError, match="ended or changed meanwhile"):
        cancel(row)
    waiting = ask().dossier
    cancel(waiting)
    assert (work(), state(waiting)) == (0, "cancelled")


class TestTheSameQuestion:
    def test_gets_what_waits_or_is_ready(self) -> None:
        row = ask().dossier
        assert (ask().dossier, ask().new) == (row, False)
        assert ask(question(language="fr")).new
        assert ask(question("draft-two")).new
        assert ask(question(known_on=TODAY - DAY)).new
        assert work() == 4
        # Within the one transaction of a test all is written while the making runs: let that be over.
        DossierRequest.objects.update(seen_before=2**62)
        assert (ask().dossier, ask().new) == (row, False)
        assert ask(role="auditor").dossier == row
        assert ask(anew=True).new

    @pytest.mark.parametrize("what", ["a fact", "the law", "its end"])
    def test_gets_a_new_one_where_something_changed(self, what: str) -> None:
        row = made()
        if what == "a fact":
            value = {"key": "v1", "number": "1.0"}
            record(actor=Actor.system("x"), subject=row.devices[0], kind="versions", value=value, at=NOW)
        else:
            DossierRequest.objects.update(seen_before=2**62)
        if what == "the law":
            DossierRequest.objects.update(law_version="another")
        if what == "its end":
            DossierRequest.objects.update(expires_at=NOW)
        assert ask().new


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "found"),
        [
            ({"known_on": TODAY + DAY}, [("known_on", "future")]),
            ({"on": date(1989, 12, 31)}, [("on", "range")]),
            ({"scope": "track", "track": "moon"}, [("scope", "not_made"), ("track", "choice")]),
            ({"track": "ans"}, [("track", "not_of_the_scope")]),
            ({"since": TODAY}, [("since", "not_of_the_scope")]),
            ({"scope": "difference"}, [("scope", "not_made"), ("since", "missing")]),
            (
                {"scope": "difference", "since": TODAY + DAY},
                [("scope", "not_made"), ("since", "date_order")],
            ),
            ({"devices": ()}, [("devices", "missing")]),
            ({"scope": "portfolio"}, [("scope", "not_made"), ("devices", "too_few")]),
        ],
    )
    def test_questions(self, changes: dict[str, Any], found: list[tuple[str, str]]) -> None:
        before = AuditEvent.objects.count()
        with pytest.raises(FactError) as refused:
            ask(question(**changes))
        assert codes(refused) == found
        assert (DossierRequest.objects.count(), AuditEvent.objects.count()) == (0, before)

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
