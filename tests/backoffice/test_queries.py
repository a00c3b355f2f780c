"""Pages ask a constant number of questions, whatever the number of devices."""

import copy
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.assessments.models import DeadlineRow
from compliance.audit.actors import Actor
from compliance.followup.operations import waive
from devices.models import Membership, Role, User
from tests import portfolio

DASHBOARD, DEADLINES, DEVICE, OTHER_DAY = 12, 12, 12, 12


def _many(number: int) -> list[dict[str, Any]]:
    devices = []
    for n in range(number):
        device = copy.deepcopy(portfolio.CERTIFIED)
        device |= {"key": f"device-{n}", "name": f"Device {n}", "identifiers": []}
        devices.append(device)
    return devices


def _count(session: Client, url: str) -> int:
    session.get(url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert session.get(url).status_code == 200
    return len(asked)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("url", "most"), [("/", DASHBOARD), ("/deadlines/", DEADLINES)])
def test_lists_ask_as_much_for_two_devices_as_for_twenty(url: str, most: int) -> None:
    portfolio.record(_many(2))
    # Of all people the owner is asked most for: the frame tells them of the alerting.
    Membership.objects.filter(user__email="officer@example.org").update(role=Role.OWNER)
    session = Client()
    session.force_login(User.objects.get(email="officer@example.org"))
    two = _count(session, url)
    portfolio.record(_many(20))
    assert _count(session, url) == two
    assert two <= most


@pytest.mark.usefixtures("db")
def test_the_device_page_asks_as_much_for_many_facts() -> None:
    portfolio.record(_many(1))
    session = Client()
    session.force_login(User.objects.get(email="officer@example.org"))
    url = reverse("admin:device", args=[portfolio.device("device-0").pk])
    few = _count(session, url)
    device = _many(1)[0]
    device["ce_marking"]["audits"] = [
        {"key": f"y{n}", "kind": "surveillance", "held_on": f"20{10 + n}-11-30"} for n in range(15)
    ]
    portfolio.record([device])
    assert _count(session, url) == few
    assert few <= DEVICE


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "query", ["on=2029-03-01", "known_on=2026-05-01", "on=2025-03-01&known_on=2026-11-21", "range=all"]
)
def test_the_page_of_another_day_asks_as_much_for_many_facts(query: str) -> None:
    portfolio.record(_many(1))
    session = Client()
    session.force_login(User.objects.get(email="officer@example.org"))
    url = f"{reverse('admin:device', args=[portfolio.device('device-0').pk])}?{query}"
    few = _count(session, url)
    portfolio.record(_many(5))
    assert _count(session, url) == few
    assert few <= OTHER_DAY


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("address", "most"),
    [("deadlines/{row}/", 12), ("deadlines/calendar/?month=2026-11", 10), ("deadlines/deadlines.csv", 9),
     ("deadlines/filters/", 6), ("deadlines/{row}/done/", 9), ("devices/{device}/what-if/", 12)],
)  # fmt: skip
def test_pages_of_deadlines_ask_as_much_for_many(address: str, most: int) -> None:
    portfolio.record(_many(2))
    session = Client()
    session.force_login(User.objects.get(email="officer@example.org"))
    row = DeadlineRow.objects.get(rule="mdr.surveillance_audit", device__key="device-0")
    url = "/" + address.format(row=row.pk, device=row.device_id)
    two = _count(session, url)
    portfolio.record(_many(20))
    waive(
        actor=Actor.system("test"),
        seen={one.pk: one.strict for one in DeadlineRow.objects.filter(rule="lppr.renewal_request_lead")},
        reason="Another device",
        at=portfolio.NOW,
    )
    assert _count(session, url) == two
    assert two <= most
