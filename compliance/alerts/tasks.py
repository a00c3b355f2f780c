"""The tick: the broker is only a doorbell, the database knows what is due."""

from typing import Any

from celery import shared_task
from django.db import connection

from compliance.alerts import delivery, plan
from compliance.watch.heartbeats import beating
from config import clock

_LOCK = 0x4A_41_4C_02  # one tick at a time: two beats are harmless


@shared_task(ignore_result=True)
@beating("alerts")
def tick(**_kwargs: Any) -> int:
    """Plan what changed and send what is due; return how many alerts went out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        try:
            today = clock.today()
            plan.plan_changed()
            plan.plan_amendments(today)
            return delivery.deliver_due(today=today, now=clock.now())
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
