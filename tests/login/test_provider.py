"""Login by an OpenID provider: a real one, started here, and the whole code flow through its pages."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import environ
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from oidc_provider_mock import User as Subject
from oidc_provider_mock import run_server_in_thread
from pytest_django import Settings

from config.openid import openid_connect
from devices.models import User
from tests.backoffice.pages import text
from tests.login.conftest import PASSWORD, Enter, confirm, events, set_up_app, submit, totp

ACR = "eidas1"
SUBJECTS = [
    Subject(sub="officer-1", claims={"email": "Officer@Example.org", "email_verified": True, "acr": ACR}),
    Subject(sub="officer-2", claims={"email": "officer@example.org", "email_verified": False, "acr": ACR}),
    Subject(sub="stranger", claims={"email": "stranger@example.org", "email_verified": True, "acr": ACR}),
    Subject(sub="weak", claims={"email": "officer@example.org", "email_verified": True, "acr": "eidas0"}),
    Subject(sub="silent", claims={"email": "officer@example.org", "email_verified": True}),
    Subject(sub="f:550e8400:899700000001", claims={"SubjectRefPro": {"codeCivilite": "M"}, "acr": ACR}),
    Subject(sub="reader-1", claims={"email": "reader@example.org", "email_verified": True, "acr": ACR}),
]
CARD = "f:550e8400:899700000001"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Return the address of the provider."""
    with run_server_in_thread(user_claims=SUBJECTS) as running:
        yield f"http://localhost:{running.server_port}"


