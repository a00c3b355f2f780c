"""The pages of alerts: the bell, notices, the page that mails link to, the settings."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.plugin import DjangoDbBlocker

from compliance.alerts.models import Alert, Leave, Preference, Thresholds
from compliance.assessments.models import DeviceAssessment
from compliance.audit.models import AuditEvent
from compliance.followup.models import Acknowledgement
from compliance.watch import weekly
from devices.models import Organisation, Role, User
from tests import portfolio
from tests.alerts.desk import AUDIT, NOW, audit_row, join, person, work

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _portfolio(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOW, tick=False):
        portfolio.record([portfolio.CERTIFIED])
        portfolio.people()
        User.objects.filter(email="officer@example.org").update(language="en")
        join("head", Role.OWNER)
        work(NOW)
        yield
        transaction.set_rollback(True)


def session(name: str = "officer") -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person(name))
    return client


def page(client: Client, url: str, data: dict[str, object] | None = None) -> str:
    answer = client.get(url) if data is None else client.post(url, data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def notice() -> Alert:
    return Alert.objects.get(rule=AUDIT, channel="notice", state="sent")


def bell(client: Client) -> int:
    text = page(client, reverse("admin:glossary"))
    return int(text.partition('<b class="count">')[2].partition("<")[0] or 0)


def test_the_bell_counts_what_waits_and_the_page_shows_it(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    officer = session()
    waiting = Alert.objects.filter(channel="notice", state="sent", recipient=person()).count()
    assert bell(officer) == waiting > 1
    with django_assert_max_num_queries(12):
        text = page(officer, reverse("admin:notices"))
    assert text.count('value="acknowledge"') == waiting
    assert reverse("admin:deadline", args=[audit_row().pk]) in text
    assert bell(session("rival")) == 0


def test_a_mail_s_link_asks_and_only_a_post_acknowledges() -> None:
    officer, url = session(), reverse("admin:deadline_acknowledge", args=[audit_row().pk])
    before = bell(officer)
    page(officer, url)
    assert not Acknowledgement.objects.exists()
    text = page(officer, url, {"seen": "2026-11-30"})
    assert Acknowledgement.objects.get().person == person()
    assert "acknowledged by" in text
    assert bell(officer) == before - 1
    assert AuditEvent.objects.filter(action="deadline.acknowledged").count() == 1


def test_a_deadline_that_moved_since_the_page_was_read_is_not_acknowledged() -> None:
    url = reverse("admin:deadline_acknowledge", args=[audit_row().pk])
    assert 'role="alert"' in page(session(), url, {"seen": "2026-11-29"})
    assert not Acknowledgement.objects.exists()


def test_a_notice_is_acknowledged_on_the_list() -> None:
    officer = session()
    page(officer, reverse("admin:notices"), {"deadline": audit_row().pk, "act": "acknowledge"})
    assert Acknowledgement.objects.get().strict == date(2026, 11, 30)
    assert notice_closed()


def notice_closed() -> bool:
    return notice().closed_at is not None


def test_a_notice_is_put_off_on_the_server_and_comes_back() -> None:
    officer = session()
    before = bell(officer)
    text = page(officer, reverse("admin:notices"), {"notice": notice().pk, "days": 3, "act": "snooze"})
    assert bell(officer) == before - 1
    assert 'id="later"' in text
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        assert bell(session()) == before  # the first session is over


@pytest.mark.parametrize("days", ["0", "31", "-1", "x", "999999999999"])
def test_a_notice_is_not_put_off_for_any_other_time(days: str) -> None:
    page(session(), reverse("admin:notices"), {"notice": notice().pk, "days": days, "act": "snooze"})
    assert notice().snoozed_until is None


def test_nobody_puts_off_the_notice_of_another() -> None:
    page(session("rival"), reverse("admin:notices"), {"notice": notice().pk, "days": 3, "act": "snooze"})
    assert notice().snoozed_until is None


def test_a_person_says_how_to_be_told() -> None:
    officer, url = session(), reverse("admin:alert_settings")
    page(officer, url, {"act": "preference", "digest": "weekly"})
    held = Preference.objects.get(user=person())
    assert (held.digest, held.quiet_days_off) == ("weekly", False)
    event = AuditEvent.objects.get(action="alerts.preference_set")
    assert event.before == {"digest": "at_once", "quiet_days_off": True}
    assert not DeviceAssessment.objects.get(device__key="scan-one").alerts_planned
    assert not weekly.wanted(person())
    page(officer, url, {"act": "preference", "digest": "weekly", "weekly": "on"})
    assert weekly.wanted(person())
    assert AuditEvent.objects.filter(action="account.weekly_mail").count() == 2


def test_a_person_enters_and_deletes_a_leave() -> None:
    officer, url = session(), reverse("admin:alert_settings")
    page(officer, url, {"act": "leave", "first": "2026-12-20", "last": "2027-01-03"})
    (leave,) = Leave.objects.all()
    refused = [("2027-01-03", "2027-01-04"), ("2027-02-02", "2027-02-01"), ("2027-02-02", "2029-01-01")]
    for first, last in refused:
        assert 'role="alert"' in page(officer, url, {"act": "leave", "first": first, "last": last})
    assert session("rival").post(url, {"act": "remove", "leave": leave.pk}).status_code == 404
    assert Leave.objects.count() == 1
    page(officer, url, {"act": "remove", "leave": leave.pk})
    assert not Leave.objects.exists()
    actions = AuditEvent.objects.filter(action__startswith="alerts.leave").values_list("action", flat=True)
    assert sorted(actions) == ["alerts.leave_added", "alerts.leave_removed"]


def test_an_owner_sets_thresholds_and_goes_back_to_the_usual() -> None:
    maker = Organisation.objects.get(key="maker")
    head, url = session("head"), reverse("admin:thresholds", args=[maker.pk])
    page(head, url, {"kind": "long", "before": "90, 30 7", "after": "2", "act": "set"})
    held = Thresholds.objects.get()
    assert (held.before, held.after) == ([90, 30, 7], [2])
    for before in ("", "731", "a", "-1", ", ".join(map(str, range(13)))):
        text = page(head, url, {"kind": "long", "before": before, "after": "2", "act": "set"})
        assert 'role="alert"' in text
    assert Thresholds.objects.get().before == [90, 30, 7]
    page(head, url, {"kind": "long", "before": "1", "after": "1", "act": "reset"})
    assert not Thresholds.objects.exists()
    events = AuditEvent.objects.filter(action="alerts.thresholds_set", organisation=maker).order_by("id")
    assert [one.after for one in events] == [{"long": {"before": [90, 30, 7], "after": [2]}}, None]
    assert session("officer").get(url).status_code == 403
