"""What the ledger says at the end, held against what the mail server stored."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import connection

_DOUBLED = """
SELECT count(*) FROM (
    SELECT 1 FROM alerts_alert WHERE device_id IS NOT NULL
    GROUP BY device_id, rule, trigger_fact, n, strict, threshold, recipient_id, channel HAVING count(*) > 1
) doubled
"""


def examine(stored: Iterable[str]) -> tuple[list[str], Mapping[str, int]]:
    """Return what is wrong with the ledger, and how many rows are in each state.

    ``stored`` are the Message-IDs that the mail server has.
    """
    wrong = []
    with connection.cursor() as cursor:
        cursor.execute(_DOUBLED)
        if doubled := cursor.fetchone()[0]:
            wrong.append(f"{doubled} thresholds with a second row")
        cursor.execute("SELECT channel || ' ' || state, count(*) FROM alerts_alert GROUP BY channel, state")
        states = Counter(dict(cursor.fetchall()))
        cursor.execute("SELECT 'letter-' || id, state, claimed_until IS NOT NULL FROM alerts_letter")
        letters = {name: (state, leased) for name, state, leased in cursor.fetchall()}
    if states["email claimed"]:
        wrong.append(f"{states['email claimed']} rows left claimed")
    if states["email failed"]:
        wrong.append(f"{states['email failed']} rows given up")
    if leased := [name for name, (_, is_leased) in letters.items() if is_leased]:
        wrong.append(f"{len(leased)} letters left leased")
    names = {one.strip("<>").partition("@")[0] for one in stored}
    sent = {name for name, (state, _) in letters.items() if state == "sent"}
    if missing := sent - names:
        wrong.append(f"{len(missing)} letters said to be sent that no mail server has: {sorted(missing)[:3]}")
    if unknown := names - set(letters):
        wrong.append(f"{len(unknown)} messages of no letter: {sorted(unknown)[:3]}")
    states["letters whose messages were stored, and that were then cancelled"] = len(names - sent)
    return wrong, states
