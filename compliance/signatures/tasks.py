"""The doorbell of seals, rung by beat; what is to be sealed is in the database."""

from typing import Any

from celery import shared_task

from compliance.signatures import sealing
from compliance.watch.heartbeats import beating
from config import clock
from config.turns import alone

_LOCK = 0x4A_41_4C_07


@shared_task(ignore_result=True)
@beating("dossier_seals")
def work(**_kwargs: Any) -> int:
    """Seal what is made; return how many dossiers were taken up."""
    with alone(_LOCK) as mine:
        return sealing.work(clock.now) if mine else 0
