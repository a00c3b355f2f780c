"""The second factor: set up, asked for, refused, replaced by a recovery code, taken away."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from pytest_django import Settings

from devices.models import User
from tests.backoffice.pages import text
from tests.login.conftest import PASSWORD, Enter, events, set_up_app, submit, totp

PAGE = "/login/second-factor/"


@pytest.fixture(autouse=True)
def _signals_of_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do at once what waits for the end of the transaction, which a test never reaches."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda done, **others: done())


def test_an_app_opens_the_office_and_is_asked_for_from_then_on(enter: Enter, people: dict[str, User]) -> None:
    session = enter("owner")
    secret = set_up_app(session)
    assert session.get("/").status_code == 200
    assert session.get("/account/second-factor/codes/").context["unused_codes"][9]
    session.post("/logout/")

    client = Client(headers={"accept-language": "en"})
    assert submit(client, "owner@example.org", PASSWORD)["Location"] == PAGE
    assert client.get("/")["Location"].startswith("/login/")
    refused = client.post(PAGE, {"code": "000000"})
    assert "Incorrect code" in text(refused)
    assert client.get("/")["Location"].startswith("/login/")
    assert client.post(PAGE, {"code": totp(secret)})["Location"] == "/"
    assert client.get("/").status_code == 200
    owner = "owner@example.org"
    assert events() == [
        ("account.logged_in", owner, owner, {"methods": ["password"]}),
        ("account.second_factor_added", owner, owner, {"kind": "totp"}),
        ("account.second_factor_added", owner, owner, {"kind": "recovery_codes"}),
        ("account.sessions_ended", owner, owner, {"sessions": 1}),
        ("account.second_factor_failed", "login", owner, {"kind": "totp"}),
        ("account.logged_in", owner, owner, {"methods": ["password", "mfa:totp"]}),
    ]
    assert secret not in str(events())


def test_a_code_counts_once(enter: Enter) -> None:
    secret = set_up_app(enter("owner"))
    with time_machine.travel(time.time(), tick=False):
        code = totp(secret)
        for place, expected in ((Client(), 302), (Client(), 200)):
            submit(place, "owner@example.org", PASSWORD)
            assert place.post(PAGE, {"code": code}).status_code == expected


def test_the_second_factor_locks_too(enter: Enter) -> None:
    secret = set_up_app(enter("officer"))
    client = Client(headers={"accept-language": "en"})
    submit(client, "officer@example.org", PASSWORD)
    for _ in range(5):
        client.post(PAGE, {"code": "000000"})
    assert "Too many failed login attempts" in text(client.post(PAGE, {"code": totp(secret)}))
    client.post(PAGE, {"code": totp(secret)})
    assert [one[0] for one in events()].count("account.second_factor_failed") == 5
    lock = ("account.second_factor_locked", "login", "officer@example.org", None)
    assert events().count(lock) == 1


def test_a_wrong_code_sets_nothing_up(enter: Enter) -> None:
    session = enter("owner")
    session.post("/account/confirm/", {"password": PASSWORD, "next": "/"})
    session.get("/account/second-factor/app/")
    answer = session.post("/account/second-factor/app/", {"code": "000000"})
    assert "Incorrect code" in text(answer)
    assert not Authenticator.objects.exists()
    assert session.get("/")["Location"] == "/account/second-factor/"


def test_a_recovery_code_replaces_the_app_once(enter: Enter) -> None:
    session = enter("owner")
    set_up_app(session)
    code = session.get("/account/second-factor/codes/").context["unused_codes"][0]
    for expected in (302, 200):
        client = Client()
        submit(client, "owner@example.org", PASSWORD)
        assert client.post(PAGE, {"code": code}).status_code == expected
    assert {"methods": ["password", "mfa:recovery_codes"]} in [one[3] for one in events()]
    assert code not in str(events())


def test_secrets_are_kept_encrypted(enter: Enter, settings: Settings) -> None:
    secret = set_up_app(enter("owner"))
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    client = Client()
    submit(client, "owner@example.org", PASSWORD)
    assert client.post(PAGE, {"code": totp(secret)}).status_code == 302


@pytest.mark.parametrize(
    "url",
    [
        "/account/second-factor/app/",
        "/account/second-factor/keys/add/",
        "/account/second-factor/codes/new/",
        "/account/second-factor/codes/",
        "/account/second-factor/app/remove/",
    ],
)
def test_who_one_is_must_be_shown_once_more_before_a_change(enter: Enter, url: str) -> None:
    session = enter("officer")
    set_up_app(enter("officer"))
    if url.endswith("/app/"):
        Authenticator.objects.filter(type="totp").delete()
    answer = session.get(url)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/account/confirm/"), url
    wrong = session.post("/account/confirm/", {"password": "wrong", "next": url})
    assert "Incorrect password" in text(wrong)
    assert session.get(url).status_code == 302


def test_taking_it_away_sends_back_to_the_set_up(enter: Enter) -> None:
    session = enter("administrator")
    set_up_app(session)
    assert session.get("/").status_code == 200
    assert session.post("/account/second-factor/app/remove/").status_code == 302
    assert session.get("/")["Location"] == "/account/second-factor/"
    removed = [one[3]["kind"] for one in events() if one[0] == "account.second_factor_removed"]
    assert removed == ["totp", "recovery_codes"]


@pytest.mark.parametrize(("language", "said"), [("fr", "activée"), ("en", "activated")])
def test_a_mail_tells_the_person_in_their_language(
    enter: Enter, people: dict[str, User], language: str, said: str
) -> None:
    people["officer"].language = language
    people["officer"].save()
    set_up_app(enter("officer"))
    (sent,) = mail.outbox
    assert sent.to == ["officer@example.org"]
    assert said in str(sent.body)
