"""Writers at the same time: each sees what the one before has written, and none waits for ever."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.audit.verify import walk
from compliance.facts.errors import FactError
from compliance.facts.importing import import_file
from compliance.facts.operations import amend, record, save_device, save_organisation
from devices.models import Device, Organisation, Version
from tests.facts.conftest import AT

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("test")


def together(*calls: Callable[[], Any]) -> list[str]:
    """Run the calls at the same time and return the code of each refusal, "" for none."""

    def run(call: Callable[[], Any]) -> str:
        try:
            call()
        except FactError as error:
            return error.problems[0].code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(run, calls))


def test_one_of_two_amendments_of_the_same_state_is_refused() -> None:
    device = Device.objects.create(key="scanner", name="Scanner")
    fact = record(actor=SYSTEM, subject=device, kind="versions", value={"key": "v", "number": "1"}, at=AT)

    def write(note: str) -> Callable[[], Any]:
        return lambda: amend(
            actor=SYSTEM, fact=fact, changes={"note": note}, reason="misread", at=AT, expected_version=1
        )

    assert sorted(together(write("a"), write("b"), write("c"))) == ["", "stale", "stale"]
    assert Version.objects.get().row_version == 2
    assert AuditEvent.objects.count() == 2


def test_imports_and_operations_do_not_wait_for_each_other_for_ever() -> None:
    """Imports name the same devices in opposite orders while others write them and their organisations."""
    names = [f"d{n}" for n in range(6)]
    makers = [Organisation.objects.create(key=f"m{n}", name="M") for n in range(2)]

    def load(order: list[str], name: str) -> Callable[[], Any]:
        devices = [{"key": key, "name": name, "owner": f"m{int(key[1]) % 2}"} for key in order]
        content = json.dumps({"format": "jalon-facts/1", "devices": devices}).encode()
        return lambda: import_file(
            actor=SYSTEM, content=content, name="f.json", reason="as the file says", at=AT
        )

    load(names, "first")()
    devices = list(Device.objects.order_by("key"))

    def rename(device: Device) -> Callable[[], Any]:
        return lambda: save_device(actor=SYSTEM, device=device, changes={"note": "n"}, at=AT)

    def resize(maker: Organisation) -> Callable[[], Any]:
        return lambda: save_organisation(actor=SYSTEM, organisation=maker, changes={"size": "sme"}, at=AT)

    calls = [load(names, "a"), load(names[::-1], "b"), *map(rename, devices[:3]), *map(resize, makers)]
    assert together(*calls) == [""] * len(calls)
    assert {one.name for one in Device.objects.all()} in ({"a"}, {"b"})
    assert all(one.fault is None for one in walk())


def test_devices_given_in_opposite_directions_do_not_wait_for_ever() -> None:
    """Each writes to both chains, which both take in one order."""
    a, b = (Organisation.objects.create(key=key, name=key) for key in ("a", "b"))
    devices = [Device.objects.create(key=f"d{n}", name="D", owner=a if n % 2 else b) for n in range(12)]

    def give(n: int) -> Callable[[], Any]:
        changes = {"owner": "b" if n % 2 else "a"}
        return lambda: save_device(actor=SYSTEM, device=devices[n], changes=changes, at=AT)

    assert together(*map(give, range(12))) == [""] * 12
    assert [(one.events, one.fault) for one in walk()] == [(12, None)] * 2
