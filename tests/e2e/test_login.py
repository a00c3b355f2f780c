"""Login as a person meets it: each page, a passkey of a real browser, a lost password without scripts."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from compliance.audit.models import AuditEvent
from devices.models import User
from tests.e2e.conftest import PASSWORD, Open, faults, fits
from tests.login.conftest import totp

Step = Callable[[Page], None]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do at once what waits for the end of the transaction, which a test never reaches."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda done, **others: done())


def _problems(page: Page) -> list[str]:
    expect(page.locator("h1"), page.url).to_have_count(1)
    assert fits(page), page.url
    return faults(page)


def _open(page: Page, url: str) -> None:
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == 200, url


def _confirm(page: Page) -> None:
    if "/account/confirm/" in page.url:
        page.fill("#id_password", PASSWORD)
        page.click("main .record button")


@pytest.mark.parametrize(("language", "theme", "width"), [("fr", "light", 1440), ("en", "dark", 390)])
def test_every_page_of_the_account_is_accessible(
    signed_in: Open, language: str, theme: str, width: int
) -> None:
    page = signed_in("officer", language=language, theme=theme, width=width)
    problems = []

    def look(url: str) -> None:
        _open(page, url)
        assert page.get_attribute("html", "lang") == language
        problems.extend(_problems(page))

    look("/account/password/")
    look("/account/sessions/")
    look("/account/second-factor/")
    look("/account/second-factor/app/")
    _confirm(page)
    page.wait_for_url("**/app/")
    problems += _problems(page)
    page.fill("#id_code", "000000")
    page.click("main .record button")
    expect(page.locator("#id_code_error")).to_be_visible()
    problems += _problems(page)
    page.fill("#id_code", totp(page.input_value("#authenticator_secret")))
    page.click("main .record button")
    page.wait_for_url("**/codes/")
    problems += _problems(page)
    look("/account/second-factor/")
    look("/account/second-factor/codes/new/")
    look("/account/second-factor/app/remove/")
    look("/account/second-factor/keys/add/")
    look("/account/second-factor/keys/")
    look("/account/confirm/code/")
    look("/account/confirm/key/")
    look("/logout/")
    page.context.clear_cookies()
    look("/login/")
    page.fill("#id_login", "officer@example.org")
    page.fill("#id_password", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url("**/second-factor/")
    problems += _problems(page)
    page.context.clear_cookies()
    look("/password/")
    look("/password/sent/")
    look("/password/new/abc-def/")
    look("/password/changed/")
    look("/login/inactive/")
    assert problems == []


def test_a_passkey_is_set_up_because_it_must_be_and_then_opens_the_office_alone(
    browser: Browser, address: str, settings: Settings
) -> None:
    settings.MFA_REQUIRED_ROLES = ["owner", "administrator"]
    context = browser.new_context(base_url=address.replace("127.0.0.1", "localhost"), locale="en")
    context.set_default_timeout(15000)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    page.goto("/login/")
    page.fill("#id_login", "administrator@example.org")
    page.fill("#id_password", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url("**/account/second-factor/")
    expect(page.get_by_text("Your role needs a second factor")).to_be_visible()
    problems = _problems(page)
    page.goto("/account/second-factor/keys/add/")
    _confirm(page)
    page.wait_for_url("**/keys/add/")
    page.get_by_label("Passwordless").check()
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/codes/")
    _open(page, "/account/second-factor/keys/")
    problems += _problems(page)
    page.get_by_role("link", name="Rename").click()
    page.fill("#id_name", "My laptop")
    problems += _problems(page)
    page.click("#mfa_webauthn_edit")
    expect(page.get_by_role("rowheader", name="My laptop")).to_be_visible()
    page.get_by_role("link", name="Remove").click()
    problems += _problems(page)
    page.goto("/")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/login/")
    page.click("#passkey_login")
    page.wait_for_url(re.compile(r"localhost:\d+/$"))
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    logged_in = AuditEvent.objects.filter(action="account.logged_in").order_by("id")
    assert [one.after for one in logged_in] == [{"methods": ["password"]}, {"methods": ["mfa:webauthn"]}]

    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.context.clear_cookies()
    page.goto("/login/")
    page.click("#passkey_login")
    page.wait_for_timeout(1500)
    assert page.goto("/").url.endswith("/login/?next=/")  # type: ignore[union-attr]

    page.fill("#id_login", "administrator@example.org")
    page.fill("#id_password", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url("**/second-factor/")
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url(re.compile(r"localhost:\d+/$"))
    assert problems == []
    context.close()


def test_a_lost_password_is_replaced_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="en", java_script_enabled=False)
    context.set_default_timeout(8000)
    page = context.new_page()
    page.goto("/login/")
    page.get_by_role("link", name="Password forgotten").click()
    page.fill("#id_email", "officer@example.org")
    page.get_by_role("button", name="Send the mail").click()
    page.wait_for_url("**/password/sent/")
    link = re.search(r"/password/new/\S+", str(mail.outbox[-1].body))
    assert link
    page.goto(link[0])
    page.fill("#id_password1", "Une autre phrase de passe")
    page.fill("#id_password2", "Une autre phrase de passe")
    page.click("main .record button.primary")
    page.wait_for_url("**/password/changed/")
    assert User.objects.get(email="officer@example.org").check_password("Une autre phrase de passe")
    context.close()
