"""What people do and deadlines bring, day by day: drawn, done through the portfolio, told to the oracle."""

import random
import time
from collections import Counter
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time

from devices.models import Role
from tests.faults.facts import Deadline, Person
from tests.faults.life import HOUSES, Portfolio
from tests.faults.oracle import Oracle
from tests.faults.rules import PARIS

FATES = {"meet": 4, "declare": 3, "linger": 2, "waive": 1, "waver": 1, "move": 3}
ON_A_DAY = {"leave": 1 / 30, "wish": 1 / 12, "go_away": 1 / 20, "set_thresholds": 1 / 40}
APPEAR = (0, 1, 2, 2, 3, 4)  # so many deadlines on a day, one of these
AHEAD = (2, 9, 20, 40, 100, 200, 300)  # days, and up to nine more
HOURS = ("02:00", "03:00", "11:00", "19:00", "24:00")
AT_THE_BEGINNING = 60


@dataclass
class Agenda:
    """What is to come, in the order of its (simulated) instant."""

    portfolio: Portfolio
    oracle: Oracle
    draw: random.Random
    now: datetime
    done: Counter[str] = field(default_factory=Counter)
    story: list[str] = field(default_factory=list)
    _entries: list[tuple[datetime, str, Deadline | None]] = field(default_factory=list)

    def begin(self, now: datetime) -> None:
        """Begin with a portfolio that has deadlines already."""
        self.now = now
        self.portfolio.begin(now)
        for _ in range(AT_THE_BEGINNING):
            self._appear()

    def plan(self, day: date) -> None:
        """Draw what a day brings by itself."""
        start = datetime.combine(day, clock_time(6), PARIS)
        drawn = ["appear"] * self.draw.choice(APPEAR)
        drawn += [what for what, odds in ON_A_DAY.items() if self.draw.random() < odds]
        for what in drawn:
            self._enter(start + self._minutes(900), what)

    def live(self, now: datetime) -> None:
        """Do what is due by an instant, which is what the clock shows."""
        self.now = now
        while self._entries and self._entries[0][0] <= now:
            _at, what, deadline = self._entries.pop(0)
            if deadline is not None and (deadline.over != "") != (what == "undo"):
                continue
            self.done[f"life: {what}"] += 1
            self.story.append(f"{now:%Y-%m-%d %H:%M} {what} {deadline.token if deadline else ''}")
            getattr(self, f"_{what}")(*([deadline] if deadline else []))

    def _enter(self, at: datetime, what: str, deadline: Deadline | None = None) -> None:
        self._entries.append((at, what, deadline))
        self._entries.sort(key=lambda one: one[0])

    def _later(self, after: timedelta, what: str, deadline: Deadline) -> None:
        self._enter(self.now + after, what, deadline)

    @property
    def _today(self) -> date:
        return self.now.astimezone(PARIS).date()

    def _days(self, first: int, last: int) -> timedelta:
        return timedelta(days=self.draw.randint(first, last))

    def _minutes(self, most: int) -> timedelta:
        return timedelta(minutes=self.draw.randrange(1, most))

    # --- deadlines ---

    def _appear(self) -> None:
        if self.draw.random() < 0.08:
            return self._appear_to_the_hour()
        strict = self._today + timedelta(days=self.draw.choice(AHEAD)) + self._days(0, 9)
        deadline = self.portfolio.appear(strict)
        left = (strict - self._today).days
        fate = self.draw.choices(list(FATES), list(FATES.values()))[0]
        if fate == "linger":  # past the limit
            self._later(self._days(left + 1, left + 20) + self._minutes(700), "declare", deadline)
        else:
            self._later(self._days(0, left) + self._minutes(700), fate, deadline)
        for what in ("assign", "acknowledge"):
            if self.draw.random() < 0.3:
                self._later(self._days(0, left - 1) + self._minutes(700), what, deadline)
        return None

    def _appear_to_the_hour(self) -> None:
        deadline = self.portfolio.appear(self._today + self._days(1, 4), self.draw.choice(HOURS))
        self._later(timedelta(hours=self.draw.randrange(10, 140)), "meet", deadline)

    def _meet(self, deadline: Deadline) -> None:
        self.portfolio.meet(deadline, self.now)
        self.oracle.over(deadline, time.time())

    def _declare(self, deadline: Deadline) -> None:
        self.portfolio.declare(deadline, self.now)
        self.oracle.over(deadline, time.time())

    def _waive(self, deadline: Deadline) -> None:
        self.portfolio.waive(deadline, self.now)
        self.oracle.over(deadline, time.time())

    def _waver(self, deadline: Deadline) -> None:
        """Waive it, and think better of it a few days later."""
        self._waive(deadline)
        self._later(self._days(1, 12), "undo", deadline)

    def _undo(self, deadline: Deadline) -> None:
        self.portfolio.undo(deadline, self.now)
        self.oracle.again(deadline)
        self._later(self._days(1, 40), "meet", deadline)

    def _move(self, deadline: Deadline) -> None:
        before, strict = copy(deadline), self._today + self._days(1, 150)
        if strict != deadline.strict:
            self.portfolio.move(deadline, strict, self.now)
            self.oracle.over(before, time.time())
            self.oracle.again(deadline)
        self._later(self._days(1, 150), self.draw.choice(("meet", "declare")), deadline)

    def _assign(self, deadline: Deadline) -> None:
        people = self.portfolio.facts.keepers(deadline.house)
        self.portfolio.assign(deadline, self.draw.choice(people), self.now)

    def _acknowledge(self, deadline: Deadline) -> None:
        people = self.portfolio.facts.keepers(deadline.house)
        self.portfolio.acknowledge(deadline, self.draw.choice(people), self.now)

    # --- people ---

    def _person(self) -> Person:
        return self.draw.choice(self.portfolio.facts.keepers(self.draw.choice(HOUSES)))

    def _leave(self) -> None:
        """Let an officer leave, and another come."""
        house = self.draw.choice(HOUSES)
        officers = [one for one in self.portfolio.facts.keepers(house) if one.role == Role.OFFICER]
        if len(officers) > 1:
            gone = self.draw.choice(officers)
            self.portfolio.leave(gone, self.now)
            self.oracle.left(gone, time.time())
        self.portfolio.join(house, Role.OFFICER, self.now)

    def _wish(self) -> None:
        digest, person = self.draw.choice(("", "", "daily", "weekly")), self._person()
        self.portfolio.wish(person, digest, self.draw.random() < 0.7, self.now)
        self.oracle.wished(person)

    def _go_away(self) -> None:
        person, first = self._person(), self._today + self._days(1, 20)
        last = first + self._days(0, 20)
        if not any(first <= end and start <= last for start, end in person.leaves):
            self.portfolio.go_away(person, first, last, self.now)

    def _set_thresholds(self) -> None:
        kind, farthest = self.draw.choice((("long", 300), ("short", 60)))
        before = self.draw.sample(
            [one for one in (300, 120, 60, 45, 21, 14, 5, 2, 1, 0) if one <= farthest], 6
        )
        after = self.draw.sample((1, 2, 5, 10, 20), 3)
        house = self.draw.choice(HOUSES)
        self.oracle.thresholds(house, self.now)
        self.portfolio.set_thresholds(house, kind, before, after, self.now)
