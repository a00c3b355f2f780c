"""What the worker does: seal the dossiers that are made, and have the seals time-stamped.

The seal is made here and needs nobody. Its time-stamp needs another's machine: what fails there is tried
again, later and later, as long as the file is kept; the dossier and its seal are there meanwhile.
"""

import logging
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.dossiers import keeping
from compliance.dossiers.asking import audit
from compliance.dossiers.models import DossierRequest, DossierState
from compliance.facts.errors import FactError, Problem, problem_data
from compliance.law.text import gettext_noop
from compliance.signatures import certificate
from compliance.signatures.models import Seal
from compliance.signatures.queries import hash_of_file

logger = logging.getLogger(__name__)
SEALED_PDF = "sealed.pdf"
LONGEST_PAUSE = timedelta(hours=6)
_SYSTEM = Actor.system("seals")
Clock = Callable[[], datetime]


def work(clock: Clock) -> int:
    """Seal what is made and not sealed, have stamped what is due; return how many were taken up."""
    if not settings.DOSSIER_SEAL_FILE:
        return 0
    due = Q(seal=None) | Q(seal__not_before__lte=clock())
    rows = DossierRequest.objects.filter(due, state=DossierState.READY).order_by("ended_at", "pk")
    found = list(rows.select_related("seal"))
    for row in found:
        _attempt(row, clock)
    return len(found)


def _attempt(row: DossierRequest, clock: Clock) -> None:
    """Do what is still to be done of one; why it came to nothing stands in its row, with the next attempt."""
    seal = getattr(row, "seal", None) or Seal(dossier=row, sha512=row.sha512)
    try:
        if seal.signature is None:
            _seal(seal, row, clock())
        if seal.token is None and settings.DOSSIER_SEAL_TSA_URL:
            _stamp(seal, row, clock())
    except FactError as refused:
        _again(seal, refused.problems[0], clock())
    except Exception:  # whatever it is: it keeps no other dossier waiting
        logger.exception("The dossier %s could not be sealed", row.pk)
        _again(seal, Problem("", "broke_off", _BROKE_OFF), clock())
    else:
        seal.problem, seal.not_before = None, None
        seal.save()


def _seal(seal: Seal, row: DossierRequest, at: datetime) -> None:
    """Sign the ZIP, and the pages in a copy; the trail says by which certificate."""
    by: Any = certificate.signer(at)
    if hash_of_file(row) != row.sha512:
        raise FactError([Problem("", "broken", _CHANGED)])
    with keeping.path_of(row.file).open("rb") as file:
        signature = certificate.signature(by, file)
    keeping.put_beside(row.file, SEALED_PDF, certificate.sealed_pdf(by, _pages(row), stamped=False))
    with transaction.atomic():
        seal.subject = str(by.signing_cert.subject.human_friendly)[:500]
        seal.fingerprint = sha256(by.signing_cert.dump()).hexdigest()
        seal.signature, seal.sealed_at = signature, at
        seal.save()
        told = {"certificate": seal.fingerprint, "seal_sha256": sha256(signature).hexdigest()}
        audit(row, Action.DOSSIER_SEALED, actor=_SYSTEM, at=at, more=told)


def _stamp(seal: Seal, row: DossierRequest, at: datetime) -> None:
    """Have the seal of the ZIP time-stamped, and seal the pages anew with their own time-stamp."""
    found = certificate.stamp(bytes(seal.signature or b""))
    pdf = certificate.sealed_pdf(certificate.signer(at), _pages(row), stamped=True)
    keeping.put_beside(row.file, SEALED_PDF, pdf)
    seal.token, seal.stamped_at = found.token, found.at


def _pages(row: DossierRequest) -> bytes:
    with zipfile.ZipFile(keeping.path_of(row.file)) as archive:
        return archive.read(f"{row.name}/data/dossier.pdf")


def _again(seal: Seal, why: Problem, at: datetime) -> None:
    """Say what is wrong, and when the next attempt follows: after 1, 2, 4 minutes, then up to 6 hours."""
    pause = min(timedelta(minutes=2 ** min(seal.attempts, 20)), LONGEST_PAUSE)
    seal.attempts, seal.not_before, seal.problem = seal.attempts + 1, at + pause, problem_data(why)
    seal.save()


_CHANGED = gettext_noop("The kept file is not the one that was made: it is not sealed.")
_BROKE_OFF = gettext_noop("Sealing broke off. It is tried again; the log of the worker says more.")
