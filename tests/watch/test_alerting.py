"""Whether the alerting works: said by the database alone, to monitors and to who opens a page."""

import re
from datetime import timedelta
from http.client import HTTPSConnection
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families
from redis.exceptions import ConnectionError as RedisDown

from compliance.alerts import plan
from compliance.alerts.gathering import gather_due
from compliance.alerts.models import Alert, Letter
from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.backoffice.alerts.alerting import _TASKS
from compliance.backoffice.alerts.banner import banner
from compliance.facts.errors import FactError
from compliance.watch.heartbeats import beating, ping
from compliance.watch.models import Heartbeat
from compliance.watch.operations import acknowledge_failures
from compliance.watch.verdict import reasons, signs
from devices.models import Membership, Organisation, Role, User
from devices.queries import caller_of
from tests import portfolio
from tests.watch.conftest import tick

NOW = portfolio.NOW
MINUTES = timedelta(minutes=1)


def health() -> tuple[int, list[str]]:
    answer = Client().get("/healthz/alerting")
    assert answer["Cache-Control"] == "no-store"
    return answer.status_code, answer.json()["reasons"]


def alerts() -> Any:
    """Plan the alerts of the device, those due by today too, and return them."""
    plan.plan_changed(now=NOW)
    return Alert.objects.filter(state="planned")


def test_it_is_red_within_two_periods_of_a_missing_tick_and_says_which(clock: Any) -> None:
    assert health() == (200, [])
    clock.shift(10 * MINUTES)
    assert health() == (200, [])
    clock.shift(timedelta(seconds=1))
    assert health() == (503, ["alerts: no good tick since 2026-11-22T09:00:00+00:00"])
    tick("alerts")
    clock.shift(21 * MINUTES)
    tick("alerts")
    assert health() == (503, ["reassess: no good tick since 2026-11-22T09:00:00+00:00"])
    tick()
    assert health() == (200, [])
    Heartbeat.objects.filter(name="alerts").delete()
    assert health() == (503, ["alerts: no good tick since the installation"])


def test_a_tick_that_fails_leaves_its_mark_and_is_no_good_one(clock: Any) -> None:
    clock.shift(11 * MINUTES)
    tick("reassess")
    with pytest.raises(OSError, match="no mail"), beating("alerts"):
        raise OSError("no mail: password hunter2")
    mark = Heartbeat.objects.get(name="alerts")
    assert (mark.at, mark.error, mark.good_at) == (NOW + 11 * MINUTES, "OSError", NOW)
    assert health()[0] == 503
    tick("alerts")
    mark.refresh_from_db()
    assert (mark.error, mark.good_at) == ("", NOW + 11 * MINUTES)


def test_it_is_red_while_an_alert_that_is_due_is_not_sent(clock: Any) -> None:
    due = alerts().filter(due_at__lte=NOW)
    assert due.count() > 1
    assert health() == (200, [])
    clock.shift(11 * MINUTES)
    tick()
    assert health() == (503, ["an alert is due since 2026-11-22T09:00:00+00:00 and not sent"])
    gather_due(now=NOW)
    Letter.objects.update(not_before=NOW + timedelta(hours=1), attempts=2)
    assert health()[0] == 503, "the pauses between attempts are no excuse"
    Alert.objects.filter(state="claimed").update(state="sent", sent_at=NOW)
    assert health() == (200, [])


def test_it_is_red_until_an_administrator_acknowledges_what_was_given_up(clock: Any) -> None:
    one = alerts().order_by("due_at").first()
    Alert.objects.exclude(pk=one.pk).delete()
    Alert.objects.filter(pk=one.pk).update(state="failed")
    code, (reason,) = health()
    assert code == 503
    assert re.fullmatch(r"an alert due since \S+ was given up, and nobody has acknowledged it", reason)
    officer = Actor.person(User.objects.get(email="officer@example.org"))
    with pytest.raises(FactError):
        acknowledge_failures(actor=officer, at=NOW)
    root = Actor.person(User.objects.create_superuser("root@example.org"))
    assert acknowledge_failures(actor=root, at=NOW) == 1
    assert health() == (200, [])
    assert acknowledge_failures(actor=root, at=NOW) == 0
    event = AuditEvent.objects.get(action="alerts.acknowledged")
    assert (event.actor_label, event.after) == ("root@example.org", {"alerts": [str(one.pk)]})


