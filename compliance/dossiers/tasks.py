"""The doorbell of dossiers, rung by beat every few seconds; which of them wait is in the database."""

from typing import Any

from celery import shared_task

from compliance.dossiers import working
from compliance.watch.heartbeats import beating
from config import clock
from config.turns import alone

_LOCK = 0x4A_41_4C_06  # one process at a time: a long dossier leaves the others to alerts and webhooks


@shared_task(ignore_result=True)
@beating("dossiers")
def work(**_kwargs: Any) -> int:
    """Make what waits, one dossier after the other; return how many were taken up."""
    with alone(_LOCK) as mine:
        return working.work(clock.now) if mine else 0
