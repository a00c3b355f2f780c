"""A recorded portfolio with its people, on this machine's own addresses, and an endpoint of each kind."""

from collections.abc import Callable
from typing import Any

import pytest

from compliance.audit.actors import Actor
from compliance.webhooks.models import Event
from compliance.webhooks.operations import NewSecret, add_endpoint
from devices.models import Organisation, Role, User
from tests import portfolio

Add = Callable[..., NewSecret]


def user(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")


@pytest.fixture(autouse=True)
def _this_machine(settings: Any) -> None:
    settings.WEBHOOK_LOOPBACK = True


@pytest.fixture
def recorded(db: None) -> None:
    portfolio.record()
    portfolio.people()


@pytest.fixture
def add(recorded: None) -> Add:
    """Return a function that adds the endpoint of the officer of the maker, or of the buyer."""

    def added(url: str = "http://127.0.0.1:9/", who: str = "officer", **changes: Any) -> NewSecret:
        place, role, events = {
            "officer": ("maker", Role.OFFICER, list(Event)),
            "buyer": ("hospital", Role.BUYER, [Event.STATUS_CHANGED]),
            "rival": ("rival", Role.OFFICER, list(Event)),
        }[who]
        asked: dict[str, Any] = {
            "actor": Actor.person(user(who)), "organisation": Organisation.objects.get(key=place),
            "role": role, "user": user(who), "url": url, "events": events, "at": portfolio.NOW,
        }  # fmt: skip
        return add_endpoint(**asked | changes)

    return added
