"""Who is let in, for what, how often: keys, clients and sessions; each refusal as a problem detail."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, reverse
from oauth2_provider.models import AccessToken
from pytest_django import Settings
from rest_framework.test import APIClient

from compliance.api import urls
from compliance.api.views import ReadView
from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.clients.models import Client
from compliance.clients.operations import NewClient, register_client, revoke_client
from compliance.clients.tasks import clear_ended_tokens
from devices.access import revoke_key
from devices.models import ApiKey, Membership, Organisation, Role, Scope, User
from tests import portfolio
from tests.api.conftest import Client as ClientOf

PUBLIC = {"schema", "docs", "token", "revoke", "no_such_address"}
DEVICES = "/api/v1/devices"
TOKEN, REVOKE = "/api/v1/oauth2/token", "/api/v1/oauth2/revoke"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def endpoints() -> list[URLPattern]:
    """Return the addresses that answer with data, as the URL configuration has them."""
    return [one for one in urls.urlpatterns if isinstance(one, URLPattern) and one.name not in PUBLIC]


def path_of(one: URLPattern) -> str:
    named = one.pattern.converters
    url = reverse(f"api:{one.name}", kwargs={name: portfolio.device().pk for name in named})
    return url + ("?identifier=04250802900152" if one.name == "lookup" else "")


def with_bearer(plain: str, **headers: str) -> APIClient:
    found = APIClient()
    found.credentials(HTTP_AUTHORIZATION=f"Bearer {plain}", **headers)
    return found


def key_with(*scopes: Scope) -> str:
    user = User.objects.get(email="buyer@example.org")
    return portfolio.key_of(user, Organisation.objects.get(key="hospital"), Role.BUYER, scopes).plain


def register(role: Role = Role.BUYER, place: str = "hospital", **changes: Any) -> NewClient:
    return register_client(
        actor=Actor.system("test"),
        organisation=Organisation.objects.get(key=place),
        role=role,
        responsible=User.objects.get(email="buyer@example.org"),
        name="Records",
        scopes=changes.get("scopes", list(Scope)),
        at=portfolio.NOW,
    )


def ask(client: NewClient, secret: str | None = None, **form: str) -> HttpResponse:
    pair = f"{client.client.client_id}:{client.secret if secret is None else secret}"
    basic = base64.b64encode(pair.encode()).decode()
    answer: HttpResponse = APIClient(enforce_csrf_checks=True).post(
        form.pop("path", TOKEN),
        {"grant_type": "client_credentials", **form},
        format=None,
        content_type=None,
        headers={"Authorization": f"Basic {basic}"},
    )
    return answer


def token_of(client: NewClient, **form: str) -> str:
    token: str = ask(client, **form).json()["access_token"]  # type: ignore[attr-defined]
    return token


def refused(answer: Any, status: int) -> dict[str, Any]:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    return problem


# --- scopes ---


@pytest.mark.parametrize("one", endpoints(), ids=lambda one: one.name)
def test_every_endpoint_names_its_scope(one: URLPattern) -> None:
    view = one.callback.view_class  # type: ignore[attr-defined]
    assert issubclass(view, ReadView)
    assert view.scope in Scope


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("one", endpoints(), ids=lambda one: one.name)
def test_a_program_opens_what_its_scope_opens_and_nothing_else(
    client_of: ClientOf, one: URLPattern, scope: Scope
) -> None:
    client_of("buyer")
    needed = one.callback.view_class.scope  # type: ignore[attr-defined]
    for plain in (key_with(scope), token_of(register(scopes=[scope]))):
        answer = with_bearer(plain).get(path_of(one))
        if scope == needed:
            assert answer.status_code == 200
        else:
            refused(answer, 403)
            challenge = f'Bearer realm="jalon", error="insufficient_scope", scope="{needed}"'
            assert answer["WWW-Authenticate"] == challenge


def test_a_view_without_a_scope_is_closed_to_programs(
    client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of("buyer")
    monkeypatch.delattr("compliance.api.views.DeviceList.scope")
    refused(client.get(DEVICES), 403)


def test_a_session_needs_no_scope(client_of: ClientOf) -> None:
    client_of("buyer")
    client = APIClient()
    client.force_login(User.objects.get(email="buyer@example.org"))
    for one in endpoints():
        assert client.get(path_of(one)).status_code == 200


# --- roles ---


def names(client: APIClient) -> set[str]:
    return {one["name"] for one in client.get(DEVICES).json()["results"]}


def test_a_key_sees_what_its_role_sees_in_its_organisation(client_of: ClientOf) -> None:
    client_of("buyer")
    user = User.objects.get(email="officer@example.org")
    for place, seen in (("maker", {"Écho Scan One", "Draft Two"}), ("rival", {"Rival Three"})):
        organisation = Organisation.objects.get(key=place)
        Membership.objects.get_or_create(user=user, organisation=organisation, role=Role.OFFICER)
        assert names(with_bearer(portfolio.key_of(user, organisation, Role.OFFICER).plain)) == seen


@pytest.mark.parametrize(
    ("role", "place", "seen"),
    [
        (Role.BUYER, "hospital", {"Écho Scan One"}),
        (Role.AUDITOR, "audit-house", {"Écho Scan One"}),
        (Role.READER, "maker", {"Écho Scan One", "Draft Two"}),
        (Role.OFFICER, "maker", {"Écho Scan One", "Draft Two"}),
        (Role.OWNER, "rival", {"Rival Three"}),
        (Role.READER, "hospital", set()),
    ],
)
def test_a_client_sees_what_its_role_sees_in_its_organisation(
    client_of: ClientOf, role: Role, place: str, seen: set[str]
) -> None:
    client_of("buyer")
    assert names(with_bearer(token_of(register(role, place)))) == seen


def test_a_client_outlives_its_responsible_person(client_of: ClientOf) -> None:
    client_of("buyer")
    made = register()
    User.objects.filter(email="buyer@example.org").update(is_active=False)
    Membership.objects.filter(user__email="buyer@example.org").delete()
    assert names(with_bearer(token_of(made))) == {"Écho Scan One"}
    refused(client_of_key := with_bearer(key_of_buyer()).get(DEVICES), 401)
    assert client_of_key.json()["detail"]


def key_of_buyer() -> str:
    """Return the text of a key that fits no secret."""
    return f"jln_{ApiKey.objects.get(name='buyer@example.org').prefix}_secret"


# --- authentication ---


def test_every_refusal_of_credentials_is_the_same(client_of: ClientOf) -> None:
    client_of("buyer")
    user = User.objects.get(email="buyer@example.org")
    hospital = Organisation.objects.get(key="hospital")
    good, revoked = (portfolio.key_of(user, hospital, Role.BUYER) for _ in range(2))
    revoke_key(actor=Actor.system("test"), key=revoked.key, at=portfolio.NOW)
    last = good.plain[-1]
    wrong = [
        good.plain[:-1] + ("A" if last != "A" else "B"),
        "jln_zzzzzzzz_" + good.plain.split("_", 2)[2],
        revoked.plain,
        "jln_",
        "no-token-of-ours",
        "two words",
        "",
    ]
    answers = [with_bearer(plain).get(DEVICES) for plain in wrong]
    problems = [refused(answer, 401) for answer in answers]
    assert all(problem == problems[0] for problem in problems)
    challenges = {answer["WWW-Authenticate"] for answer in answers}
    assert challenges == {'Bearer realm="jalon", error="invalid_token"'}


def test_no_credentials_are_asked_for_without_an_error_code(client_of: ClientOf) -> None:
    answer = client_of("nobody").get(DEVICES)
    refused(answer, 401)
    assert answer["WWW-Authenticate"] == 'Bearer realm="jalon"'


def test_a_key_ends_to_the_second(client_of: ClientOf) -> None:
    client = client_of("buyer")
    end = portfolio.NOW + timedelta(days=365)
    with time_machine.travel(end - SECOND, tick=False):
        assert client.get(DEVICES).status_code == 200
    with time_machine.travel(end, tick=False):
        refused(client.get(DEVICES), 401)


def test_a_revoked_key_is_refused_at_once(client_of: ClientOf) -> None:
    client = client_of("buyer")
    assert client.get(DEVICES).status_code == 200
    key = ApiKey.objects.get(name="buyer@example.org")
    revoke_key(actor=Actor.system("test"), key=key, at=portfolio.NOW)
    refused(client.get(DEVICES), 401)


# --- OAuth2 ---


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
    assert len(queries) == 5


# --- limits ---


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
        path = f"/api/v1/{one.pattern}".replace("<uuid:device_id>", "{device_id}")
        operation = schema["paths"][path]["get"]
        needed = [one.callback.view_class.scope.value]  # type: ignore[attr-defined]
        assert operation["security"] == [{"bearerKey": needed}, {"oauth2": needed}, {"cookieAuth": []}]
        assert {"200", "400", "401", "403", "404", "429"} == set(operation["responses"])
