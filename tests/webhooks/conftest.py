"""A recorded portfolio with its people, on this machine's own addresses, and an endpoint of each kind."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from compliance.audit.actors import Actor
from compliance.webhooks.models import Event
from compliance.webhooks.operations import NewSecret, add_endpoint
from devices.models import Organisation, Role, User
from tests import portfolio
from tests.kept import kept

Add = Callable[..., NewSecret]


def user(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")


@pytest.fixture(autouse=True)
def _this_machine(settings: Any) -> None:
    settings.WEBHOOK_LOOPBACK = True


@pytest.fixture(scope="module")
def _recorded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let every test of the module that adds an endpoint begin with the portfolio and its people."""
    with kept(django_db_blocker, portfolio.with_people):
        yield


@pytest.fixture
def add(_recorded: None, db: None) -> Add:
    """Return a function that adds the endpoint of the officer of the maker, or of the buyer."""

    def added(url: str = "http://127.0.0.1:9/", who: str = "officer", **changes: Any) -> NewSecret:
        place, role, events = {
            "officer": ("maker", Role.OFFICER, list(Event)),
            "buyer": ("hospital", Role.BUYER, [Event.STATUS_CHANGED]),
            "rival": ("rival", Role.OFFICER, list(Event)),
        }[who]
        asked: dict[str, Any] = {
            "actor": Actor.person(user(who)), "organisation": Organisation.objects.get(key=place),
            "role": role, "url": url, "events": events, "at": portfolio.NOW,
        }  # fmt: skip
        return add_endpoint(**asked | changes)

    return added
