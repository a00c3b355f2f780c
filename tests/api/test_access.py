"""Who is let in, for what: keys, clients and sessions; each refusal as a problem detail."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import URLPattern
from rest_framework.test import APIClient

from compliance.api.views import ReadView
from compliance.audit.actors import Actor
from devices.access import revoke_key
from devices.models import ApiKey, Membership, Organisation, Role, Scope, User
from tests import portfolio
from tests.api.conftest import Client as ClientOf
from tests.api.programs import (
    DEVICES,
    SECOND,
    endpoints,
    key_with,
    path_of,
    refused,
    register,
    token_of,
    with_bearer,
)


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
            assert answer.status_code == opened(one)
        else:
            refused(answer, 403)
            challenge = f'Bearer realm="jalon", error="insufficient_scope", scope="{needed}"'
            assert answer["WWW-Authenticate"] == challenge


def opened(one: URLPattern) -> int:
    """Return the status of an endpoint that is open: no file has the id that its path names here."""
    return 404 if one.name == "document_file" else 200


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
        assert client.get(path_of(one)).status_code == opened(one)


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
    buyer = client_of("buyer")
    made = register()
    User.objects.filter(email="buyer@example.org").update(is_active=False)
    Membership.objects.filter(user__email="buyer@example.org").delete()
    assert names(with_bearer(token_of(made))) == {"Écho Scan One"}
    refused(buyer.get(DEVICES), 401)


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
