"""The demonstration as a newcomer has it: everything starts, answers, and leaves no process behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import psutil
import pytest

from config.demo.processes import MARK

ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds: a busy machine takes minutes to make the tables


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a data folder and a port of our own, with the embedded services."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return kept | {"VAR_DIR": str(tmp_path / "var"), "PORT": port}


@pytest.fixture
def demo(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(
            command(), cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True
        )
        yield process
        process.terminate()
        process.wait(30)


def command() -> list[str]:
    return [sys.executable, "-m", "config.demo"]


def get(environment: dict[str, str], path: str, key: str = "") -> int:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    request = Request(f"http://127.0.0.1:{environment['PORT']}{path}", headers=headers)
    try:
        with urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except URLError as error:
        return getattr(error, "code", 0)


def processes_of(environment: dict[str, str]) -> list[str]:
    """Return the processes that name the data folder, in their environment or their command."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [process.environ().get(MARK, ""), *process.cmdline()]
        except psutil.Error:
            continue
        if process.pid != os.getpid() and any(environment["VAR_DIR"] in word for word in words):
            found.append(" ".join(process.cmdline()))
    return found


def test_everything_starts_answers_and_ends(
    demo: subprocess.Popen[bytes], environment: dict[str, str], tmp_path: Path
) -> None:
    end = time.monotonic() + PATIENCE
    while get(environment, "/healthz") != 200:
        assert demo.poll() is None, (tmp_path / "said").read_text()
        assert time.monotonic() < end, (tmp_path / "said").read_text()
        time.sleep(0.5)
    credentials = json.loads((tmp_path / "var" / "demo" / "credentials.json").read_text())
    assert get(environment, "/api/v1/devices", credentials["api_keys"]["buyer"]) == 200
    assert get(environment, "/api/v1/devices") == 401
    assert get(environment, "/login/") == 200

    second = subprocess.run(command(), cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"already runs in this folder (process {demo.pid})" in second.stderr
    assert get(environment, "/healthz") == 200

    os.killpg(demo.pid, signal.SIGTERM)
    assert demo.wait(20) == 0
    assert processes_of(environment) == []
    assert "The data is kept for the next time." in (tmp_path / "said").read_text()