@pytest.fixture(autouse=True)
def _configured(server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name the provider as an installation does: as Pro Santé Connect would be, with its own address."""
    named = {
        "OIDC_SERVER_URL": f"{server}/.well-known/openid-configuration",
        "OIDC_NAME": "Pro Santé Connect",
        "OIDC_CLIENT_ID": "jalon",
        "OIDC_CLIENT_SECRET": "kept in the environment",
        "OIDC_SCOPE": "openid email scope_all",
        "OIDC_ACR_VALUES": ACR,
        "OIDC_AUTHORIZATION_ENDPOINT": f"{server}/oauth2/authorize",
    }
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    settings.SOCIALACCOUNT_PROVIDERS = openid_connect(environ.Env())
    settings.ROOT_URLCONF = "tests.login.openid_urls"


def _start(client: Client, **asked: str) -> str:
    answer = client.post("/login/with/oidc/", query_params=asked)
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def _come_back(client: Client, subject: str, **asked: str) -> Any:
    """Go to the provider as a subject, come back, and return the last answer."""
    there = requests.post(_start(client, **asked), data={"sub": subject}, allow_redirects=False, timeout=10)
    assert there.status_code == 302, there.text
    back = urlsplit(there.headers["Location"])
    assert back.path == "/login/with/oidc/callback/"
    return client.get(f"{back.path}?{back.query}", follow=True)


def _english() -> Client:
    return Client(headers={"accept-language": "en"})


def test_the_request_is_the_one_that_was_configured(db: None, server: str) -> None:
    asked = urlsplit(_start(_english()))
    values = {name: value[0] for name, value in parse_qs(asked.query).items()}
    assert f"{asked.scheme}://{asked.netloc}{asked.path}" == f"{server}/oauth2/authorize"
    assert values["acr_values"] == ACR
    assert set(values["scope"].split()) == {"openid", "email", "scope_all"}
    assert values["client_id"] == "jalon"
    assert values["code_challenge_method"] == "S256"
    assert len(values["state"]) >= 16
    assert values["redirect_uri"].endswith("/login/with/oidc/callback/")


def test_a_verified_address_that_we_know_links_and_enters(people: dict[str, User]) -> None:
    client = _english()
    assert _come_back(client, "officer-1", next="/deadlines/").redirect_chain[-1][0] == "/deadlines/"
    assert client.get("/").status_code == 200
    linked = SocialAccount.objects.get()
    assert (linked.user, linked.uid, linked.extra_data) == (people["officer"], "officer-1", {})
    assert people["officer"].has_usable_password()
    officer = "officer@example.org"
    assert events() == [
        ("account.provider_linked", officer, officer, {"provider": "oidc"}),
        ("account.logged_in", officer, officer, {"methods": ["socialaccount"]}),
    ]
    assert submit(Client(), officer, PASSWORD).status_code == 302


def test_the_subject_counts_from_then_on(people: dict[str, User]) -> None:
    _come_back(_english(), "officer-1")
    people["officer"].email = "renamed@example.org"
    people["officer"].save()
    client = _english()
    _come_back(client, "officer-1")
    assert client.get("/").status_code == 200
    assert SocialAccount.objects.get().extra_data == {}
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["renamed@example.org"]


@pytest.mark.parametrize("subject", ["officer-2", "stranger", CARD])
def test_nobody_gets_an_account_from_the_provider(people: dict[str, User], subject: str) -> None:
    before = User.objects.count()
    client = _english()
    answer = _come_back(client, subject)
    assert "no account here is linked to you" in text(answer)
    assert client.get("/").status_code == 302
    assert User.objects.count() == before
    assert not SocialAccount.objects.exists()
    assert events() == []


@pytest.mark.parametrize("subject", ["weak", "silent"])
@pytest.mark.parametrize("asked", [{}, {"auth_params": "acr_values=eidas0"}])
def test_a_weaker_authentication_than_was_asked_for_is_refused(
    people: dict[str, User], subject: str, asked: dict[str, str]
) -> None:
    client = _english()
    assert _come_back(client, subject, **asked).status_code == 401
    assert client.get("/").status_code == 302
    assert not SocialAccount.objects.exists()


def test_who_is_not_active_does_not_enter(people: dict[str, User]) -> None:
    people["reader"].is_active = False
    people["reader"].save()
    client = _english()
    assert _come_back(client, "reader-1").redirect_chain[-1][0] == "/login/inactive/"
    assert client.get("/").status_code == 302


def test_an_answer_for_another_browser_is_refused(people: dict[str, User]) -> None:
    there = requests.post(_start(_english()), data={"sub": "officer-1"}, allow_redirects=False, timeout=10)
    back = urlsplit(there.headers["Location"])
    other = _english()
    assert other.get(f"{back.path}?{back.query}").status_code in (302, 401)
    assert other.get("/").status_code == 302
    assert not SocialAccount.objects.exists()


def test_who_gives_up_at_the_provider_comes_back_to_an_error(people: dict[str, User]) -> None:
    client = _english()
    there = requests.post(_start(client), data={"action": "deny"}, allow_redirects=False, timeout=10)
    back = urlsplit(there.headers["Location"])
    answer = client.get(f"{back.path}?{back.query}", follow=True)
    assert answer.status_code == 401
    assert client.get("/login/cancelled/").status_code == 200
    assert client.get("/").status_code == 302


def test_a_card_without_address_is_linked_by_its_person(enter: Enter, people: dict[str, User]) -> None:
    session = enter("officer")
    assert _come_back(session, CARD, process="connect").redirect_chain[-1][0] == "/account/confirm/"
    assert not SocialAccount.objects.exists()
    answer = session.post("/account/confirm/", {"password": PASSWORD}, follow=True)
    assert "Pro Santé Connect" in text(answer)
    assert SocialAccount.objects.get().user == people["officer"]
    client = _english()
    _come_back(client, CARD)
    assert client.get("/").status_code == 200


def test_a_subject_is_linked_to_one_person_only(enter: Enter) -> None:
    _come_back(_english(), "officer-1")
    session = enter("reader")
    confirm(session)
    _come_back(session, "officer-1", process="connect")
    assert SocialAccount.objects.get().user.email == "officer@example.org"


def test_a_link_is_taken_away(enter: Enter) -> None:
    session = enter("officer")
    confirm(session)
    _come_back(session, "officer-1", process="connect")
    page = session.get("/account/providers/")
    assert page.status_code == 200
    assert session.post("/account/providers/", {"account": SocialAccount.objects.get().pk}).status_code == 302
    assert not SocialAccount.objects.exists()
    assert "account.provider_unlinked" in [one[0] for one in events()]


def test_the_second_factor_is_asked_for_all_the_same(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = set_up_app(enter("officer"))
    client = _english()
    assert _come_back(client, "officer-1").redirect_chain[-1][0] == "/login/second-factor/"
    assert client.get("/").status_code == 302
    assert client.post("/login/second-factor/", {"code": totp(secret)}).status_code == 302
    assert client.get("/").status_code == 200


def test_the_page_of_the_login_names_the_provider(client: Client, settings: Settings, db: None) -> None:
    assert "Pro Santé Connect" in text(client.get("/login/"))
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "Pro Santé Connect" not in text(client.get("/login/"))
    assert client.post("/login/with/oidc/").status_code == 404


def test_nothing_is_configured_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OIDC_SERVER_URL")
    assert openid_connect(environ.Env()) == {}
