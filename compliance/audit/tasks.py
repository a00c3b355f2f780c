"""The daily seal."""

from typing import Any

from celery import shared_task

from compliance.audit.sealing import seal_of
from compliance.watch.heartbeats import beating
from config import clock


@shared_task(ignore_result=True)
@beating("seal")
def seal_day(**_kwargs: Any) -> int:
    """Seal the chains once a day in France, whenever beat wakes up; return the number of the seal, or 0."""
    made = seal_of(clock.now())
    return made.number if made else 0
