"""Delivery: claim what is due, send it, write down what happened.

At least one attempt, one ledger row. A second copy arises where a worker dies between the receiver's yes
and our commit, or where somebody replays; it carries the same id. Endpoints are served beside each other,
each one in turn: a slow or dead one keeps no other waiting for longer than a pass.
"""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from compliance.audit.actors import Actor
from compliance.law.text import gettext_noop
from compliance.webhooks.models import Delivery, DeliveryState, DisabledBy, Endpoint
from compliance.webhooks.notices import tell_disabled
from compliance.webhooks.operations import disable, secrets_of
from compliance.webhooks.sending import Outcome, post
from compliance.webhooks.signing import headers

LEASE = timedelta(minutes=10)
# How long after each failed attempt the next one follows: the schedule that the specification recommends.
DELAYS = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(hours=5), timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
MOST_ATTEMPTS = len(DELAYS) + 1
JITTER = 0.2
LONGEST_WAIT = timedelta(days=1)
# An endpoint that failed so often in a row, and for so long, is disabled: a bad weekend is not enough.
MANY_FAILURES, LONG = 10, timedelta(days=3)
_TOGETHER = 16
_OF_ONE = 10
_PASS_SECONDS = 20
_GONE = 410
_UNREADABLE = gettext_noop("The secret cannot be read any more: rotate it.")
_PROGRAM = "Jalon-Webhooks/1"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is sent of one delivery, read before it is sent: no thread asks the database."""

    delivery: int
    url: str
    headers: dict[str, str]
    payload: bytes


def deliver_due(*, now: datetime, draw: Callable[[], float] = random.random) -> int:
    """Send the deliveries that are due; return how many were taken. ``draw`` gives jitter (0 to 1)."""
    claimed = {one.pk: one for one in claim(now=now)}
    lines: defaultdict[Endpoint, list[Attempt]] = defaultdict(list)
    for one in list(claimed.values()):
        try:
            lines[one.endpoint].append(_attempt(one, now))
        except InvalidToken:  # the key of the installation was changed
            _settle(claimed.pop(one.pk), Outcome(error=_UNREADABLE), now, draw)
    taken = 0
    with ThreadPoolExecutor(_TOGETHER) as pool:
        sending = partial(_send, loopback=settings.WEBHOOK_LOOPBACK)
        for done in as_completed([pool.submit(sending, line) for line in lines.values()]):
            for pk, outcome in done.result():
                _settle(claimed.pop(pk), outcome, now, draw)
                taken += outcome.delivered
    Delivery.objects.filter(pk__in=claimed, state=DeliveryState.CLAIMED).update(
        state=DeliveryState.PENDING, claimed_until=None
    )
    return taken


@transaction.atomic
def claim(*, now: datetime, limit: int = 200) -> list[Delivery]:
    """Return the deliveries to send now, the first of each endpoint before the second of any, leased.

    What a dead worker had claimed comes back when its lease is over.
    """
    ready = Q(state=DeliveryState.PENDING, not_before__lte=now)
    left_behind = Q(state=DeliveryState.CLAIMED, claimed_until__lte=now)
    place = Window(RowNumber(), partition_by=F("endpoint"), order_by=("not_before", "id"))
    due = Delivery.objects.filter(ready | left_behind, endpoint__in=Endpoint.objects.live())
    in_turn = due.annotate(place=place).filter(place__lte=_OF_ONE).order_by("place", "not_before", "id")
    rows = list(
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(ready | left_behind, pk__in=in_turn.values("pk")[:limit])
        .select_related("endpoint")
        .order_by("not_before", "id")
    )
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=DeliveryState.CLAIMED, claimed_until=now + LEASE
    )
    return rows


def _attempt(delivery: Delivery, now: datetime) -> Attempt:
    payload = bytes(delivery.payload)
    signed = headers(delivery.event_id, int(now.timestamp()), payload, secrets_of(delivery.endpoint, now))
    said = {"Content-Type": "application/json", "User-Agent": _PROGRAM, **signed}
    return Attempt(delivery.pk, delivery.endpoint.url, said, payload)


def _send(line: Iterable[Attempt], *, loopback: bool) -> list[tuple[int, Outcome]]:
    """Send to one endpoint until something fails or the pass is over; the others wait for the next pass."""
    return list(_sent(line, loopback))


def _sent(line: Iterable[Attempt], loopback: bool) -> Iterator[tuple[int, Outcome]]:
    end = time.monotonic() + _PASS_SECONDS
    for one in line:
        outcome = post(one.url, one.headers, one.payload, loopback=loopback)
        yield one.delivery, outcome
        if not outcome.delivered or time.monotonic() > end:
            return


@transaction.atomic
def _settle(delivery: Delivery, outcome: Outcome, now: datetime, draw: Callable[[], float]) -> None:
    """Write what came of an attempt, and what it means for the endpoint."""
    endpoint = Endpoint.objects.select_for_update().get(pk=delivery.endpoint_id)
    attempts = delivery.attempts + 1
    over = outcome.status == _GONE or attempts >= MOST_ATTEMPTS
    failed = DeliveryState.FAILED if over else DeliveryState.PENDING
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.CLAIMED).update(
        state=DeliveryState.DELIVERED if outcome.delivered else failed,
        attempts=attempts,
        not_before=now if outcome.delivered or over else now + _wait(attempts, outcome, draw()),
        claimed_until=None,
        attempted_at=now,
        status=outcome.status,
        answer=outcome.answer,
        error=outcome.error,
    )
    endpoint.failures = 0 if outcome.delivered else endpoint.failures + 1
    endpoint.failing_since = None if outcome.delivered else endpoint.failing_since or now
    endpoint.save(update_fields=["failures", "failing_since"])
    if not endpoint.disabled_by and (by := _reason_to_disable(endpoint, outcome, now)):
        actor = Actor.system("webhooks")
        disable(actor=actor, row=endpoint, by=by, reason=outcome.error, at=now)
        transaction.on_commit(partial(tell_disabled, endpoint), robust=True)


def _wait(attempts: int, outcome: Outcome, drawn: float) -> timedelta:
    """Return how long the next attempt waits: longer than the schedule by chance, or as the receiver asks."""
    asked = min(timedelta(seconds=outcome.retry_after), LONGEST_WAIT)
    return max(DELAYS[attempts - 1] * (1 + JITTER * drawn), asked)


def _reason_to_disable(endpoint: Endpoint, outcome: Outcome, now: datetime) -> DisabledBy | None:
    if outcome.status == _GONE:
        return DisabledBy.GONE
    since = endpoint.failing_since
    if endpoint.failures >= MANY_FAILURES and since is not None and now - since >= LONG:
        return DisabledBy.FAILING
    return None
