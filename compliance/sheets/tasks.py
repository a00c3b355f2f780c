"""The doorbell of large imports; which of them wait is in the database."""

from typing import Any

from celery import shared_task

from compliance.sheets import large
from config import clock


@shared_task(ignore_result=True)
def work(**_kwargs: Any) -> int:
    """Do what waits; return how many steps were taken up. Two workers take up different ones."""
    return large.work(clock.now)
