"""A recorded portfolio, frozen on one day, and a browser session for each role."""

import time
from collections.abc import Callable, Iterator

import pytest
import time_machine
from allauth.account.internal.flows import login
from django.test import Client
from django.utils.translation import override

from devices.models import Membership, Organisation, Role, User
from tests import portfolio

Session = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with time_machine.travel(portfolio.NOW, tick=False), override("en"):
        yield


def confirmed(client: Client) -> None:
    """Let the session be one whose person has just shown who they are, as after a login."""
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = session["_auth_user_id"]
    session.save()


@pytest.fixture
def session_of(db: None) -> Session:
    """Return a function that gives the signed-in session of a role, in English."""
    portfolio.record()
    users = portfolio.people().users
    users["administrator"] = User.objects.create_user("administrator@example.org", "x", is_staff=True)
    house = Organisation.objects.create(key="house", name="House")
    Membership.objects.create(user=users["administrator"], organisation=house, role=Role.ADMINISTRATOR)

    def session(role: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(users[role])
        confirmed(client)
        return client

    return session


@pytest.fixture
def officer(session_of: Session) -> Client:
    """Return the session of the officer of the maker."""
    return session_of("officer")
