"""A real browser on a real server: Debian's Chromium, driven by Playwright; skipped where there is none."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.signals import request_finished, request_started
from django.db import DEFAULT_DB_ALIAS, close_old_connections, connections
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from pytest_django import Settings

from devices.models import Membership, Organisation, Role, User
from tests import portfolio

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PASSWORD = "Une phrase de passe"
POLICY = "Content Security Policy"  # every message of Chromium about a violation says so
# All that axe looks at by itself, and the size of targets (WCAG 2.2, 2.5.8).
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
Open = Callable[..., Page]


def fits(page: Page) -> bool:
    """Return whether the page is no wider than its window."""
    found: bool = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return found


def faults(page: Page) -> list[str]:
    """Return what axe finds on a page as it stands."""
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{page.url}: {one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"][:3]]


class OneConnectionServer(ThreadedWSGIServer):
    """A server whose requests leave the connection that they share open."""

    def _close_connections(self) -> None:
        pass


class OfficeThread(LiveServerThread):
    """The thread of that server."""

    server_class = OneConnectionServer


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the browser of the session."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    # Playwright runs an event loop in this thread, where Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=20_000)  # milliseconds: on a busy machine a page takes more than five seconds
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield found
        found.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def violations() -> list[str]:
    """Return what the pages of the test do that their content security policy forbids."""
    return []


@pytest.fixture
def browser(chromium: Browser, violations: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Return the browser. Whatever a test is about, it fails when a page breaks its security policy."""
    make = chromium.new_context

    def watched(**options: Any) -> BrowserContext:
        context = make(**options)
        context.on("console", note)
        return context

    def note(said: ConsoleMessage) -> None:
        if POLICY in said.text:
            violations.append(said.text)

    monkeypatch.setattr(chromium, "new_context", watched)
    yield chromium
    assert violations == []


@pytest.fixture
def address(db: None, settings: Settings) -> Iterator[str]:
    """Return the address of a server with the recorded portfolio, on one day.

    It shares the connection of the test, whose transaction is undone: the audit trail cannot be emptied.
    """
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = False
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "sessionid", "csrftoken"
    with time_machine.travel(portfolio.NOW, tick=True):
        portfolio.with_people()
        _administrator()
        shared = connections[DEFAULT_DB_ALIAS]
        shared.inc_thread_sharing()
        override = {DEFAULT_DB_ALIAS: shared}
        server = OfficeThread("127.0.0.1", StaticFilesHandler, connections_override=override)
        server.daemon = True
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        server.start()
        server.is_ready.wait()
        try:
            if server.error:
                raise server.error
            yield f"http://127.0.0.1:{server.port}"
        finally:
            server.terminate()
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)
            shared.dec_thread_sharing()


def _administrator() -> None:
    user = User.objects.create_user("administrator@example.org", PASSWORD, is_staff=True)
    house = Organisation.objects.create(key="house", name="House")
    Membership.objects.create(user=user, organisation=house, role=Role.ADMINISTRATOR)


@pytest.fixture
def signed_in(browser: Browser, address: str) -> Iterator[Open]:
    """Return a function that opens the dashboard as a person, in a language, a theme and a width."""
    contexts: list[BrowserContext] = []

    def enter(
        role: str, *, language: str = "fr", theme: str = "light", width: int = 1440, scripts: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=address,
            locale=language,
            color_scheme="dark" if theme == "dark" else "light",
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
        )
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/login/")
        page.fill("#id_login", f"{role}@example.org")
        page.fill("#id_password", PASSWORD)
        page.click("main button.primary")
        page.wait_for_url("/")
        return page

    yield enter
    for context in contexts:
        context.close()
