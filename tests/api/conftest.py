"""A recorded portfolio, frozen on one day, and a client for each role."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.core.cache import cache
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.test import APIClient

from tests import portfolio
from tests.kept import kept

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


@pytest.fixture(scope="package", autouse=True)
def keys(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, str]]:
    """Let every test of this folder begin with the portfolio and its people; return their keys."""
    with kept(django_db_blocker, _portfolio) as found:
        yield found


def _portfolio() -> dict[str, str]:
    return portfolio.with_people().keys


@pytest.fixture
def client_of(db: None, keys: dict[str, str]) -> Client:
    """Return a function that gives the client of a role; "nobody" has no key."""

    def client(role: str) -> APIClient:
        found = APIClient()
        if role != "nobody":
            found.credentials(HTTP_AUTHORIZATION=f"Bearer {keys[role]}")
        return found

    return client
