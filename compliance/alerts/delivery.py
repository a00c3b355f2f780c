"""Delivery: make letters of what is due, send them, write down what happened.

At-least-once attempts, one ledger row. A duplicate can only arise in the moment between the mail
server's yes and our commit, and carries the same Message-ID. No transaction is open while a mail is sent.
"""

import logging
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Q

from compliance.alerts.gathering import gather_due
from compliance.alerts.messages import Item, Message, compose, item_of
from compliance.alerts.models import Alert, AlertReason, AlertState, Channel, Letter, LetterState
from compliance.alerts.standing import still_holds
from compliance.assessments.models import DeviceAssessment
from devices.models import Membership, Role

_LOG = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
BATCH = 25  # letters leased at a time: even if each waits for EMAIL_TIMEOUT, they are tried within the lease
MAX_ATTEMPTS = 12  # more than a day
_FIRST_RETRY, _LONGEST_RETRY = timedelta(minutes=2), timedelta(hours=6)


def deliver_due(*, today: date, now: datetime, limit: int = 1000) -> int:
    """Send what is due, at most so many letters; return how many went out. A failure blocks no other."""
    gather_due(now=now)
    sent = tried = 0
    while tried < limit and (letters := lease(now=now, limit=min(BATCH, limit - tried))):
        reached, out = _send_batch(letters, today, now)
        sent, tried = sent + out, tried + len(letters)
        if not reached:
            break
    return sent


@transaction.atomic
def lease(*, now: datetime, limit: int) -> list[Letter]:
    """Return letters to send now, the most urgent first, leased to the caller.

    What a dead worker had leased comes back when its lease is over.
    """
    ready = Q(not_before=None) | Q(not_before__lte=now)
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    rows = list(
        Letter.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(ready, free, state=LetterState.WAITING)
        .select_related("recipient")
        .order_by("threshold", "made_at", "id")[:limit]
    )
    Letter.objects.filter(pk__in=[row.pk for row in rows]).update(claimed_until=now + LEASE)
    for row in rows:
        row.claimed_until = now + LEASE
    return rows


def _send_batch(letters: list[Letter], today: date, now: datetime) -> tuple[bool, int]:
    """Send letters over one connection; return whether the server was reached, and how many went out."""
    connection = get_connection()
    sent = 0
    for n, letter in enumerate(letters):
        try:
            connection.open()  # does nothing where it is open
        except Exception as error:  # no letter is to blame: all wait, and no attempt is counted
            _postpone(letters[n:], error, now)
            return False, sent
        try:
            sent += _deliver(letter, connection, today, now)
        except Exception as error:  # whatever fails is written down and tried again
            _failed(letter, error, now)
            with suppress(Exception):
                connection.close()
    with suppress(Exception):
        connection.close()
    return True, sent


def _deliver(letter: Letter, connection: Any, today: date, now: datetime) -> bool:
    """Send a letter with what still holds of it; return whether it went out. Raises what sending raises."""
    rows = Alert.objects.filter(letter=letter, state=AlertState.CLAIMED)
    carried = list(rows.select_related("device", "amendment", "recipient").order_by("strict", "id"))
    holding = [one for one in carried if still_holds(one, today)]
    _cancel([one for one in carried if one not in holding])
    items = _items(letter, holding, today, now)
    if not items:
        _leave(letter, now)
        return False
    message = compose(letter, items)
    _mail(letter, message, connection).send()
    _sent(letter, items, message, now)
    return True


def _items(letter: Letter, alerts: list[Alert], today: date, now: datetime) -> list[Item]:
    """Return what the letter says of each alert; one that cannot be said goes into a letter of its own.

    Raises what went wrong where it is the only one.
    """
    items = []
    for one in alerts:
        try:
            items.append(item_of(one, today))
        except Exception as error:
            if len(alerts) == 1:
                raise
            _split(letter, one, error, now)
    return items


@transaction.atomic
def _split(letter: Letter, alert: Alert, error: Exception, now: datetime) -> None:
    """Move an alert that cannot be put into words to a letter of its own, as failed once."""
    alone = Letter.objects.create(
        recipient_id=letter.recipient_id,
        threshold=alert.threshold,
        made_at=now,
        attempts=1,
        not_before=now + _FIRST_RETRY,
        error=_said(error),
    )
    Alert.objects.filter(pk=alert.pk, letter=letter, state=AlertState.CLAIMED).update(letter=alone)


