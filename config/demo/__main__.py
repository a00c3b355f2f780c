"""Start everything, say where it is, wait, stop everything."""

import errno
import json
import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

import django
from django.core.management import call_command

from config import bootstrap
from config.demo.processes import Processes, ProcessesError
from config.demo.progress import Progress
from config.embedded import EmbeddedServiceError, database_url, redis_url
from config.embedded.postgres import Postgres, wheel_binaries
from config.embedded.redis import Redis, find_binary
from config.health import forget

FOLDER = bootstrap.VAR / "demo"
LOGS = FOLDER / "logs"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NO_SPACE = os.strerror(errno.ENOSPC)


class Stopped(BaseException):
    """A signal asked for the end."""


def main() -> int:
    """Run the demonstration until it is stopped; return the exit code."""
    try:
        with ExitStack() as stack:
            stack.enter_context(bootstrap.hold_demo())
            _listen_to_signals()
            try:
                _run(stack, Progress())
            except Stopped:
                print("\nStopping …", flush=True)
            finally:
                _ignore_signals()
    except Exception as error:
        print(f"jalon: {_explain(error)}", file=sys.stderr)
        return 1
    print("Stopped. The data is kept for the next time.", flush=True)
    return 0


def _run(stack: ExitStack, progress: Progress) -> None:
    port = os.environ["PORT"]
    LOGS.mkdir(parents=True, exist_ok=True)
    processes = Processes(FOLDER, port)
    processes.end_leftovers()
    bootstrap.check_port(port)
    os.environ.update(_defaults(port) | dict(os.environ))
    _start_services(stack, progress)
    with progress("Bringing the database up to date"):
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
    with progress("Gathering the static files"):
        call_command("collectstatic", verbosity=0, interactive=False)
    with progress("Loading the portfolio and the accounts"):
        call_command("seed_demo", verbosity=0)
    with progress("Starting the web server, the worker and beat"):
        forget()
        stack.callback(processes.stop)
        processes.start()
        processes.wait_until_healthy()
    print(_welcome(progress.seconds), flush=True)
    processes.watch()


def _defaults(port: str) -> dict[str, str]:
    """Return the settings of one machine without HTTPS; what the user has set stands."""
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VAR_DIR": str(bootstrap.VAR),
        "HTTPS": "false",
        "BASE_URL": f"http://localhost:{port}",
        "EMAIL_URL": f"filemail:///{FOLDER / 'mails'}",
        "ALERT_TICK_SECONDS": "60",
        "MFA_REQUIRED_ROLES": "",  # the printed passwords are enough; a second factor can be added
    }


def _start_services(stack: ExitStack, progress: Progress) -> None:
    """Start PostgreSQL and Redis, each unless the user has named a server."""
    if "DATABASE_URL" not in os.environ:
        with progress("Starting PostgreSQL"):
            postgres = Postgres(FOLDER, binaries=wheel_binaries())
            stack.callback(postgres.stop)
            postgres.start()
        os.environ["DATABASE_URL"] = database_url(FOLDER)
    if "REDIS_URL" not in os.environ:
        with progress("Starting Redis"):
            redis = Redis(FOLDER, binary=find_binary())
            stack.callback(redis.stop)
            redis.start()
        os.environ["REDIS_URL"] = redis_url(FOLDER)


def _welcome(seconds: float) -> str:
    """Return what to say once everything works: the address and the accounts."""
    path: Path = FOLDER / "credentials.json"
    found = json.loads(path.read_text())
    accounts = [f"  {a['role']:<14} {a['email']:<30} {a['password']}" for a in found["accounts"]]
    keys = [f"  {role:<14} {key}" for role, key in found["api_keys"].items()]
    lines = [
        f"\nReady after {seconds:.0f} s: {found['base_url']}/",
        *("\nAccounts", *accounts),
        *(f"\nAPI keys ({found['base_url']}/api/v1/docs)", *keys),
        f"\nThe same in {path}; mails in {FOLDER / 'mails'}; logs in {LOGS}.",
        "Ctrl-C stops everything and keeps the data.",
    ]
    return "\n".join(lines)


def _explain(error: Exception) -> str:
    if NO_SPACE in str(error):
        return f"The disk is full. Nothing saved is lost: make room, then run make demo again.\n{error}"
    if isinstance(error, (bootstrap.Refusal, EmbeddedServiceError, ProcessesError)):
        return str(error)
    return f"The demonstration failed ({type(error).__name__}; logs: {LOGS}): {error}"


def _listen_to_signals() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        _ignore_signals()
        raise Stopped

    for number in SIGNALS:
        signal.signal(number, stop)


def _ignore_signals() -> None:
    # make and the terminal may send the same signal again while the services are being stopped in order.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
