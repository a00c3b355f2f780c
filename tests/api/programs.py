"""Programs of the tests: with a key, or with a token of a client."""

import base64
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import URLPattern, reverse
from rest_framework.test import APIClient

from compliance.api import urls
from compliance.audit.actors import Actor
from compliance.clients.operations import NewClient, register_client
from devices.models import Organisation, Role, Scope, User
from tests import portfolio

PUBLIC = {"schema", "docs", "token", "revoke", "no_such_address"}
OF_KEEPERS = {"facts", "fact", "fact_retract"}  # tests/api/test_writes.py
OF_READERS = {"dossiers", "dossier", "dossier_cancel", "dossier_download"}  # tests/api/test_dossiers.py
DEVICES = "/api/v1/devices"
TOKEN, REVOKE = "/api/v1/oauth2/token", "/api/v1/oauth2/revoke"
SECOND = timedelta(seconds=1)


def endpoints() -> list[URLPattern]:
    """Return the addresses from which everybody reads, as the URL configuration has them."""
    patterns = [one for one in urls.urlpatterns if isinstance(one, URLPattern)]
    return [one for one in patterns if one.name not in PUBLIC | OF_KEEPERS | OF_READERS]


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
