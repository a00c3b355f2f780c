"""The doorbell of large imports, rung by beat every few seconds; which of them wait is in the database."""

from typing import Any

from celery import shared_task

from compliance.sheets import large
from compliance.watch.heartbeats import beating
from config import clock


@shared_task(ignore_result=True)
@beating("sheets")
def work(**_kwargs: Any) -> int:
    """Do what waits; return how many steps were taken up. Two workers take up different ones."""
    return large.work(clock.now)
