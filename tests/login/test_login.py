"""Logging in: who may, who may not, what each answer tells, and what the trail keeps."""

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as configured
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from pytest_django import Settings

import config.settings
from compliance.audit.models import AuditEvent
from compliance.audit.verify import walk
from config.demo.__main__ import _defaults
from devices.models import User
from tests.backoffice.pages import text
from tests.login.conftest import PASSWORD, Enter, events, submit

FREE = ["officer", "reader", "buyer", "auditor"]
BOUND = ["owner", "administrator", "superuser"]


@pytest.mark.parametrize("role", FREE)
def test_a_password_is_enough_for_most_roles(enter: Enter, role: str) -> None:
    assert enter(role).get("/").status_code == 200


@pytest.mark.parametrize("role", BOUND)
def test_who_may_do_most_must_set_up_a_second_factor_first(enter: Enter, role: str) -> None:
    session = enter(role)
    for page in ("/", "/deadlines/", "/devices/user/", "/api/v1/devices", "/account/sessions/"):
        answer = session.get(page)
        assert (answer.status_code, answer["Location"]) == (302, "/account/second-factor/"), page
    shown = session.get("/account/second-factor/")
    assert shown.status_code == 200
    assert "Your role needs a second factor" in text(shown)
    assert "Deadlines" not in text(shown)
    assert session.post("/logout/").status_code == 302


@pytest.mark.parametrize("role", BOUND)
def test_the_demonstration_asks_for_none(enter: Enter, settings: Settings, role: str) -> None:
    settings.MFA_REQUIRED_ROLES = []
    assert enter(role).get("/").status_code == 200


def test_a_second_factor_is_asked_unless_said_otherwise() -> None:
    assert _defaults("8000")["MFA_REQUIRED_ROLES"] == ""
    assert config.settings.MFA_REQUIRED_ROLES == ["owner", "administrator"]
    assert config.settings.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_the_address_counts_whatever_its_case(people: dict[str, User]) -> None:
    assert submit(Client(), "OFFICER@Example.ORG", PASSWORD)["Location"] == "/"


def test_an_address_is_kept_in_small_letters(db: None) -> None:
    ada = User.objects.create_user("Ada.Lovelace@Example.org", PASSWORD)
    assert ada.email == "ada.lovelace@example.org"
    assert submit(Client(), "Ada.Lovelace@Example.org", PASSWORD).status_code == 302


def test_one_goes_where_one_wanted_to_go_and_nowhere_else(people: dict[str, User]) -> None:
    email = people["officer"].email
    assert submit(Client(), email, PASSWORD, next="/deadlines/")["Location"] == "/deadlines/"
    assert submit(Client(), email, PASSWORD, next="https://evil.example/")["Location"] == "/"


def test_who_may_not_open_the_back_office_is_told_so_and_can_leave(
    enter: Enter, people: dict[str, User]
) -> None:
    people["reader"].is_staff = False
    people["reader"].save()
    session = enter("reader")
    answer = session.get("/")
    assert answer.status_code == 403
    assert "Log out" in text(answer)
    assert session.post("/logout/")["Location"] == "/login/"


