"""The doorbell of the weekly mail; who had theirs is in the database."""

from typing import Any

from celery import shared_task

from compliance.watch.heartbeats import beating
from compliance.watch.weekly import send
from config import clock


@shared_task(ignore_result=True)
@beating("weekly")
def weekly(**_kwargs: Any) -> int:
    """Send the mails of this week that are still to be sent; return how many went out."""
    return send(now=clock.now())
