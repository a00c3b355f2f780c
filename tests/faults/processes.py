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
from tests.faults.launcher import Launcher

ROOT = Path(__file__).parents[2]


@dataclass
class Processes:
    """Everything that runs, in one folder."""

    folder: Path
    smtp_port: int = 0
    launcher: Launcher | None = None
    _running: dict[str, int] = field(default_factory=dict)
    _smtp: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.postgres = Postgres(self.folder, binaries=wheel_binaries())
        self.redis = Redis(self.folder, binary=find_binary())
        self.smtp_port = _free_port()

    @property
    def environment(self) -> dict[str, str]:
        """Return what every process is told: the servers of this run and no others."""
        return {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(self.folder),
            "REDIS_URL": redis_url(self.folder),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "VAR_DIR": str(self.folder / "var"),
            "SECRET_KEY": "of a run that ends",
        }

    def start(self, *names: str) -> None:
        """Start ``worker-N`` or ``beat-N``, the words of each going to a log of its own."""
        for name in names:
            self._start(name)

    def _start(self, name: str) -> None:
        if name in self._running or self.launcher is None:
            return
        arguments = {
            "worker": [
                *("worker", "--hostname", f"{name}@localhost", "--concurrency", "1"),
                *("--without-gossip", "--without-mingle", "--loglevel", "WARNING"),
            ],
            "beat": ["beat", "--loglevel", "WARNING"],
        }[name.partition("-")[0]]
        self._running[name] = self.launcher.start(name, arguments)

    def kill(self, *names: str) -> None:
        """Kill processes with their children outright (SIGKILL), and wait until they are gone."""
        killed = [pid for name in names if (pid := self._running.pop(name, None))]
        for pid in killed:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        while any(map(psutil.pid_exists, killed)):
            time.sleep(0.002)

    def ended(self) -> list[str]:
        """Return those that ended by themselves: none ever should."""
        return [name for name, pid in self._running.items() if not psutil.pid_exists(pid)]

    def kill_children(self, *names: str) -> None:
        """Kill what works for workers, and leave the workers, which are to start others."""
        for pid in [self._running[name] for name in names if name in self._running]:
            with suppress(psutil.NoSuchProcess):
                for child in psutil.Process(pid).children():
                    child.kill()

    def start_smtp(self) -> None:
        """Start the mail server."""
        self.smtp("normal")
        with (self.folder / "logs" / "smtp.log").open("ab") as log:
            self._smtp = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.smtpd", str(self.folder), str(self.smtp_port)],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

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
        """Stop PostgreSQL at once (SIGQUIT) or kill it outright (SIGKILL); wait until all is gone."""
        server = psutil.Process(self._postmaster())
        children = server.children(recursive=True)
        server.send_signal(how)
        psutil.wait_procs([server, *children], timeout=10)

    def kill_backend(self) -> None:
        """Kill outright what PostgreSQL runs for a connection, and wait until it has ended all the others.

        It then recovers as after a crash; until it begins to, it still takes connections, which it cuts.
        """
        children = psutil.Process(self._postmaster()).children()
        for child in children:
            with suppress(psutil.NoSuchProcess, IndexError):
                if " jalon " in child.cmdline()[0]:
                    child.kill()
                    psutil.wait_procs(children, timeout=5)
                    break

    def smtp(self, mode: str) -> None:
        """Have the mail server behave so from the next message on."""
        draft = self.folder / "smtp_mode.new"
        draft.write_text(mode)
        draft.replace(self.folder / "smtp_mode")

    def stop_all(self) -> None:
        """End everything."""
        self.kill(*self._running)
        if self.launcher:
            self.launcher.stop()
        if self._smtp:
            self._smtp.kill()
            self._smtp.wait()
        self.redis.stop()
        self.postgres.stop()

    def _postmaster(self) -> int:
        return int((self.postgres.data / "postmaster.pid").read_text().split()[0])


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
