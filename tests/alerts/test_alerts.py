"""Alerts: planned from the deadlines, sent once, nothing lost by a failure or a dead worker."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction

from compliance.alerts import delivery, plan
from compliance.alerts.models import Alert, AlertState
from compliance.alerts.tasks import tick
from compliance.assessments.models import DeviceAssessment
from compliance.assessments.operations import reassess
from compliance.audit.actors import Actor
from compliance.facts.operations import record
from compliance.people.memberships import remove
from devices.models import Membership
from tests import portfolio

pytestmark = pytest.mark.django_db
AUDIT_DUE = date(2026, 11, 30)  # a Monday
NOW = portfolio.NOW


@pytest.fixture(autouse=True)
def _portfolio() -> None:
    portfolio.record([portfolio.CERTIFIED])
    portfolio.people()
    plan.plan_changed()


def _audit_alerts() -> dict[int, str]:
    return {
        one.threshold: one.state
        for one in Alert.objects.filter(rule="mdr.surveillance_audit", strict=AUDIT_DUE)
    }


def _audit_mails() -> list[str]:
    return [str(one.subject) for one in mail.outbox if "30 novembre 2026" in one.subject]


def test_each_threshold_is_planned_once_for_the_officer_alone() -> None:
    alerts = Alert.objects.filter(rule="mdr.surveillance_audit")
    assert {one.recipient.email for one in alerts} == {"officer@example.org"}
    assert {one.threshold: one.due_on for one in alerts} == {
        180: date(2026, 6, 3),
        90: date(2026, 9, 1),
        30: date(2026, 10, 31),
        7: date(2026, 11, 23),
        1: date(2026, 11, 29),
        0: AUDIT_DUE,
        -1: date(2026, 12, 1),
    }


def test_missed_thresholds_collapse_into_the_most_urgent() -> None:
    delivery.deliver_due(today=NOW.date(), now=NOW)
    assert len(_audit_mails()) == 1
    assert _audit_alerts() == {
        180: "superseded",
        90: "superseded",
        30: "sent",
        7: "planned",
        1: "planned",
        0: "planned",
        -1: "planned",
    }


def test_a_second_tick_sends_nothing_twice() -> None:
    with time_machine.travel(NOW, tick=False):
        assert tick() > 0
        sent = len(mail.outbox)
        assert tick() == 0
    assert len(mail.outbox) == sent


def test_the_mail_says_what_when_why_and_where() -> None:
    delivery.deliver_due(today=NOW.date(), now=NOW)
    message = next(one for one in mail.outbox if "30 novembre 2026" in one.subject)
    assert "Écho Scan One" in message.subject
    assert "MDR" in message.body
    assert f"/{portfolio.device().pk}/" in message.body
    alert = Alert.objects.get(rule="mdr.surveillance_audit", state="sent")
    assert message.extra_headers["Message-ID"].startswith(f"<alert-{alert.pk}@")
    assert (alert.subject, alert.text) == (message.subject, message.body)


def test_who_has_left_the_organisation_gets_nothing_more() -> None:
    remove(
        actor=Actor.system("test"),
        membership=Membership.objects.get(user__email="officer@example.org"),
        reason="Left",
        at=NOW,
    )
    assert delivery.deliver_due(today=NOW.date(), now=NOW) == 0
    assert mail.outbox == []
    assert _audit_alerts()[30] == "cancelled"


def test_a_deadline_met_cancels_what_is_left() -> None:
    record(
        actor=Actor.system("test"),
        subject=portfolio.device(),
        kind="ce_marking.audits",
        value={"key": "y2", "kind": "surveillance", "held_on": date(2026, 11, 20), "source": "record"},
        at=NOW,
    )
    assert plan.plan_changed() == 1
    assert set(_audit_alerts().values()) == {"cancelled"}
    assert Alert.objects.filter(
        rule="mdr.surveillance_audit", strict=date(2027, 11, 20), state="planned"
    ).exists()


def test_planning_again_changes_nothing() -> None:
    before = list(Alert.objects.order_by("pk").values())
    DeviceAssessment.objects.update(alerts_planned=False)
    assert plan.plan_changed() == 1
    assert list(Alert.objects.order_by("pk").values()) == before
    assert plan.plan_changed() == 0


def test_a_dead_worker_loses_nothing() -> None:
    claimed = delivery.claim(today=NOW.date(), now=NOW, limit=200)
    assert claimed
    assert delivery.claim(today=NOW.date(), now=NOW + timedelta(minutes=5), limit=200) == []
    again = delivery.claim(today=NOW.date(), now=NOW + timedelta(minutes=11), limit=200)
    assert {one.pk for one in again} == {one.pk for one in claimed}


def test_a_refusing_server_is_tried_again_then_said_to_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("the server refuses")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    at: datetime = NOW
    for _ in range(delivery.MAX_ATTEMPTS):
        delivery.deliver_due(today=NOW.date(), now=at)
        at += timedelta(hours=12)
    alert = Alert.objects.get(rule="mdr.surveillance_audit", threshold=30)
    assert (alert.state, alert.attempts) == (AlertState.FAILED, delivery.MAX_ATTEMPTS)
    assert alert.error == "OSError: the server refuses"


def test_the_database_refuses_a_second_row() -> None:
    alert = Alert.objects.first()
    assert alert is not None
    alert.pk = None
    with pytest.raises(IntegrityError, match="one_alert_a_threshold"), transaction.atomic():
        alert.save(force_insert=True)


def test_overdue_is_told_on_the_day_after() -> None:
    day_after = datetime(2026, 12, 1, 9, tzinfo=NOW.tzinfo)
    reassess(devices=[portfolio.device()], today=day_after.date(), at=day_after)
    plan.plan_changed()
    delivery.deliver_due(today=day_after.date(), now=day_after)
    assert _audit_alerts()[-1] == "sent"
    assert len(_audit_mails()) == 1
