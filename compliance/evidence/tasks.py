"""The doorbell of the virus scanner; which files wait for it is in the database."""

from typing import Any

from celery import shared_task

from compliance.evidence.scanning import scan_waiting
from compliance.watch.heartbeats import beating
from config import clock


@shared_task(ignore_result=True)
@beating("scan")
def scan(**_kwargs: Any) -> int:
    """Scan what waits; return how many files got a verdict. Two at once only do the same twice."""
    return scan_waiting(clock.now())
