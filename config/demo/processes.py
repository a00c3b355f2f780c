"""The processes of the Procfile, run by honcho: the web server, the worker and beat."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil

from config.bootstrap import ROOT

MARK = "JALON_DEMO"
START_PATIENCE = 90  # seconds for every part to answer
STOP_PATIENCE = 10  # seconds for every process to end


class ProcessesError(Exception):
    """Not everything runs; the message holds the failing part or the last words of the log."""


@dataclass
class Processes:
    """What serves the demonstration of one data folder; `port` is that of the web server."""

    folder: Path
    port: str
    _honcho: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        return self.folder / "logs" / "processes.log"

    def start(self) -> None:
        """Start every process, its words going to the log."""
        programs = Path(sys.executable).parent
        path = os.pathsep.join((str(programs), os.environ.get("PATH", os.defpath)))
        with self.log.open("wb") as log:
            self._honcho = subprocess.Popen(
                [str(programs / "honcho"), "start", "--no-colour", "--env", os.devnull],
                cwd=ROOT,
                env={**os.environ, "PORT": self.port, "PATH": path, MARK: str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self) -> None:
        """Stop every process; honcho kills after five seconds what does not stop."""
        if self._honcho:
            self._honcho.terminate()
            try:
                self._honcho.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                self.end_leftovers()

    def end_leftovers(self) -> None:
        """End what a run killed outright has left: the processes whose environment names this data folder."""
        left = [process for process in psutil.process_iter() if self._started(process)]
        for process in left:
            process.terminate()
        _, alive = psutil.wait_procs(left, timeout=STOP_PATIENCE)
        for process in alive:
            process.kill()

    def wait_until_healthy(self) -> None:
        """Return once every part answers; raise ProcessesError if one ends, or takes too long."""
        deadline = time.monotonic() + START_PATIENCE
        while failing := self._failing():
            if self._honcho is None or self._honcho.poll() is not None:
                raise ProcessesError(f"A process ended at once. Its last words:\n{self._last_words()}")
            if time.monotonic() > deadline:
                raise ProcessesError(
                    f"Not everything works after {START_PATIENCE} s: {failing}\n{self._last_words()}"
                )
            time.sleep(0.2)

    def watch(self) -> None:
        """Wait as long as everything runs; raise ProcessesError when a process ends by itself."""
        if self._honcho:
            self._honcho.wait()
        raise ProcessesError(f"A process ended, so all were stopped. Its last words:\n{self._last_words()}")

    def _started(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(MARK) == str(self.folder)
        except psutil.Error:
            return False

    def _failing(self) -> str:
        """Return what does not work yet; empty when everything does."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=10):
                return ""
        except HTTPError as error:
            return error.read(2000).decode(errors="replace")
        except (OSError, HTTPException) as error:
            return str(error)

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join([*lines[-25:], f"(log: {self.log})"])
