"""What the log holds after wrong logins, wrong keys and failures: which address, and no secret."""

import base64
import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from compliance.audit.actors import Actor
from compliance.people.invitations import invite, token_of
from config.logs import Line
from devices.models import Membership, Organisation, Role
from tests import portfolio
from tests.login.conftest import PASSWORD, submit


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Return what the installation would write."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Line("%(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def test_every_handler_writes_such_lines() -> None:
    written = [one.formatter for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    assert any(isinstance(one, Line) for one in written)
    names = [name for name, one in logging.root.manager.loggerDict.items() if getattr(one, "handlers", [])]
    assert [name for name in names if name.startswith(("compliance", "config", "devices", "django.r"))] == []
    assert settings.CELERY_WORKER_HIJACK_ROOT_LOGGER is False


def test_no_secret_is_logged(db: None, log: io.StringIO, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    portfolio.record()
    keys = portfolio.people().keys
    secrets = ["a wrong passphrase", PASSWORD, "jln_abcdefgh_guess", keys["buyer"], "not-our-token"]
    people = Client(raise_request_exception=False)
    submit(people, "officer@example.org", secrets[0])
    submit(people, "nobody@example.org", secrets[0])
    submit(people, "officer@example.org", PASSWORD)
    secrets.append(people.cookies[settings.SESSION_COOKIE_NAME].value)
    people.get("/nothing/here/")
    for bearer in (secrets[2], secrets[4], keys["buyer"]):
        program = APIClient(raise_request_exception=False)
        program.credentials(HTTP_AUTHORIZATION=f"Bearer {bearer}")
        program.get("/api/v1/devices")
        program.get("/api/v1/devices?unknown=1")
    pair = base64.b64encode(b"client:its secret").decode()
    token = {"grant_type": "client_credentials"}
    people.post("/api/v1/oauth2/token", token, headers={"Authorization": f"Basic {pair}"})
    secrets += [pair, "its secret", *_links(people)]
    written = log.getvalue()
    assert "Forbidden (CSRF cookie not set.): /invitations/…/" in written
    assert "Forbidden (CSRF cookie not set.): /password/new/…/" in written
    assert "Unauthorized: /api/v1/devices" in written
    assert "Not Found: /nothing/here/" in written
    assert [one for one in secrets if one in written] == []
    assert [str(one.body) for one in mail.outbox if str(one.body).strip() in written] == []


def _links(people: Client) -> list[str]:
    """Return the tokens of an invitation and of a new password, after a refusal of each."""
    maker = Organisation.objects.get(key="maker")
    owner = Membership.objects.get(user__email="officer@example.org")
    Membership.objects.filter(pk=owner.pk).update(role=Role.OWNER)
    row = invite(
        actor=Actor.person(owner.user),
        organisation=maker,
        email="new@example.org",
        role=Role.READER,
        language="fr",
        at=portfolio.NOW,
    )
    people.post("/password/", {"email": "rival@example.org"})
    found = re.search(r"/password/new/([^/\s]+)/", str(mail.outbox[-1].body))
    assert found
    tokens = [token_of(row), found[1]]
    forger = Client(enforce_csrf_checks=True)
    assert forger.post(f"/invitations/{tokens[0]}/").status_code == 403
    assert forger.post(f"/password/new/{tokens[1]}/").status_code == 403
    return tokens


def test_what_an_error_says_is_hidden_too(log: io.StringIO) -> None:
    server = "redis://:a-password@localhost/0"
    try:
        raise ConnectionError(f"Authorization: Bearer jln_abcd_efgh while asking {server}")
    except ConnectionError:
        logging.getLogger("jalon").exception("It failed")
    assert "Bearer … while asking redis://…@localhost/0" in log.getvalue()
    assert "efgh" not in log.getvalue()
