"""The content security policy in a real browser. That no page breaks it is asserted after every test here."""

from pathlib import Path

import environ
import pytest
from oidc_provider_mock import User as Subject
from oidc_provider_mock import run_server_in_thread
from playwright.sync_api import Browser, expect
from pytest_django import Settings

from config.headers import content_security_policy
from config.openid import openid_connect, origins
from tests import portfolio
from tests.e2e.conftest import POLICY, Open


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pages_of_the_api_work_under_the_policy(signed_in: Open, tmp_path: Path, language: str) -> None:
    page = signed_in("officer", language=language)
    page.goto("/api/v1/docs")
    row = page.locator("[id$=-lookup].opblock")
    expect(row).to_be_visible()
    row.click()
    row.get_by_role("button", name="Try it out").click()
    row.get_by_placeholder("identifier").fill("04250802900152")
    row.get_by_role("button", name="Execute").click()
    answer = row.locator(".live-responses-table")
    expect(answer).to_contain_text(str(portfolio.device().pk))
    page.get_by_role("button", name="Authorize").first.click()
    expect(page.locator(".modal-ux")).to_contain_text("bearerKey")
    page.screenshot(path=tmp_path / f"docs-{language}.png")


def test_what_was_written_into_a_page_does_not_run(signed_in: Open, violations: list[str]) -> None:
    page = signed_in("officer", language="en")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            document.querySelector("h1").innerHTML = "<img src=x: onerror='window.ran = true'>";
            document.querySelector("main").insertAdjacentHTML("beforeend", "<b style='top: 0'>styled</b>");
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.ran") is None
    assert (
        page.evaluate("() => fetch('https://example.org').then(() => 'sent', () => 'refused')") == "refused"
    )
    refused = "\n".join(violations)
    assert POLICY in refused
    for directive in ("script-src", "img-src", "style-src", "connect-src"):
        assert directive in refused
    violations.clear()


def test_a_login_leads_to_the_provider_that_is_named_and_back(
    browser: Browser, address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch, violations: list[str]
) -> None:
    claims = {"email": "officer@example.org", "email_verified": True}
    with run_server_in_thread(user_claims=[Subject(sub="officer-1", claims=claims)]) as running:
        server = f"http://localhost:{running.server_port}"
        for name, value in {"SERVER_URL": server, "CLIENT_ID": "jalon", "CLIENT_SECRET": "x" * 12}.items():
            monkeypatch.setenv(f"OIDC_{name}", value)
        settings.SOCIALACCOUNT_PROVIDERS = openid_connect(environ.Env())
        settings.ROOT_URLCONF = "tests.login.openid_urls"
        settings.ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"
        page = browser.new_context(base_url=address, locale="en").new_page()
        page.set_default_timeout(15000)

        page.goto("/login/")
        page.get_by_role("button", name="OpenID Connect").click()
        page.wait_for_timeout(1000)
        assert page.url == f"{address}/login/"
        assert [one for one in violations if "form-action" in one]
        violations.clear()

        settings.CONTENT_SECURITY_POLICY = content_security_policy(origins(environ.Env()))
        page.goto("/login/")
        page.get_by_role("button", name="OpenID Connect").click()
        page.fill("input[name=sub]", "officer-1")
        page.get_by_role("button", name="Authorize").click()
        page.wait_for_url(f"{address}/")
        page.context.close()
