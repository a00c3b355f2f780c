"""A new password: by a mail, by the person, by an administrator."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from devices.models import User
from tests.backoffice.pages import text
from tests.login.conftest import PASSWORD, Enter, events, submit

NEW = "Une autre phrase de passe"


def _ask(email: str, language: str = "en") -> Any:
    client = Client(headers={"accept-language": language})
    return client.post("/password/", {"email": email}, follow=True)


def _link() -> str:
    found = re.search(r"https?://testserver(/password/new/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_asking_tells_nobody_whether_there_is_an_account(people: dict[str, User], language: str) -> None:
    people["reader"].is_active = False
    people["reader"].save()
    answers, works = [], []
    for email in ("officer@example.org", "reader@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as asked:
            answer = _ask(email, language)
        answers.append((answer.status_code, answer.redirect_chain, text(answer)))
        works.append(len(asked))
    assert answers[0] == answers[1] == answers[2]
    assert [sent.to for sent in mail.outbox] == [
        ["officer@example.org"], ["reader@example.org"], ["nobody@example.org"],
    ]  # fmt: skip
    assert ["/password/new/" in str(sent.body) for sent in mail.outbox] == [True, False, False]
    assert works[1] == works[2]
    assert works[0] - works[2] <= 5


@pytest.mark.parametrize(("language", "said"), [("fr", "fr"), ("en", "Somebody, you perhaps")])
def test_the_mail_is_in_the_language_of_the_person(
    people: dict[str, User], language: str, said: str, settings: Settings
) -> None:
    people["officer"].language = language
    people["officer"].save()
    _ask("officer@example.org", language="en")
    body = str(mail.outbox[0].body)
    assert "/password/new/" in body
    if language == "en":
        assert said in body


def test_the_link_gives_a_new_password_once(enter: Enter) -> None:
    elsewhere = enter("officer")
    _ask("officer@example.org")
    client = Client(headers={"accept-language": "en"})
    link = _link()
    form = client.get(link, follow=True)
    url = form.redirect_chain[0][0]
    assert link not in url
    short = client.post(url, {"password1": "short", "password2": "short"})
    assert "at least 12 characters" in text(short)
    differs = client.post(url, {"password1": NEW, "password2": NEW + "!"})
    assert "same password" in text(differs)
    assert client.post(url, {"password1": NEW, "password2": NEW})["Location"] == "/password/changed/"
    assert client.get("/password/changed/").status_code == 200
    assert client.get("/").status_code == 302  # the second factor is still asked for, at a login

    assert "password reset link was invalid" in text(_english().get(link, follow=True))
    assert elsewhere.get("/").status_code == 302
    assert submit(Client(), "officer@example.org", PASSWORD).status_code == 200
    assert submit(Client(), "officer@example.org", NEW).status_code == 302
    officer = "officer@example.org"
    assert ("account.password_changed", officer, officer, {"how": "reset"}) in events()
    assert mail.outbox[-1].to == [officer]


def test_a_link_that_is_made_up_opens_nothing(people: dict[str, User]) -> None:
    answer = _english().get(f"/password/new/{people['officer'].pk.hex}-abc-def/", follow=True)
    assert "password reset link was invalid" in text(answer)


def test_asking_too_often_is_refused_alike(people: dict[str, User]) -> None:
    for email in ("officer@example.org", "nobody@example.org"):
        codes = [_ask(email).status_code for _ in range(6)]
        assert codes == [200] * 5 + [429]
    assert "Too many tries" in text(_ask("officer@example.org"))


def test_a_person_changes_the_password_with_the_old_one(enter: Enter) -> None:
    session, elsewhere = enter("officer"), enter("officer")
    data = {"password1": NEW, "password2": NEW}
    wrong = session.post("/account/password/", {"oldpassword": "wrong", **data})
    assert "type your current password" in text(wrong)
    assert session.post("/account/password/", {"oldpassword": PASSWORD, **data}).status_code == 302
    assert session.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    officer = "officer@example.org"
    assert events()[-1] == ("account.password_changed", officer, officer, {"how": "changed"})
    assert NEW not in str(events())
    assert [sent.to for sent in mail.outbox] == [[officer]]


def test_an_administrator_sets_a_password_and_the_trail_says_so(
    enter: Enter, people: dict[str, User], settings: Settings
) -> None:
    settings.MFA_REQUIRED_ROLES = []
    url = reverse("admin:auth_user_password_change", args=[people["officer"].pk])
    data = {"password1": NEW, "password2": NEW}
    assert enter("officer").post(url, data).status_code == 403
    assert enter("administrator").post(url, data).status_code == 302
    assert submit(Client(), "officer@example.org", NEW).status_code == 302
    expected = ("administrator@example.org", "officer@example.org", {"how": "administrator"})
    assert ("account.password_changed", *expected) in events()


def test_an_account_made_by_an_administrator_has_a_verified_address(
    enter: Enter, people: dict[str, User], settings: Settings
) -> None:
    settings.MFA_REQUIRED_ROLES = []
    session = enter("administrator")
    data = {"email": "New@Example.org", "language": "fr", "password1": NEW, "password2": NEW}
    assert session.post(reverse("admin:devices_user_add"), data).status_code == 302
    made = User.objects.get(email="new@example.org")
    address = EmailAddress.objects.get(user=made)
    assert (address.email, address.verified) == ("new@example.org", True)
    assert submit(Client(), "NEW@example.org", NEW).status_code == 302


def test_passwords_are_kept_with_argon2(people: dict[str, User], settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    people["officer"].set_password(NEW)
    people["officer"].save()
    assert people["officer"].password.startswith("argon2$argon2id$")
    assert submit(Client(), "officer@example.org", NEW).status_code == 302


def _english() -> Client:
    return Client(headers={"accept-language": "en"})