@transaction.atomic
def _sent(letter: Letter, items: list[Item], message: Message, now: datetime) -> None:
    Letter.objects.filter(pk=letter.pk, state=LetterState.WAITING).update(
        state=LetterState.SENT, sent_at=now, claimed_until=None, attempts=letter.attempts + 1, error="",
        subject=message.subject[:300], text=message.text,
    )  # fmt: skip
    rows = Alert.objects.filter(pk__in=[one.alert.pk for one in items], letter=letter)
    rows.filter(state=AlertState.CLAIMED).update(state=AlertState.SENT, sent_at=now)


@transaction.atomic
def _cancel(alerts: list[Alert]) -> None:
    """Cancel what no longer concerns its recipient; whoever else keeps the record is told in their place."""
    if alerts:
        rows = Alert.objects.filter(pk__in=[one.pk for one in alerts], state=AlertState.CLAIMED)
        rows.update(state=AlertState.CANCELLED, letter=None)
        devices = {one.device_id for one in alerts}
        DeviceAssessment.objects.filter(device__in=devices).update(alerts_planned=False)


def _leave(letter: Letter, now: datetime) -> None:
    """End a letter that has nothing left to say."""
    Letter.objects.filter(pk=letter.pk, state=LetterState.WAITING).update(
        state=LetterState.CANCELLED, claimed_until=None
    )


def _postpone(letters: list[Letter], error: Exception, now: datetime) -> None:
    """Let letters wait for a server that is not reached."""
    _LOG.warning("the mail server is not reached: %s", error)
    Letter.objects.filter(pk__in=[one.pk for one in letters], state=LetterState.WAITING).update(
        claimed_until=None, not_before=now + _FIRST_RETRY, error=_said(error)
    )


@transaction.atomic
def _failed(letter: Letter, error: Exception, now: datetime) -> None:
    """Count an attempt; after the last one give up, and tell the owners."""
    attempts = letter.attempts + 1
    over = attempts >= MAX_ATTEMPTS
    Letter.objects.filter(pk=letter.pk, state=LetterState.WAITING).update(
        state=LetterState.FAILED if over else LetterState.WAITING,
        attempts=attempts,
        not_before=now + backoff(letter, attempts),
        claimed_until=None,
        error=_said(error),
    )
    if over:
        rows = Alert.objects.filter(letter=letter, state=AlertState.CLAIMED)
        alerts = list(rows.select_related("device"))
        rows.update(state=AlertState.FAILED)
        _tell_owners(alerts, now)


def backoff(letter: Letter, attempts: int) -> timedelta:
    """Return how long a letter waits after so many attempts: twice as long each time, and up to half more.

    What is more is the letter's own, so that not all come back at the same moment.
    """
    wait = min(_FIRST_RETRY * (1 << (attempts - 1)), _LONGEST_RETRY)
    share: int = (letter.pk.int >> attempts) % 256
    return wait * (1 + share / 512)


def _tell_owners(alerts: list[Alert], now: datetime) -> None:
    """Tell the owners of the organisation, in their turn, what could not be delivered to another."""
    for one in alerts:
        if one.device is None:
            continue  # all who keep records were told of the text
        owners = Membership.objects.filter(
            organisation=one.device.owner_id, role=Role.OWNER, user__is_active=True
        ).exclude(user=one.recipient_id)
        Alert.objects.bulk_create(
            [
                Alert(
                    device=one.device, rule=one.rule, trigger_fact=one.trigger_fact, n=one.n,
                    strict=one.strict, hour=one.hour, safe=one.safe, threshold=one.threshold, due_at=now,
                    recipient_id=owner, channel=channel, reason=AlertReason.UNDELIVERED,
                )
                for owner in owners.values_list("user", flat=True)
                for channel in Channel.values
            ],
            ignore_conflicts=True,
        )  # fmt: skip


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000].replace("\x00", "")


def _mail(letter: Letter, message: Message, connection: Any) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[letter.recipient.email],
        headers={"Message-ID": f"<letter-{letter.pk}@{urlsplit(settings.BASE_URL).hostname}>"},
        connection=connection,
    )
    mail.attach_alternative(message.html, "text/html")
    return mail
