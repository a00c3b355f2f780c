"""Letters: digests, what joins a letter on its way, what one broken alert does to the others."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from compliance.alerts import delivery, gathering, messages, plan
from compliance.alerts.models import Alert, Digest, Letter
from compliance.alerts.operations import add_leave, set_preference, set_thresholds
from compliance.alerts.schedule import instant
from compliance.assessments.models import DeadlineRow
from compliance.facts.operations import record
from compliance.followup.operations import acknowledge, assign
from devices.models import Membership, Organisation, Role, User
from tests import portfolio
from tests.alerts.desk import AUDIT, NOW, SYSTEM, at, join, mails, person, planned, seen, states, work

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
(_FIRST,) = portfolio.CERTIFIED["listing"]["listings"]
LISTINGS = [
    _FIRST,
    {**_FIRST, "key": "other", "code": "1140938", "starts_on": "2022-08-01", "ends_on": "2027-07-31"},
]


@pytest.fixture(scope="module", autouse=True)
def _portfolio(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        portfolio.record([{**portfolio.CERTIFIED, "listing": {"listings": LISTINGS}}])
        portfolio.people()
        yield
        transaction.set_rollback(True)


def digest(how: Digest) -> None:
    set_preference(actor=SYSTEM, person=person(), digest=how, quiet_days_off=True, at=NOW)


def test_a_digest_is_one_mail_of_all_that_is_not_urgent() -> None:
    digest(Digest.WEEKLY)
    assert work(NOW) == 0  # a Sunday: what is not urgent waits for Monday
    morning = at(MONDAY)
    assert work(morning) == 2
    gathered, urgent = sorted(mail.outbox, key=lambda one: "30 novembre" in one.subject)
    assert "30 novembre 2026" in urgent.subject
    count = Alert.objects.filter(letter__gathered=True, state="sent").count()
    assert count == 2
    assert str(count) in gathered.subject
    for alert in Alert.objects.filter(letter__gathered=True):
        row = DeadlineRow.objects.get(device=alert.device, rule=alert.rule, n=alert.n, strict=alert.strict)
        assert f"/deadlines/{row.pk}/acknowledge/" in gathered.body
    assert work(morning + timedelta(days=1)) == 0


def test_a_change_to_a_digest_moves_what_is_planned_and_not_what_is_due() -> None:
    plan.plan_changed(now=NOW)
    due = Alert.objects.filter(state="planned", due_at__lte=NOW)
    later = Alert.objects.filter(channel="email", threshold__gt=168, state="planned", due_at__gt=NOW)
    before = set(due.values_list("pk", flat=True))
    assert {one.weekday() for one in later.values_list("due_at", flat=True)} != {0}
    digest(Digest.WEEKLY)
    plan.plan_changed(now=NOW)
    assert set(due.values_list("pk", flat=True)) == before
    assert {one.weekday() for one in later.values_list("due_at", flat=True)} <= {0, 1}


def test_a_digest_on_its_way_takes_in_what_comes_due() -> None:
    digest(Digest.DAILY)
    now = at(MONDAY)
    plan.plan_changed(now=now - timedelta(days=1))
    gathering.gather_due(now=now, batch=3)
    assert Letter.objects.filter(gathered=True).count() == 1


def test_a_leave_moves_mails_and_not_past_the_deadline() -> None:
    add_leave(actor=SYSTEM, person=person(), first=MONDAY, last=date(2026, 12, 6), at=NOW)
    plan.plan_changed(now=NOW)
    due = {
        one.threshold // 24: one.due_at
        for one in Alert.objects.filter(rule=AUDIT, channel="email", threshold__lte=168)
    }
    before = instant(date(2026, 11, 20))
    assert (due[7], due[1], due[0]) == (before, before, before)
    assert due[-1] == due[-3] == instant(date(2026, 12, 7))


def test_who_went_away_before_it_was_due_is_told_on_return_though_nothing_was_planned_meanwhile() -> None:
    plan.plan_changed(now=NOW)
    add_leave(actor=SYSTEM, person=person(), first=date(2026, 11, 27), last=date(2026, 12, 6), at=NOW)
    plan.plan_changed(now=at(date(2026, 12, 2)))
    overdue = Alert.objects.get(rule=AUDIT, channel="email", threshold=-24)
    assert overdue.due_at == instant(date(2026, 12, 7))


def test_an_organisation_sets_its_thresholds() -> None:
    maker = Organisation.objects.get(key="maker")
    set_thresholds(actor=SYSTEM, organisation=maker, kind="long", before=[2, 45, 2], after=[5], at=NOW)
    plan.plan_changed(now=NOW)
    assert planned() == {45, 2, -5}


def test_one_that_cannot_be_put_into_words_leaves_the_digest_and_is_tried_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    digest(Digest.DAILY)
    plan.plan_changed(now=NOW)
    now, composed = at(MONDAY), messages.item_of
    calm = Alert.objects.filter(channel="email", threshold__gt=168, due_at__lte=now)
    broken = calm.exclude(rule=AUDIT).order_by("threshold").values_list("trigger_fact", flat=True)[0]

    def item_of(alert: Alert, today: date) -> messages.Item:
        if alert.trigger_fact == broken:
            raise RuntimeError("no words")
        return composed(alert, today)

    monkeypatch.setattr(delivery, "item_of", item_of)
    work(now)
    assert any("30 novembre" not in one.subject for one in mail.outbox)
    alone = Letter.objects.get(error="RuntimeError: no words")
    assert (alone.state, alone.attempts) == ("waiting", 1)
    assert [one.trigger_fact for one in Alert.objects.filter(letter=alone)] == [broken]
    sent = len(mail.outbox)
    monkeypatch.undo()
    delivery.deliver_due(today=now.date(), now=now + timedelta(minutes=5))
    assert len(mail.outbox) == sent + 1
    assert Letter.objects.get(pk=alone.pk).state == "sent"


def test_an_address_that_no_mail_can_have_fails_alone() -> None:
    second = User.objects.create_user("second@example.org")
    Membership.objects.create(
        user=second, organisation=Organisation.objects.get(key="maker"), role=Role.OFFICER
    )
    User.objects.filter(pk=second.pk).update(email="second@example.org\nBcc: all@example.org")
    work(NOW)
    assert mails() == ["officer"]
    letter = Letter.objects.filter(recipient=second, state="waiting").latest("made_at")
    assert letter.attempts == 1
    assert "newline" in letter.error.lower() or "linefeed" in letter.error.lower()


def test_a_recipient_who_vanishes_while_the_mail_goes_out_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send = mail.EmailMultiAlternatives.send

    def vanish(message: Any, *args: Any) -> int:
        Alert.objects.filter(recipient=person()).delete()
        Letter.objects.filter(recipient=person()).delete()
        return send(message, *args)

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", vanish)
    assert work(NOW) >= 1
    assert not Letter.objects.filter(state="sent").exists()


def test_what_comes_due_joins_the_letter_that_has_not_gone() -> None:
    plan.plan_changed(now=NOW)
    gathering.gather_due(now=NOW)
    first = Alert.objects.get(rule=AUDIT, channel="email", state="claimed")
    now = at(MONDAY)
    assert delivery.deliver_due(today=now.date(), now=now) > 0
    assert {days: states()[days] for days in (30, 7)} == {30: "superseded", 7: "sent"}
    assert Alert.objects.get(rule=AUDIT, channel="email", state="sent").letter_id == first.letter_id
    assert len(mails()) == 1


def test_a_letter_that_is_being_sent_is_not_changed() -> None:
    now = at(MONDAY)
    plan.plan_changed(now=NOW)
    gathering.gather_due(now=NOW)
    delivery.lease(now=now - timedelta(minutes=1), limit=200)
    gathering.gather_due(now=now)
    assert {days: states()[days] for days in (30, 7)} == {30: "claimed", 7: "planned"}
    later = now + timedelta(minutes=10)
    delivery.deliver_due(today=later.date(), now=later)
    assert {days: states()[days] for days in (30, 7)} == {30: "superseded", 7: "sent"}


def test_a_letter_that_was_tried_says_nothing_else_under_its_name() -> None:
    """The mail server may hold it already: who drops copies of one Message-ID would not see what is new."""
    plan.plan_changed(now=NOW)
    gathering.gather_due(now=NOW)
    first = Alert.objects.get(rule=AUDIT, channel="email", state="claimed").letter_id
    delivery.lease(now=NOW, limit=200)  # and the worker dies
    now = at(MONDAY)
    assert delivery.deliver_due(today=now.date(), now=now) > 0
    assert {days: states()[days] for days in (30, 7)} == {30: "superseded", 7: "sent"}
    assert Alert.objects.get(rule=AUDIT, channel="email", state="sent").letter_id != first
    assert first is not None
    assert Letter.objects.get(pk=first).state == "cancelled"


def test_a_letter_that_waits_is_not_sent_to_who_handed_the_deadline_on() -> None:
    plan.plan_changed(now=NOW)
    gathering.gather_due(now=NOW)
    Letter.objects.update(attempts=1, not_before=at(MONDAY))  # refused once
    heir = join("heir")
    assign(actor=SYSTEM, seen=seen(), person=heir, at=NOW)
    acknowledge(actor=SYSTEM, seen=seen(), person=heir, at=NOW)
    work(at(MONDAY))
    assert mails() == ["heir"]
    assert {days: states()[days] for days in (30, 7)} == {30: "cancelled", 7: "cancelled"}


def test_hours_are_told_each_and_at_once_even_twice_a_day() -> None:
    digest(Digest.WEEKLY)
    known = {"key": "leak", "aware_on": date(2026, 11, 21), "aware_at": "10:20", "source": "record"}
    record(actor=SYSTEM, subject=portfolio.device(), kind="data.breaches", value=known, at=NOW)
    told = []
    start = datetime(2026, 11, 22, 9, tzinfo=UTC)
    for hours in range(60):
        now = start + timedelta(hours=hours)
        before = len(mail.outbox)
        plan.plan_changed(now=now)
        delivery.deliver_due(today=now.date(), now=now)
        if any("11:00" in one.subject for one in mail.outbox[before:]):
            told.append(hours)
    limit = 49  # 72 hours, the last of them whole, from 10:20 in Paris on the 21st: 11:00 on the 24th
    assert told == [0, limit - 24, limit - 4, limit - 1, limit + 1]
