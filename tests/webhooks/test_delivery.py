"""From the ledger to the receiver: once where all goes well, again on schedule where not, under one id."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from standardwebhooks import Webhook

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.facts.errors import FactError
from compliance.webhooks import delivery, operations
from compliance.webhooks.announcing import write
from compliance.webhooks.models import Delivery, Endpoint
from compliance.webhooks.tasks import deliver
from devices.models import Membership
from tests import portfolio
from tests.webhooks.conftest import Add, user
from tests.webhooks.receiver import Receiver, answer, receiver, signature

pytestmark = pytest.mark.django_db
NOW = portfolio.NOW
SECOND = timedelta(seconds=1)
OK, BROKEN = answer("200 OK", b"thanks"), answer("500 Error", b"broken")


def announced(endpoint: Endpoint, number: int = 1) -> None:
    for n in range(number):
        write(f"evt_{n}", "webhook.test", {"n": n}, [endpoint.pk], NOW)


def run(at: datetime = NOW) -> int:
    return delivery.deliver_due(now=at, draw=lambda: 0.0)


def test_a_delivery_arrives_once_signed_as_the_specification_says(add: Add) -> None:
    with receiver(OK) as found:
        new = add(found.url)
        announced(new.endpoint)
        with time_machine.travel(NOW, tick=False):
            assert deliver() == 1
            assert deliver() == 0
            ((headers, body),) = found.requests
            assert Webhook(new.secret).verify(body, headers)["data"] == {"n": 0}
    assert headers["webhook-signature"] == signature(new.secret, headers, body)
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("evt_0", str(int(NOW.timestamp())))
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {"type": "webhook.test", "timestamp": "2026-11-22T09:00:00Z", "data": {"n": 0}}
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.status, row.answer) == ("delivered", 1, 200, "thanks")
    assert bytes(row.payload) == body


def test_a_failure_is_tried_again_with_the_same_id_and_bytes(add: Add) -> None:
    with receiver(BROKEN, answer("302 Found", b"", "Location: /elsewhere"), OK) as found:
        new = add(found.url)
        announced(new.endpoint)
        assert run() == 0
        row = Delivery.objects.get()
        assert (row.state, row.status, row.answer, row.error) == ("pending", 500, "broken", "HTTP 500")
        assert row.not_before == NOW + 5 * SECOND
        assert (run(NOW + 4 * SECOND), len(found.requests)) == (0, 1)
        assert (run(NOW + 5 * SECOND), Endpoint.objects.get().failures) == (0, 2)
        assert run(NOW + 305 * SECOND) == 1
    assert found.ids == ["evt_0"] * 3
    assert {body for _, body in found.requests} == {bytes(row.payload)}
    stamps = [int(headers["webhook-timestamp"]) - int(NOW.timestamp()) for headers, _ in found.requests]
    assert stamps == [0, 5, 305]
    assert (Endpoint.objects.get().failures, Endpoint.objects.get().failing_since) == (0, None)


def test_the_schedule_is_that_of_the_specification_and_ends(
    add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced(add().endpoint)
    monkeypatch.setattr(delivery, "LONG", timedelta(days=30))  # disabling is another test's
    at, waits = NOW, []
    while (row := Delivery.objects.get()).state == "pending":
        waits.append(row.not_before - at)
        at = row.not_before
        delivery.deliver_due(now=at, draw=lambda: 0.0)
    hours = [2, 5, 10, 14, 20, 24]
    assert [one.total_seconds() for one in waits] == [0, 5, 300, 1800, *(3600 * one for one in hours)]
    assert (row.state, row.attempts, row.error.split(":")[0]) == ("failed", 10, "ConnectionRefusedError")


@pytest.mark.parametrize(
    ("said", "drawn", "wait"),
    [
        (BROKEN, 1.0, 6),
        (answer("429 Slow", b"", "Retry-After: 600"), 1.0, 600),
        (answer("503 Slow", b"", "Retry-After: 999999"), 0.0, 24 * 3600),
    ],
)
def test_chance_and_the_receiver_make_the_wait_longer(add: Add, said: bytes, drawn: float, wait: int) -> None:
    with receiver(said) as found:
        announced(add(found.url).endpoint)
        delivery.deliver_due(now=NOW, draw=lambda: drawn)
    assert Delivery.objects.get().not_before == NOW + wait * SECOND


def test_gone_disables_the_endpoint_and_says_so(
    add: Add, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with receiver(answer("410 Gone")) as found:
        announced(add(found.url).endpoint, 2)
        with django_capture_on_commit_callbacks(execute=True):
            run()
        run(NOW + timedelta(days=2))
        row = Endpoint.objects.get()
        assert (row.disabled_by, row.disabled_at, len(found.requests)) == ("gone", NOW, 1)
        assert [one.state for one in Delivery.objects.order_by("id")] == ["failed", "pending"]
        ((subject, to),) = [(one.subject, one.to) for one in mail.outbox]
        assert (found.url in subject, to) == (True, ["officer@example.org"])
        found.answers = [OK]
        operations.enable_endpoint(actor=Actor.person(user("officer")), endpoint=row, at=NOW)
        assert run() == 1  # what waited
    actions = AuditEvent.objects.filter(subject_type="endpoint").order_by("id")
    assert [(one.action, one.actor_label) for one in actions] == [
        ("webhook.added", "officer@example.org"),
        ("webhook.disabled", "webhooks"),
        ("webhook.enabled", "officer@example.org"),
    ]


def test_many_failures_in_a_row_disable_it_but_not_a_bad_weekend(add: Add) -> None:
    announced(add().endpoint, 12)
    for hour in range(0, 71, 5):
        run(NOW + timedelta(hours=hour))
    row = Endpoint.objects.get()
    assert (row.disabled_by, row.failures, row.failing_since) == ("", 15, NOW)
    run(NOW + timedelta(hours=72))
    row.refresh_from_db()
    assert (row.disabled_by, row.failures) == ("failing", 16)
    assert run(NOW + timedelta(hours=100)) == 0


def test_one_that_does_not_answer_keeps_no_other_waiting(add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compliance.webhooks.sending.TOTAL_SECONDS", 0.3)
    with receiver(None) as silent, receiver(OK) as good:
        first, second = add(silent.url).endpoint, add(good.url).endpoint
        for endpoint in (first, second):
            announced(endpoint, 15)
        assert run() == 10
        assert (len(silent.requests), len(good.requests)) == (1, 10)
        assert run(NOW + SECOND) == 5
    assert set(good.ids) == {f"evt_{n}" for n in range(15)}
    assert {one.state for one in first.deliveries.all()} == {"pending"}
    assert sorted(one.attempts for one in first.deliveries.all()) == [0] * 13 + [1] * 2


def test_a_long_line_leaves_room_for_the_first_of_every_other(add: Add) -> None:
    long, short = add().endpoint, add().endpoint
    announced(long, 3)
    write("evt_later", "webhook.test", {}, [short.pk], NOW + SECOND)
    taken = delivery.claim(now=NOW + SECOND, limit=2)
    assert [(one.endpoint, one.event_id) for one in taken] == [(long, "evt_0"), (short, "evt_later")]


def test_a_secret_that_nobody_reads_any_more_keeps_no_other_waiting(add: Add) -> None:
    with receiver(OK) as found:
        lost, good = add(found.url).endpoint, add(found.url).endpoint
        Endpoint.objects.filter(pk=lost.pk).update(secret="gibberish")
        for endpoint in (lost, good):
            announced(endpoint)
        assert run() == 1
    assert lost.deliveries.get().error == "The secret cannot be read any more: rotate it."


def test_a_dead_worker_loses_nothing(add: Add) -> None:
    announced(add().endpoint, 2)
    claimed = {one.pk for one in delivery.claim(now=NOW)}
    assert len(claimed) == 2
    assert delivery.claim(now=NOW + timedelta(minutes=9)) == []
    assert {one.pk for one in delivery.claim(now=NOW + timedelta(minutes=10))} == claimed


def test_the_database_refuses_a_second_row_for_an_event(add: Add) -> None:
    new = add()
    announced(new.endpoint)
    announced(new.endpoint)
    row = Delivery.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="one_delivery_an_event"), transaction.atomic():
        row.save(force_insert=True)


def test_a_replay_sends_the_same_again(add: Add) -> None:
    with receiver(OK) as found:
        new = add(found.url)
        announced(new.endpoint)
        run()
        officer = Actor.person(user("officer"))
        operations.replay(actor=officer, delivery=Delivery.objects.get(), at=NOW + SECOND)
        assert run(NOW + SECOND) == 1
        assert (found.ids, len({body for _, body in found.requests})) == (["evt_0"] * 2, 1)
        operations.disable_endpoint(actor=officer, endpoint=new.endpoint, reason="Moved", at=NOW)
        with pytest.raises(FactError):
            operations.replay(actor=officer, delivery=Delivery.objects.get(), at=NOW)
    event = AuditEvent.objects.get(action="webhook.replayed")
    assert event.after == {"event": "webhook.test", "webhook_id": "evt_0"}


def test_a_rotation_signs_twice_until_the_overlap_ends(add: Add) -> None:
    day = timedelta(days=1)
    with receiver(OK) as found:
        new = add(found.url)
        officer = Actor.person(user("officer"))
        second = operations.rotate_secret(actor=officer, endpoint=new.endpoint, overlap=day, at=NOW)
        signed = [_signatures(found, new.endpoint, at) for at in (NOW, NOW + day - SECOND, NOW + day)]
        third = operations.rotate_secret(actor=officer, endpoint=new.endpoint, overlap=day, at=NOW)
        signed.append(_signatures(found, new.endpoint, NOW))
        last = operations.rotate_secret(actor=officer, endpoint=new.endpoint, overlap=0 * day, at=NOW)
        signed.append(_signatures(found, new.endpoint, NOW))
    both = [second.secret, new.secret]
    for (headers, body), secrets in zip(
        signed, [both, both, both[:1], [third.secret, second.secret], [last.secret]], strict=True
    ):
        assert headers["webhook-signature"].split() == [signature(one, headers, body) for one in secrets]


def _signatures(found: Receiver, endpoint: Endpoint, at: datetime) -> tuple[dict[str, str], bytes]:
    write(f"evt_{len(found.requests)}", "webhook.test", {}, [endpoint.pk], at)
    assert run(at) == 1
    return found.requests[-1]


def test_a_name_that_turns_private_is_refused_when_sending(
    add: Add, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_LOOPBACK = False
    leads = {"hook.example": "1.1.1.1"}
    monkeypatch.setattr(
        "compliance.webhooks.addresses.getaddrinfo",
        lambda host, port, **_: [(0, 0, 0, "", (leads[host], port))],
    )
    with receiver(OK) as found:
        announced(add(f"https://hook.example:{found.port}/").endpoint)
        leads["hook.example"] = "127.0.0.1"
        assert run() == 0
        assert found.requests == []
    assert Delivery.objects.get().error == "This host is not on the public internet."


def test_a_buyer_who_left_hears_nothing_more(add: Add) -> None:
    with receiver(OK) as found:
        announced(add(found.url, who="buyer", devices=[portfolio.device()]).endpoint)
        Membership.objects.filter(user=user("buyer")).delete()
        assert (run(), found.requests) == (0, [])


def test_no_secret_stands_in_the_clear(add: Add) -> None:
    new = add("http://127.0.0.1:9/in?key=hidden")
    operations.rotate_secret(
        actor=Actor.person(user("officer")), endpoint=new.endpoint, overlap=timedelta(days=1), at=NOW
    )
    row = Endpoint.objects.get()
    kept = [row.secret, row.previous_secret, repr(new), str(row), repr(list(AuditEvent.objects.values()))]
    for hidden in (new.secret, new.secret[6:], "key=hidden"):
        assert [one for one in kept if hidden in one] == []
    assert operations.secrets_of(row, NOW)[1] == new.secret
