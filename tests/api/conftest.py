"""A recorded portfolio, frozen on one day, and a client for each role."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.core.cache import cache
from rest_framework.test import APIClient

from tests import portfolio

Client = Callable[[str], APIClient]


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with time_machine.travel(portfolio.NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def client_of(db: None) -> Client:
    """Return a function that gives the client of a role; "nobody" has no key."""
    portfolio.record()
    keys = portfolio.people().keys

    def client(role: str) -> APIClient:
        found = APIClient()
        if role != "nobody":
            found.credentials(HTTP_AUTHORIZATION=f"Bearer {keys[role]}")
        return found

    return client
