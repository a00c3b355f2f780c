"""The weekly mail: one a person and week, neither lost nor doubled, on Monday after seven in France."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from compliance.alerts import delivery, plan
from compliance.audit.models import AuditEvent
from compliance.watch.models import WeeklyMail
from compliance.watch.tasks import weekly
from compliance.watch.weekly import send, week_of, wish
from devices.models import User
from tests.watch.conftest import tick

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # seven in Paris


@pytest.fixture(autouse=True)
def monday(clock: Any) -> None:
    clock.move_to(MONDAY)
    tick()


def told() -> list[str]:
    return sorted(one.to[0] for one in mail.outbox)


@pytest.mark.parametrize(
    ("now", "week"),
    [
        (MONDAY - timedelta(seconds=1), None),
        (MONDAY, "2026-W48"),
        (MONDAY + timedelta(days=6), "2026-W48"),
        (MONDAY + timedelta(days=7), "2026-W49"),
        (datetime(2027, 3, 29, 5, 0, tzinfo=UTC), "2027-W13"),  # in summer time
        (datetime(2027, 1, 1, 12, tzinfo=UTC), "2026-W53"),
    ],
)
def test_a_week_begins_on_monday_at_seven_in_france(now: datetime, week: str | None) -> None:
    assert week_of(now) == week


def test_who_keeps_records_gets_one_a_week_with_what_is_watched() -> None:
    assert send(now=MONDAY - timedelta(seconds=1)) == 0
    plan.plan_changed(now=MONDAY)
    sent = delivery.deliver_due(today=MONDAY.date(), now=MONDAY)
    assert sent > 0
    mail.outbox.clear()
    assert weekly() == 2
    assert send(now=MONDAY + timedelta(days=3)) == 0
    assert told() == ["officer@example.org", "rival@example.org"]
    one, other = sorted(mail.outbox, key=lambda one: one.to[0])
    assert one.subject.startswith("Jalon is watching: ")
    assert f"Alerts sent to you in the last seven days: {sent}\n" in one.body
    assert "Next: 30 November 2026, Écho Scan One : Surveillance audit\n" in one.body
    assert "Attention" not in one.body
    assert other.subject == "Jalon is watching: 0 deadlines"
    assert "Next" not in other.body
    assert send(now=MONDAY + timedelta(days=7)) == 2


def test_a_beat_that_was_down_catches_up_and_a_red_alerting_is_said(clock: Any) -> None:
    thursday = MONDAY + timedelta(days=3)
    assert send(now=thursday) == 2
    assert "Attention: the alerting does not work" in mail.outbox[0].body
    assert WeeklyMail.objects.filter(week="2026-W48", sent_at=thursday).count() == 2


def test_a_failed_one_is_tried_again_and_one_that_another_worker_sends_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send_really = EmailMultiAlternatives.send

    def refuse(self: EmailMultiAlternatives, **_: Any) -> int:
        if self.to == ["officer@example.org"]:
            raise OSError("no\x00 mail")
        return send_really(self)

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    assert send(now=MONDAY) == 1
    row = WeeklyMail.objects.get(user__email="officer@example.org")
    assert (row.sent_at, row.attempts, row.error) == (None, 1, "OSError: no mail")
    monkeypatch.undo()
    assert send(now=MONDAY + timedelta(minutes=29)) == 0
    assert send(now=MONDAY + timedelta(minutes=31)) == 1
    assert told() == ["officer@example.org", "rival@example.org"]
    headers = {one.extra_headers["Message-ID"] for one in mail.outbox}
    assert f"<weekly-{row.pk}@localhost>" in headers
    WeeklyMail.objects.update(sent_at=None, claimed_until=MONDAY + timedelta(hours=2))
    assert send(now=MONDAY + timedelta(hours=1)) == 0, "claimed by another worker"


def test_who_does_not_want_it_gets_none_until_they_do() -> None:
    officer = User.objects.get(email="officer@example.org")
    wish(user=officer, wanted=False, at=MONDAY)
    assert send(now=MONDAY) == 1
    wish(user=officer, wanted=True, at=MONDAY)
    assert send(now=MONDAY) == 1
    events = AuditEvent.objects.filter(action="account.weekly_mail").order_by("id")
    assert [one.after for one in events] == [{"wanted": False}, {"wanted": True}]
