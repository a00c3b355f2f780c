"""How many facts a second writers of one organisation record, beside the same writes without the chain.

Both run in the same test database, in turns. Each writer is a process with a connection, so that they wait
for each other at the chain and nowhere else; the server waits for the disk as in use, so that the end of
a transaction takes its time. The ratio of the two times is what the chain costs: the wait, and
the event.
"""

import os
import statistics
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from unittest.mock import patch

import django

from config.embedded import database_url
from config.embedded.postgres import Postgres, wheel_binaries

WRITERS, WRITES, ROUNDS, DEVICES = 8, 200, 3, 8
AIM = 1.5
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def main() -> int:
    """Print both throughputs and their ratio; return 1 where the ratio misses the aim."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with server() as url:
        os.environ["DATABASE_URL"] = url
        django.setup()
        from django.test.utils import setup_databases, teardown_databases

        from devices import wall

        made = setup_databases(verbosity=0, interactive=False)
        try:
            with wall.system():
                return _compare()
        finally:
            teardown_databases(made, verbosity=0)


@contextmanager
def server() -> Iterator[str]:
    """Give the address of the server that DATABASE_URL names, else of one started for the measure."""
    if named := os.environ.get("DATABASE_URL"):
        yield named
        return
    with TemporaryDirectory() as name:
        server = Postgres(Path(name), binaries=wheel_binaries())
        server.start()
        try:
            yield database_url(Path(name))
        finally:
            server.stop()


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
    print(f"{WRITES} facts of one organisation by {WRITERS} writers at once, median of {ROUNDS} rounds")
    print(f"with the chain     {WRITES / with_chain:8.1f} a second")
    print(f"without the chain  {WRITES / alone:8.1f} a second")
    print(f"ratio {ratio:.2f} (aim: {AIM} at most); {chain.events} events, fault: {chain.fault}", flush=True)
    whole = chain.fault is None and chain.events == WRITES * ROUNDS
    return int(ratio > AIM or not whole)


def _timed(name: str, way: AbstractContextManager[object]) -> float:
    """Return the seconds that the writers take for all their facts."""
    from django.db import connection

    from devices.models import Device, Organisation

    owner, _made = Organisation.objects.get_or_create(key="bench", defaults={"name": "Bench"})
    for n in range(DEVICES):
        Device.objects.create(key=f"{name}-{n}", name="D", owner=owner)
    connection.close()  # each writer opens its own
    with way, get_context("fork").Pool(WRITERS) as pool:
        ready = [f"{name}-{writer % DEVICES}" for writer in range(WRITERS)]
        pool.map(_write, [(key, 0) for key in ready], chunksize=1)
        start = perf_counter()
        pool.map(_write, [(key, WRITES // WRITERS) for key in ready], chunksize=1)
        return perf_counter() - start


def _write(task: tuple[str, int]) -> None:
    """Record so many versions of the device of a key."""
    from compliance.audit.actors import Actor
    from compliance.facts.operations import record
    from devices.models import Device

    key, count = task
    device = Device.objects.get(key=key)
    for n in range(count):
        value = {"key": f"v{n}", "number": str(n)}
        record(actor=Actor.system("bench"), subject=device, kind="versions", value=value, at=AT)


if __name__ == "__main__":
    sys.exit(main())
