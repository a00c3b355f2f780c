"""Imports of large workbooks, done by the worker: which there are, and how each goes on.

The row says how far one is; a worker that takes it up holds it for a while (``LEASE``) and longer as long as
it gets on. What a dead worker held is taken up anew. A step ends in the transaction that says that it ended,
with the row locked: whatever was written before stands with it, or not at all.
"""

import logging
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import get_language, override

from compliance.facts.errors import FactError, Problem, problem_data
from compliance.law.text import gettext_noop
from compliance.sheets.importing import Reading, check_book, import_workbook
from compliance.sheets.keeping import dumped, loaded
from compliance.sheets.marking import marked
from compliance.sheets.models import ENDED, RUNS, WAITS, ImportState, LargeImport
from compliance.sheets.reading import read_book
from devices import wall
from devices.models import User
from devices.queries import Caller, reach

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 3
KEPT = timedelta(days=1)  # after its last step
BOOK, READING, MARKED = "book.xlsx", "reading.json", "marked.xlsx"
_TAKEN_UP: dict[str, ImportState] = {
    ImportState.WAITING: ImportState.READING,
    ImportState.CONFIRMED: ImportState.WRITING,
}
Clock = Callable[[], datetime]


class _LostError(Exception):
    """Another worker has taken the import up, or it is gone."""


# --- For the person ---


@transaction.atomic
def begin(*, user: User, file: Path, name: str, at: datetime) -> UUID:
    """Keep a workbook for the worker and return by what its import is found."""
    row = LargeImport(user=user, name=name, language=get_language() or "", created_at=at, changed_at=at)
    row.save(force_insert=True)
    folder_of(row).mkdir(parents=True, mode=0o700)
    shutil.copyfile(file, folder_of(row) / BOOK)
    return row.pk


def imports_of(user: User, at: datetime) -> QuerySet[LargeImport]:
    """Return the imports of a person that are kept still, the last one first."""
    kept = ~_over(at)
    return LargeImport.objects.filter(kept, user=user).order_by("-created_at")


def confirm(*, user: User, import_id: UUID, seen: str, reason: str, at: datetime) -> bool:
    """Let the worker write the changes that the person saw; return whether they could be confirmed still."""
    rows = LargeImport.objects.filter(pk=import_id, user=user, state=ImportState.READ)
    done = rows.update(
        state=ImportState.CONFIRMED, seen=seen, reason=reason, attempts=0, problems=[], changed_at=at
    )
    return bool(done)


def reading_of(row: LargeImport) -> Reading | None:
    """Return what the worker read, None where it is no longer kept."""
    path = folder_of(row) / READING
    return loaded(path.read_text()) if path.is_file() else None


def marked_copy(user: User, import_id: UUID, at: datetime) -> bytes | None:
    """Return the workbook with its errors marked, as the worker left it; None where there is none."""
    row = imports_of(user, at).filter(pk=import_id).first()
    path = folder_of(row) / MARKED if row else None
    return path.read_bytes() if path and path.is_file() else None


def folder_of(row: LargeImport) -> Path:
    """Return where the files of an import stand."""
    return _root() / str(row.pk)


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


# --- For the worker ---


def work(clock: Clock) -> int:
    """Do what waits, one step after the other; return how many were taken up."""
    forget_old(clock())
    taken = 0
    while row := claim(clock()):
        taken += 1
        _step(row, clock)
    return taken


@transaction.atomic
def claim(at: datetime) -> LargeImport | None:
    """Return the import that waits longest, leased to the caller.

    One whose lease is over comes back; it fails once that has happened too often. The row of a worker that
    writes is locked, and left to it however long it takes.
    """
    left_behind = Q(state__in=RUNS, claimed_until__lte=at)
    rows = LargeImport.objects.select_for_update(skip_locked=True, of=("self",)).select_related("user")
    for row in rows.filter(Q(state__in=WAITS) | left_behind).order_by("created_at"):
        if row.attempts >= MOST_ATTEMPTS:
            _fail(row, [_GAVE_UP], at)
            row.save()
            continue
        row.state = _TAKEN_UP.get(row.state, row.state)
        row.claim, row.claimed_until = uuid4(), at + LEASE
        row.attempts += 1
        row.save()
        return row
    return None


