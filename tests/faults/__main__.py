"""``python -m tests.faults``: a run of so many simulated days under faults, and its figures."""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, datetime
from datetime import time as clock_time
from pathlib import Path

import django

from tests.faults import mistakes
from tests.faults.faults import draw_faults
from tests.faults.launcher import Launcher
from tests.faults.oracle import Oracle
from tests.faults.processes import Processes
from tests.faults.rules import PARIS
from tests.faults.simulated_clock import SimulatedClock
from tests.faults.stage import prepare


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the figures, return 0 if nothing was lost, doubled or told in vain."""
    asked = _asked(arguments)
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    for name in ("logs", "var"):
        (folder / name).mkdir()
    processes = Processes(folder)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # by way of what ends the processes
    start = time.monotonic()
    try:
        sound = _run(asked, processes, start)
    finally:
        processes.stop_all()
    if sound and not asked.keep:
        shutil.rmtree(folder)
    else:
        print(f"logs: {folder}")
    return 0 if sound else 1


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--days", type=int, default=15, help="simulated days")
    parser.add_argument("--faults", type=int, default=30, help="how many faults are drawn")
    parser.add_argument("--seed", type=int, default=None, help="of every draw: the same seed, the same run")
    parser.add_argument("--first", type=date.fromisoformat, default=date(2027, 3, 20), help="the first day")
    parser.add_argument(
        "--template", default="", help="URL of a database whose tables to take, in place of migrating"
    )
    parser.add_argument("--break", dest="mistake", default="", help="make a mistake of tests.faults.mistakes")
    parser.add_argument("--minutes", type=float, default=600, help="after which no other day begins")
    parser.add_argument("--keep", action="store_true", help="keep the folder of the run")
    return parser.parse_args(arguments)


def _run(asked: argparse.Namespace, processes: Processes, start: float) -> bool:
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(2**32)
    print(f"seed {seed}, {asked.days} days, {asked.faults} faults", flush=True)
    clock = SimulatedClock(processes.folder / "clock")
    clock.install()
    os.environ.update(processes.environment)
    django.setup()
    processes.launcher = Launcher(processes.folder, asked.mistake)
    processes.postgres.start()
    prepare(asked.template)
    mistakes.drop_unique(asked.mistake)
    ready = time.monotonic()
    from devices import wall
    from tests.faults.agenda import Agenda
    from tests.faults.driver import Driver
    from tests.faults.life import Portfolio
    from tests.faults.report import report

    draw = random.Random(seed)  # noqa: S311
    faults = draw_faults(draw, days=asked.days, number=asked.faults)
    portfolio = Portfolio(draw)
    oracle = Oracle(portfolio.facts)
    begin = datetime.combine(asked.first, clock_time(9), PARIS)
    agenda = Agenda(portfolio, oracle, draw, begin)
    until = time.monotonic() + 60 * asked.minutes
    driver = Driver(processes, clock, agenda, oracle, draw, begin, asked.days, faults, until)
    clock.set(begin)
    processes.redis.start()
    processes.start_smtp()
    processes.start("worker-1", "worker-2", "beat-1")
    with wall.system():
        driver.run()
        return report(driver, prepared=ready - start, seconds=time.monotonic() - ready)


if __name__ == "__main__":
    sys.exit(main())
