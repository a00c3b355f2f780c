"""Who is told what: deadlines to who keeps the record, changed statuses also to buyers who watch."""

import json
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from compliance.alerts import plan
from compliance.alerts.models import Alert
from compliance.assessments.models import DeadlineRow
from compliance.assessments.operations import reassess
from compliance.audit.actors import Actor
from compliance.facts.errors import FactError
from compliance.facts.operations import set_publication
from compliance.webhooks.announcing import announce_deadlines
from compliance.webhooks.models import Delivery, Endpoint, Event, Watch
from compliance.webhooks.operations import change_endpoint, disable_endpoint
from devices import wall
from devices.models import Device
from devices.queries import Caller, reach
from tests import portfolio
from tests.webhooks.conftest import Add, user

pytestmark = pytest.mark.django_db
NOW = portfolio.NOW
AFTER_THE_END = datetime(2029, 3, 1, 9, tzinfo=NOW.tzinfo)


def told(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [json.loads(bytes(one.payload)) for one in endpoint.deliveries.order_by("id")]


def end_of_certificate() -> None:
    reassess(devices=list(Device.objects.all()), today=AFTER_THE_END.date(), at=AFTER_THE_END)


def test_a_changed_status_is_told_to_the_keeper_and_to_who_watches(add: Add) -> None:
    own = add().endpoint
    watching = add(who="buyer", devices=[portfolio.device()]).endpoint
    bystanders = [add(who="buyer").endpoint, add(who="rival").endpoint]
    end_of_certificate()
    (said,) = told(watching)
    assert said in told(own)
    assert (said["type"], said["timestamp"]) == ("device.status_changed", "2029-03-01T09:00:00Z")
    data = said["data"]
    assert data["device"] == {
        "id": str(portfolio.device().pk),
        "key": "scan-one",
        "name": "Écho Scan One",
        "identifiers": [
            {"scheme": "basic_udi_di", "value": "42508029C1000Y6"},
            {"scheme": "udi_di", "value": "04250802900152"},
        ],
    }
    changes = {one["name"]: one for one in data["changes"]}
    marking = changes["ce_marking"]
    assert (marking["before"], marking["after"]) == (
        {"status": "valid", "state": "certified"},
        {"status": "expired", "state": "certificate_expired"},
    )
    assert {(one["citation"], one["certainty"]) for one in marking["reasons"]} == {
        ("MDR Art. 56(2); IVDR Art. 51(2)", "verified")
    }
    assert changes["market_access"]["what"] == "gate"
    assert data["links"]["status"].endswith(f"/api/v1/devices/{portfolio.device().pk}/status")
    assert [told(one) for one in bystanders] == [[], []]
    assert "example.org" not in json.dumps(said).replace("http://localhost", "")
    same = Delivery.objects.filter(payload=watching.deliveries.get().payload)
    assert len({one.event_id for one in same}) == 1
    assert same.count() == 2


def test_an_answer_that_says_the_same_tells_nothing(add: Add) -> None:
    own = add().endpoint
    reassess(devices=list(Device.objects.all()), today=NOW.date(), at=NOW)
    assert told(own) == []


def test_what_is_rolled_back_is_not_told(add: Add) -> None:
    own = add().endpoint
    with transaction.atomic():
        end_of_certificate()
        assert told(own)
        transaction.set_rollback(True)
    assert told(own) == []


def test_listening_costs_a_constant_number_of_queries(add: Add) -> None:
    devices = list(Device.objects.all())

    def asked(at: datetime = NOW) -> list[str]:
        with CaptureQueriesContext(connection) as found:
            reassess(devices=devices, today=at.date(), at=at)
        return [one["sql"] for one in found.captured_queries if "webhooks_" in one["sql"]]

    assert len(asked()) == 2
    add()
    for _ in range(3):
        add(who="buyer", devices=[portfolio.device()])
    assert len(asked()) == 2
    assert len(asked(AFTER_THE_END)) == 3  # and what is put in line


def test_an_unpublished_device_is_not_watched_nor_told(add: Add) -> None:
    for key in ("draft-two", "rival-three"):
        with pytest.raises(FactError):
            add(who="buyer", devices=[portfolio.device(key)])
    watching = add(who="buyer", devices=[portfolio.device()]).endpoint
    own = add().endpoint
    set_publication(
        actor=Actor.system("test"), device=portfolio.device(), published=False, reason="Withdrawn", at=NOW,
        expected_version=portfolio.device().row_version,
    )  # fmt: skip
    end_of_certificate()
    assert told(watching) == []
    assert told(own)
    with pytest.raises(FactError):
        change_endpoint(
            actor=Actor.person(user("buyer")), endpoint=watching, events=[Event.STATUS_CHANGED],
            devices=[portfolio.device()], at=NOW,
        )  # fmt: skip


def test_a_buyer_hears_of_no_deadline(add: Add) -> None:
    with pytest.raises(FactError):
        add(who="buyer", events=[Event.DEADLINE_DUE])


def _alert(threshold: int = 30, **changes: Any) -> Alert:
    plan.plan_changed(now=NOW)
    found = Alert.objects.get(
        rule="mdr.surveillance_audit", strict=date(2026, 11, 30), threshold=threshold * 24, channel="notice"
    )
    for name, value in changes.items():
        setattr(found, name, value)
    return found


def test_a_deadline_is_told_once_for_each_threshold_whoever_is_mailed(add: Add) -> None:
    own, rival = add().endpoint, add(who="rival").endpoint
    alert = _alert()
    announce_deadlines([alert, _alert(recipient=user("rival"))], at=NOW)
    announce_deadlines([alert, _alert(-1)], at=NOW)
    due, overdue = told(own)
    assert (due["type"], overdue["type"]) == ("deadline.due", "deadline.overdue")
    hours = [one["data"]["deadline"]["hours_before"] for one in (due, overdue)]
    assert hours == [30 * 24, -24]
    deadline = due["data"]["deadline"]
    assert {one: deadline[one] for one in ("rule", "strict", "rolled", "state", "obliged", "certainty")} == {
        "rule": "mdr.surveillance_audit", "strict": "2026-11-30", "rolled": "2026-11-30", "state": "open",
        "obliged": "notified_body", "certainty": "verified",
    }  # fmt: skip
    assert deadline["citation"].startswith("MDR")
    assert set(deadline["label"]) == {"fr", "en"}
    assert told(rival) == []
    moved, text = _alert(7, strict=date(2026, 11, 29)), _alert(7, device_id=None)
    announce_deadlines([moved, text], at=NOW)
    assert len(told(own)) == 2


def test_many_deadlines_cost_as_many_queries_as_one(add: Add) -> None:
    own, rows = add().endpoint, list(DeadlineRow.objects.filter(device=portfolio.device()))
    assert len(rows) > 3

    def asked(some: list[Any]) -> int:
        for row in some:
            row.threshold = 24
        with CaptureQueriesContext(connection) as found:
            announce_deadlines(some, at=NOW)
        return len(found)

    assert asked(rows[:1]) == asked(rows[1:])
    assert own.deliveries.count() == len(rows)


def test_a_disabled_endpoint_hears_nothing(add: Add) -> None:
    own = add().endpoint
    disable_endpoint(actor=Actor.person(user("officer")), endpoint=own, reason="Moved", at=NOW)
    announce_deadlines([_alert()], at=NOW)
    end_of_certificate()
    assert told(own) == []


def test_each_side_of_the_wall_sees_its_own(add: Add) -> None:
    own, buying = add().endpoint, add(who="buyer", devices=[portfolio.device()]).endpoint
    end_of_certificate()
    for name, endpoints in (("officer", {own}), ("buyer", {buying}), ("rival", set()), ("auditor", set())):
        with wall.within(reach(Caller(user(name)))):
            assert set(Endpoint.objects.all()) == endpoints, name
            assert {one.endpoint_id for one in Delivery.objects.all()} == {one.pk for one in endpoints}, name
            assert Watch.objects.count() == (name == "buyer"), name
            assert Delivery.objects.update(state="failed") == 0
            assert Endpoint.objects.update(failures=0) == len(endpoints)
