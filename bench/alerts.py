"""How long one tick takes to claim 10,000 due alerts among many planned ones, beside a bare claim in SQL.

The rows are written by SQL into the test database of a server of its own, one size after the other: 10,000 of
them are due, the others in a year. The claim makes letters of the due ones in its bounded batches; the bare
one is ``UPDATE … WHERE id IN (SELECT … FOR UPDATE SKIP LOCKED) RETURNING`` of the same rows at one stroke.
Both are rolled back, and run in turns. The claim is to be flat in the planned rows, and within three times
the bare one.
"""

import os
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import django

from bench.audit import server

DUE, SIZES, ROUNDS = 10_000, (10_000, 100_000, 1_000_000), 5
DEVICES, PEOPLE = 2_000, 100
NEAR, AIM = 1.5, 3.0
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

_ROWS = """
INSERT INTO alerts_alert (device_id, rule, trigger_fact, n, strict, hour, safe, threshold, due_at,
    recipient_id, channel, reason, state)
SELECT d.ids[1 + i %% %(devices)s], 'mdr.psur_class_iib', 'ce_marking.reports[r' || i %% 97 || ']', i::text,
    '2027-11-22', '', '2027-11-22', 720, %(due)s, p.ids[1 + i %% %(people)s], 'email', 'keeper', 'planned'
FROM generate_series(%(first)s, %(last)s) i,
    (SELECT array_agg(id ORDER BY id) ids FROM devices_device) d,
    (SELECT array_agg(id ORDER BY id) ids FROM devices_user) p
"""
_BARE = """
UPDATE alerts_alert SET state = 'superseded' WHERE id IN (
    SELECT id FROM alerts_alert WHERE state = 'planned' AND due_at <= %s
    ORDER BY due_at, recipient_id, id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id, device_id, rule, trigger_fact, n, strict, threshold, recipient_id
"""


def main() -> int:
    """Print the times of each size; return 1 where an aim is missed. Sizes may be given as arguments."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sizes = [int(one) for one in sys.argv[1:]] or list(SIZES)
    with server() as url:
        os.environ["DATABASE_URL"] = url
        django.setup()
        from django.test.utils import setup_databases, teardown_databases

        from devices import wall

        made = setup_databases(verbosity=0, interactive=False)
        try:
            with wall.system():
                return _compare(sizes)
        finally:
            teardown_databases(made, verbosity=0)


def _compare(sizes: list[int]) -> int:
    _people_and_devices()
    print(f"{DUE} due alerts claimed, median of {ROUNDS} rounds, in seconds")
    print(f"{'planned':>10} {'claim':>8} {'bare SQL':>9} {'ratio':>6}")
    times, missed, rows = [], False, 0
    for size in sizes:
        _add_rows(rows, size)
        rows = size
        claim, bare = _measured()
        times.append(claim)
        missed |= claim / bare > AIM
        print(f"{size:>10} {claim:>8.3f} {bare:>9.3f} {claim / bare:>6.2f}", flush=True)
    flat = max(times) / min(times)
    print(f"most over least: {flat:.2f} (aim: {NEAR} at most); ratio aim: {AIM} at most", flush=True)
    return int(missed or flat > NEAR)


def _people_and_devices() -> None:
    from devices.models import Device, Organisation, User

    owner = Organisation.objects.create(key="bench", name="Bench")
    Device.objects.bulk_create(
        [Device(key=f"d{n}", name="D", owner=owner) for n in range(DEVICES)], batch_size=500
    )
    User.objects.bulk_create([User(email=f"p{n}@example.org") for n in range(PEOPLE)])


def _add_rows(held: int, size: int) -> None:
    from django.db import connection

    parts = [(held + 1, size, datetime(2027, 11, 22, 9, tzinfo=UTC))] if held else []
    if not held:
        parts = [(1, DUE, NOW), (DUE + 1, size, datetime(2027, 11, 22, 9, tzinfo=UTC))]
    with connection.cursor() as cursor:
        for first, last, due in parts:
            values: dict[str, Any] = {
                "devices": DEVICES,
                "people": PEOPLE,
                "first": first,
                "last": last,
                "due": due,
            }
            cursor.execute(_ROWS, values)


def _measured() -> tuple[float, float]:
    """Return the median seconds of the claim and of the bare one."""
    from compliance.alerts.gathering import gather_due

    def claim() -> None:
        gather_due(now=NOW)

    seconds: dict[Any, list[float]] = {claim: [], _bare: []}
    for _round in range(ROUNDS):
        for work in (claim, _bare):
            seconds[work].append(_timed(work))
    return statistics.median(seconds[claim]), statistics.median(seconds[_bare])


def _bare() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_BARE, [NOW, DUE])
        assert len(cursor.fetchall()) == DUE  # noqa: S101 - a measure of anything else means nothing


def _timed(work: Callable[[], None]) -> float:
    """Return the seconds of a piece of work with its checks at the end, which is then taken back."""
    from django.db import connection, transaction

    from devices import wall

    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE alerts_alert")  # of what the round before has left behind
        cursor.execute("VACUUM ANALYZE alerts_letter")
    with transaction.atomic():
        start = perf_counter()
        work()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        taken = perf_counter() - start
        transaction.set_rollback(True)
    return taken


if __name__ == "__main__":
    sys.exit(main())