def test_a_login_makes_the_address_a_verified_one(enter: Enter, people: dict[str, User]) -> None:
    stale = EmailAddress.objects.create(user=people["buyer"], email="officer@example.org", verified=True)
    assert submit(Client(), "officer@example.org", PASSWORD).status_code in (200, 302)
    enter("buyer")
    enter("officer")
    assert not EmailAddress.objects.filter(pk=stale.pk).exists()
    kept = EmailAddress.objects.values_list("user__email", "email", "verified", "primary").order_by("email")
    assert list(kept) == [
        ("buyer@example.org", "buyer@example.org", True, True),
        ("officer@example.org", "officer@example.org", True, True),
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_failure_tells_nobody_whether_there_is_an_account(people: dict[str, User], language: str) -> None:
    people["reader"].is_active = False
    people["reader"].save()
    answers = []
    for email in ("officer@example.org", "reader@example.org", "nobody@example.org"):
        client = Client(headers={"accept-language": language})
        client.cookies[configured.CSRF_COOKIE_NAME] = "a" * 32
        answer = submit(client, email, "wrong")
        body = answer.content.decode().replace(email, "…")
        answers.append((answer.status_code, body.split("csrfmiddlewaretoken")[0], text(answer), len(body)))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 200
    assert mail.outbox == []


def test_who_is_not_active_gets_no_session(people: dict[str, User]) -> None:
    people["reader"].is_active = False
    people["reader"].save()
    client = Client()
    assert submit(client, "reader@example.org", PASSWORD)["Location"] == "/login/inactive/"
    assert client.get("/login/inactive/").status_code == 200
    assert client.get("/").status_code == 302


def test_five_failures_lock_the_account_even_for_its_password(people: dict[str, User]) -> None:
    for _ in range(5):
        assert "not correct" in text(submit(_english(), "officer@example.org", "wrong"))
    for _ in range(3):
        answer = submit(_english(), "officer@example.org", PASSWORD)
        assert "Too many failed login attempts" in text(answer)
    assert submit(_english(), "buyer@example.org", PASSWORD).status_code == 302
    failed = ("account.login_failed", "login", "officer@example.org", None)
    assert events()[:6] == [failed] * 5 + [("account.locked", "login", "officer@example.org", None)]
    assert [one[0] for one in events()[6:]] == ["account.logged_in"]


def test_an_account_that_is_none_locks_as_one_that_is(people: dict[str, User]) -> None:
    for _ in range(5):
        submit(_english(), "nobody@example.org", "wrong")
    assert "Too many failed login attempts" in text(submit(_english(), "nobody@example.org", "wrong"))
    assert events()[0] == ("account.login_failed", "login", "no account", None)
    assert events()[-1] == ("account.locked", "login", "no account", None)
    assert "nobody" not in str(list(AuditEvent.objects.values()))


def test_ten_failures_a_minute_lock_an_address_of_the_network(people: dict[str, User]) -> None:
    for n in range(10):
        submit(_english(), f"guess{n}@example.org", "wrong")
    assert "Too many failed login attempts" in text(submit(_english(), "officer@example.org", PASSWORD))


def test_the_trail_says_who_logged_in_and_out_and_by_what(enter: Enter) -> None:
    session = enter("officer")
    session.post("/logout/")
    officer = "officer@example.org"
    assert events() == [
        ("account.logged_in", officer, officer, {"methods": ["password"]}),
        ("account.sessions_ended", officer, officer, {"sessions": 1}),
    ]
    assert AuditEvent.objects.filter(organisation=None, action__startswith="account.").count() == 2
    assert [chain.fault for chain in walk()] == [None]
    assert PASSWORD not in str(list(AuditEvent.objects.values()))


def test_only_administrators_read_these_events(enter: Enter, settings: Settings) -> None:
    settings.MFA_REQUIRED_ROLES = []
    assert "Logged in" in text(enter("administrator").get("/audit/auditevent/"))
    assert "Logged in" not in text(enter("owner").get("/audit/auditevent/"))


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_email",
        "account_confirm_login_code",
        "account_request_reauthentication_code",
        "socialaccount_signup",
        "socialaccount_connections",
        "openid_connect_login",
        "mfa_signup_webauthn",
        "mfa_trust",
    ],
)
def test_a_page_that_is_not_used_has_no_address(name: str) -> None:
    assert configured.SOCIALACCOUNT_PROVIDERS == {}
    assert name not in get_resolver().reverse_dict
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "url", ["/signup/", "/login/with/oidc/", "/account/email/", "/password_change/", "/3rdparty/"]
)
def test_there_is_no_sign_up_anywhere(enter: Enter, url: str) -> None:
    assert enter("officer").get(url).status_code == 404


def _english() -> Client:
    return Client(headers={"accept-language": "en"})
