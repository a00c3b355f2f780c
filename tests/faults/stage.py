"""The database of a run: migrated, or its tables taken from a database that is."""

import subprocess

import psycopg
from django.conf import settings
from django.core.management import call_command

from config.embedded.postgres import wheel_binaries


def prepare(template: str) -> None:
    """Make the tables in the database of the settings, or copy them from another (much faster)."""
    if template:
        _copy(template)
    call_command("migrate", verbosity=0, interactive=False)


def _copy(template: str) -> None:
    named = settings.DATABASES["default"]
    target = ["--host", named["HOST"], "--username", named["USER"]]
    with psycopg.connect(host=named["HOST"], user=named["USER"], dbname=named["NAME"]) as connection:
        connection.execute("CREATE ROLE jalon_app NOLOGIN NOSUPERUSER NOBYPASSRLS")
    programs = wheel_binaries()
    dump = subprocess.run([programs / "pg_dump", "--dbname", template], capture_output=True, check=True)
    subprocess.run(
        [programs / "psql", "--quiet", "--set", "ON_ERROR_STOP=1", *target, "--dbname", named["NAME"]],
        input=dump.stdout, stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
