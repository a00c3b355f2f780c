"""The tick: the broker is only a doorbell, the database knows what is due."""

from typing import Any

from celery import shared_task

from compliance.alerts import delivery, plan
from compliance.watch.heartbeats import beating
from config import clock
from config.turns import alone

_LOCK = 0x4A_41_4C_02  # one tick at a time: two beats are harmless
_ROUNDS = 20  # of 1,000 letters: a week's backlog goes out, and no tick goes on for ever


@shared_task(ignore_result=True)
@beating("alerts")
def tick(**_kwargs: Any) -> int:
    """Plan what changed and send what is due; return how many letters went out."""
    with alone(_LOCK) as mine:
        return _work() if mine else 0


def _work() -> int:
    for _round in range(_ROUNDS):
        if plan.plan_changed(now=clock.now()) == 0:
            break
    plan.plan_amendments(clock.today())
    sent = 0
    for _round in range(_ROUNDS):
        out = delivery.deliver_due(today=clock.today(), now=clock.now())
        sent += out
        if out == 0:
            break
    return sent
