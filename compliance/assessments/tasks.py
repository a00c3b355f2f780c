"""The nightly work: re-assess what changes today, and nothing else."""

from typing import Any

from celery import shared_task
from django.db import connection, transaction

from compliance.assessments import operations
from compliance.watch.heartbeats import beating
from config import clock

_LOCK = 0x4A_41_4C_01  # one re-assessment at a time, whatever beats


@shared_task(ignore_result=True)
@beating("reassess")
def reassess_due(**_kwargs: Any) -> int:
    """Re-assess the devices whose answer changes by today; return how many."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return 0
        today = clock.today()
        devices = operations.due(today)
        operations.reassess(devices=devices, today=today, at=clock.now())
        return len(devices)
