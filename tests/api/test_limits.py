"""How often: by key, client, person and address; and what the schema says of it all."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from rest_framework.test import APIClient

from devices.models import Scope, User
from tests import portfolio
from tests.api.conftest import Client as ClientOf
from tests.api.programs import (
    DEVICES,
    SECOND,
    TOKEN,
    ask,
    endpoints,
    key_with,
    refused,
    register,
    token_of,
    with_bearer,
)


@pytest.fixture
def few(settings: Settings) -> None:
    kinds = ("program", "person", "address", "failure", "token")
    settings.API_RATES = dict.fromkeys(kinds, "3/min")


def test_each_client_has_its_own_limit(client_of: ClientOf, few: None) -> None:
    client = client_of("buyer")
    token = with_bearer(token_of(register()))
    session = APIClient()
    session.force_login(User.objects.get(email="buyer@example.org"))
    for one, kind in ((client, "program"), (token, "program"), (session, "person")):
        left = [one.get(DEVICES)["RateLimit"] for _ in range(3)]
        assert left == [f'"{kind}";r={n};t=60' for n in (2, 1, 0)]
        answer = one.get(DEVICES)
        refused(answer, 429)
        assert answer["Retry-After"] == "60"
        assert answer["RateLimit-Policy"] == f'"{kind}";q=3;w=60'
        assert answer["RateLimit"] == f'"{kind}";r=0;t=60'
    assert client_of_other().get(DEVICES).status_code == 200


def client_of_other() -> APIClient:
    return with_bearer(key_with(*Scope))


def test_a_limit_ends_with_its_window(client_of: ClientOf, few: None) -> None:
    client = client_of("buyer")
    with time_machine.travel(portfolio.NOW + 59 * SECOND, tick=False):
        for _ in range(3):
            client.get(DEVICES)
        assert client.get(DEVICES)["Retry-After"] == "1"
    with time_machine.travel(portfolio.NOW + 60 * SECOND, tick=False):
        assert client.get(DEVICES).status_code == 200


def test_an_answer_not_modified_says_what_is_left(client_of: ClientOf) -> None:
    client = client_of("buyer")
    etag = client.get(DEVICES)["ETag"]
    answer = client.get(DEVICES, headers={"If-None-Match": etag})
    assert (answer.status_code, answer["RateLimit"]) == (304, '"program";r=298;t=60')


def test_too_many_failures_of_an_address_are_not_looked_at(client_of: ClientOf, few: None) -> None:
    client_of("buyer")
    good = key_with(*Scope)
    for _ in range(3):
        refused(with_bearer("jln_abcdefgh_guess").get(DEVICES), 401)
    for plain in ("jln_abcdefgh_guess", good):
        with CaptureQueriesContext(connection) as queries:
            answer = with_bearer(plain).get(DEVICES)
        refused(answer, 429)
        assert answer["Retry-After"] == "60"
        assert len(queries) == 0
    assert with_bearer(good, REMOTE_ADDR="10.0.0.9").get(DEVICES).status_code == 200
    with time_machine.travel(portfolio.NOW + 60 * SECOND, tick=False):
        assert with_bearer(good).get(DEVICES).status_code == 200


def test_a_good_key_is_no_failure(client_of: ClientOf, few: None) -> None:
    client_of("buyer")
    for _ in range(5):
        assert with_bearer(key_with(*Scope)).get(DEVICES).status_code == 200


def test_a_made_up_forwarding_changes_no_address(client_of: ClientOf, few: None) -> None:
    """One proxy stands in front: what it added last counts, whatever the caller wrote before it."""
    client_of("buyer")
    for n in range(3):
        guess = with_bearer("jln_abcdefgh_guess", HTTP_X_FORWARDED_FOR=f"1.1.1.{n}, 9.9.9.9")
        refused(guess.get(DEVICES), 401)
    guess = with_bearer("jln_abcdefgh_guess", HTTP_X_FORWARDED_FOR="1.1.1.9, 9.9.9.9")
    refused(guess.get(DEVICES), 429)


def test_tokens_are_asked_for_within_a_limit(client_of: ClientOf, few: None) -> None:
    client_of("buyer")
    made = register()
    for _ in range(3):
        assert ask(made, secret="wrong").status_code == 401
    answer = ask(made)
    refused(answer, 429)
    assert answer["Retry-After"] == "60"
    assert answer["RateLimit"] == '"token";r=0;t=60'


def test_without_redis_the_api_answers_and_the_log_says_so(
    client_of: ClientOf, settings: Settings, few: None, caplog: pytest.LogCaptureFixture
) -> None:
    client = client_of("buyer")
    made = register()
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1/0"}}
    for _ in range(5):
        assert client.get(DEVICES).status_code == 200
        refused(with_bearer("jln_abcdefgh_guess").get(DEVICES), 401)
    assert with_bearer(token_of(made)).get(DEVICES).status_code == 200
    assert "RateLimit" not in client.get(DEVICES)
    assert "limits are not checked: the cache does not answer (ConnectionError)" in caplog.text


# --- the schema ---


def test_the_schema_says_what_each_address_needs(client_of: ClientOf) -> None:
    headers = {"Accept": "application/vnd.oai.openapi+json"}
    schema = client_of("buyer").get("/api/v1/schema", headers=headers).json()
    schemes = schema["components"]["securitySchemes"]
    assert schemes["bearerKey"]["scheme"] == "bearer"
    assert list(schemes["oauth2"]["flows"]) == ["clientCredentials"]
    assert schemes["oauth2"]["flows"]["clientCredentials"]["tokenUrl"] == TOKEN
    assert set(schemes["oauth2"]["flows"]["clientCredentials"]["scopes"]) == set(Scope.values)
    for one in endpoints():
        path = re.sub(r"<uuid:(\w+)>", r"{\1}", f"/api/v1/{one.pattern}")
        operation = schema["paths"][path]["get"]
        needed = [one.callback.view_class.scope.value]  # type: ignore[attr-defined]
        assert operation["security"] == [{"bearerKey": needed}, {"oauth2": needed}, {"cookieAuth": []}]
        refusals = {"400", "401", "403", "404", "429"}
        json = one.name not in {"document_file", "csv", "parquet"}
        refusals |= {"304", "406"} if json else set()
        refusals |= {"document_file": {"409"}, "changes": {"410"}}.get(one.name or "", set())
        assert {"200", *refusals} == set(operation["responses"])
