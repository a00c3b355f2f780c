"""The mark that a periodic task leaves, and the ping that says so to the outside."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPException, HTTPSConnection
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError

from compliance.watch.models import Heartbeat
from config import clock
from devices import wall

PINGED = "alerts"
_SECONDS = 5
_log = logging.getLogger(__name__)


@contextmanager
def beating(name: str) -> Iterator[None]:
    """Leave the mark of a tick of a periodic task, however it ends; also a decorator of the task.

    ``name`` is its entry in the schedule of beat. A mark that cannot be left fails nothing: its absence is
    what turns the health red.
    """
    started = monotonic()
    try:
        yield
    except Exception as error:
        _mark(name, monotonic() - started, type(error).__name__)
        raise
    _mark(name, monotonic() - started, "")
    if name == PINGED:
        ping(settings.ALERTING_PING_URL)


def period(name: str) -> timedelta:
    """Return how often beat sends a task."""
    return timedelta(seconds=settings.CELERY_BEAT_SCHEDULE[name]["schedule"])


def ping(url: str) -> None:
    """Tell a monitor outside that a tick was good; what fails is in the log, without the address."""
    if not url:
        return
    try:
        status = _answered(url)
    except (OSError, HTTPException) as error:
        _log.warning("the monitor was not told of the alerting (%s)", type(error).__name__)
    except ValueError:
        _log.error("ALERTING_PING_URL is no https address: nothing is told")
    else:
        if not 200 <= status < 300:
            _log.warning("the monitor was told of the alerting and answered %s", status)


def _answered(url: str) -> int:
    """Return the status that an address answers. Raises OSError, HTTPException; ValueError if not https."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError
    connection = HTTPSConnection(parts.hostname, parts.port, timeout=_SECONDS)
    try:
        connection.request("GET", parts._replace(scheme="", netloc="", fragment="").geturl() or "/")
        return connection.getresponse().status
    finally:
        connection.close()


def _mark(name: str, seconds: float, error: str) -> None:
    at = clock.now()
    values: dict[str, Any] = {"at": at, "took": timedelta(seconds=seconds), "error": error[:100]}
    if not error:
        values["good_at"] = at
    try:
        with wall.system():
            Heartbeat.objects.update_or_create(name=name, defaults=values)
    except DatabaseError as failed:
        _log.error("no mark of %s (%s)", name, type(failed).__name__)
