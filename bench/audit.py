"""How many facts a second writers of one organisation record, beside the same writes without the chain.

Both run in the same test database, in turns, with as many connections as writers. The ratio of the two times
is what the chain costs: the wait for each other at its end, and the event.
"""

import os
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from time import perf_counter
from unittest.mock import patch

import django

WRITERS, WRITES, ROUNDS, DEVICES = 8, 200, 3, 8
AIM = 1.5
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def main() -> int:
    """Print both throughputs and their ratio; return 1 where the ratio misses the aim."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    made = setup_databases(verbosity=0, interactive=False)
    try:
        return _compare()
    finally:
        teardown_databases(made, verbosity=0)


def _compare() -> int:
    from compliance.audit.verify import walk

    without = patch("compliance.facts.operations.audit_changes")
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for n in range(ROUNDS):
        for chained in (True, False):
            seconds[chained].append(_timed(f"r{n}{chained:d}", nullcontext() if chained else without))
    (chain,) = walk()
    with_chain, alone = (statistics.median(seconds[chained]) for chained in (True, False))
    ratio = with_chain / alone
    print(f"{WRITES} facts of one organisation by {WRITERS} writers, median of {ROUNDS} rounds")
    print(f"with the chain     {WRITES / with_chain:8.1f} a second")
    print(f"without the chain  {WRITES / alone:8.1f} a second")
    print(f"ratio {ratio:.2f} (aim: {AIM} at most); {chain.events} events, fault: {chain.fault}")
    return int(ratio > AIM or chain.fault is not None)


def _timed(name: str, way: AbstractContextManager[object]) -> float:
    """Return the seconds that the writers take for all their facts."""
    from django.db import connection

    from compliance.audit.actors import Actor
    from compliance.facts.operations import record
    from devices.models import Device, Organisation

    owner, _made = Organisation.objects.get_or_create(key="bench", defaults={"name": "Bench"})
    devices = [Device.objects.create(key=f"{name}-{n}", name="D", owner=owner) for n in range(DEVICES)]
    actor = Actor.system("bench")

    def write(writer: int) -> None:
        try:
            for n in range(WRITES // WRITERS):
                value = {"key": f"v{writer}-{n}", "number": str(n)}
                record(actor=actor, subject=devices[writer % DEVICES], kind="versions", value=value, at=AT)
        finally:
            connection.close()

    with way, ThreadPoolExecutor(WRITERS) as pool:
        start = perf_counter()
        list(pool.map(write, range(WRITERS)))
        return perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
