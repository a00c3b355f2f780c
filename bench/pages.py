"""What pages take as a portfolio grows: the same pages over 10, 1,000 and 5,000 own devices, in one run.

Each size is an organisation of its own in one database, with twenty deadlines a device; its officer asks. The
ratio is the time over 1,000 devices to that over 10. Times are those of the whole request, medians.
"""

import sys
from collections.abc import Iterator
from copy import copy
from datetime import date, timedelta
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from bench.wall import served

SIZES = (10, 1_000, 5_000)
ROUNDS = 15
AIM, MOST = 3, 12  # the ratio, the queries
PATHS = (
    "/",
    "/deadlines/",
    "/deadlines/?state=overdue",
    "/deadlines/?sort=device",
    "/deadlines/calendar/",
    "/search/?q=scanner+cardiaque",
    "/search/?q=zzzz",
    "/search/?q=0425080",
)
_BATCH = 2_000
_DEADLINES = 20  # a device
_WORDS = """
logiciel d’aide à la décision pour la télésurveillance à l’hôpital qui suit les échéances des patients
insuffisants respiratoires et propose au médecin une réponse fondée sur les images du scanner thoracique
"""


def main() -> int:
    """Start a server, fill it, measure, print a line for each page; return 1 where a ratio misses the aim."""
    with served():
        return _measure()


def _measure() -> int:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from devices import wall

    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES |= {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.MFA_REQUIRED_ROLES = []
    call_command("migrate", verbosity=0)
    with wall.system():
        users = [_officer(size) for size in SIZES]
    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    sessions = []
    for user in users:
        session = Client()
        session.force_login(user)
        sessions.append(session)
    print(f"{'':<32}" + "".join(f"{size:>9,}" for size in SIZES) + f"{'ratio':>8}{'queries':>9}")
    return max([_page(path, sessions) for path in PATHS])


def _page(path: str, sessions: list[Any]) -> int:
    """Print what a page takes over each portfolio; return 1 where it grows or asks too much."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    taken: list[list[float]] = [[] for _session in sessions]
    asked = set()
    for n in range(ROUNDS + 2):
        for session, times in zip(sessions, taken, strict=True):
            if n == 1:
                with CaptureQueriesContext(connection) as queries:
                    session.get(path)
                asked.add(len(queries))
                continue
            start = perf_counter()
            answer = session.get(path)
            times.append(perf_counter() - start)
            if answer.status_code != 200:
                sys.exit(f"{path}: {answer.status_code}")
    few, many, *more = (median(times[1:]) for times in taken)
    ratio = many / few
    said = "".join(f"{one * 1e3:>6,.0f} ms" for one in (few, many, *more))
    print(f"{path:<32}{said}{ratio:>8.1f}{'/'.join(map(str, sorted(asked))):>9}", flush=True)
    return int(ratio > AIM or max(asked) > MOST)


def _officer(size: int) -> Any:
    """Fill the portfolio of an organisation from one device that is assessed, and return its officer."""
    import json

    from compliance.audit.actors import Actor
    from compliance.facts.importing import import_file
    from config import clock
    from devices.models import Device, Membership, Organisation, Role, User
    from tests import portfolio

    key = f"maker-{size}"
    first = {**portfolio.CERTIFIED, "key": f"{key}-first", "name": "Scanner 0", "identifiers": []}
    content = {
        **portfolio.FILE,
        "organisations": [{"key": key, "name": f"Maker of {size}"}],
        "devices": [{**first, "owner": key, "manufacturer": key, "published": False}],
    }
    import_file(
        actor=Actor.system("bench"), content=json.dumps(content).encode(), name="bench.json", at=clock.now()
    )
    _copy(Device.objects.get(key=f"{key}-first"), size - 1)
    user = User.objects.create_user(f"{key}@example.org", is_staff=True)
    Membership.objects.create(user=user, organisation=Organisation.objects.get(key=key), role=Role.OFFICER)
    return user


def _copy(first: Any, count: int) -> None:
    """Write so many devices like the first, each with its answer, codes and deadlines of its own."""
    from uuid import uuid4

    from compliance.assessments.models import DeadlineRow, DeviceAssessment, TrackState
    from compliance.assessments.operations import words_of
    from compliance.listing.models import Listing
    from config import clock
    from devices.models import Device, Identifier

    draw, today = Random(count), clock.today()  # noqa: S311 - no secret
    pattern = DeadlineRow.objects.filter(device=first, rule="mdr.surveillance_audit").get()
    devices = []
    for n in range(1, count + 1):
        words = " ".join(draw.sample(_WORDS.split(), 24))
        heart = "cardiaque" if n % 500 == 0 else "digestif"
        devices.append(
            _like(first, id=uuid4(), key=f"{first.key}-{n}", name=f"Scanner {heart} {n}", description=words)
        )
    Device.objects.bulk_create(devices, batch_size=_BATCH)
    for model in (DeviceAssessment, TrackState, Listing):
        held = list(model._default_manager.filter(device=first))
        copies = [_like(row, device=one) for one in devices for row in held]
        for row in copies:
            if isinstance(row, DeviceAssessment):
                row.words = words_of(row.device)
            else:
                row.pk = uuid4() if model is Listing else None
        model._default_manager.bulk_create(copies, batch_size=_BATCH)
    Identifier.objects.bulk_create(
        [
            Identifier(device=one, key="c", scheme="catalogue", value=f"CAT-{count}-{n:06}")
            for n, one in enumerate(devices)
        ],
        batch_size=_BATCH,
    )
    DeadlineRow.objects.filter(device=first).delete()
    DeadlineRow.objects.bulk_create(
        [_like(pattern, id=None, **row) for row in _deadlines([first, *devices], today, draw)],
        batch_size=_BATCH,
    )


def _deadlines(devices: list[Any], today: date, draw: Random) -> Iterator[dict[str, Any]]:
    """Yield what tells the deadlines of the devices apart: most are met or the task of an authority."""
    kinds = ["open"] * 4 + ["overdue"] + ["met"] * 10 + ["awaited"] * 5
    for device in devices:
        for n, kind in enumerate(kinds):
            days = {"open": (0, 1500), "overdue": (-300, -1), "met": (-3000, -1), "awaited": (0, 700)}[kind]
            strict = today + timedelta(days=draw.randint(*days))
            state, obliged = ("open", "cnedimts") if kind == "awaited" else (kind, "notified_body")
            yield {
                "device": device, "n": f"{n}", "strict": strict, "safe": strict, "rolled": strict,
                "state": state, "obliged": obliged, "moved_at": None,
            }  # fmt: skip


def _like(row: Any, **changes: Any) -> Any:
    """Return an unsaved copy of a row with other values."""
    made = copy(row)
    made._state = type(row._state)()
    for name, value in changes.items():
        setattr(made, name, value)
    return made


if __name__ == "__main__":
    sys.exit(main())
