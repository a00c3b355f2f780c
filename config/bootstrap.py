"""Prepare .venv with nothing but the python3 of the machine, then, for the demonstration, hand over to it.

`python3 config/bootstrap.py dev`   everything needed to run and to test
`python3 config/bootstrap.py demo`  everything needed to run; then runs it

Only the standard library is used. What stands in the way is said in one sentence, before anything is touched.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "requirements.json"
VAR = Path(os.environ.get("VAR_DIR", ROOT / "var"))
LOG = VAR / "logs" / "install.log"
INSTALLING = "Another make is installing into .venv (process {pid}): wait until it is done."
RUNNING = "The demonstration already runs in this folder (process {pid}); stop that one first, with Ctrl-C."
NEEDED_MB = {"new": 1500, "kept": 300}


class Refusal(Exception):  # noqa: N818 - nothing failed yet: we decline, and say why
    """What stands in the way, and what to do about it."""


def main(purpose: str) -> None:
    """Make .venv fit the purpose, `demo` or `dev`; for `demo`, become the demonstration."""
    check_python()
    check_disk(ROOT)
    if purpose == "demo":
        hold_demo().close()
        os.environ.setdefault("PORT", "8000")
        if not STAMP.exists():  # later, what a killed run has left may hold the port, and is ended first
            check_port(os.environ["PORT"])
    with hold(VAR / "install.lock", INSTALLING):
        install("requirements.txt" if purpose == "demo" else "requirements-dev.txt")
    if purpose == "demo":
        python = str(VENV / "bin" / "python")
        os.chdir(ROOT)
        os.execv(python, [python, "-m", "config.demo"])  # noqa: S606 - no shell is wanted


def check_python() -> None:
    """Refuse a Python that is too old or, as on Debian, comes without venv."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is run by any python3
        raise Refusal(f"Python 3.11 or later is needed; {sys.executable} is {sys.version.split()[0]}.")
    if not all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
        debian = Path("/etc/debian_version").exists()
        remedy = "apt-get install python3-venv" if debian else "install its modules venv and ensurepip"
        raise Refusal(f"This Python cannot make virtual environments: {remedy}, then run make again.")


def check_disk(folder: Path) -> None:
    """Refuse to begin what would fill the disk."""
    needed = NEEDED_MB["kept" if STAMP.exists() else "new"]
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < needed:
        raise Refusal(f"The disk is nearly full: {free} MB free under {folder}, {needed} MB needed.")


def check_port(port: str) -> None:
    """Refuse a port that is no number or that another program listens on."""
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise Refusal(f"PORT={port} is not a port number.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError as error:
            raise Refusal(
                f"Port {port} is taken ({error.strerror}). Choose another: PORT={int(port) + 1} make demo"
            ) from error


def hold(path: Path, message: str) -> IO[str]:
    """Return the file, locked until it is closed or this process ends; refuse if another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        raise Refusal(message.format(pid=file.read().strip() or "just started")) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def hold_demo() -> IO[str]:
    """Return the lock of the demonstration: one may run in a data folder."""
    return hold(VAR / "demo" / "lock", RUNNING)


def install(requirements: str) -> None:
    """Make .venv hold what the requirements say; do nothing if it already does.

    The stamp is written last: without it, .venv was cut short and is made again from nothing, as it is for
    another Python.
    """
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    files = {name: (ROOT / name).read_bytes() for name in brought_by(requirements)}
    wanted = {"python": python} | {name: hashlib.sha256(text).hexdigest() for name, text in files.items()}
    present = json.loads(STAMP.read_text()) if STAMP.exists() else {}
    if wanted.items() <= present.items():
        return
    start = time.monotonic()
    print("Installing the dependencies into .venv …", flush=True)
    STAMP.unlink(missing_ok=True)
    if present.get("python") != python:
        run(sys.executable, "-m", "venv", "--clear", str(VENV))
    pip = (str(VENV / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input")
    run(*pip, "--require-hashes", "-r", requirements)
    STAMP.write_text(json.dumps(wanted))
    print(f"Installing the dependencies into .venv: {time.monotonic() - start:.0f} s", flush=True)


def brought_by(requirements: str) -> list[str]:
    """Return the files whose packages an installation brings: those for work include those for use."""
    return ["requirements.txt"] if requirements == "requirements.txt" else ["requirements.txt", requirements]


def run(*command: str) -> None:
    """Run a command, its words going to the log; refuse with its last words if it fails."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("w") as log:
        done = subprocess.run(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        words = LOG.read_text(errors="replace")
        cause = "The disk is full. " if "No space left on device" in words else ""
        last = "\n".join(words.splitlines()[-8:])
        raise Refusal(f"{cause}The installation failed; run make again once mended (log: {LOG}):\n{last}")


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Refusal as refusal:
        sys.exit(f"jalon: {refusal}")
    except KeyboardInterrupt:
        sys.exit("jalon: stopped; the next run goes on from here.")