def test_it_answers_with_redis_down_and_says_that_the_database_is(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise RedisDown("refused")

    for name in ("get", "set", "add", "incr"):
        monkeypatch.setattr(LocMemCache, name, refuse)
    root = Client(headers={"accept-language": "en"})
    root.force_login(User.objects.create_superuser("root@example.org"))
    assert health() == (200, [])
    clock.shift(11 * MINUTES)
    assert health()[0] == 503
    assert "Alerting has not run since" in root.get("/glossary/").content.decode()
    monkeypatch.setattr("compliance.watch.views.signs", _away)
    assert health() == (503, ["the database does not answer (OperationalError)"])


def _away(_now: Any) -> Any:
    from django.db import OperationalError

    raise OperationalError("password in the message")


def test_administrators_and_owners_see_it_on_every_page_for_one_query(clock: Any) -> None:
    officer = User.objects.get(email="officer@example.org")
    owner = User.objects.create_user("owner@example.org", is_staff=True)
    Membership.objects.create(user=owner, organisation=Organisation.objects.get(key="maker"), role=Role.OWNER)
    page, words = "/glossary/", "Alerting has not run since 22 November 2026, 10:00: no alert goes out."
    session = {name: Client(headers={"accept-language": "en"}) for name in ("owner", "officer")}
    session["owner"].force_login(owner)
    session["officer"].force_login(officer)
    assert words not in session["owner"].get(page).content.decode()
    clock.shift(timedelta(hours=1))
    assert words in session["owner"].get(page).content.decode()
    assert words not in session["officer"].get(page).content.decode()
    cache.clear()
    for user, queries, told in ((owner, 1, True), (owner, 0, True), (officer, 0, False)):
        request = RequestFactory().get("/")
        request.user = user
        assert caller_of(request).held
        with CaptureQueriesContext(connection) as asked:
            assert bool(banner(request)) is told
        assert len(asked) == queries
    anonymous = RequestFactory().get("/")
    anonymous.user = AnonymousUser()
    assert banner(anonymous) == []


def test_the_page_of_administrators_shows_the_tasks_and_acknowledges(clock: Any) -> None:
    alerts().update(state="failed")
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.create_superuser("root@example.org"))
    page = client.get("/alerting/").content.decode()
    assert "Plan and send alerts" in page
    assert _TASKS.keys() == {name for name in settings.CELERY_BEAT_SCHEDULE if name != "heartbeat"}
    assert "Alerts could not be delivered and were given up" in page
    count = Alert.objects.count()
    assert f"{count} alerts could not be delivered" in page
    answer = client.post("/alerting/", follow=True).content.decode()
    assert f"{count} failed alerts acknowledged." in answer
    assert "The alerting works" in answer


def test_prometheus_reads_numbers_of_the_database(clock: Any, settings: Any) -> None:
    rows = alerts()
    counted = rows.count()
    clock.shift(5 * MINUTES)
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get("/metrics")
    assert len([one for one in asked if "watch_" in one["sql"] or "alerts_" in one["sql"]]) <= 3
    assert answer["Content-Type"].startswith("text/plain")
    found = {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(answer.content.decode())
        for one in family.samples
    }
    assert found["jalon_alerting_works",] == 1
    assert found["jalon_alerts", "planned"] == counted
    assert found["jalon_alerts_oldest_due_seconds",] == 300
    assert found["jalon_good_tick_age_seconds", "alerts"] == 300
    assert found["jalon_deadlines_pending", "open"] > 0
    assert "example.org" not in answer.content.decode()
    assert Client().get("/metrics", headers={"x-forwarded-for": "203.0.113.1"}).status_code == 403
    assert Client(REMOTE_ADDR="203.0.113.1").get("/metrics").status_code == 403
    settings.METRICS_TOKEN = "t0ken"
    assert Client().get("/metrics").status_code == 401
    assert Client().get("/metrics", headers={"authorization": "Bearer t0ke"}).status_code == 401
    afar = Client(REMOTE_ADDR="203.0.113.1", headers={"authorization": "Bearer t0ken"})
    assert afar.get("/metrics").status_code == 200


def test_a_monitor_outside_is_told_of_good_ticks_and_stops_nothing(
    clock: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[tuple[str, str]] = []

    def request(self: HTTPSConnection, method: str, path: str) -> None:
        asked.append((self.host, path))
        raise TimeoutError("to the secret address")

    monkeypatch.setattr(HTTPSConnection, "request", request)
    settings.ALERTING_PING_URL = "https://monitor.example/secret?x=1"
    tick("alerts", "reassess")
    assert asked == [("monitor.example", "/secret?x=1")]
    with pytest.raises(ValueError, match="bad"), beating("alerts"):
        raise ValueError("bad")
    for url in ("http://monitor.example/secret", "https://monitor.example:port/secret", "https://[/secret"):
        ping(url)
    assert len(asked) == 1
    assert "TimeoutError" in caplog.text
    assert caplog.text.count("no https address") == 3
    assert "secret" not in caplog.text


def test_the_verdict_is_one_query(clock: Any) -> None:
    alerts().filter(threshold=7 * 24).update(state="failed")
    with CaptureQueriesContext(connection) as asked:
        found = reasons(signs(NOW + timedelta(days=1)), now=NOW + timedelta(days=1))
    assert len(asked) == 1
    assert [one.code for one in found] == ["silent", "silent", "unsent", "failed"]
