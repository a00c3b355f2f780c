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

from devices.models import Role
from tests.faults.facts import Deadline, Person
from tests.faults.faults import Fault, draw_faults
from tests.faults.life import HOUSES, Portfolio
from tests.faults.oracle import Oracle, Violation
from tests.faults.processes import Processes
from tests.faults.rules import LEASE, PARIS
from tests.faults.simulated_clock import SimulatedClock

PATIENCE = 45.0  # real seconds in which the alerting has to be back once no fault is on
BUSY = clock_time(8, 0, 30)  # just after the hour at which mails of days go out
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
    strikes: list[list[float]] = field(default_factory=list)
    active: dict[str, tuple[Fault, datetime]] = field(default_factory=dict)
    excused_until: datetime = field(init=False)
    skew: timedelta = timedelta(0)
    farthest: datetime = field(init=False)
    waited: float = 0.0
    waiting: list[Fault] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
    _spans: dict[str, list[float]] = field(default_factory=dict)
    _mail_at: int = 0
    _ticks_at: int = 0
    _agenda: list[tuple[datetime, str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.base = self.excused_until = self.farthest = datetime.combine(self.first, clock_time(9), PARIS)

    # --- the run ---

    def run(self) -> None:
        """Go through all the days, then give what is still to come its time, and end every fault."""
        self._show()
        self._settle(PATIENCE * 4)  # everything has to have started
        self.waited = 0.0
        self.populate()
        for number in range(1, self.days + 1):
            self._day(number, self.first + number * ONE_DAY)
        for resource in list(self.active):
            self._mend(resource)
        end = max(self.excused_until, self.base) + timedelta(hours=1)
        while self.base < end:
            self._step(self.base + timedelta(minutes=30))

    def _day(self, number: int, day: date) -> None:
        self.waiting += [one for one in self.faults if one.day == number]
        self._plan_life(day)
        for at in self._instants(day):
            self._step(at, busy=at.astimezone(PARIS).time() == BUSY)

    def _instants(self, day: date) -> list[datetime]:
        """Return the moments of a day to stop at; of a night in which the clock changes, many."""
        found = {datetime.combine(day, BUSY, PARIS).astimezone(UTC)}
        start, end = (datetime.combine(one, clock_time(0), PARIS).astimezone(UTC) for one in (day, day + ONE_DAY))
        if end - start != ONE_DAY:
            self.done["nights in which the clock changes"] += 1
            found |= {start + timedelta(minutes=20 * n) for n in range(3, 15)}
        seconds = int((end - start).total_seconds())
        found |= {start + timedelta(seconds=self.draw.randrange(120, seconds)) for _ in range(self.draw.randint(2, 4))}
        return sorted(found)

    def _step(self, at: datetime, *, busy: bool = False) -> None:
        self.base = max(at, self.base)
        for resource, (_fault, until) in list(self.active.items()):
            if until <= self.base:
                self._mend(resource)
        # The mail server changes before the engine finds work, the others strike while it is at it.
        self._strike_due(busy, mail=True)
        self._show()
        self._strike_due(busy, mail=False)
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

    def _strike_due(self, busy: bool, *, mail: bool) -> None:
        for fault in [one for one in self.waiting if one.busy == busy]:
            if (fault.kind.resource == "smtp") == mail and fault.kind.resource not in self.active:
                self.waiting.remove(fault)
                self._strike(fault)

    def _strike(self, fault: Fault) -> None:
        if fault.kind.resource != "smtp":
            self._await_work()
            time.sleep(fault.delay)
        self.story.append(f"{self.base:%Y-%m-%d %H:%M} {fault.kind.name} for {fault.lasts}")
        self.done[fault.kind.name] += 1
        self.done["faults"] += 1
        if fault.kind.skew:
            self.skew = fault.kind.skew * timedelta(minutes=self.draw.randint(20, 480))
            self._show()
        begun = time.time()
        fault.kind.begin(self.processes)
        if fault.kind.strikes:
            self._spans[fault.kind.resource] = [begun, time.time()]
            self.strikes.append(self._spans[fault.kind.resource])
        if fault.kind.resource == "postgres":
            connection.close()
        self.active[fault.kind.resource] = (fault, self.base + fault.lasts)
        if not fault.lasts:
            if fault.kind.resource == "smtp":
                self._show()
                self._await_work()
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
            self._spans[resource][1] = time.time()
        self.excused_until = max(self.excused_until, self.base + fault.kind.grace, self.farthest + LEASE)

    def _await_work(self) -> None:
        """Wait a moment for the engine to be at work at this very instant."""
        end, now = time.monotonic() + 3, self.clock.now().isoformat()
        stopped = any(fault.kind.stops for fault, _ in self.active.values())
        while not stopped and time.monotonic() < end:
            text, _ = _read_on(self.processes.folder / "ticks", self._ticks_at)
            if any(f" plan {now} " in line for line in text):
                return
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
        self.oracle.read([json.loads(one) for one in text])

    # --- life ---

    def populate(self) -> None:
        """Begin with a portfolio that has deadlines already."""
        self.portfolio.begin(self.base)
        for _ in range(60):
            self._appear(self.base)

    def _plan_life(self, day: date) -> None:
        start = datetime.combine(day, clock_time(6), PARIS)
        for _ in range(self.draw.choice((0, 1, 2, 2, 3, 4))):
            self._agenda.append((start + timedelta(minutes=self.draw.randrange(900)), "appear", None))
        for what, every in (("leave", 30), ("wish", 12), ("go_away", 20), ("set_thresholds", 40)):
            if self.draw.random() < 1 / every:
                self._agenda.append((start + timedelta(minutes=self.draw.randrange(900)), what, None))
        self._agenda.sort(key=lambda one: one[0])

    def _live(self, now: datetime) -> None:
        while self._agenda and self._agenda[0][0] <= now:
            _at, what, deadline = self._agenda.pop(0)
            self.done[f"life: {what}"] += 1
            self.story.append(f"{self.base:%Y-%m-%d %H:%M} {what} {deadline.token if deadline else ''}")
            getattr(self, f"_{what}")(*([deadline] if deadline else []), self.clock.now())

    @property
    def _today(self) -> date:
        return self.base.astimezone(PARIS).date()

    def _appear(self, now: datetime) -> None:
        if self.draw.random() < 0.08:
            return self._appear_to_the_hour()
        strict = self._today + timedelta(days=self.draw.choice((2, 9, 20, 40, 100, 200, 300)))
        strict += timedelta(days=self.draw.randrange(10))
        deadline = self.portfolio.appear(strict)
        left = (strict - self._today).days
        fates = (("meet", 4), ("declare", 3), ("waive", 1), ("move", 3), ("linger", 2), ("waver", 1))
        fate = self.draw.choices([one for one, _ in fates], [weight for _, weight in fates])[0]
        days = left + self.draw.randrange(1, 20) if fate == "linger" else self.draw.randrange(left + 1)
        after = timedelta(days=days, minutes=self.draw.randrange(1, 700))
        self._later(after, "declare" if fate == "linger" else fate, deadline)
        for what, odds in (("assign", 0.3), ("acknowledge", 0.3)):
            if self.draw.random() < odds:
                self._later(timedelta(days=self.draw.randrange(left), minutes=7), what, deadline)
        return None

    def _appear_to_the_hour(self) -> None:
        strict = self._today + timedelta(days=self.draw.randrange(1, 5))
        deadline = self.portfolio.appear(strict, self.draw.choice(("02:00", "03:00", "11:00", "19:00", "24:00")))
        self._later(timedelta(hours=self.draw.randrange(10, 140)), "meet", deadline)

    def _later(self, after: timedelta, what: str, deadline: Deadline) -> None:
        self._agenda.append((self.base + after, what, deadline))
        self._agenda.sort(key=lambda one: one[0])

    def _person(self) -> Person:
        return self.draw.choice(self.portfolio.facts.keepers(self.draw.choice(HOUSES)))

    def _wish(self, now: datetime) -> None:
        digest = self.draw.choice(("", "", "daily", "weekly"))
        self.portfolio.wish(self._person(), digest, self.draw.random() < 0.7, now)

    def _go_away(self, now: datetime) -> None:
        person, first = self._person(), self._today + timedelta(days=self.draw.randrange(1, 20))
        last = first + timedelta(days=self.draw.randrange(20))
        if not any(first <= end and start <= last for start, end in person.leaves):
            self.portfolio.go_away(person, first, last, now)

    def _set_thresholds(self, now: datetime) -> None:
        before = sorted(self.draw.sample((300, 120, 60, 45, 21, 14, 5, 2, 1, 0), 6), reverse=True)
        after = sorted(self.draw.sample((1, 2, 5, 10, 20), 3))
        kind = self.draw.choice(("long", "short"))
        before = [one for one in before if kind == "long" or one <= 60]
        self.portfolio.set_thresholds(self.draw.choice(HOUSES), kind, before, after, now)

    def _acknowledge(self, deadline: Deadline, now: datetime) -> None:
        if not deadline.over:
            person = self.draw.choice(self.portfolio.facts.keepers(deadline.house))
            self.portfolio.acknowledge(deadline, person, now)

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
        self.portfolio.join(house, Role.OFFICER, now)


def _read_on(path: Any, start: int) -> tuple[list[str], int]:
    """Return the whole lines that a file has gained, and where to go on."""
    if not path.exists():
        return [], start
    with path.open("rb") as file:
        file.seek(start)
        text = file.read()
    whole = text[: text.rfind(b"\n") + 1]
    return whole.decode().splitlines(), start + len(whole)


