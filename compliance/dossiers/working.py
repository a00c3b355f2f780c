"""What the worker does with dossiers that were asked for: make those that wait, end those kept long enough.

The row says how far one is; a worker that takes it up holds it for a while (``LEASE``) and longer as long as
it gets on. What a dead worker held is taken up anew. The file comes to its place, and the row and the trail
say so, in one transaction with the row locked: all of it, or nothing.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from compliance.amendments.queries import law_in_force
from compliance.assessments import changes
from compliance.assessments.render import Language
from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.dossiers import keeping, scopes
from compliance.dossiers.asking import audit
from compliance.dossiers.making import CancelledError, Dossier
from compliance.dossiers.models import DossierRequest, DossierState
from compliance.dossiers.queries import with_devices
from compliance.facts.errors import FactError, Problem, problem_data
from compliance.law.text import gettext_noop

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)
PAUSE = timedelta(minutes=1)  # before what broke off is tried again
MOST_ATTEMPTS = 3
Clock = Callable[[], datetime]
_SYSTEM = Actor.system("dossiers")


def work(clock: Clock) -> int:
    """End what is kept long enough and make what waits, one by one; return how many were taken up."""
    expire(clock())
    keeping.sweep(set(DossierRequest.objects.exclude(file="").values_list("file", flat=True)))
    taken = 0
    while row := claim(clock()):
        taken += 1
        _make(row, clock)
    return taken


@transaction.atomic
def claim(at: datetime) -> DossierRequest | None:
    """Return the dossier that waits longest, leased to the caller.

    One whose lease is over comes back; it fails once that has happened too often.
    """
    left_behind = Q(state=DossierState.BUILDING, claimed_until__lte=at)
    rows = DossierRequest.objects.select_for_update(skip_locked=True, of=("self",))
    for row in rows.filter(Q(state=DossierState.ASKED) | left_behind).order_by("asked_at", "pk"):
        if row.attempts >= MOST_ATTEMPTS:
            _fail(row, [_GAVE_UP], at)
            continue
        row.state, row.claim, row.claimed_until = DossierState.BUILDING, uuid4(), at + LEASE
        row.attempts, row.done, row.total = row.attempts + 1, 0, 0
        row.seen_before, row.law_version = changes.oldest_running(), law_in_force().version
        row.save()
        return with_devices(DossierRequest.objects.select_related("asked_by", "asked_for")).get(pk=row.pk)
    return None


def expire(at: datetime) -> None:
    """Delete the files that are kept long enough; their rows stay."""
    for pk in list(_over(at).values_list("pk", flat=True)):
        with transaction.atomic():
            row = _over(at).select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if row is None:
                continue
            transaction.on_commit(partial(keeping.forget, row.file))
            row.state, row.file = DossierState.EXPIRED, ""
            row.save()
            audit(row, Action.DOSSIER_EXPIRED, actor=_SYSTEM, at=at)


def _over(at: datetime) -> QuerySet[DossierRequest]:
    return DossierRequest.objects.filter(state=DossierState.READY, expires_at__lte=at)


def _make(row: DossierRequest, clock: Clock) -> None:
    """Make a dossier; what breaks off is tried again."""
    try:
        with keeping.being_written() as (file, output):
            scopes.MAKERS[row.scope](
                _question(row), Actor(row.asked_by, row.asked_label, row.asked_for), clock(), output,
                lambda done, total: report(row, done, total, clock()),
                lambda dossier: _finish(row, dossier, file, output, clock()),
            )  # fmt: skip
    except CancelledError:
        logger.info("The dossier %s was cancelled, or is made by another worker", row.pk)
    except FactError as refused:
        with transaction.atomic():
            if held := _held(row):
                _fail(held, refused.problems, clock())
    except Exception:  # whatever it is: the lease ends soon, and the next one who claims it tries again
        logger.exception("The dossier %s broke off", row.pk)
        ours = DossierRequest.objects.filter(pk=row.pk, claim=row.claim)
        ours.update(claimed_until=clock() + PAUSE)


def report(row: DossierRequest, done: int, total: int, at: datetime) -> None:
    """Say how far the making is. Raises CancelledError where it is no longer this worker's to make."""
    ours = DossierRequest.objects.filter(pk=row.pk, claim=row.claim)
    if not ours.update(done=done, total=total, claimed_until=at + LEASE):
        raise CancelledError


def _finish(row: DossierRequest, dossier: Dossier, file: str, output: BinaryIO, at: datetime) -> None:
    """Put the file to its place and say what it is, within the transaction that says that it was built."""
    held = _held(row)
    if held is None:
        raise CancelledError
    keeping.keep(file, output)
    held.state, held.claim, held.claimed_until = DossierState.READY, None, None
    held.file, held.name, held.size = file, dossier.name, dossier.size
    held.sha512, held.code = dossier.sha512, dossier.code
    held.ended_at, held.expires_at = at, at + timedelta(days=settings.DOSSIER_KEPT_DAYS)
    held.save()


def _held(row: DossierRequest) -> DossierRequest | None:
    """Return the row, locked; None where another worker makes it, or nobody any more."""
    return DossierRequest.objects.select_for_update(of=("self",)).filter(pk=row.pk, claim=row.claim).first()


def _fail(row: DossierRequest, problems: Iterable[Problem], at: datetime) -> None:
    row.state, row.ended_at, row.claim, row.claimed_until = DossierState.FAILED, at, None, None
    row.problems = [problem_data(one) for one in problems]
    row.save()


def _question(row: DossierRequest) -> scopes.Question:
    language: Language = "en" if row.language == "en" else "fr"
    return scopes.Question(
        row.scope, tuple(row.devices), row.on, row.known_on, language, row.since, row.track
    )


_GAVE_UP = Problem(
    "",
    "gave_up",
    gettext_noop(
        "The making of this dossier broke off several times. Ask for it anew, or tell the administrator."
    ),
)
