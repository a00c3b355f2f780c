"""The processes of a run, all of them started here, and ended by their id: servers, workers, beats."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from redis import Redis as RedisClient

from config.embedded import database_url, redis_url
from config.embedded.postgres import Postgres, wheel_binaries
from config.embedded.redis import Redis, find_binary

ROOT = Path(__file__).parents[2]


@dataclass
class Processes:
    """Everything that runs, in one folder."""

    folder: Path
    mistake: str = ""
    smtp_port: int = 0
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.postgres = Postgres(self.folder, binaries=wheel_binaries())
        self.redis = Redis(self.folder, binary=find_binary())
        self.smtp_port = _free_port()

    @property
    def environment(self) -> dict[str, str]:
        """Return what every process is told: the servers of this run and no others."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(self.folder),
            "REDIS_URL": redis_url(self.folder),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "VAR_DIR": str(self.folder / "var"),
            "SECRET_KEY": "of a run that ends",
            "FAULTS_FOLDER": str(self.folder),
            "FAULTS_BREAK": self.mistake,
        }

    def start(self, name: str) -> None:
        """Start ``worker-N``, ``beat-N`` or ``smtp``, its words going to a log of its own."""
        kind = name.partition("-")[0]
        command = {
            "worker": [
                *("-m", "tests.faults.launcher", "worker", "--hostname", f"{name}@localhost"),
                *("--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"),
            ],
            "beat": ["-m", "tests.faults.launcher", "beat", "--loglevel", "WARNING"],
            "smtp": ["-m", "tests.faults.smtpd", str(self.folder), str(self.smtp_port)],
        }[kind]
        with (self.folder / "logs" / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """Kill a process with its children outright (SIGKILL)."""
        process = self._running.pop(name, None)
        if process:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def ended(self) -> list[str]:
        """Return those that ended by themselves: none ever should."""
        return [name for name, process in self._running.items() if process.poll() is not None]

    def kill_child(self, name: str) -> None:
        """Kill what works for a worker, and leave the worker, which is to start another."""
        process = self._running.get(name)
        if process:
            with suppress(psutil.NoSuchProcess):
                for child in psutil.Process(process.pid).children():
                    child.kill()

    def kill_redis(self) -> None:
        """Kill Redis outright."""
        process = self.redis._process
        if process:
            process.kill()
            process.wait()

    def flush_redis(self) -> None:
        """Empty Redis of everything."""
        with RedisClient.from_url(redis_url(self.folder)) as client:
            client.flushall()

    def stop_postgres(self, how: signal.Signals) -> None:
        """Stop PostgreSQL at once (SIGQUIT) or kill it outright (SIGKILL), and wait until all of it is gone."""
        server = psutil.Process(self._postmaster())
        children = server.children(recursive=True)
        server.send_signal(how)
        psutil.wait_procs([server, *children], timeout=10)

    def kill_backends(self) -> None:
        """Kill outright what PostgreSQL runs for each connection: it then recovers as after a crash."""
        for child in psutil.Process(self._postmaster()).children():
            with suppress(psutil.NoSuchProcess, IndexError):
                if " jalon " in child.cmdline()[0]:
                    child.kill()
                    break

    def smtp(self, mode: str) -> None:
        """Have the mail server behave so from the next message on."""
        draft = self.folder / "smtp_mode.new"
        draft.write_text(mode)
        draft.replace(self.folder / "smtp_mode")

    def stop_all(self) -> None:
        """End everything."""
        for name in list(self._running):
            self.kill(name)
        self.redis.stop()
        self.postgres.stop()

    def _postmaster(self) -> int:
        return int((self.postgres.data / "postmaster.pid").read_text().split()[0])


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_until(what: str, condition: object, patience: float = 30) -> None:
    """Return once it holds; raise TimeoutError with its name."""
    end = time.monotonic() + patience
    while not condition():  # type: ignore[operator]
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)
