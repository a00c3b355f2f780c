"""Alerts heed what people say of deadlines: the assignee first, silence where one is done or waived."""

from datetime import date

import pytest
from django.core import mail

from compliance.alerts import delivery, plan
from compliance.alerts.models import Alert
from compliance.audit.actors import Actor
from compliance.followup.operations import assign, declare_done, unassign, undo, waive
from compliance.people.memberships import remove
from devices.models import Membership, Organisation, Role, User
from tests import portfolio
from tests.followup.test_operations import move_audit, seen

pytestmark = pytest.mark.django_db
NOW = portfolio.NOW
SYSTEM = Actor.system("test")
THRESHOLDS = {180, 90, 30, 7, 1, 0, -1}


@pytest.fixture(autouse=True)
def _portfolio() -> None:
    portfolio.record([portfolio.CERTIFIED])
    portfolio.people()
    second = User.objects.create_user("second@example.org")
    maker = Organisation.objects.get(key="maker")
    Membership.objects.create(user=second, organisation=maker, role=Role.OFFICER)
    plan.plan_changed()


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")


def planned(name: str, strict: date = date(2026, 11, 30)) -> set[int]:
    rows = Alert.objects.filter(rule="mdr.surveillance_audit", strict=strict, state="planned")
    return set(rows.filter(recipient=person(name)).values_list("threshold", flat=True))


def test_the_assignee_is_told_first_and_all_once_it_is_overdue() -> None:
    assert planned("officer") == planned("second") == THRESHOLDS
    assign(actor=SYSTEM, seen=seen(), person=person("second"), at=NOW)
    assert plan.plan_changed() == 1
    assert planned("second") == THRESHOLDS
    assert planned("officer") == {-1}
    unassign(actor=SYSTEM, seen=seen(), at=NOW)
    plan.plan_changed()
    assert planned("officer") == planned("second") == THRESHOLDS


def test_who_was_told_that_it_is_overdue_hears_nothing_less_urgent_after() -> None:
    assign(actor=SYSTEM, seen=seen(), person=person("second"), at=NOW)
    plan.plan_changed()
    late = date(2026, 12, 2)
    delivery.deliver_due(today=late, now=NOW)
    told = [one.to for one in mail.outbox if "30 novembre 2026" in one.subject]
    assert sorted(told) == [["officer@example.org"], ["second@example.org"]]
    unassign(actor=SYSTEM, seen=seen(), at=NOW)
    plan.plan_changed()
    assert planned("officer") == planned("second") == set()


@pytest.mark.parametrize("how", ["done", "waived"])
def test_what_is_done_or_waived_is_silent_until_it_is_undone_or_moves(how: str) -> None:
    if how == "done":
        declare_done(actor=SYSTEM, seen=seen(), on=NOW.date(), version=None, note="Held", at=NOW)
    else:
        waive(actor=SYSTEM, seen=seen(), reason="Another device", at=NOW)
    plan.plan_changed()
    assert planned("officer") == planned("second") == set()
    undo(actor=SYSTEM, seen=seen(), at=NOW)
    plan.plan_changed()
    assert planned("officer") == planned("second") == THRESHOLDS


def test_a_date_that_moves_away_from_a_mark_is_alerted_again() -> None:
    waive(actor=SYSTEM, seen=seen(), reason="Another device", at=NOW)
    plan.plan_changed()
    move_audit(date(2025, 12, 1))
    plan.plan_changed()
    assert planned("officer", date(2026, 12, 1)) == THRESHOLDS
    assert planned("officer") == set()


def test_what_is_planned_already_is_not_sent_after_a_mark() -> None:
    waive(actor=SYSTEM, seen=seen(), reason="Another device", at=NOW)
    delivery.deliver_due(today=NOW.date(), now=NOW)
    assert not [one for one in mail.outbox if "30 novembre 2026" in one.subject]


def test_a_sent_alert_is_not_sent_again_by_a_mark_undone() -> None:
    delivery.deliver_due(today=NOW.date(), now=NOW)
    sent = len(mail.outbox)
    waive(actor=SYSTEM, seen=seen(), reason="Another device", at=NOW)
    plan.plan_changed()
    undo(actor=SYSTEM, seen=seen(), at=NOW)
    plan.plan_changed()
    assert delivery.deliver_due(today=NOW.date(), now=NOW) == 0
    assert len(mail.outbox) == sent
    assert planned("officer") == {7, 1, 0, -1}


def test_the_others_are_told_in_the_place_of_an_assignee_who_left() -> None:
    assign(actor=SYSTEM, seen=seen(), person=person("second"), at=NOW)
    plan.plan_changed()
    membership = Membership.objects.get(user=person("second"))
    remove(actor=SYSTEM, membership=membership, reason="Left", at=NOW)
    delivery.deliver_due(today=NOW.date(), now=NOW)
    assert plan.plan_changed() == 1
    assert planned("officer") == THRESHOLDS
    delivery.deliver_due(today=NOW.date(), now=NOW)
    told = [one for one in mail.outbox if "30 novembre 2026" in one.subject]
    assert [one.to for one in told] == [["officer@example.org"]]
