"""The driver: moves the clock, lets people live, strikes, waits, and asks the oracle after each step."""

import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

from django.db import OperationalError, connection

from tests.faults.facts import Deadline
from tests.faults.faults import Fault, draw_faults
from tests.faults.life import HOUSES, Portfolio
from tests.faults.oracle import Oracle, Violation
from tests.faults.processes import Processes
from tests.faults.rules import LEASE, PARIS
from tests.faults.simulated_clock import SimulatedClock

PATIENCE = 45.0  # real seconds in which the alerting has to be back once no fault is on
BUSY = (clock_time(0, 2), clock_time(8, 0, 30))
ONE_DAY = timedelta(days=1)


@dataclass
class Driver:
    """One run."""

    processes: Processes
    clock: SimulatedClock
    portfolio: Portfolio
    oracle: Oracle
    draw: random.Random
    first: date
    days: int
    faults: list[Fault]
    base: datetime = field(init=False)
    done: Counter[str] = field(default_factory=Counter)
    strikes: list[float] = field(default_factory=list)
    active: dict[str, tuple[Fault, datetime]] = field(default_factory=dict)
    excused_until: datetime = field(init=False)
    skew: timedelta = timedelta(0)
    farthest: datetime = field(init=False)
    waited: float = 0.0
    _mail_at: int = 0
    _ticks_at: int = 0
    _agenda: list[tuple[datetime, str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.base = self.excused_until = self.farthest = datetime.combine(self.first, clock_time(9), PARIS)

    # --- the run ---

    def run(self) -> None:
        """Go through all the days, then give what is still to come its time, and end every fault."""
        self._show()
        self.populate()
        for number in range(1, self.days + 1):
            self._day(number, self.first + number * ONE_DAY)
        for resource in list(self.active):
            self._mend(resource)
        end = max(self.excused_until, self.base) + timedelta(hours=1)
        while self.base < end:
            self._step(self.base + timedelta(minutes=30), [])

    def _day(self, number: int, day: date) -> None:
        today = [one for one in self.faults if one.day == number]
        busy = [one for one in today if one.busy]
        others = [one for one in today if not one.busy]
        self._plan_life(day)
        for at in self._instants(day):
            local = at.astimezone(PARIS).time()
            if local in BUSY:
                struck = busy if local == BUSY[-1] or self.draw.random() < 0.5 else []
                busy = [] if struck else busy
            else:
                struck, others = others[:1], others[1:]
            self._step(at, struck)

    def _instants(self, day: date) -> list[datetime]:
        """Return the moments of a day to stop at; of a night in which the clock changes, many."""
        found = {datetime.combine(day, at, PARIS).astimezone(UTC) for at in BUSY}
        start, end = (datetime.combine(one, clock_time(0), PARIS).astimezone(UTC) for one in (day, day + ONE_DAY))
        if end - start != ONE_DAY:
            self.done["nights in which the clock changes"] += 1
            found |= {start + timedelta(minutes=20 * n) for n in range(3, 15)}
        seconds = int((end - start).total_seconds())
        found |= {start + timedelta(seconds=self.draw.randrange(120, seconds)) for _ in range(self.draw.randint(2, 4))}
        return sorted(found)

    def _step(self, at: datetime, faults: list[Fault]) -> None:
        self.base = max(at, self.base)
        for resource, (_fault, until) in list(self.active.items()):
            if until <= self.base:
                self._mend(resource)
        self._show()
        for fault in faults:
            self._strike(fault)
        settled = self._settle()
        self._drain()
        now = self.clock.now()
        if settled:
            self.oracle.check(now, excused=self.base < self.excused_until or bool(self.active))
        if "postgres" not in self.active:
            self._live(self.base)

    def _show(self) -> None:
        self.clock.set(self.base + self.skew)
        self.farthest = max(self.farthest, self.base + self.skew)

    # --- faults ---

    def _strike(self, fault: Fault) -> None:
        if fault.kind.resource in self.active:
            self._mend(fault.kind.resource)
        time.sleep(fault.delay)
        self.done[fault.kind.name] += 1
        self.done["faults"] += 1
        if fault.kind.skew:
            self.skew = fault.kind.skew * timedelta(minutes=self.draw.randint(20, 480))
            self._show()
        fault.kind.begin(self.processes)
        if fault.kind.strikes:
            self.strikes.append(time.time())
        if fault.kind.resource == "postgres":
            connection.close()
        self.active[fault.kind.resource] = (fault, self.base + fault.lasts)
        if not fault.lasts:
            if fault.kind.longest:
                time.sleep(self.draw.uniform(0.05, 0.6))
            self._mend(fault.kind.resource)

    def _mend(self, resource: str) -> None:
        fault, _until = self.active.pop(resource)
        fault.kind.end(self.processes)
        if fault.kind.skew:
            self.skew = timedelta(0)
            self._show()
        if resource == "postgres":
            self._await_database()
        self.excused_until = max(self.excused_until, self.base + fault.kind.grace, self.farthest + LEASE)

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

    def _settle(self) -> bool:
        """Wait for a delivery at this very instant that found nothing more to send; return whether one came.

        While a fault keeps the alerting from working there is nothing to wait for.
        """
        wanted, start = self.clock.now(), time.monotonic()
        stopped = any(fault.kind.stops for fault, _ in self.active.values())
        patience = self.draw.uniform(0.02, 0.15) if stopped else PATIENCE
        while time.monotonic() - start < patience:
            if any(at == wanted and out == 0 for at, out in self._ticks()):
                self.waited = max(self.waited, time.monotonic() - start)
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
        for name in ("worker-1", "worker-2", "beat-1"):
            self.processes.kill(name)
            self.processes.start(name)

    def _ticks(self) -> list[tuple[datetime, int]]:
        text, self._ticks_at = _read_on(self.processes.folder / "ticks", self._ticks_at)
        return [(datetime.fromisoformat(at), int(out)) for at, out in (one.split() for one in text)]

    def _drain(self) -> None:
        """Hand the oracle what the mail server has stored since."""
        text, self._mail_at = _read_on(self.processes.folder / "smtp.jsonl", self._mail_at)
        self.oracle.read([json.loads(one) for one in text])

    # --- life ---

    def populate(self) -> None:
        """Begin with a portfolio that has deadlines already."""
        self.portfolio.begin(self.base)
        for _ in range(60):
            self._appear(self.base)

    def _plan_life(self, day: date) -> None:
        start = datetime.combine(day, clock_time(6), PARIS)
        for _ in range(self.draw.choice((0, 1, 1, 2, 3))):
            self._agenda.append((start + timedelta(minutes=self.draw.randrange(900)), "appear", None))
        if self.draw.random() < 1 / 25:
            self._agenda.append((start + timedelta(hours=5), "leave", None))
        self._agenda.sort(key=lambda one: one[0])

    def _live(self, now: datetime) -> None:
        while self._agenda and self._agenda[0][0] <= now:
            _at, what, deadline = self._agenda.pop(0)
            self.done[f"life: {what}"] += 1
            getattr(self, f"_{what}")(*([deadline] if deadline else []), self.clock.now())

    def _appear(self, now: datetime) -> None:
        strict = self.base.astimezone(PARIS).date() + timedelta(days=self.draw.choice((2, 9, 20, 40, 100, 200, 300)))
        strict += timedelta(days=self.draw.randrange(10))
        deadline = self.portfolio.appear(now, strict)
        left = (strict - self.base.astimezone(PARIS).date()).days
        fates = (("meet", 4), ("declare", 3), ("waive", 1), ("move", 3), ("linger", 2), ("waver", 1))
        fate = self.draw.choices([one for one, _ in fates], [weight for _, weight in fates])[0]
        days = left + self.draw.randrange(1, 20) if fate == "linger" else self.draw.randrange(left + 1)
        after = timedelta(days=days, minutes=self.draw.randrange(1, 700))
        self._later(after, "declare" if fate == "linger" else fate, deadline)
        if self.draw.random() < 0.25:
            self._later(timedelta(days=self.draw.randrange(left), minutes=7), "assign", deadline)

    def _later(self, after: timedelta, what: str, deadline: Deadline) -> None:
        self._agenda.append((self.base + after, what, deadline))
        self._agenda.sort(key=lambda one: one[0])

    def _end_of(self, deadline: Deadline, what: str, now: datetime) -> None:
        if deadline.over:
            return
        before = Deadline(**vars(deadline))
        getattr(self.portfolio, what)(deadline, now)
        self._drain_before(before)

    def _drain_before(self, before: Deadline) -> None:
        self.oracle.over(before, time.time())

    def _meet(self, deadline: Deadline, now: datetime) -> None:
        self._end_of(deadline, "meet", now)

    def _declare(self, deadline: Deadline, now: datetime) -> None:
        self._end_of(deadline, "declare", now)

    def _waive(self, deadline: Deadline, now: datetime) -> None:
        self._end_of(deadline, "waive", now)

    def _waver(self, deadline: Deadline, now: datetime) -> None:
        """Waive it, think better of it a few days later, meet it in the end."""
        if not deadline.over:
            self._end_of(deadline, "waive", now)
            self._later(timedelta(days=self.draw.randrange(1, 12)), "undo", deadline)

    def _undo(self, deadline: Deadline, now: datetime) -> None:
        if deadline.over == "waived":
            self.portfolio.undo(deadline, now)
            self.oracle.again(deadline)
            self._later(timedelta(days=self.draw.randrange(1, 40)), "meet", deadline)

    def _move(self, deadline: Deadline, now: datetime) -> None:
        if deadline.over:
            return
        before, today = Deadline(**vars(deadline)), self.base.astimezone(PARIS).date()
        strict = today + timedelta(days=self.draw.randrange(1, 150))
        if strict != deadline.strict:
            self.portfolio.move(deadline, strict, now)
            self.oracle.over(before, time.time())
            self.oracle.again(deadline)
        self._later(timedelta(days=self.draw.randrange(1, 150)), self.draw.choice(("meet", "declare")), deadline)

    def _assign(self, deadline: Deadline, now: datetime) -> None:
        people = self.portfolio.facts.keepers(deadline.house)
        if not deadline.over and people:
            self.portfolio.assign(deadline, self.draw.choice(people), now)

    def _leave(self, now: datetime) -> None:
        house = self.draw.choice(HOUSES)
        officers = [one for one in self.portfolio.facts.keepers(house) if one.role == "officer"]
        if len(officers) > 1:
            gone = self.draw.choice(officers)
            self.portfolio.leave(gone, now)
            self.oracle.left(gone, time.time())
        self.portfolio.join(house, "officer", now)


def _read_on(path: Any, start: int) -> tuple[list[str], int]:
    """Return the whole lines that a file has gained, and where to go on."""
    if not path.exists():
        return [], start
    with path.open("rb") as file:
        file.seek(start)
        text = file.read()
    whole = text[: text.rfind(b"\n") + 1]
    return whole.decode().splitlines(), start + len(whole)


