"""A recorded portfolio, frozen on one day, and a browser session for each role."""

import time
from collections.abc import Callable, Iterator

import pytest
import time_machine
from allauth.account.internal.flows import login
from django.test import Client
from django.utils.translation import override
from pytest_django.plugin import DjangoDbBlocker

from devices.models import Membership, Organisation, Role, User
from tests import portfolio
from tests.kept import kept

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


@pytest.fixture(scope="package", autouse=True)
def _recorded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let every test of this folder begin with the portfolio and its people."""
    with kept(django_db_blocker, record_people):
        yield


def record_people() -> None:
    """Record the portfolio, its people and an administrator."""
    portfolio.with_people()
    administrator = User.objects.create_user("administrator@example.org", "x", is_staff=True)
    house = Organisation.objects.create(key="house", name="House")
    Membership.objects.create(user=administrator, organisation=house, role=Role.ADMINISTRATOR)


@pytest.fixture
def session_of(db: None) -> Session:
    """Return a function that gives the signed-in session of a role, in English."""

    def session(role: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(User.objects.get(email=f"{role}@example.org"))
        confirmed(client)
        return client

    return session


@pytest.fixture
def officer(session_of: Session) -> Client:
    """Return the session of the officer of the maker."""
    return session_of("officer")
