"""Workers and beats, started as the Procfile does, but under the simulated clock and with a fast beat.

Each is a process of its own, forked from one that has everything imported: a start costs no seconds, so that
a run can afford hundreds of them. Nothing of the product is changed but the clock that it reads, the seconds
of its beat, and, where one is named, a mistake made on purpose to see it caught.
"""

import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial, wraps
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.faults import mistakes
from tests.faults.simulated_clock import SimulatedClock

TICK, REASSESS = 0.1, 1.0  # real seconds


class Launcher:
    """The process that forks the others. It ends all of them when its driver ends, however that ends.

    To be made after ``django.setup()``, before any connection or thread.
    """

    def __init__(self, folder: Path, mistake: str) -> None:
        ours, theirs = socket.socketpair()
        if (pid := os.fork()) == 0:
            ours.close()
            _run(partial(_serve, theirs, folder, mistake))
        theirs.close()
        self.pid, self._socket = pid, ours
        self._answers = ours.makefile("r")

    def start(self, name: str, arguments: list[str]) -> int:
        """Start a process that runs celery with these arguments, in a group of its own; return its id."""
        self._socket.sendall((json.dumps([name, arguments]) + "\n").encode())
        return int(self._answers.readline())

    def stop(self) -> None:
        """End it, and all that it started."""
        self._answers.close()
        self._socket.close()
        os.waitpid(self.pid, 0)


def _run(work: Callable[[], None]) -> None:
    """Do some work as a forked process, and end it."""
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _serve(asked: socket.socket, folder: Path, mistake: str) -> None:
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that are killed
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _import_all()
    _watch(SimulatedClock(folder / "clock"), folder / "ticks")
    if mistake:
        mistakes.make(mistake)
    started = []
    for line in asked.makefile("r"):
        name, arguments = json.loads(line)
        if (pid := os.fork()) == 0:
            asked.close()
            _run(partial(_work, folder / "logs" / f"{name}.log", arguments))
        os.setpgid(pid, pid)  # before it is known to who may kill the group
        started.append(pid)
        asked.sendall(f"{pid}\n".encode())
    for pid in started:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _import_all() -> None:
    """Import what a worker, beat and a tick import."""
    from celery.apps import beat, worker  # noqa: F401
    from django.urls import get_resolver

    from compliance.law.parameters import current_law
    from config.celery import app

    app.loader.import_default_modules()
    app.conf.beat_schedule = {
        "alerts": {"task": "compliance.alerts.tasks.tick", "schedule": TICK},
        "reassess": {"task": "compliance.assessments.tasks.reassess_due", "schedule": REASSESS},
        "heartbeat": app.conf.beat_schedule["heartbeat"],
    }
    _ = get_resolver().url_patterns, current_law()


def _work(log: Path, arguments: list[str]) -> None:
    os.setpgid(0, 0)
    for number in (signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    from config.celery import app

    app.start(arguments)


def _watch(clock: SimulatedClock, log: Path) -> None:
    """Write down, for the driver to wait for, each planning that begins and each delivery that ends.

    A line is the process, the word, the instant, and how much went out. Each mail carries the instant that
    the engine believed it to be: the clock may move on before the mail server has it.
    """
    from django.core.mail import EmailMessage

    from compliance.alerts import delivery, plan

    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    plan_changed, deliver_due, message = plan.plan_changed, delivery.deliver_due, EmailMessage.message
    believed: list[datetime] = []

    def write(word: str, at: datetime, out: int) -> None:
        os.write(descriptor, f"{os.getpid()} {word} {at.isoformat()} {out}\n".encode())

    @wraps(plan_changed)
    def watched_plan(**given: Any) -> int:
        write("plan", clock.now(), 0)
        return plan_changed(**given)

    @wraps(deliver_due)
    def watched_delivery(**given: Any) -> int:
        believed[:] = [given["now"]]
        out = deliver_due(**given)
        write("sent", given["now"], out)
        return out

    @wraps(message)
    def dated(self: EmailMessage, **given: Any) -> Any:
        self.extra_headers["X-Now"] = believed[0].isoformat()
        return message(self, **given)

    patch.object(EmailMessage, "message", dated).start()
    patch.object(plan, "plan_changed", watched_plan).start()
    patch.object(delivery, "deliver_due", watched_delivery).start()
