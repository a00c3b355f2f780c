"""Whether every part works: the database and its migrations, Redis, beat and the worker."""

import time
from collections.abc import Callable
from typing import Any

from celery import shared_task
from celery.signals import after_task_publish, beat_init, worker_ready
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from redis import Redis

from config.celery import HEARTBEAT_SECONDS
from config.clock import now

PULSE = "config.health.pulse"


class PartError(Exception):
    """A part does not work; the message says how."""


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if every part works, else 503; the body names each part and what is wrong with it."""
    parts = {name: _state(check) for name, check in CHECKS.items()}
    healthy = all(state == "ok" for state in parts.values())
    body = {"status": "ok" if healthy else "failing", "checked_at": now().isoformat(), "parts": parts}
    return JsonResponse(body, status=200 if healthy else 503, headers={"Cache-Control": "no-store"})


@shared_task(name=PULSE, expires=HEARTBEAT_SECONDS)
def pulse() -> None:
    """Leave the worker's mark: beat sent this task and a worker ran it."""
    mark("worker")


@worker_ready.connect
def _mark_worker(**_: Any) -> None:
    mark("worker")


@beat_init.connect
def _mark_beat(**_: Any) -> None:
    mark("beat")


@after_task_publish.connect(sender=PULSE)
def _mark_beat_again(**_: Any) -> None:
    mark("beat")


def mark(part: str) -> None:
    """Remember that a part was alive just now; forgotten after three heartbeats."""
    with _redis() as redis:
        redis.set(_key(part), int(time.time()), ex=3 * HEARTBEAT_SECONDS)


def forget() -> None:
    """Forget who was alive, so that only those who start from now on count."""
    with _redis() as redis:
        redis.delete(*map(_key, ("beat", "worker")))


def _key(part: str) -> str:
    return f"jalon:alive:{part}"


def _state(check: Callable[[], None]) -> str:
    # A health check has to report whatever goes wrong, of any kind; details stay in the log of the part.
    try:
        check()
    except PartError as error:
        return str(error)
    except Exception as error:
        return f"no answer ({type(error).__name__})"
    return "ok"


def _check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _check_migrations() -> None:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise PartError(f"{len(missing)} not applied")


def _check_redis() -> None:
    with _redis() as redis:
        redis.ping()


def _check_alive(part: str) -> None:
    with _redis() as redis:
        if not redis.exists(_key(part)):
            raise PartError(f"not seen for {3 * HEARTBEAT_SECONDS} seconds")


def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


CHECKS: dict[str, Callable[[], None]] = {
    "database": _check_database,
    "migrations": _check_migrations,
    "redis": _check_redis,
    "beat": lambda: _check_alive("beat"),
    "worker": lambda: _check_alive("worker"),
}
