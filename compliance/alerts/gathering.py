"""From the ledger to letters: what is due is claimed, and a letter made for it, in one statement.

Only the most urgent of the due alerts of a deadline is told, and none that is less urgent than what was
told before; the others are superseded. Each has its own letter, but what may wait for a person's digest
shares one. Notices need no letter: they are shown.
"""

from datetime import date, datetime, time
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from compliance.alerts.models import Alert, AlertState, Letter, LetterState
from compliance.alerts.schedule import MORNING, ONE_DAY, URGENT, instant
from compliance.webhooks.announcing import announce_deadlines
from config.clock import PARIS

_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT a.id, a.device_id, a.rule, a.trigger_fact, a.n, a.strict, a.recipient_id, a.channel,
        a.threshold, a.hour = '' AND a.threshold > %(urgent)s AND p.digest IN ('daily', 'weekly') AS gathered
    FROM alerts_alert a LEFT JOIN alerts_preference p ON p.user_id = a.recipient_id
    WHERE a.state = 'planned' AND a.due_at <= %(now)s
    ORDER BY a.due_at, a.recipient_id, a.id LIMIT %(limit)s
    FOR UPDATE OF a SKIP LOCKED
), digests AS MATERIALIZED (
    SELECT recipient_id, coalesce(
        (SELECT l.id FROM alerts_letter l WHERE l.recipient_id = one.recipient_id AND l.gathered
            AND l.state = 'waiting' AND l.attempts = 0 AND l.claimed_until IS NULL LIMIT 1),
        gen_random_uuid()
    ) AS letter_id
    FROM (SELECT DISTINCT recipient_id FROM due WHERE gathered AND channel = 'email') one
), judged AS MATERIALIZED (
    SELECT due.id, due.recipient_id, due.channel, due.threshold, coalesce(due.gathered, false) AS gathered,
        CASE WHEN due.gathered THEN digests.letter_id ELSE gen_random_uuid() END AS letter_id,
        EXISTS (
            SELECT 1 FROM alerts_alert more
            WHERE (more.state IN ('claimed', 'sent') OR more.state = 'planned' AND more.due_at <= %(now)s)
            AND more.device_id = due.device_id AND more.rule = due.rule
            AND more.trigger_fact = due.trigger_fact AND more.n = due.n AND more.strict = due.strict
            AND more.threshold < due.threshold AND more.recipient_id = due.recipient_id
            AND more.channel = due.channel
        ) AS told_by_another
    FROM due LEFT JOIN digests USING (recipient_id)
), letters AS (
    INSERT INTO alerts_letter
        (id, recipient_id, gathered, threshold, state, made_at, attempts, error, subject, text)
    SELECT letter_id, recipient_id, gathered, min(threshold), 'waiting', %(now)s, 0, '', '', ''
    FROM judged WHERE channel = 'email' AND NOT told_by_another
    GROUP BY letter_id, recipient_id, gathered
    ON CONFLICT (id) DO NOTHING
)
UPDATE alerts_alert a SET
    state = CASE WHEN told_by_another THEN 'superseded' WHEN j.channel = 'notice' THEN 'sent'
        ELSE 'claimed' END,
    letter_id = CASE WHEN j.channel = 'email' AND NOT told_by_another THEN j.letter_id END,
    sent_at = CASE WHEN j.channel = 'notice' AND NOT told_by_another THEN %(now)s::timestamptz END
FROM judged j WHERE a.id = j.id
RETURNING a.id, a.channel = 'notice' AND a.state = 'sent'
"""
# A deadline has one notice for each person: the most urgent.
_TAKE_DOWN = """
UPDATE alerts_alert older SET closed_at = %(now)s
FROM alerts_alert newer
WHERE newer.id = ANY (%(shown)s) AND older.device_id = newer.device_id AND older.rule = newer.rule
    AND older.trigger_fact = newer.trigger_fact AND older.n = newer.n
    AND older.recipient_id = newer.recipient_id AND older.channel = 'notice' AND older.state = 'sent'
    AND older.closed_at IS NULL AND older.id <> newer.id
