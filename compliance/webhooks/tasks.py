"""The tick of webhooks: the database knows what is due."""

from typing import Any

from celery import shared_task
from django.conf import settings

from compliance.watch.heartbeats import beating
from compliance.webhooks import delivery
from config import clock
from config.turns import alone

_LOCK = 0x4A_41_4C_05  # one pass at a time: two beats are harmless


@shared_task(ignore_result=True, expires=settings.WEBHOOK_TICK_SECONDS)
@beating("webhooks")
def deliver(**_kwargs: Any) -> int:
    """Send the deliveries that are due; return how many were taken."""
    with alone(_LOCK) as mine:
        return delivery.deliver_due(now=clock.now()) if mine else 0
