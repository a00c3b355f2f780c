"""The API beside the least that can be done and what is usually written, over the same 10,000 devices.

Each of the three is asked by the same program on a server of its own, started as in production, in turns:
the status of a device drawn by lot, and the first 100 devices. ``bench/rivals.py`` says what each does. The
aim: twice the time of the limit at most, and less than that of the viewset. RSS is what the workers of the
server hold at the end. The devices are the bundled ones, copied with their facts and answers.
"""

import json
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from statistics import quantiles
from time import perf_counter, sleep
from typing import Any

import psutil

from bench.grow import BUNDLED
from bench.wall import served
from config.embedded import redis_url
from config.embedded.redis import Redis, find_binary

DEVICES, DRAWN = 10_000, 500  # in the database, asked for
ROUNDS, CALLERS = 5, 4
AIM = 2.0
STATUS, LIST = "status of a device", "list of 100"
REQUESTS = {STATUS: 160, LIST: 32}  # a round
WAYS = {
    "ours": {STATUS: "/api/v1/devices/{}/status", LIST: "/api/v1/devices?page_size=100"},
    "limit": {STATUS: "/limit/devices/{}/status", LIST: "/limit/devices?page_size=100"},
    "viewset": {STATUS: "/viewset/devices/{}", LIST: "/viewset/devices?page_size=100"},
}
ROOT = Path(__file__).parents[1]
_COPIES = """
CREATE TEMPORARY TABLE copies AS
SELECT (array_agg(d.id ORDER BY d.key))[1 + n %% count(*)] AS old, gen_random_uuid() AS new, n
FROM devices_device d CROSS JOIN generate_series(1, %s - (SELECT count(*) FROM devices_device)) n
GROUP BY n
"""


def main() -> int:
    """Start all that is needed, measure, print the table; return 1 where the aim is missed."""
    with served(), ExitStack() as stack:
        folder = Path(os.environ["VAR_DIR"])
        redis = Redis(folder, binary=find_binary())
        redis.start()
        stack.callback(redis.stop)
        os.environ |= {
            "REDIS_URL": redis_url(folder),
            "ALLOWED_HOSTS": "127.0.0.1",
            "API_RATE_PROGRAM": "100000000/min",
            "DJANGO_SETTINGS_MODULE": "bench.rival_settings",
        }
        key, drawn = _fill()
        headers = {"Authorization": f"Bearer {key}", "Accept-Language": "fr"}
        servers = {way: stack.enter_context(_server()) for way in WAYS}
        _ready(servers["ours"][0], headers, drawn)
        _same(servers, headers, drawn)
        return _measure(servers, headers, drawn)


def _measure(servers: dict[str, Any], headers: dict[str, str], drawn: Sequence[str]) -> int:
    taken: dict[tuple[str, str], list[float]] = {}
    spent: dict[tuple[str, str], float] = {}
    for asked, count in REQUESTS.items():
        for n in range(ROUNDS + 1):
            for way, (port, _worker) in servers.items():
                paths = [WAYS[way][asked].format(one) for one in Random(n).choices(drawn, k=count)]  # noqa: S311
                times, whole = _ask(port, paths, headers)
                if n:  # the first round warms up
                    taken.setdefault((asked, way), []).extend(times)
                    spent[asked, way] = spent.get((asked, way), 0) + whole
    print(f"{DEVICES:,} devices, {CALLERS} callers at a time, {ROUNDS} rounds in turns")
    print(f"{'':<20}{'':<10}{'p50':>9}{'p99':>9}{'a second':>10}{'RSS':>9}{'ours/it':>9}")
    missed = 0
    for (asked, way), times in taken.items():
        cuts, rate = quantiles(times, n=100), len(times) / spent[asked, way]
        ratio = quantiles(taken[asked, "ours"], n=100)[49] / cuts[49]
        missed |= (way == "limit" and ratio > AIM) or (way == "viewset" and ratio >= 1)
        rss = sum(one.memory_info().rss for one in servers[way][1].children(recursive=True))
        print(
            f"{asked:<20}{way:<10}{cuts[49] * 1e3:>6.1f} ms{cuts[98] * 1e3:>6.1f} ms{rate:>10,.0f}"
            f"{rss / 1e6:>6,.0f} MB{ratio:>9.2f}"
        )
    print(f"aim: ours at most {AIM} times the limit, and below the viewset (ratios of the medians)")
    return int(missed)


def _ask(port: int, paths: Sequence[str], headers: dict[str, str]) -> tuple[list[float], float]:
    """Return the seconds of each request, and of all: so many callers, each on a connection that it keeps."""

    def caller(mine: Sequence[str]) -> list[float]:
        connection, times = HTTPConnection("127.0.0.1", port), []
        for path in mine:
            start = perf_counter()
            _get(connection, path, headers)
            times.append(perf_counter() - start)
        connection.close()
        return times

    start = perf_counter()
    with ThreadPoolExecutor(CALLERS) as callers:
        times = [
            one for each in callers.map(caller, [paths[n::CALLERS] for n in range(CALLERS)]) for one in each
        ]
    return times, perf_counter() - start


