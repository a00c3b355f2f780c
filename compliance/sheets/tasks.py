"""The doorbell of large imports, rung by beat every few seconds; which of them wait is in the database."""

from typing import Any

from celery import shared_task

from compliance.sheets import large
from compliance.watch.heartbeats import beating
from config import clock
from config.turns import alone

_LOCK = 0x4A_41_4C_04  # one process at a time: a long import leaves the others to alerts and webhooks


@shared_task(ignore_result=True)
@beating("sheets")
def work(**_kwargs: Any) -> int:
    """Do what waits, one import after the other; return how many steps were taken up."""
    with alone(_LOCK) as mine:
        return large.work(clock.now) if mine else 0