"""
# Due mails of deadlines of which a letter went out today, or is on its way, to the same person.
_MET = """
SELECT a.id, c.id FROM alerts_alert c JOIN alerts_alert a
    ON a.device_id = c.device_id AND a.rule = c.rule AND a.trigger_fact = c.trigger_fact AND a.n = c.n
    AND a.recipient_id = c.recipient_id AND a.channel = c.channel
WHERE c.channel = 'email' AND a.state = 'planned' AND a.due_at <= %(now)s
    AND (c.state = 'claimed' OR (c.state = 'sent' AND c.sent_at >= %(morning)s))
"""


def gather_due(*, now: datetime, batch: int = 2000) -> None:
    """Make letters of all that is due, and show the notices, a bounded batch in each transaction."""
    settle(now=now)
    while gather(now=now, limit=batch):
        pass


@transaction.atomic
def gather(*, now: datetime, limit: int) -> int:
    """Claim what is due at ``now``, at most so many alerts, and make their letters; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "limit": limit, "urgent": URGENT})
        rows = cursor.fetchall()
        shown = [pk for pk, is_shown in rows if is_shown]
        if shown:
            cursor.execute(_TAKE_DOWN, {"now": now, "shown": shown})
            # Each threshold has its notices at the same instant: programs hear of it with them.
            announce_deadlines(Alert.objects.filter(pk__in=shown), at=now)
    return len(rows)


@transaction.atomic
def settle(*, now: datetime) -> None:
    """Let nobody have two mails of one deadline in a day.

    What is due joins a letter that is still on its way, in the place of the less urgent that it carried.
    What was told today is not told again with less urgency; with more, it is told tomorrow. Today goes only
    what tomorrow would be too late, and what counts in hours.
    """
    today = now.astimezone(PARIS).date()
    with connection.cursor() as cursor:
        cursor.execute(_MET, {"now": now, "morning": instant(today, time(0))})
        met = cursor.fetchall()
    rows: dict[int, Any] = {
        one.pk: one
        for one in Alert.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk__in=set(chain.from_iterable(met)))
        .select_related("letter")
    }
    pairs = [(rows[a], rows[b]) for a, b in met if a in rows and b in rows]
    for due, other in sorted(pairs, key=lambda pair: pair[0].threshold):
        if due.state != AlertState.PLANNED:
            continue
        if other.state == AlertState.CLAIMED:
            _join(due, other, now)
        elif other.state == AlertState.SENT and not due.hour:
            _after_another(due, other, today)


def _join(due: Alert, other: Alert, now: datetime) -> None:
    """Put what is due into the letter of another alert of the deadline, unless that is being sent now.

    A letter that was tried is left to what it carries: the mail server may hold it already, and who drops
    copies of one Message-ID would never see what is new in it. What is due then has a letter of its own, and
    the attempts are counted on.
    """
    letter = other.letter
    if letter is None or letter.state != LetterState.WAITING:
        return
    if letter.claimed_until is not None and letter.claimed_until > now:
        due.due_at = letter.claimed_until
    elif due.strict == other.strict and due.threshold > other.threshold:
        due.state = AlertState.SUPERSEDED
    else:
        other.state, other.letter = AlertState.SUPERSEDED, None
        other.save(update_fields=["state", "letter"])
        if letter.attempts or letter.claimed_until is not None:
            letter = Letter.objects.create(
                recipient_id=letter.recipient_id,
                threshold=due.threshold,
                made_at=now,
                attempts=letter.attempts,
            )
        due.state, due.letter = AlertState.CLAIMED, letter
        urgent = Q(threshold__gt=due.threshold)
        Letter.objects.filter(pk=letter.pk).update(not_before=None)
        Letter.objects.filter(urgent, pk=letter.pk).update(threshold=due.threshold)
    due.save(update_fields=["state", "letter", "due_at"])


def _after_another(due: Alert, sent: Alert, today: date) -> None:
    """Hold what is due until tomorrow, its deadline having been told today, or drop it if less urgent."""
    if due.strict == sent.strict and due.threshold >= sent.threshold:
        due.state = AlertState.SUPERSEDED
    elif due.threshold >= 0 and due.safe <= today:
        return
    else:
        due.due_at = instant(today + ONE_DAY, MORNING)
    due.save(update_fields=["state", "due_at"])
