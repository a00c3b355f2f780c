"""Dossiers in the worker: made once whatever dies, cancelled in the middle, nothing left behind."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from compliance.dossiers import keeping, operations, working
from compliance.dossiers.models import DossierRequest
from compliance.facts.errors import FactError, gone, problem_of
from tests.dossiers.asked import NOW, age, ask, cancel, download, events, files, made, state, work

pytestmark = pytest.mark.usefixtures("world")


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
