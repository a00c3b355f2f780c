"""The virus scanner: a command of this installation, or none."""

import logging
import shlex
import subprocess
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append, take_turns
from compliance.evidence import store
from compliance.evidence.models import Blob, DocumentVersion, Scan

logger = logging.getLogger(__name__)
_SECONDS = 300
_VERDICTS = {0: Scan.CLEAN, 1: Scan.REFUSED}  # as clamscan and clamdscan answer
_SYSTEM = Actor.system("virus scanner")


def scan_waiting(at: datetime) -> int:
    """Show the scanner every file that it has not seen; return how many got a verdict.

    A scanner that fails or takes too long gives none: the file stays as it is and is shown again later.
    """
    if not settings.DOCUMENT_SCANNER:
        return 0
    waiting = Blob.objects.filter(scan__in=(Scan.UNSCANNED, Scan.PENDING), purged_at=None)
    return sum(_scan(one, at) for one in waiting.order_by("sha256"))


def _scan(blob: Blob, at: datetime) -> bool:
    verdict = _verdict(store.path_of(blob.sha256))
    if verdict is None:
        return False
    with transaction.atomic():
        given = Blob.objects.filter(pk=blob.pk, scan=blob.scan).update(scan=verdict, scanned_at=at)
        if given and verdict == Scan.REFUSED:
            _tell(blob, at)
    return bool(given)


def _verdict(path: Path) -> Scan | None:
    command = [*shlex.split(settings.DOCUMENT_SCANNER), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        logger.exception("The virus scanner did not answer")
        return None
    if done.returncode not in _VERDICTS:
        logger.error("The virus scanner failed with %d: %s", done.returncode, done.stderr[-500:])
    return _VERDICTS.get(done.returncode)


def _tell(blob: Blob, at: datetime) -> None:
    """Write into the history of each device concerned that a file of it is refused."""
    held = DocumentVersion.objects.filter(blob=blob).select_related("document__device__owner")
    rows = list(held.order_by("pk"))
    take_turns(one.document.device.owner for one in rows)
    for version in rows:
        document = version.document
        told = {"id": str(document.pk), "version": version.number, "sha256": blob.sha256, "scan": "refused"}
        append(
            actor=_SYSTEM, organisation=document.device.owner, action=Action.DOCUMENT_REFUSED,
            subject_type="device", subject_id=str(document.device_id), subject_label=str(document.device),
            before=None, after={"document": {document.title: told}}, at=at,
        )  # fmt: skip
