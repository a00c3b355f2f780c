"""What every answer tells the browser, and that the settings of production leave nothing to complain of."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import environ
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

import config.settings
from config.openid import origins
from tests.backoffice.conftest import Session, record_people, session_of
from tests.kept import kept

__all__ = ["session_of"]  # a fixture


@pytest.fixture(scope="module", autouse=True)
def _recorded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with kept(django_db_blocker, record_people):
        yield


POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}
HTML = "text/html; charset=utf-8"
PROBLEM = "application/problem+json"
ANSWERS = [
    ("/", 200, HTML),
    ("/nothing/here/", 404, HTML),
    ("/account/password/", 200, HTML),
    ("/api/v1/docs", 200, HTML),
    ("/api/v1/docs?script=", 200, "application/javascript"),
    ("/api/v1/devices", 200, "application/json"),
    ("/api/v1/nothing", 404, PROBLEM),
]


@pytest.mark.parametrize(("url", "status", "media_type"), ANSWERS)
def test_every_answer_carries_the_headers(
    session_of: Session, url: str, status: int, media_type: str
) -> None:
    answer = session_of("officer").get(url, secure=True)
    assert (answer.status_code, answer["Content-Type"]) == (status, media_type)
    policy = dict(one.strip().split(" ", 1) for one in answer["Content-Security-Policy"].split(";"))
    assert policy == POLICY
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_no_page_says_what_the_policy_would_refuse(session_of: Session) -> None:
    """No inline script, style or handler, and nothing of a framework that evaluates its attributes."""
    session = session_of("administrator")
    person = reverse("admin:devices_user_add")
    for url in ("/", "/deadlines/", person, "/account/password/", "/api/v1/docs"):
        answer = session.get(url)
        assert answer.status_code == 200
        html = answer.content.decode()
        for refused in (" style=", "<style", "<script>", " onclick=", " x-data", " x-on:", "javascript:"):
            assert refused not in html, (url, refused)


def test_cookies_belong_to_this_host_alone(db: None) -> None:
    answer = Client().get("/login/", secure=True)
    cookie = answer.cookies["__Host-csrftoken"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert settings.SESSION_COOKIE_NAME == "__Host-sessionid"
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_a_login_may_lead_to_the_provider_that_is_named_and_to_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert origins(environ.Env()) == []
    monkeypatch.setenv("OIDC_SERVER_URL", "https://id.example.org/a/.well-known/openid-configuration")
    assert origins(environ.Env()) == ["https://id.example.org"]
    monkeypatch.setenv("OIDC_AUTHORIZATION_ENDPOINT", "https://wallet.example.org/auth")
    assert origins(environ.Env()) == ["https://id.example.org", "https://wallet.example.org"]


def test_the_check_of_deployment_finds_nothing(tmp_path: Path) -> None:
    """As in production: HTTPS, a key of its own, no DEBUG; nothing silenced but what settings.py explains."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": "".join(map(chr, range(40, 122))),
        "ALLOWED_HOSTS": "jalon.example.org",
        "BASE_URL": "https://jalon.example.org",
        "DATABASE_URL": "postgres://jalon@localhost/jalon",
        "REDIS_URL": "redis://localhost:6379/0",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(
        command, cwd=config.settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues (1 silenced)" in done.stdout + done.stderr
    assert config.settings.SILENCED_SYSTEM_CHECKS == ["security.W021"]
