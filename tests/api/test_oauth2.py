"""OAuth2 clients: short tokens by client credentials, and nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from oauth2_provider.models import AccessToken
from rest_framework.test import APIClient

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.clients.models import Client
from compliance.clients.operations import NewClient, revoke_client
from compliance.clients.tasks import clear_ended_tokens
from devices.models import Scope
from tests import portfolio
from tests.api.conftest import Client as ClientOf
from tests.api.programs import DEVICES, REVOKE, SECOND, ask, refused, register, token_of, with_bearer


def test_a_client_gets_a_short_token_that_is_kept_by_its_hash(client_of: ClientOf) -> None:
    client_of("buyer")
    made = register()
    answer = ask(made)
    body = answer.json()  # type: ignore[attr-defined]
    assert (answer.status_code, body["token_type"], body["expires_in"]) == (200, "Bearer", 900)
    assert set(body["scope"].split()) == set(Scope.values)
    assert "refresh_token" not in body
    assert answer["Cache-Control"] == "no-store"
    assert AccessToken.objects.get().token == ""
    assert made.secret not in Client.objects.get().client_secret
    assert Client.objects.get().client_secret.startswith("md5$")


def test_a_token_ends_to_the_second(client_of: ClientOf) -> None:
    client_of("buyer")
    client = with_bearer(token_of(register()))
    end = portfolio.NOW + timedelta(minutes=15)
    with time_machine.travel(end - SECOND, tick=False):
        assert client.get(DEVICES).status_code == 200
        clear_ended_tokens()
        assert AccessToken.objects.exists()
    with time_machine.travel(end, tick=False):
        refused(client.get(DEVICES), 401)
    with time_machine.travel(end + SECOND, tick=False):
        clear_ended_tokens()
        assert not AccessToken.objects.exists()


def test_a_token_opens_no_more_than_was_asked_and_is_registered(client_of: ClientOf) -> None:
    client_of("buyer")
    made = register(scopes=[Scope.DEVICES_READ, Scope.STATUS_READ])
    assert ask(made, scope="devices:read").json()["scope"] == "devices:read"  # type: ignore[attr-defined]
    answer = ask(made, scope="devices:read deadlines:read")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "grant",
    [
        "password",
        "authorization_code",
        "refresh_token",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
        "",
    ],
)
def test_no_other_grant_is_served(client_of: ClientOf, grant: str) -> None:
    client_of("buyer")
    form = {"username": "buyer@example.org", "password": "Une phrase de passe", "code": "x"}
    answer = ask(register(), **form, grant_type=grant, refresh_token="x")
    assert answer.status_code == 400
    assert answer.json()["error"] in {"unsupported_grant_type", "invalid_request"}  # type: ignore[attr-defined]
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("path", ["authorize", "applications/", "introspect", "register/", "device/"])
def test_nothing_else_of_the_library_is_routed(client_of: ClientOf, path: str) -> None:
    for client in (APIClient(), client_of("buyer")):
        assert client.get(f"/api/v1/oauth2/{path}").status_code == 404
        assert client.get(f"/o/{path}").status_code in {302, 404}


def test_wrong_clients_are_told_apart_by_nothing(client_of: ClientOf) -> None:
    client_of("buyer")
    made, revoked = register(), register()
    revoke_client(actor=Actor.system("test"), client=revoked.client, at=portfolio.NOW)
    unknown = NewClient(Client(client_id="nobody"), "x")
    answers = [ask(made, secret="wrong"), ask(made, secret=""), ask(revoked), ask(unknown)]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.content for answer in answers} == {b'{"error": "invalid_client"}'}
    assert len({answer["WWW-Authenticate"] for answer in answers}) == 1


def test_a_revoked_client_is_refused_with_its_tokens(client_of: ClientOf) -> None:
    client_of("buyer")
    made = register()
    client = with_bearer(token_of(made))
    assert client.get(DEVICES).status_code == 200
    assert Client.objects.get().last_used_at == portfolio.NOW
    revoke_client(actor=Actor.system("test"), client=made.client, at=portfolio.NOW)
    refused(client.get(DEVICES), 401)
    events = AuditEvent.objects.filter(subject_type="client").order_by("sequence")
    assert [event.action for event in events] == ["client.registered", "client.revoked"]
    assert made.secret not in str([(event.before, event.after) for event in events])


def test_a_client_gives_back_its_own_tokens_only(client_of: ClientOf) -> None:
    client_of("buyer")
    one, other = register(), register()
    token = token_of(one)
    ask(other, path=REVOKE, token=token)
    assert with_bearer(token).get(DEVICES).status_code == 200
    assert ask(one, path=REVOKE, token=token).status_code == 200
    refused(with_bearer(token).get(DEVICES), 401)


def test_a_token_costs_few_queries(client_of: ClientOf) -> None:
    client_of("buyer")
    client = with_bearer(token_of(register()))
    client.get(DEVICES)  # notes the use of the client, once a minute
    with CaptureQueriesContext(connection) as queries:
        client.get(DEVICES)
    assert len(queries) == 2
