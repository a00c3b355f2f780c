"""Starts a worker or beat as the Procfile does, under the simulated clock and with a fast beat.

``python -m tests.faults.launcher worker …``; the folder of the run is ``FAULTS_FOLDER``. Nothing of the
product is changed but the clock that it reads, the seconds of its beat, and, where ``FAULTS_BREAK`` names
one, a mistake made on purpose to see it caught.
"""

import os
import sys
from functools import wraps
from pathlib import Path
from typing import Any

from tests.faults.simulated_clock import SimulatedClock

TICK, REASSESS = 0.1, 1.0  # real seconds


def main(arguments: list[str]) -> None:
    """Run celery with these arguments."""
    folder = Path(os.environ["FAULTS_FOLDER"])
    clock = SimulatedClock(folder / "clock")
    clock.install()
    from config.celery import app

    app.conf.beat_schedule = {
        "alerts": {"task": "compliance.alerts.tasks.tick", "schedule": TICK},
        "reassess": {"task": "compliance.assessments.tasks.reassess_due", "schedule": REASSESS},
        "heartbeat": app.conf.beat_schedule["heartbeat"],
    }
    _watch(clock, folder / "ticks")
    if mistake := os.environ.get("FAULTS_BREAK"):
        from tests.faults import mistakes

        mistakes.make(mistake)
    app.start(arguments)


def _watch(clock: SimulatedClock, log: Path) -> None:
    """Write down, for the driver to wait for, each delivery that ended: its instant and how much went out."""
    import django

    django.setup()
    from compliance.alerts import delivery

    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    deliver = delivery.deliver_due

    @wraps(deliver)
    def watched(**given: Any) -> int:
        out = deliver(**given)
        os.write(descriptor, f"{given['now'].isoformat()} {out}\n".encode())
        return out

    delivery.deliver_due = watched


if __name__ == "__main__":
    main(sys.argv[1:])