def forget_old(at: datetime) -> None:
    """Take away what nobody has touched for a day: imports that are over or never confirmed, and files."""
    LargeImport.objects.filter(_over(at)).delete()
    known = {str(pk) for pk in LargeImport.objects.exclude(state__in=ENDED).values_list("pk", flat=True)}
    for folder in _root().glob("*"):
        if folder.name not in known and folder.stat().st_mtime < time.time() - LEASE.total_seconds():
            shutil.rmtree(folder, ignore_errors=True)


_GAVE_UP = Problem(
    "",
    "gave_up",
    gettext_noop("The work on this workbook broke off several times; nothing is written. Split it."),
)


def _over(at: datetime) -> Q:
    return Q(state__in=(ImportState.READ, *ENDED), changed_at__lte=at - KEPT)


def _step(row: LargeImport, clock: Clock) -> None:
    """Read or write a workbook within the reach of its person; what breaks off is tried again."""
    with wall.within(reach(Caller(row.user))), override(row.language):
        try:
            (_read if row.state == ImportState.READING else _write)(row, clock)
        except _LostError:
            logger.warning("The import %s is done by another worker", row.pk)
        except FactError as refused:
            with _held(row) as held:
                _fail(held, refused.problems, clock())
        except Exception:  # whatever it is: the lease ends now, and the next one who claims it tries again
            logger.exception("The import %s broke off", row.pk)
            LargeImport.objects.filter(pk=row.pk, claim=row.claim).update(claimed_until=clock())


@contextmanager
def _held(row: LargeImport) -> Iterator[LargeImport]:
    """Lock the row for the end of a step, unless another worker holds it; it is saved with the block."""
    with transaction.atomic():
        rows = LargeImport.objects.select_for_update(of=("self",)).select_related("user")
        held = rows.filter(pk=row.pk, claim=row.claim, state__in=RUNS).first()
        if held is None:
            raise _LostError
        yield held
        held.save()


def _read(row: LargeImport, clock: Clock) -> None:
    """Read and check the workbook, and keep what it would change."""

    def progress(done: int, whole: int) -> None:
        rows = LargeImport.objects.filter(pk=row.pk, claim=row.claim)
        if not rows.update(read_rows=done, all_rows=whole, claimed_until=clock() + LEASE):
            raise _LostError

    folder = folder_of(row)
    book = read_book(folder / BOOK, progress)
    with _held(row) as held:
        reading = check_book(book, user=held.user, at=clock())
        (folder / READING).write_text(dumped(reading))
        (folder / MARKED).unlink(missing_ok=True)  # of an earlier reading
        if reading.faults:
            (folder / MARKED).write_bytes(marked(folder / BOOK, reading.faults))
        held.read_rows = reading.lines
        held.state, held.attempts, held.changed_at = ImportState.READ, 0, clock()


def _write(row: LargeImport, clock: Clock) -> None:
    """Write the changes that were seen, all or none; where others would be written now, read it again."""
    with _held(row) as held:
        try:
            report = import_workbook(
                folder_of(row) / BOOK, user=held.user, seen=held.seen, reason=held.reason, at=clock()
            )
        except FactError as refused:
            if refused.problems[0].code != "stale":
                raise
            held.state, held.attempts = ImportState.WAITING, 0
            held.problems = [problem_data(one) for one in refused.problems]
        else:
            held.state = ImportState.DONE
            names = ("sources", "organisations", "devices", "recorded", "amended", "retracted")
            held.written = {name: getattr(report, name) for name in names}
        held.changed_at = clock()


def _fail(row: LargeImport, problems: Iterable[Problem], at: datetime) -> None:
    row.state, row.changed_at = ImportState.FAILED, at
    row.problems = [problem_data(one) for one in problems]
