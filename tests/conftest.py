"""What all tests share: a PostgreSQL server started only if a test wants the database, and fast settings."""

import os
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

import environ
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from config.embedded import database_url
from config.embedded.postgres import Postgres, wheel_binaries
from devices import wall


def pytest_configure() -> None:
    # What a test does by itself is the system's work, in its threads too; requests and tasks say whose it is.
    wall.current = ContextVar("reach", default=wall.SYSTEM)
    settings.SECURE_SSL_REDIRECT = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CELERY_BROKER_URL = "memory://"
    settings.MFA_REQUIRED_ROLES = []  # tests/login asks for it
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES |= {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of the server named by DATABASE_URL, else of one started for this process."""
    if named := os.environ.get("DATABASE_URL"):
        yield named
        return
    folder = tmp_path_factory.mktemp("pg")
    server = Postgres(folder, binaries=wheel_binaries(), durable=False)
    server.start()
    try:
        yield database_url(folder)
    finally:
        server.stop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    postgres_url: str, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Point Django at that server before the test database is made (a hook of pytest-django)."""
    named = environ.Env.db_url_config(postgres_url)
    connections.databases["default"].update(named | {"CONN_MAX_AGE": 0})  # no thread may keep one to the end


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let the test runner empty the tables: in the test database only, TRUNCATE is not refused."""
    with django_db_blocker.unblock(), wall.as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgtype & 32 <> 0")
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


@pytest.fixture(scope="session", autouse=True)
def _own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what tests write out of the data folder of the checkout."""
    folder: Path = tmp_path_factory.mktemp("var")
    settings.VAR_DIR = folder
    settings.MEDIA_ROOT = folder / "files"
    settings.AUDIT_SEAL_KEY_FILE = folder / "seal_key"
    settings.AUDIT_SEALS_DIR = folder / "seals"
    settings.STATIC_ROOT = folder / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture(autouse=True)
def _no_attempts_yet() -> None:
    """Forget the attempts to log in that other tests have made."""
    cache.clear()
