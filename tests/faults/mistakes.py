"""Mistakes that engines of alerts are known for, made on purpose: the oracle has to catch each."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from django.core.mail import EmailMessage
from django.db import connection


def make(name: str) -> None:
    """Make a mistake in this process. Raises KeyError for one that is not known."""
    mistake: Callable[[], object] = MISTAKES[name]
    mistake()


def drop_unique(name: str) -> None:
    """Take away from the database of the run what refuses a second row, if that is the mistake."""
    if name == "no-unique":
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE; ALTER TABLE alerts_alert DROP CONSTRAINT one_alert_a_threshold")
        connection.close()


def _sent_before_sending() -> None:
    """Mark as sent, then send, whatever comes of it: as healthchecks does."""
    from compliance.alerts import delivery, messages

    deliver, sent = delivery._deliver, delivery._sent
    send = EmailMessage.send
    letters: list[tuple[Any, ...]] = []

    def careless(self: EmailMessage, **given: Any) -> int:
        letter, items, message, now = letters.pop()
        sent(letter, items, message, now)
        try:
            return send(self, **given)
        except OSError:
            return 0

    compose = messages.compose

    def remember(letter: Any, items: Any) -> Any:
        message = compose(letter, items)
        letters[:] = [(letter, items, message, moment[0])]
        return message

    moment: list[Any] = []

    def watched(letter: Any, link: Any, today: Any, now: Any) -> bool:
        moment[:] = [now]
        return deliver(letter, link, today, now)

    patch.object(delivery, "_deliver", watched).start()
    patch.object(delivery, "compose", remember).start()
    patch.object(delivery, "_sent", lambda *_: None).start()
    patch.object(EmailMessage, "send", careless).start()


def _no_lease() -> None:
    """Let two workers send at the same time what neither holds."""
    from compliance.alerts import delivery, tasks

    patch.object(delivery, "LEASE", timedelta(0)).start()
    patch.object(tasks.tick, "run", lambda **_: tasks._work()).start()


def _exact_day() -> None:
    """Send what falls due within the hour, and never what was missed: as a window tied to the beat does."""
    from compliance.alerts import gathering

    found = gathering._CLAIM
    narrow = found.replace(
        "a.due_at <= %(now)s", "a.due_at <= %(now)s AND a.due_at > %(now)s::timestamptz - interval '1 hour'"
    )
    patch.object(gathering, "_CLAIM", narrow).start()


def _no_last_look() -> None:
    """Send what was claimed without looking whether it still holds."""
    from compliance.alerts import delivery

    patch.object(delivery, "still_holds", lambda *_: True).start()


def _new_name_each_time() -> None:
    """Give each attempt a Message-ID of its own: as a retried webhook that mints its id does."""
    message = EmailMessage.message

    def renamed(self: EmailMessage, **given: Any) -> Any:
        self.extra_headers["Message-ID"] = f"<letter-{uuid4()}@localhost>"
        return message(self, **given)

    patch.object(EmailMessage, "message", renamed).start()


def _one_attempt() -> None:
    """Give up after the first failure."""
    from compliance.alerts import delivery

    patch.object(delivery, "MAX_ATTEMPTS", 1).start()


MISTAKES = {
    "sent-before-sending": _sent_before_sending,
    "no-lease": _no_lease,
    "exact-day": _exact_day,
    "no-last-look": _no_last_look,
    "new-name-each-time": _new_name_each_time,
    "one-attempt": _one_attempt,
    "no-unique": lambda: None,
}
