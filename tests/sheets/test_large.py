"""Large workbooks, done by the worker: each step once, whatever dies; nothing before it is confirmed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.ce_marking.models import Audit
from compliance.facts.operations import amend
from compliance.sheets import importing, large, opening, tasks
from compliance.sheets.keeping import dumped, loaded
from compliance.sheets.models import ImportState, LargeImport
from devices import wall
from devices.models import User
from tests import portfolio
from tests.sheets.books import content

pytestmark = pytest.mark.django_db
NEW = {"device": "scan-one", "kind": "unannounced"}
LINES = {
    "ce_marking.audits": [
        {"device": "scan-one", "key": "y1", "held_on": "2025-12-01"},
        *({**NEW, "key": f"n{n}", "held_on": "2026-01-14"} for n in range(3)),
    ]
}
WRONG = {"ce_marking.audits": [{**NEW, "key": "n1", "held_on": "14/01/26"}]}


@pytest.fixture(autouse=True)
def _world(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(opening, "LARGE_BYTES", 0)
    with time_machine.travel(portfolio.NOW, tick=False), override("en"):
        portfolio.record()
        yield


@pytest.fixture
def officer() -> User:
    return portfolio.people().users["officer"]


def clock() -> datetime:
    return portfolio.NOW


def uploaded(user: User, lines: Any = LINES) -> LargeImport:
    """Return the import of a workbook that the person has uploaded."""
    found = opening.keep_upload(user, "book.xlsx", [content(lines)], at=portfolio.NOW)
    return LargeImport.objects.get(pk=found)


def work(at: datetime = portfolio.NOW) -> int:
    with wall.system():
        return large.work(lambda: at)


def confirm(row: LargeImport) -> None:
    reading = large.reading_of(row)
    assert reading is not None
    assert large.confirm(
        user=row.user, import_id=row.pk, seen=reading.digest, reason="Read again", at=portfolio.NOW
    )


def state(row: LargeImport) -> str:
    row.refresh_from_db()
    return row.state


def audits() -> list[tuple[str, str]]:
    rows = Audit.objects.filter(device__key="scan-one").order_by("key")
    return [(one.key, str(one.held_on)) for one in rows]


BEFORE = [("y1", "2025-11-30")]
AFTER = [*((f"n{n}", "2026-01-14") for n in range(3)), ("y1", "2025-12-01")]


def test_it_is_read_then_confirmed_then_written_once(officer: User) -> None:
    row, events = uploaded(officer), AuditEvent.objects.count()
    assert (state(row), work(), state(row)) == ("waiting", 1, "read")
    reading = large.reading_of(row)
    assert reading is not None
    assert ([one.key for one in reading.changes], row.read_rows) == (["y1", "n0", "n1", "n2"], 4)
    assert (work(), audits()) == (0, BEFORE)  # nothing happens before it is confirmed
    confirm(row)
    assert (work(), state(row), audits()) == (1, "done", AFTER)
    assert row.written == {
        "sources": 0, "organisations": 0, "devices": 1, "recorded": 3, "amended": 1, "retracted": 0,
    }  # fmt: skip
    [event] = AuditEvent.objects.order_by("-pk")[: AuditEvent.objects.count() - events]
    assert (event.actor_label, event.reason) == ("officer@example.org", "Read again")
    assert (work(), audits()) == (0, AFTER)


@pytest.mark.parametrize("dies_in", ["reading", "writing"])
def test_what_a_dead_worker_left_is_done_once(officer: User, dies_in: str) -> None:
    """It comes back when its lease is over, not before; what the dead one does late counts no more."""
    row = uploaded(officer)
    if dies_in == "writing":
        work()
        confirm(LargeImport.objects.get(pk=row.pk))
    with wall.system():
        dead = large.claim(portfolio.NOW)
    assert dead is not None
    assert (work(), state(row)) == (0, dies_in)
    later = portfolio.NOW + large.LEASE
    assert (work(later), state(row)) == (1, "read" if dies_in == "reading" else "done")
    whole, events = BEFORE if dies_in == "reading" else AFTER, AuditEvent.objects.count()
    assert audits() == whole
    large._step(dead, clock)
    assert (audits(), AuditEvent.objects.count()) == (whole, events)
    assert state(row) == ("read" if dies_in == "reading" else "done")


def test_a_worker_that_dies_in_the_middle_of_the_writing_leaves_nothing(
    officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = uploaded(officer)
    work()
    confirm(LargeImport.objects.get(pk=row.pk))

    def written_then_dies(*args: Any, **kwargs: Any) -> Any:
        importing.import_workbook(*args, **kwargs)
        assert audits() == AFTER
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(large, "import_workbook", written_then_dies)
        patch.setattr(large, "MOST_ATTEMPTS", 1)
        assert work() == 1
        assert (state(row), audits()) == ("failed", BEFORE)
    LargeImport.objects.update(state=ImportState.CONFIRMED, attempts=0)
    assert (work(), state(row), audits()) == (1, "done", AFTER)


def test_a_record_that_changed_is_shown_anew_before_it_is_written(officer: User) -> None:
    row = uploaded(officer)
    work()
    row.refresh_from_db()
    seen = large.reading_of(row)
    confirm(row)
    fact = Audit.objects.get(key="y1")
    amend(actor=Actor.system("x"), fact=fact, changes={"note": "Mine"}, reason="r", at=portfolio.NOW)
    assert (work(), state(row), audits()) == (2, "read", BEFORE)
    anew = large.reading_of(row)
    assert (seen and seen.digest) != (anew and anew.digest)
    assert [one["code"] for one in row.problems] == ["stale"]
    confirm(row)
    assert (work(), audits(), Audit.objects.get(key="y1").note) == (1, AFTER, "Mine")


def test_what_the_worker_read_is_kept_as_it_was(officer: User, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(content({**LINES, "devices": [{"key": "n", "is_software": "bof"}]}))
    reading = importing.read_workbook(path, user=officer, at=portfolio.NOW)
    assert reading.changes
    assert reading.faults
    assert loaded(dumped(reading)) == reading


def test_who_lost_the_record_meanwhile_writes_nothing(officer: User) -> None:
    row = uploaded(officer)
    work()
    confirm(LargeImport.objects.get(pk=row.pk))
    officer.memberships.all().delete()
    work()
    assert (state(row), audits()) == ("read", BEFORE)
    reading = large.reading_of(row)
    assert reading is not None
    assert [one.place and one.place.cell for one in reading.faults] == ["B3", "B4", "B5", "B6"]


def test_one_process_at_a_time_imports_so_that_another_is_free_for_alerts(officer: User) -> None:
    row, other = uploaded(officer), connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [tasks._LOCK])
        assert (tasks.work(), state(row)) == (0, "waiting")
        cursor.execute("SELECT pg_advisory_unlock(%s)", [tasks._LOCK])
    other.close()
    assert (tasks.work(), state(row)) == (1, "read")


def test_files_go_a_day_after_the_last_step_and_never_while_something_waits(
    officer: User, tmp_path: Path
) -> None:
    read, waiting = uploaded(officer), uploaded(officer)
    LargeImport.objects.filter(pk=read.pk).update(state=ImportState.READ)
    later = portfolio.NOW + timedelta(days=9999)  # than the files, whose times are of the day of the test
    with time_machine.travel(later), wall.system():
        large.forget_old(later)
    assert [one.name for one in tmp_path.glob("imports/*")] == [str(waiting.pk)]
    assert LargeImport.objects.get() == waiting


class TestPages:
    @pytest.fixture
    def session(self, officer: User) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(officer)
        return client

    def test_show_how_far_it_is_then_the_preview_then_what_was_written(
        self, session: Client, officer: User, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        row = uploaded(officer)
        url = f"/sheets/{row.pk}/"
        assert "Waiting to be read" in session.get(url).content.decode()
        LargeImport.objects.update(
            state="reading", claim=row.pk, claimed_until=portfolio.NOW, read_rows=400, all_rows=900
        )
        assert "Being read and checked</strong>: 400 of 900 rows" in session.get(url).content.decode()
        work()
        with django_assert_max_num_queries(12):
            page = session.get(url)
        assert "Import 4 changes" in page.content.decode()
        assert "for an hour" not in page.content.decode()  # but for a day
        with django_assert_max_num_queries(12):
            assert url in session.get("/sheets/").content.decode()
        digest = page.context["reading"].digest
        assert session.post(url, {"seen": digest}).context["form"].errors.keys() == {"reason"}
        assert session.post(url, {"seen": "0", "reason": "r"}).status_code == 200
        assert state(row) == "read"
        assert session.post(url, {"seen": digest, "reason": "r"})["Location"] == url
        assert (state(row), audits()) == ("confirmed", BEFORE)
        session.post(url, {"seen": digest, "reason": "r"})  # twice: nothing more
        work()
        assert "The workbook is imported." in session.get(url).content.decode()
        assert audits() == AFTER

    def test_errors_stand_at_their_cells_and_in_the_copy(self, session: Client, officer: User) -> None:
        row = uploaded(officer, WRONG)
        work()
        page = session.get(f"/sheets/{row.pk}/")
        assert [one.place.cell for one in page.context["reading"].faults] == ["E3"]
        assert session.get(f"/sheets/{row.pk}/marked/")["Content-Disposition"].endswith('.xlsx"')

    def test_a_workbook_that_cannot_be_read_says_why(self, session: Client, officer: User) -> None:
        row = uploaded(officer, {"devices": []})
        (large.folder_of(row) / large.BOOK).write_bytes(b"PK")
        work()
        assert "This workbook cannot be read" in session.get(f"/sheets/{row.pk}/").content.decode()

    def test_belong_to_who_sent_it(self, officer: User) -> None:
        row, other = uploaded(officer), Client()
        other.force_login(User.objects.get(email="rival@example.org"))
        assert other.get(f"/sheets/{row.pk}/")["Location"] == "/sheets/"
        assert other.get(f"/sheets/{row.pk}/marked/")["Location"] == "/sheets/"