def _get(connection: HTTPConnection, path: str, headers: dict[str, str]) -> bytes:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        sys.exit(f"{path}: {answer.status} {body[:300]!r}")
    return body


@contextmanager
def _server() -> Iterator[tuple[int, psutil.Process]]:
    """Start the web server as the Procfile does, and give its port and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    line = next(one for one in (ROOT / "Procfile").read_text().splitlines() if one.startswith("web: "))
    program, *rest = shlex.split(line.removeprefix("web: ").replace("$PORT", str(port)))
    process = subprocess.Popen([str(Path(sys.executable).parent / program), *rest], cwd=ROOT)
    try:
        for _ in range(300):
            sleep(0.2)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield port, psutil.Process(process.pid)
    finally:
        for one in psutil.Process(process.pid).children(recursive=True):
            one.kill()  # nothing is kept
        process.kill()
        process.wait()


def _same(servers: dict[str, Any], headers: dict[str, str], drawn: Sequence[str]) -> None:
    """Stop where the limit does not answer what the API answers."""
    ours, limit = (HTTPConnection("127.0.0.1", servers[way][0]) for way in ("ours", "limit"))
    for one in drawn[:20]:
        paths = [WAYS[way][STATUS].format(one) for way in ("ours", "limit")]
        if _get(ours, paths[0], headers) != _get(limit, paths[1], headers):
            sys.exit(f"{one}: the limit answers something else")
    lists = [
        json.loads(_get(each, WAYS[way][LIST], headers)) for each, way in ((ours, "ours"), (limit, "limit"))
    ]
    if lists[0]["results"] != lists[1]["results"]:
        sys.exit("the limit lists something else")


def _ready(port: int, headers: dict[str, str], drawn: Sequence[str]) -> None:
    """Put the answers about the drawn devices where the limit reads them; the others hold one of these."""
    from django.db import connection

    from devices import wall

    asking = HTTPConnection("127.0.0.1", port)
    rows = [(one, _get(asking, WAYS["ours"][STATUS].format(one), headers).decode()) for one in drawn]
    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_answer (device uuid PRIMARY KEY, body text NOT NULL)")
        cursor.executemany("INSERT INTO bench_answer VALUES (%s, %s)", rows)
        cursor.execute(
            "INSERT INTO bench_answer SELECT id, (SELECT body FROM bench_answer LIMIT 1)"
            " FROM devices_device ON CONFLICT DO NOTHING"
        )
        cursor.execute("GRANT SELECT ON bench_answer TO PUBLIC")
        cursor.execute("ANALYZE")


def _fill() -> tuple[str, list[str]]:
    """Record the bundled portfolio and copy it; return the key of a buyer, and the devices drawn."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from compliance.audit.actors import Actor
    from compliance.facts.importing import import_file
    from config import clock
    from devices import wall
    from devices.models import Device, Membership, Organisation, Role, User
    from tests import portfolio

    call_command("migrate", verbosity=0)
    with wall.system():
        for file in sorted(BUNDLED.glob("*.yaml")):
            import_file(
                actor=Actor.system("bench"), content=file.read_bytes(), name=file.name, at=clock.now()
            )
        user = User.objects.create_user("buyer@example.org")
        place = Organisation.objects.create(key="hospital", name="Hospital")
        Membership.objects.create(user=user, organisation=place, role=Role.BUYER)
        key = portfolio.key_of(user, place, Role.BUYER, at=clock.now()).plain
    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute(_COPIES, [DEVICES])
        for statement in _copying():
            cursor.execute(statement)
        cursor.execute("ANALYZE")
    with wall.system():
        published = Device.objects.filter(published=True).values_list("pk", flat=True)
        drawn = Random(0).sample(sorted(map(str, published)), DRAWN)  # noqa: S311
    connection.close()
    return key, drawn


def _copying() -> Iterator[str]:
    """Yield the statements that copy each device with its facts, its answer, tracks and deadlines."""
    from compliance.assessments.models import DeadlineRow, DeviceAssessment, TrackState
    from compliance.facts.kinds import KINDS
    from devices.models import Device

    facts = [kind.model for kind in KINDS.values() if kind.subject == "device"]
    copied: list[type[Any]] = [Device, *facts, DeviceAssessment, TrackState, DeadlineRow]
    for model in copied:
        table, owner = model._meta.db_table, "id" if model is Device else "device_id"
        values = {field.column: f"t.{field.column}" for field in model._meta.concrete_fields}
        values = {name: f't."{name}"' for name in values}
        if values.pop("id", None) and model not in (TrackState, DeadlineRow):
            values["id"] = "gen_random_uuid()"
        values[owner] = "c.new"
        if model is Device:
            values |= {"key": "t.key || '-' || c.n", "name": "t.name || ' ' || c.n"}
        if table == "devices_identifier":  # no two devices share a UDI
            values |= {"scheme": "'catalogue'", "value": "'C-' || c.n || '-' || t.key"}
        names = ", ".join(f'"{name}"' for name in values)
        said = ", ".join(values.values())
        yield f"INSERT INTO {table} ({names}) SELECT {said} FROM {table} t JOIN copies c ON c.old = t.{owner}"  # noqa: S608


if __name__ == "__main__":
    sys.exit(main())
