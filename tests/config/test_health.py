"""The health page answers 200 only when every part works, and names what does not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import JsonResponse
from django.test import RequestFactory
from pytest_django import Settings

from config import health
from config.embedded import redis_url
from config.embedded.redis import Redis, find_binary

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("redis")
    server = Redis(folder, binary=find_binary())
    server.start()
    yield redis_url(folder)
    server.stop()


@pytest.fixture(autouse=True)
def all_alive(redis: str, settings: Settings) -> None:
    settings.REDIS_URL = redis
    for part in ("beat", "worker"):
        health.mark(part)


def ask() -> tuple[int, dict[str, Any]]:
    response: JsonResponse = health.healthz(RequestFactory().get("/healthz"))
    return response.status_code, json.loads(response.content)


def test_all_parts_work() -> None:
    status, body = ask()
    assert status == 200
    assert body["status"] == "ok"
    assert body["parts"] == dict.fromkeys(["database", "migrations", "redis", "beat", "worker"], "ok")


def test_a_worker_never_seen_is_named() -> None:
    health.forget()
    health.mark("beat")
    status, body = ask()
    assert status == 503
    assert body["parts"]["worker"] == "not seen for 30 seconds"
    assert body["parts"]["beat"] == "ok"


def test_the_worker_marks_itself_when_it_runs_what_beat_sends() -> None:
    health.forget()
    health.pulse()
    assert ask()[1]["parts"]["worker"] == "ok"
    assert ask()[1]["parts"]["beat"] == "not seen for 30 seconds"


def test_redis_away_is_named(settings: Settings, tmp_path: Path) -> None:
    settings.REDIS_URL = redis_url(tmp_path)
    status, body = ask()
    assert status == 503
    assert body["parts"]["redis"].startswith("no answer")
    assert body["parts"]["database"] == "ok"


def test_a_database_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused, with secrets in the message")

    monkeypatch.setattr(connection, "cursor", refuse)
    status, body = ask()
    assert status == 503
    assert body["parts"]["database"] == "no answer (OperationalError)"
    assert body["status"] == "failing"


def test_a_missing_migration_is_counted() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    status, body = ask()
    assert status == 503
    assert body["parts"]["migrations"] == "1 not applied"
