"""One day, on which the tasks have just had their ticks."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils.translation import override

from compliance.watch.heartbeats import beating
from tests import portfolio


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
