"""One day, on which the tasks have just had their ticks."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils.translation import override
from pytest_django.plugin import DjangoDbBlocker

from compliance.watch.heartbeats import beating
from devices.models import User
from tests import portfolio
from tests.kept import kept


@pytest.fixture(scope="package", autouse=True)
def _recorded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let every test of this folder begin with a device and the people, who read English."""
    with kept(django_db_blocker, _portfolio):
        yield


def _portfolio() -> None:
    portfolio.record([portfolio.CERTIFIED])
    portfolio.people()
    User.objects.update(language="en")


@pytest.fixture
def clock(db: None) -> Iterator[Any]:
    """Return what moves the clock."""
    with time_machine.travel(portfolio.NOW, tick=False) as moved, override("en"):
        tick()
        yield moved


def tick(*names: str) -> None:
    """Let tasks have a good tick."""
    for name in names or ("alerts", "reassess"):
        with beating(name):
            pass
