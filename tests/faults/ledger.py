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
        cursor.execute("SELECT state, count(*) FROM alerts_alert GROUP BY state")
        states = Counter(dict(cursor.fetchall()))
        cursor.execute("SELECT 'alert-' || id FROM alerts_alert WHERE state = 'sent'")
        sent = {row[0] for row in cursor.fetchall()}
    if states["claimed"]:
        wrong.append(f"{states['claimed']} rows left claimed")
    if states["failed"]:
        wrong.append(f"{states['failed']} rows given up")
    names = {one.strip("<>").partition("@")[0] for one in stored}
    if missing := sent - names:
        wrong.append(f"{len(missing)} rows said to be sent that no mail server has: {sorted(missing)[:3]}")
    return wrong, states
