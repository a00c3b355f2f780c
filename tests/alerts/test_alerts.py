"""Alerts: planned from the deadlines, sent once, nothing lost by a failure or a dead worker."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from pytest_django.plugin import DjangoDbBlocker

from compliance.alerts import delivery, gathering, plan
from compliance.alerts.models import Alert, Letter
from compliance.alerts.schedule import instant
from compliance.alerts.tasks import tick
from compliance.assessments.models import DeviceAssessment
from compliance.facts.operations import record
from compliance.people.memberships import remove
from devices.models import Membership, Role
from tests import portfolio
from tests.alerts.desk import (
    AUDIT,
    AUDIT_DUE,
    DAYS,
    NOW,
    SYSTEM,
    at,
    audit_row,
    join,
    mails,
    person,
    planned,
    states,
    work,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _portfolio(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Record the portfolio once for all tests of the file, each of which takes its own changes back."""
    with django_db_blocker.unblock(), transaction.atomic():
        portfolio.record([portfolio.CERTIFIED])
        portfolio.people()
        plan.plan_changed(now=NOW)
        yield
        transaction.set_rollback(True)


def audit_alert(threshold: int = 30, channel: str = "email") -> Alert:
    return Alert.objects.get(rule=AUDIT, strict=AUDIT_DUE, threshold=threshold * 24, channel=channel)


