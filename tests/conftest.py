"""What all tests share: one PostgreSQL server, started if a test wants the database, and fast settings."""

import fcntl
import gc
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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

SHARED = "JALON_TESTS"  # names the folder that all processes of a run share
_FOLDER = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    # What a test does by itself is the system's work, in its threads too; requests and tasks say whose it is.
    wall.current = ContextVar("reach", default=wall.SYSTEM)
    settings.SECURE_SSL_REDIRECT = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CELERY_BROKER_URL = "memory://"
    settings.MFA_REQUIRED_ROLES = []  # tests/login asks for it
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES |= {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    if not hasattr(config, "workerinput"):
        config.stash[_FOLDER] = tempfile.TemporaryDirectory(prefix="jalon-tests-")
        os.environ[SHARED] = config.stash[_FOLDER].name


def pytest_collection_finish() -> None:
    """Look for cycles less often, and never again among what is loaded: a twentieth of the whole time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what the processes of the run have shared."""
    if folder := config.stash.get(_FOLDER, None):
        _server().stop()
        folder.cleanup()


def _server() -> Postgres:
    return Postgres(Path(os.environ[SHARED]), binaries=wheel_binaries(), durable=False)


@contextmanager
def _once(name: str) -> Iterator[bool]:
    """Say whether this process is the first of the run that comes here; the others wait for it."""
    done = Path(os.environ[SHARED]) / f"{name}-done"
    with done.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not done.exists()
        done.touch()


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """Return the URL of the server named by DATABASE_URL, else of one started for this run."""
    if named := os.environ.get("DATABASE_URL"):
        return named
    with _once("server") as first:
        if first:
            _server().start()
    return database_url(_server().folder)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres_url: str) -> None:
    """Point Django at that server before the test database is made (a hook of pytest-django)."""
    named = environ.Env.db_url_config(postgres_url)
    connections.databases["default"].update(named | {"CONN_MAX_AGE": 0})  # no thread may keep one to the end


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_keepdb: bool,
    django_db_createdb: bool,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Give this process a copy of one migrated database, which the first process of the run makes.

    On a server that is named, the migrated one stays; ``--reuse-db`` then brings it up to date.
    """
    creation, mine = connection.creation, getattr(request.config, "workerinput", {}).get("workerid", "own")
    with django_db_blocker.unblock():
        named, migrated = connection.settings_dict["NAME"], creation._get_test_db_name()  # type: ignore[attr-defined]
        with _once("database") as first:
            if first:
                keep = django_db_keepdb and not django_db_createdb
                creation.create_test_db(0, autoclobber=True, serialize=False, keepdb=keep)
                _let_tables_be_emptied()
            connection.settings_dict["NAME"] = migrated
            creation.clone_test_db(mine, 0, autoclobber=True)
        creation.setup_worker_connection(mine)
    yield
    with django_db_blocker.unblock():
        _end_other_sessions()
        creation.destroy_test_db(named, 0)


def _end_other_sessions() -> None:
    """End what a thread of a test, or a program that it started, has left open."""
    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _let_tables_be_emptied() -> None:
    """Let the test runner empty the tables: in the test database only, TRUNCATE is not refused."""
    with wall.as_owner(), connection.cursor() as cursor:
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
