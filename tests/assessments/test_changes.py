"""The feed of changes: a transaction that commits later is never passed over; who is told of what."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from rest_framework.test import APIClient

from compliance.assessments import changes
from compliance.assessments.models import DeviceChange, What
from compliance.audit.actors import Actor
from compliance.facts.operations import save_device, set_publication
from devices.models import Device, Organisation, Role
from devices.queries import Caller
from tests import portfolio
from tests.evidence.conftest import added

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("test")
WRITERS, DEVICES = 50, 20


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with time_machine.travel(portfolio.NOW, tick=False):
        yield


class Reader:
    """Follows the feed as a program does."""

    def __init__(self, key: str) -> None:
        self.client, self.after, self.seen = APIClient(), "", list[tuple[str, str]]()
        self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")

    def read(self, limit: int = 200) -> list[tuple[str, str]]:
        """Return what is new to the reader: key of the device, and what is said of it."""
        query: dict[str, Any] = {"limit": limit} | ({"after": self.after} if self.after else {})
        body = self.client.get("/api/v1/changes", query).json()
        self.after = body["after"] or ""
        keys = {str(pk): key for pk, key in Device.objects.values_list("pk", "key")}
        return [(keys[one["device"]], one["what"]) for one in body["results"]]


def write(device: Device) -> None:
    changes.note([device], What.CHANGED, at=portfolio.NOW)


def test_a_slow_transaction_is_not_passed_over_by_a_faster_one() -> None:
    people = portfolio.with_people()
    reader = Reader(people.keys["officer"])
    assert {key for key, _what in reader.read()} == {"draft-two", "scan-one"}
    begun, go = Event(), Event()

    def slow() -> None:
        with transaction.atomic():
            write(portfolio.device("draft-two"))
            begun.set()
            assert go.wait(30)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(slow)
        assert begun.wait(30)
        write(portfolio.device("scan-one"))
        held_back = reader.read()
        go.set()
        running.result()
    assert held_back == []
    assert reader.read() == [("draft-two", "changed"), ("scan-one", "changed")]
    assert reader.read() == []


def test_fifty_writers_at_once_are_all_heard_and_none_twice() -> None:
    house = Organisation.objects.create(key="house", name="House")
    devices = [Device.objects.create(key=f"d{n:02}", name="D", owner=house) for n in range(DEVICES)]
    caller = Caller(None, Role.OFFICER, house.pk)
    done, seen = Event(), list[tuple[int, int]]()

    def work(n: int) -> None:
        with transaction.atomic():
            write(devices[n % DEVICES])
            if n % 3 == 0:  # some take longer, and commit after those that began later
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.02)")
        connection.close()

    def follow() -> None:
        place = None
        while True:
            last = done.is_set()
            for row in changes.after(caller, place)[:7]:
                place = row.xid, row.pk
                seen.append(place)
            if last and not changes.after(caller, place).exists():
                break
        connection.close()

    with ThreadPoolExecutor(9) as pool:
        following = pool.submit(follow)
        list(pool.map(work, range(WRITERS)))
        done.set()
        following.result(timeout=60)
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen)
    heard = {row: xid for xid, row in seen}  # the last time that each device was heard of
    assert heard == dict(DeviceChange.objects.values_list("pk", "xid"))
    assert len(heard) == DEVICES


def test_who_is_told_of_what() -> None:
    people = portfolio.with_people()
    officer, buyer = Reader(people.keys["officer"]), Reader(people.keys["buyer"])
    assert {key for key, _what in officer.read()} == {"scan-one", "draft-two"}
    assert buyer.read() == [("scan-one", "changed")]
    private, shown = portfolio.device("draft-two"), portfolio.device()
    save_device(actor=SYSTEM, device=private, changes={"note": "x"}, at=portfolio.NOW)
    assert officer.read() == [("draft-two", "changed")]
    assert buyer.read() == []
    added(shown, title="EU certificate", published=True)
    assert buyer.read() == [("scan-one", "changed")]
    set_publication(actor=SYSTEM, device=shown, published=False, reason="sold no more", at=portfolio.NOW)
    assert buyer.read() == [("scan-one", "withdrawn")]
    save_device(actor=SYSTEM, device=portfolio.device(), changes={"note": "x"}, at=portfolio.NOW)
    assert buyer.read() == []
    set_publication(actor=SYSTEM, device=portfolio.device(), published=True, at=portfolio.NOW)
    assert buyer.read() == [("scan-one", "changed")]
    assert Reader(people.keys["rival"]).read() == [("rival-three", "changed")]


def test_a_part_at_a_time_and_a_place_that_is_none() -> None:
    people = portfolio.with_people()
    reader = Reader(people.keys["officer"])
    assert len(reader.read(limit=1)) == len(reader.read(limit=1)) == 1
    assert reader.read(limit=1) == []
    for after, status in (("x", 400), ("1", 400), ("9223372036854775807-1", 400), ("99999999999-1", 410)):
        answer = reader.client.get("/api/v1/changes", {"after": after})
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), after
