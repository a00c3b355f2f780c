"""What the second wall costs: pages and the API over 1,000 own devices among 2,000, with and without it.

Both are measured in turn on one connection, in the same run: the wall falls when the connection works as its
superuser (``RESET ROLE``), and nothing else differs. Times are those of the whole request, medians.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from config.embedded import database_url
from config.embedded.postgres import Postgres, wheel_binaries

DEVICES = 1_000
ROUNDS = 25
PATHS = ("/", "/devices/device/", "/deadlines/", "/api/v1/devices?page_size=200", "/listing/listing/")


def main() -> None:
    """Start a server, fill it, measure and print a line for each page."""
    with served():
        _measure()


@contextmanager
def served() -> Iterator[None]:
    """Give the settings of this process an empty server, until the end of the block."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Postgres(folder, binaries=wheel_binaries(), durable=False)
        server.start()
        try:
            os.environ |= {
                "DATABASE_URL": database_url(folder),
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "VAR_DIR": name,
                "HTTPS": "false",
                "ALLOWED_HOSTS": "testserver",
            }
            yield
        finally:
            server.stop()


def _measure() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from devices import wall

    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.API_RATES |= {"person": "1000000/min"}
    settings.STORAGES |= {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    call_command("migrate", verbosity=0)
    with wall.system():
        user = _fill()
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("ANALYZE")
        wall.take_role(connection)
    session = Client()
    session.force_login(user)
    print(f"{'':<34}{'without':>12}{'with':>12}{'ratio':>8}")
    for path in PATHS:
        found: dict[bool, list[float]] = {True: [], False: []}
        for n in range(2 * ROUNDS + 2):
            behind = bool(n % 2)
            with connection.cursor() as cursor:
                cursor.execute("SET ROLE jalon_app" if behind else "RESET ROLE")
            start = perf_counter()
            answer = session.get(path)
            taken = perf_counter() - start
            if answer.status_code != 200:
                sys.exit(f"{path}: {answer.status_code}")
            if n > 1:
                found[behind].append(taken)
        without, within = median(found[False]), median(found[True])
        print(
            f"{path:<34}{without * 1e3:>9.1f} ms{within * 1e3:>9.1f} ms{within / without:>8.2f}", flush=True
        )
    start = perf_counter()
    for _ in range(500):
        with wall.within(wall.SYSTEM):
            pass
    print(f"entering and leaving a reach: {(perf_counter() - start) / 500 * 1e6:.0f} µs")


def _fill() -> Any:
    """Record the devices of two organisations, and return an officer of the first."""
    import json

    from compliance.audit.actors import Actor
    from compliance.facts.importing import import_file
    from config import clock
    from devices.models import Membership, Organisation, Role, User
    from tests import portfolio

    devices = [
        {**portfolio.CERTIFIED, "key": f"d-{n}", "name": f"Device {n}", "identifiers": [], "published": False}
        | {"owner": "maker" if n % 2 else "rival", "manufacturer": "maker" if n % 2 else "rival"}
        for n in range(2 * DEVICES)
    ]
    content = json.dumps({**portfolio.FILE, "devices": devices}).encode()
    import_file(actor=Actor.system("bench"), content=content, name="bench.json", at=clock.now())
    user = User.objects.create_user("officer@example.org", is_staff=True)
    maker = Organisation.objects.get(key="maker")
    Membership.objects.create(user=user, organisation=maker, role=Role.OFFICER)
    return user


if __name__ == "__main__":
    main()