def test_each_threshold_is_planned_once_for_the_officer_by_mail_and_in_the_office() -> None:
    alerts = Alert.objects.filter(rule=AUDIT)
    assert {one.recipient.email for one in alerts} == {"officer@example.org"}
    assert {one.threshold // 24 for one in alerts.filter(channel="notice")} == DAYS
    assert {one.threshold // 24: one.due_at for one in alerts.filter(channel="email")} == {
        365: instant(date(2025, 12, 1)),  # 30 November 2025 was a Sunday
        180: instant(date(2026, 6, 3)),
        90: instant(date(2026, 9, 1)),
        30: instant(date(2026, 11, 2)),  # a Saturday, then All Saints' Day, a Sunday
        7: instant(date(2026, 11, 23)),
        1: instant(date(2026, 11, 27)),  # the day before is a Sunday, the day after too late
        0: instant(AUDIT_DUE),
        -1: instant(date(2026, 12, 1)),
        -3: instant(date(2026, 12, 3)),
        -7: instant(date(2026, 12, 7)),
        -14: instant(date(2026, 12, 14)),
    }


def test_missed_thresholds_collapse_into_the_most_urgent() -> None:
    delivery.deliver_due(today=NOW.date(), now=NOW)
    assert mails() == ["officer"]
    for channel in ("email", "notice"):
        past = dict.fromkeys((365, 180, 90), "superseded")
        assert states(channel=channel) == {**dict.fromkeys(DAYS, "planned"), **past, 30: "sent"}


def test_a_batch_that_cuts_through_a_deadline_sends_no_second_mail() -> None:
    gathering.gather_due(now=NOW, batch=1)
    delivery.deliver_due(today=NOW.date(), now=NOW)
    assert mails() == ["officer"]
    assert states()[180] == "superseded"


def test_a_second_tick_sends_nothing_twice() -> None:
    with time_machine.travel(NOW, tick=False):
        assert tick() > 0
        sent = len(mail.outbox)
        assert tick() == 0
    assert len(mail.outbox) == sent


def test_the_mail_says_what_when_why_and_where() -> None:
    delivery.deliver_due(today=NOW.date(), now=NOW)
    message: Any = next(one for one in mail.outbox if "30 novembre 2026" in one.subject)
    assert "Écho Scan One" in message.subject
    letter = audit_alert().letter
    assert letter is not None
    assert message.extra_headers["Message-ID"].startswith(f"<letter-{letter.pk}@")
    assert (letter.subject, letter.text) == (message.subject, message.body)
    pages = (f"/deadlines/{audit_row().pk}/", f"/deadlines/{audit_row().pk}/acknowledge/")
    for body in (message.body, message.alternatives[0].content):
        assert "MDR" in body
        assert all(page in body for page in pages)


def test_who_has_left_the_organisation_gets_nothing_more() -> None:
    membership = Membership.objects.get(user__email="officer@example.org")
    remove(actor=SYSTEM, membership=membership, reason="Left", at=NOW)
    assert delivery.deliver_due(today=NOW.date(), now=NOW) == 0
    assert mail.outbox == []
    assert states()[30] == "cancelled"
    assert set(Letter.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_deadline_met_cancels_what_is_left_and_takes_its_notice_down() -> None:
    delivery.deliver_due(today=NOW.date(), now=NOW)
    assert audit_alert(channel="notice").closed_at is None
    held = {"key": "y2", "kind": "surveillance", "held_on": date(2026, 11, 20), "source": "record"}
    record(actor=SYSTEM, subject=portfolio.device(), kind="ce_marking.audits", value=held, at=NOW)
    assert plan.plan_changed(now=NOW) == 1
    assert set(states().values()) == {"sent", "superseded", "cancelled"}
    assert audit_alert(channel="notice").closed_at == NOW
    assert planned(strict=date(2027, 11, 20)) >= {90, 30, 7, 1, 0, -1}


def test_planning_again_changes_nothing() -> None:
    before = list(Alert.objects.order_by("pk").values())
    DeviceAssessment.objects.update(alerts_planned=False)
    assert plan.plan_changed(now=NOW) == 1
    assert list(Alert.objects.order_by("pk").values()) == before
    assert plan.plan_changed(now=NOW) == 0


def test_a_device_that_cannot_be_planned_holds_up_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no plan")

    DeviceAssessment.objects.update(alerts_planned=False)
    with monkeypatch.context() as patched:
        patched.setattr(plan, "plan_device", broken)
        assert plan.plan_changed(now=NOW) == 0
    assert delivery.deliver_due(today=NOW.date(), now=NOW) > 0
    assert plan.plan_changed(now=NOW) == 1


def test_a_dead_worker_loses_nothing() -> None:
    gathering.gather_due(now=NOW)
    leased = delivery.lease(now=NOW, limit=200)
    assert leased
    assert delivery.lease(now=NOW + timedelta(minutes=5), limit=200) == []
    again = delivery.lease(now=NOW + timedelta(minutes=11), limit=200)
    assert {one.pk for one in again} == {one.pk for one in leased}


def test_a_refusing_server_is_tried_again_then_said_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("the server refuses")

    join("head", Role.OWNER)
    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    now: datetime = NOW
    for _ in range(delivery.MAX_ATTEMPTS):
        delivery.deliver_due(today=now.date(), now=now)
        now += timedelta(hours=10)  # beyond the longest wait
    alert = Alert.objects.get(rule=AUDIT, state="failed")
    letter = alert.letter
    assert letter is not None
    assert (letter.state, letter.attempts) == ("failed", delivery.MAX_ATTEMPTS)
    assert letter.error == "OSError: the server refuses"
    assert alert.threshold == 7 * 24  # what came due meanwhile has taken the place of what was less urgent
    monkeypatch.undo()
    delivery.deliver_due(today=now.date(), now=now)
    assert mails() == ["officer", "head"]  # the officer of the next threshold, the owner of the lost mail
    head = Alert.objects.get(rule=AUDIT, state="sent", recipient=person("head"), channel="email")
    assert (head.reason, head.threshold) == ("undelivered", alert.threshold)


def test_attempts_come_farther_apart_and_not_all_at_once() -> None:
    letters = [Letter(), Letter()]
    waits = [[delivery.backoff(one, n).total_seconds() / 60 for n in range(1, 12)] for one in letters]
    assert waits[0] != waits[1]
    for wait in waits:
        assert all(2 ** (n + 1) <= minutes <= 1.5 * 2 ** (n + 1) for n, minutes in enumerate(wait[:8]))
        assert max(wait) <= 9 * 60


def test_an_unreachable_server_costs_no_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object) -> None:
        raise ConnectionRefusedError("nobody listens")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", unreachable)
    assert delivery.deliver_due(today=NOW.date(), now=NOW) == 0
    letter = Letter.objects.filter(error="ConnectionRefusedError: nobody listens").first()
    assert letter is not None
    assert (letter.state, letter.attempts) == ("waiting", 0)
    monkeypatch.undo()
    delivery.deliver_due(today=NOW.date(), now=NOW + timedelta(minutes=3))
    assert mails() == ["officer"]


def test_the_database_refuses_a_second_row() -> None:
    alert = audit_alert()
    alert.pk = None
    with pytest.raises(IntegrityError, match="one_alert_a_threshold"), transaction.atomic():
        alert.save(force_insert=True)


def test_overdue_is_told_until_the_cap_then_no_more() -> None:
    told = []
    for day in range(20, 60):
        now = at(date(2026, 11, 1) + timedelta(days=day))
        before = len(mails())
        work(now)
        if len(mails()) > before:
            told.append(now.date())
    assert told == [
        date(2026, 11, 21), date(2026, 11, 23), date(2026, 11, 27), AUDIT_DUE, date(2026, 12, 1),
        date(2026, 12, 3), date(2026, 12, 7), date(2026, 12, 14),
    ]  # fmt: skip
    assert sum(one.subject.startswith("Dépassée") for one in mail.outbox) >= 4


def test_a_week_without_a_tick_sends_one_mail_of_each_deadline() -> None:
    work(at(date(2026, 11, 20)))
    work(at(date(2026, 12, 4)))
    assert mails() == ["officer", "officer"]
    assert {days: state for days, state in states().items() if days <= 30} == {
        30: "sent", 7: "superseded", 1: "superseded", 0: "superseded", -1: "superseded", -3: "sent",
        -7: "planned", -14: "planned",
    }  # fmt: skip
