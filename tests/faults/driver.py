"""The driver: moves the clock, lets people live, strikes, waits, and asks the oracle after each step."""

import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.db import OperationalError, connection

from tests.faults.agenda import Agenda
from tests.faults.faults import Fault
from tests.faults.oracle import Oracle, Violation
from tests.faults.processes import Processes
from tests.faults.rules import LEASE, LONGEST_RETRY, PARIS
from tests.faults.simulated_clock import SimulatedClock

PATIENCE = 45.0  # real seconds in which the alerting has to be back once no fault is on
PROGRESS = 25  # days
SLOW = 3.0  # real seconds of waiting that are worth a line
BUSY = clock_time(8, 0, 30)  # just after the hour at which mails of days go out
ONE_DAY = timedelta(days=1)


@dataclass
class Driver:
    """One run."""

    processes: Processes
    clock: SimulatedClock
    agenda: Agenda
    oracle: Oracle
    draw: random.Random
    base: datetime
    days: int
    faults: list[Fault]
    until: float = math.inf
    active: dict[str, tuple[Fault, datetime]] = field(default_factory=dict)
    skew: timedelta = timedelta(0)
    waited: float = 0.0
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    waiting: list[Fault] = field(default_factory=list)
    _spans: dict[str, list[float]] = field(default_factory=dict)
    _mail_at: int = 0
    _ticks_at: int = 0
    _said: int = 0

    def __post_init__(self) -> None:
        self.excused_until = self.farthest = self.base

    # --- the run ---

    def run(self) -> None:
        """Go through all the days, then give what is still to come its time, and end every fault."""
        self._show()
        self._settle(PATIENCE * 4)  # everything has to have started
        self.waited = 0.0
        self.agenda.begin(self.base)
        first = self.base.astimezone(PARIS).date()
        for number in range(1, self.days + 1):
            self._day(number, first + number * ONE_DAY)
            if number % PROGRESS == 0:
                self._say(number)
            if time.monotonic() > self.until:
                self.days = number
                break
        for resource in list(self.active):
            self._mend(resource)
        end = self.farthest + LONGEST_RETRY + timedelta(hours=1)
        while self.base < end:
            self._step(self.base + timedelta(minutes=30))

    def _say(self, number: int) -> None:
        counts, faults, wrong = self.oracle.counts, self.agenda.done["faults"], self.oracle.violations
        said = f"  day {number}: {counts['messages']} messages, {faults} faults, {len(wrong)} violations"
        print(said, *map(str, wrong[self._said :]), sep="\n    ", flush=True)
        self._said = len(wrong)

    def _day(self, number: int, day: date) -> None:
        self.waiting += [one for one in self.faults if one.day == number]
        self.agenda.plan(day)
        for at in self._instants(day):
            self._step(at, busy=at.astimezone(PARIS).time() == BUSY)

    def _instants(self, day: date) -> list[datetime]:
        """Return the moments of a day to stop at; of a night in which the clock changes, many."""
        found = {datetime.combine(day, BUSY, PARIS).astimezone(UTC)}
        start, end = (
            datetime.combine(one, clock_time(0), PARIS).astimezone(UTC) for one in (day, day + ONE_DAY)
        )
        if end - start != ONE_DAY:
            self.agenda.done["nights in which the clock changes"] += 1
            found |= {start + timedelta(minutes=20 * n) for n in range(3, 15)}
        seconds = int((end - start).total_seconds())
        found |= {
            start + timedelta(seconds=self.draw.randrange(120, seconds))
            for _ in range(self.draw.randint(1, 3))
        }
        return sorted(found)

    def _step(self, at: datetime, *, busy: bool = False) -> None:
        self.base = max(at, self.base)
        for resource, (_fault, until) in list(self.active.items()):
            if until <= self.base:
                self._mend(resource)
        # The mail server changes before the engine finds work, the others strike while it is at it.
        with self._timed("striking"):
            self._strike_due(busy, mail=True)
            self._show()
            self._strike_due(busy, mail=False)
        with self._timed("waiting"):
            settled = self._settle()
        with self._timed("judging"):
            self._drain()
            if settled:
                excused = self.base < self.excused_until or any(
                    one.kind.excuses and (one.kind.stops or not one.kind.strikes)
                    for one, _ in self.active.values()
                )
                self.oracle.check(self.clock.now(), excused=excused, farthest=self.farthest)
        with self._timed("living"):
            if "postgres" not in self.active:
                self.agenda.live(self.base + self.skew)

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.seconds[what] += time.monotonic() - start

    def _show(self) -> None:
        self.clock.set(self.base + self.skew)
        self.farthest = max(self.farthest, self.base + self.skew)

    # --- faults ---

    def _strike_due(self, busy: bool, *, mail: bool) -> None:
        for fault in [one for one in self.waiting if one.busy == busy]:
            if (fault.kind.resource == "smtp") == mail and fault.kind.resource not in self.active:
                self.waiting.remove(fault)
                self._strike(fault)

    def _strike(self, fault: Fault) -> None:
        if fault.kind.resource != "smtp":
            self._await_work()
            if fault.mid_batch:
                self._await_mail(0.4)
            time.sleep(fault.delay)
        self.agenda.story.append(f"{self.base:%Y-%m-%d %H:%M} {fault.kind.name} for {fault.lasts}")
        self.agenda.done[fault.kind.name] += 1
        self.agenda.done["faults"] += 1
        if fault.kind.skew:
            self.skew = fault.kind.skew * timedelta(minutes=self.draw.randint(20, 480))
            self._show()
        begun = time.time()
        fault.kind.begin(self.processes)
        if fault.kind.strikes:
            self._spans[fault.kind.resource] = [begun, time.time()]
            self.oracle.strikes.append(self._spans[fault.kind.resource])
        if fault.kind.resource == "postgres":
            connection.close()
        self._excuse(fault)
        self.active[fault.kind.resource] = (fault, self.base + fault.lasts)
        if not fault.lasts:
            if fault.kind.resource == "smtp":
                self._show()
                self._await_mail(1)
            elif fault.kind.longest:
                time.sleep(self.draw.uniform(0.05, 0.5))
            self._mend(fault.kind.resource)

    def _mend(self, resource: str) -> None:
        fault, _until = self.active.pop(resource)
        fault.kind.end(self.processes)
        if fault.kind.skew:
            self.skew = timedelta(0)
            self._show()
        if resource == "postgres":
            self._await_database()
            self._spans[resource][1] = time.time()
        self._excuse(fault)

    def _excuse(self, fault: Fault) -> None:
        """Let what a fault held up be tried again once the lease of it is over."""
        if fault.kind.excuses:
            self.excused_until = max(self.excused_until, self.base + LEASE, self.farthest + LEASE)

    def _await_work(self) -> None:
        """Wait a moment for the engine to be at work at this very instant."""
        end, now = time.monotonic() + 3, self.clock.now().isoformat()
        stopped = any(fault.kind.stops for fault, _ in self.active.values())
        while not stopped and time.monotonic() < end:
            text, _ = _read_on(self.processes.folder / "ticks", self._ticks_at)
            if any(f" plan {now} " in line for line in text):
                return
            time.sleep(0.005)

    def _await_mail(self, longest: float) -> None:
        """Wait a moment for the mail server to be at work."""
        end = time.monotonic() + longest
        while not _read_on(self.processes.folder / "smtp.jsonl", self._mail_at)[0] and time.monotonic() < end:
            time.sleep(0.005)

    def _await_database(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            connection.close()
            try:
                connection.ensure_connection()
                return
            except OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    # --- waiting and reading ---

    def _settle(self, longest: float = PATIENCE) -> bool:
        """Wait for a delivery at this very instant that found nothing more to send; return whether one came.

        While a fault keeps the alerting from working there is nothing to wait for.
        """
        wanted, start, planned = self.clock.now(), time.monotonic(), set[str]()
        stopped = any(fault.kind.stops for fault, _ in self.active.values())
        patience = self.draw.uniform(0.02, 0.15) if stopped else longest
        while time.monotonic() - start < patience:
            if self._is_told(wanted, planned):
                self.waited = max(self.waited, time.monotonic() - start)
                if time.monotonic() - start > SLOW:
                    self.agenda.story.append(
                        f"{self.base:%Y-%m-%d %H:%M} waited {time.monotonic() - start:.1f} s"
                    )
                return True
            if ended := self.processes.ended():
                raise RuntimeError(f"ended by themselves: {ended}")
            time.sleep(0.01)
        if not stopped:
            what = f"no complete tick for {patience:.0f} s, last fault {list(self.active)}"
            self.oracle.violations.append(Violation("stalled", wanted, what))
            self._restart_all()
        return False

    def _restart_all(self) -> None:
        names = ("worker-1", "worker-2", "beat-1")
        self.processes.kill(*names)
        self.processes.start(*names)

    def _is_told(self, wanted: datetime, planned: set[str]) -> bool:
        """Return whether a process planned at the instant, then found nothing more to send at it."""
        text, self._ticks_at = _read_on(self.processes.folder / "ticks", self._ticks_at)
        for process, word, at, out in map(str.split, text):
            if datetime.fromisoformat(at) != wanted:
                planned.discard(process)
            elif word == "plan":
                planned.add(process)
            elif process in planned and out == "0":
                return True
        return False

    def _drain(self) -> None:
        """Hand the oracle what the mail server has stored since."""
        text, self._mail_at = _read_on(self.processes.folder / "smtp.jsonl", self._mail_at)
        self.oracle.read([json.loads(one) for one in text], self.farthest)


def _read_on(path: Any, start: int) -> tuple[list[str], int]:
    """Return the whole lines that a file has gained, and where to go on."""
    if not path.exists():
        return [], start
    with path.open("rb") as file:
        file.seek(start)
        text = file.read()
    whole = text[: text.rfind(b"\n") + 1]
    return whole.decode().splitlines(), start + len(whole)
