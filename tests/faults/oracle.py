"""The oracle: from the facts of a run and from what the mail server stored, whether anything was lost, told
twice, too early, or to no purpose. It knows nothing of the engine and never reads its plans. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.faults.facts import Deadline, Facts, Person
from tests.faults.rules import LONGEST_RETRY, MORNING, ONE_DAY, PARIS, Call, calls, latest

IN_FLIGHT = 2.0  # real seconds that a message may be on its way when a fact changes
Key = tuple[str, date, str]  # deadline, its date, person


@dataclass(frozen=True)
class Violation:
    """Something that must not be."""

    kind: str
    when: datetime
    what: str

    def __str__(self) -> str:
        return f"{self.when:%Y-%m-%d %H:%M} {self.kind}: {self.what}"


@dataclass
class Copy:
    """A message as the mail server stored it: ``sim`` is the instant that the engine believed it to be,
    ``stored`` and ``answered`` are real seconds."""

    id: str
    to: str
    sim: datetime
    stored: float
    told: tuple[tuple[str, date], ...]
    answered: float = 0.0
    answer: str = ""


@dataclass
class Oracle:
    """Watches a run from outside. ``strikes`` are the real spans in which something was killed."""

    facts: Facts
    strikes: list[list[float]] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    copies: dict[str, list[Copy]] = field(default_factory=dict)
    told: dict[Key, int] = field(default_factory=dict)
    on_day: dict[tuple[str, str, date], str] = field(default_factory=dict)
    ended: dict[Key, float] = field(default_factory=dict)
    owed: dict[Key, datetime] = field(default_factory=dict)
    put_off: dict[str, datetime] = field(default_factory=dict)
    under_way: dict[Key, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    _calls: dict[Key, tuple[int, list[Call]]] = field(default_factory=dict)

    # --- what the mail server stored ---

    def read(self, lines: Iterable[Mapping[str, Any]], now: datetime) -> None:
        """Take lines of the log of the mail server, in order, at a (simulated) instant.

        To whom a message was refused or cut, the next attempt may be as late as the longest wait.
        """
        for line in lines:
            refused = line.get("to", []) if line["event"] == "sent away" else []
            if line["event"] == "stored":
                self._stored(line)
            elif "id" in line:
                last = self.copies[line["id"]][-1]
                last.answer, last.answered = line["event"], line["at"]
                refused = [last.to] if last.answer == "cut" else []
            self.put_off.update(dict.fromkeys(refused, now + LONGEST_RETRY))

    def _stored(self, line: Mapping[str, Any]) -> None:
        told = tuple((token, date.fromisoformat(day)) for token, day in line["told"])
        copy = Copy(line["id"], line["to"][0], datetime.fromisoformat(line["sim"]), line["at"], told)
        earlier = self.copies.setdefault(copy.id, [])
        earlier.append(copy)
        local = copy.sim.astimezone(PARIS).date()
        if len(earlier) > 1:
            for token, _day in told:
                self.on_day.setdefault((token, copy.to, local), copy.id)
            if earlier[0].to != copy.to or not set(copy.told) <= set(earlier[0].told):
                self._wrong("another message under the same Message-ID", copy.sim, copy.id)
            return
        self.counts["messages"] += 1
        if not told:
            self._wrong("a message of nothing", copy.sim, line["subject"])
        for token, day in told:
            self._tell(copy, token, day)

    def _tell(self, copy: Copy, token: str, day: date) -> None:
        key = (token, day, copy.to)
        self.counts["told"] += 1
        deadline, person = self.facts.deadlines[token], self.facts.people[copy.to]
        if (ended := self.ended.get(key)) is not None or deadline.strict != day:
            if ended is None or copy.stored > ended + IN_FLIGHT:
                self._wrong("told of what was over, had moved, or to who had left", copy.sim, str(key))
            return
        due = [one.urgency for one in self._calls_of(deadline, person) if one.due <= copy.sim]
        due += [self.under_way[key]] if key in self.under_way else []
        if not due:
            self._wrong("told too early, or without reason", copy.sim, str(key))
            return
        urgency = min(due)
        if self.told.get(key, urgency + 1) <= urgency:
            self._wrong("told twice of the same", copy.sim, f"{key} {urgency} {copy.id}")
        else:
            self.told[key] = urgency
        self.owed.pop(key, None)
        local = copy.sim.astimezone(PARIS).date()
        too_late_tomorrow = bool(deadline.hour) or (urgency >= 0 and deadline.safe <= local)
        other = self.on_day.setdefault((token, copy.to, local), copy.id)
        # Of a letter whose yes was never heard nobody knows that it arrived: another may follow.
        if other != copy.id and not too_late_tomorrow and not self._in_doubt(self.copies[other][-1]):
            self._wrong("two messages of one deadline on one day", copy.sim, f"{key} {other} {copy.id}")

    # --- what changes ---

    def over(self, deadline: Deadline, at: float) -> None:
        """Note that a deadline on its present date is over (met, waived, moved away) since a real instant."""
        for person in self.facts.people.values():
            self._end((*deadline.key, person.email), at)

    def left(self, person: Person, at: float) -> None:
        """Note that a person has left."""
        for deadline in self.facts.deadlines.values():
            self._end((*deadline.key, person.email), at)

    def again(self, deadline: Deadline) -> None:
        """Note that a deadline stands again on a date that it had before."""
        for person in self.facts.people.values():
            if person.left is None:
                self.ended.pop((*deadline.key, person.email), None)

    def thresholds(self, house: str, now: datetime) -> None:
        """Note that a house is about to set other thresholds: what was due by the old ones may be on its way.

        A letter that the mail server put off says the same when it is tried again, and the new thresholds
        may have no such call.
        """
        for deadline in [one for one in self.facts.standing() if one.house == house]:
            for person in self.facts.keepers(house):
                key = (*deadline.key, person.email)
                due = [one.urgency for one in self._calls_of(deadline, person) if one.due <= now]
                if due and self.told.get(key, due[-1] + 1) > due[-1]:
                    self.under_way[key] = due[-1]

    def wished(self, person: Person) -> None:
        """Note that a person has said how to be told: what waited for their digest waits for the next one."""
        self.owed = {key: since for key, since in self.owed.items() if key[2] != person.email}

    def _end(self, key: Key, at: float) -> None:
        self.ended.setdefault(key, at)
        self.owed.pop(key, None)

    # --- whether all is said ---

    def check(self, now: datetime, *, excused: bool, farthest: datetime | None = None) -> None:
        """Look at a moment at which the engine has done all that it can: what was due has been told.

        ``excused`` says that a fault is on, or so short a time ago that another attempt is still allowed to
        wait. ``farthest`` is the latest instant that the clock has shown, if it was put back since: by then
        the digest of a morning may have gone.
        """
        self.counts["looks"] += 1
        self.counts["looks that excuse nothing"] += not excused
        for deadline in self.facts.standing():
            for person in self.facts.keepers(deadline.house):
                self._check(deadline, person, now, excused, farthest or now)

    def _check(
        self, deadline: Deadline, person: Person, now: datetime, excused: bool, farthest: datetime
    ) -> None:
        key = (*deadline.key, person.email)
        due = [one for one in self._calls_of(deadline, person) if one.due <= now]
        if not due or self.told.get(key, due[-1].urgency + 1) <= due[-1].urgency:
            self.owed.pop(key, None)
            return
        since = self.owed.setdefault(key, farthest if due[-1].digest else now)
        excused = excused or now < self.put_off.get(person.email, now)
        by = latest(due[-1], person, deadline.safe, since)
        if not excused and now >= by and not self._told_today(deadline, person, now):
            self._wrong("lost", now, f"{key} {due[-1].urgency} due {due[-1].due}, owed since {since}")
            self.told[key] = due[-1].urgency  # said once

    def _told_today(self, deadline: Deadline, person: Person, now: datetime) -> bool:
        """Return whether the person had a mail of the deadline today: what is not too late then waits."""
        local = now.astimezone(PARIS)
        today = local.date() if local.time() >= MORNING else local.date() - ONE_DAY
        days = {today, local.date()}
        return any((deadline.token, person.email, day) in self.on_day for day in days)

    def _calls_of(self, deadline: Deadline, person: Person) -> list[Call]:
        key = (*deadline.key, person.email)
        version, found = self._calls.get(key, (-1, []))
        if version != self.facts.changed:
            found = sorted(calls(self.facts, deadline, person), key=lambda one: -one.urgency)
            self._calls[key] = (self.facts.changed, found)
        return found

    def duplicates(self) -> int:
        """Return how many copies were sent again, each of them to be explained."""
        earlier = [copy for copies in self.copies.values() for copy in copies[:-1]]
        for copy in earlier:
            if not self._in_doubt(copy):
                self._wrong("a copy outside the window", copy.sim, copy.id)
        return len(earlier)

    def _in_doubt(self, copy: Copy) -> bool:
        """Return whether our side could not know, or not write down, that the mail server had taken a copy.

        The server cut the line before its yes, or something was killed before our commit could follow.
        """
        begin, end = copy.stored - IN_FLIGHT, (copy.answered or copy.stored) + IN_FLIGHT
        return copy.answer == "cut" or any(first <= end and begin <= last for first, last in self.strikes)

    def _wrong(self, kind: str, when: datetime, what: str) -> None:
        self.violations.append(Violation(kind, when, what))
        self.counts[kind] += 1
