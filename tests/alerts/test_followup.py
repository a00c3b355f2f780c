"""Alerts heed what people say of deadlines: the assignee first, others in steps, silence where it is done."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.core import mail
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from compliance.alerts import delivery, gathering, plan
from compliance.alerts.models import Alert
from compliance.alerts.operations import acknowledge
from compliance.audit.models import AuditEvent
from compliance.facts.errors import FactError
from compliance.followup.operations import assign, declare_done, unassign, undo, waive
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
    join,
    mails,
    person,
    planned,
    seen,
    states,
    work,
)  # fmt: skip
from tests.followup.test_operations import move_audit

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _portfolio(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        portfolio.record([portfolio.CERTIFIED])
        portfolio.people()
        join("second")
        join("head", Role.OWNER)
        plan.plan_changed(now=NOW)
        yield
        transaction.set_rollback(True)


def test_officers_are_told_and_the_owner_once_it_is_three_days_overdue() -> None:
    assert planned("officer") == planned("second") == DAYS
    assert planned("head") == {-3, -7, -14}
    reasons = Alert.objects.filter(rule=AUDIT, recipient=person("head")).values_list("reason", flat=True)
    assert set(reasons) == {"escalated"}


def test_the_assignee_is_told_first_then_the_officers_then_the_owner() -> None:
    assign(actor=SYSTEM, seen=seen(), person=person("second"), at=NOW)
    assert plan.plan_changed(now=NOW) == 1
    assert planned("second") == DAYS
    assert planned("officer") == {1, 0, -1, -3, -7, -14}
    assert planned("head") == {-3, -7, -14}
    unassign(actor=SYSTEM, seen=seen(), at=NOW)
    plan.plan_changed(now=NOW)
    assert planned("officer") == planned("second") == DAYS


def test_an_acknowledgement_ends_the_escalation_of_this_date_and_not_the_assignee_s_alerts() -> None:
    assign(actor=SYSTEM, seen=seen(), person=person("second"), at=NOW)
    work(NOW)
    acknowledge(actor=SYSTEM, person=person("second"), seen=seen(), at=NOW)
    plan.plan_changed(now=NOW)
    assert planned("second") == {7, 1, 0, -1}
    assert planned("officer") == planned("head") == set()
    event = AuditEvent.objects.get(action="deadline.acknowledged")
    (told,) = (event.after or {})["deadline"].values()
    assert told == {"strict": "2026-11-30", "acknowledged_by": "second@example.org"}
    move_audit(date(2025, 12, 1))
    plan.plan_changed(now=NOW)
    assert planned("officer", date(2026, 12, 1)) == {1, 0, -1, -3, -7, -14}


def test_to_acknowledge_takes_the_own_notice_down_until_it_is_told_with_more_urgency() -> None:
    work(NOW)
    own = {"rule": AUDIT, "channel": "notice", "state": "sent", "closed_at": None}
    acknowledge(actor=SYSTEM, person=person("officer"), seen=seen(), at=NOW)
    assert [one.recipient for one in Alert.objects.filter(**own)] == [person("second")]
    work(at(date(2026, 11, 23)))
    notices = Alert.objects.filter(**own, threshold=7 * 24)
    assert {one.recipient for one in notices} == {person("officer"), person("second")}
    assert not Alert.objects.filter(**own, threshold=30 * 24).exists()


def test_to_acknowledge_twice_is_one_event_and_a_moved_date_is_refused() -> None:
    stale = {pk: date(2026, 1, 1) for pk in seen()}
    with pytest.raises(FactError) as refused:
        acknowledge(actor=SYSTEM, person=person("officer"), seen=stale, at=NOW)
    assert refused.value.problems[0].code == "stale"
    for _ in range(2):
        acknowledge(actor=SYSTEM, person=person("officer"), seen=seen(), at=NOW)
    assert AuditEvent.objects.filter(action="deadline.acknowledged").count() == 1


def test_what_was_claimed_before_an_acknowledgement_is_not_escalated_after_it() -> None:
    assign(actor=SYSTEM, seen=seen(), person=person("second"), at=NOW)
    now = at(date(2026, 11, 27))
    plan.plan_changed(now=now)
    acknowledge(actor=SYSTEM, person=person("second"), seen=seen(), at=now)
    delivery.deliver_due(today=now.date(), now=now)  # before the next plan
    assert mails() == ["second"]


@pytest.mark.parametrize(
    ("day", "told"), [(date(2026, 12, 3), []), (date(2026, 12, 1), ["officer", "second"])]
)
def test_what_was_claimed_before_an_acknowledgement_is_told_up_to_the_first_alert_after_the_limit(
    day: date, told: list[str]
) -> None:
    plan.plan_changed(now=at(day))
    gathering.gather_due(now=at(day))
    acknowledge(actor=SYSTEM, person=person("head"), seen=seen(), at=at(day))
    delivery.deliver_due(today=day, now=at(day))  # before the next plan
    assert sorted(mails()) == told


def test_who_was_told_that_it_is_overdue_hears_nothing_less_urgent_after() -> None:
    assign(actor=SYSTEM, seen=seen(), person=person("second"), at=NOW)
    now = at(date(2026, 12, 2))
    work(now)
    assert sorted(mails()) == ["officer", "second"]
    unassign(actor=SYSTEM, seen=seen(), at=now)
    plan.plan_changed(now=now)
    assert planned("officer") == planned("second") == {-3, -7, -14}


@pytest.mark.parametrize("how", ["done", "waived"])
def test_what_is_done_or_waived_is_silent_until_it_is_undone_or_moves(how: str) -> None:
    if how == "done":
        declare_done(actor=SYSTEM, seen=seen(), on=NOW.date(), version=None, note="Held", at=NOW)
    else:
        waive(actor=SYSTEM, seen=seen(), reason="Another device", at=NOW)
    plan.plan_changed(now=NOW)
    assert planned("officer") == planned("head") == set()
    undo(actor=SYSTEM, seen=seen(), at=NOW)
    plan.plan_changed(now=NOW)
    assert planned("officer") == planned("second") == DAYS


def test_a_date_that_moves_away_from_a_mark_is_alerted_again() -> None:
    waive(actor=SYSTEM, seen=seen(), reason="Another device", at=NOW)
    plan.plan_changed(now=NOW)
    move_audit(date(2025, 12, 1))
    plan.plan_changed(now=NOW)
    assert planned("officer", date(2026, 12, 1)) == DAYS
    assert planned("officer") == set()


def test_what_is_planned_already_is_not_sent_after_a_mark() -> None:
    waive(actor=SYSTEM, seen=seen(), reason="Another device", at=NOW)
    delivery.deliver_due(today=NOW.date(), now=NOW)
    assert mails() == []


def test_a_sent_alert_is_not_sent_again_by_a_mark_undone() -> None:
    delivery.deliver_due(today=NOW.date(), now=NOW)
    sent = len(mail.outbox)
    waive(actor=SYSTEM, seen=seen(), reason="Another device", at=NOW)
    plan.plan_changed(now=NOW)
    undo(actor=SYSTEM, seen=seen(), at=NOW)
    plan.plan_changed(now=NOW)
    assert delivery.deliver_due(today=NOW.date(), now=NOW) == 0
    assert len(mail.outbox) == sent
    assert planned("officer") == {7, 1, 0, -1, -3, -7, -14}


def test_the_others_are_told_in_the_place_of_an_assignee_who_left() -> None:
    assign(actor=SYSTEM, seen=seen(), person=person("second"), at=NOW)
    plan.plan_changed(now=NOW)
    membership = Membership.objects.get(user=person("second"))
    remove(actor=SYSTEM, membership=membership, reason="Left", at=NOW)
    delivery.deliver_due(today=NOW.date(), now=NOW)
    assert plan.plan_changed(now=NOW) == 1
    assert planned("officer") == DAYS
    delivery.deliver_due(today=NOW.date(), now=NOW)
    assert mails() == ["officer"]


def test_a_date_that_moves_twice_in_a_day_is_one_mail_a_day() -> None:
    work(NOW)
    move_audit(date(2025, 12, 4))
    plan.plan_changed(now=NOW)
    assert delivery.deliver_due(today=NOW.date(), now=NOW) == 0
    new = date(2026, 12, 4)
    assert states("officer", strict=new)[30] == "planned"
    assert new != AUDIT_DUE
    work(at(date(2026, 11, 23)))
    assert states("officer", strict=new)[30] == "sent"
