"""People of each role, who log in as a person does: with a password, through the pages."""

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from compliance.audit.models import AuditEvent
from devices.models import Membership, Organisation, Role, User

PASSWORD = "Une phrase de passe"
Enter = Callable[..., Client]


@pytest.fixture(autouse=True)
def _as_it_is_run(settings: Settings) -> None:
    """Ask for a second factor, as an installation does."""
    settings.MFA_REQUIRED_ROLES = ["owner", "administrator"]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """Return a person of each role, and a superuser."""
    house = Organisation.objects.create(key="house", name="House")
    found = {}
    for role in Role:
        found[str(role)] = User.objects.create_user(
            f"{role}@example.org", PASSWORD, is_staff=True, language="en"
        )
        Membership.objects.create(user=found[str(role)], organisation=house, role=role)
    found["superuser"] = User.objects.create_superuser("superuser@example.org", PASSWORD, language="en")
    return found


@pytest.fixture
def enter(people: dict[str, User]) -> Enter:
    """Return a function that logs a role in, and gives its session."""

    def log_in(role: str, *, agent: str = "Firefox") -> Client:
        client = Client(headers={"accept-language": "en", "user-agent": agent})
        answer = submit(client, f"{role}@example.org", PASSWORD)
        assert answer.status_code == 302, answer.content
        return client

    return log_in


def submit(client: Client, email: str, password: str, **others: Any) -> Any:
    """Return the answer to the form of the login."""
    return client.post("/login/", {"login": email, "password": password, **others})


def confirm(client: Client) -> None:
    """Show once more who one is."""
    assert client.post("/account/confirm/", {"password": PASSWORD, "next": "/"}).status_code == 302


def totp(secret: str, *, step: int = 0) -> str:
    """Return the code of an authenticator app (RFC 6238: SHA-1, 30 seconds, 6 digits)."""
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    value = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{value % 10**6:06}"


def set_up_app(client: Client) -> str:
    """Set up an authenticator app through its page, and return its secret."""
    with time_machine.travel(time.time(), tick=False):  # a code lives 30 seconds, whatever the machine's load
        confirm(client)
        page = client.get("/account/second-factor/app/")
        secret: str = page.context["form"].secret
        answer = client.post("/account/second-factor/app/", {"code": totp(secret)})
        assert answer.status_code == 302, answer.context["form"].errors
        return secret


def events() -> list[tuple[str, str, str, Any]]:
    """Return the events about accounts: what, who did it, of which account, and what else."""
    found = AuditEvent.objects.filter(action__startswith="account.").order_by("id")
    return [(one.action, one.actor_label, one.subject_label, one.after) for one in found]
