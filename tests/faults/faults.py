"""The faults of a run: what each does, how long it may last, and the draw of which comes when."""

import random
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from tests.faults.processes import Processes

NOTHING, HOUR, WEEK = timedelta(0), timedelta(hours=1), timedelta(days=7)
WEEKS_EVERY = 200  # days: a week without beat is drawn as often as that, the other kinds alike
Act = Callable[[Processes], None]


def _nothing(_: Processes) -> None:
    pass


@dataclass(frozen=True)
class Kind:
    """A kind of fault. ``resource`` is what it takes: two faults of one never overlap.

    It lasts up to ``longest`` in simulated time (nothing: it strikes and is mended at once). While it
    ``stops`` the alerting, nothing is expected. One that ``excuses`` what is not told does so until a
    lease is over after it; one that ``strikes`` may cut off a worker between the yes of the mail server and
    its commit.
    ``skew`` is the sign of the hours by which the clock is wrong.
    """

    name: str
    resource: str
    begin: Act
    end: Act = _nothing
    longest: timedelta = NOTHING
    stops: bool = False
    excuses: bool = True
    strikes: bool = True
    skew: int = 0


def _killed(name: str, *names: str, longest: timedelta, stops: bool = True) -> Kind:
    """Return the kind that kills processes outright and starts them again."""
    resource = names[0].partition("-")[0]
    return Kind(
        name, resource, lambda all_: all_.kill(*names), lambda all_: all_.start(*names), longest, stops,
        strikes=resource == "worker",
    )  # fmt: skip


def _postgres(name: str, how: signal.Signals) -> Kind:
    return Kind(
        name, "postgres", lambda all_: all_.stop_postgres(how), lambda all_: all_.postgres.start(),
        longest=3 * HOUR, stops=True,
    )  # fmt: skip


def _smtp(mode: str, longest: timedelta) -> Kind:
    return Kind(
        f"mail server: {mode}", "smtp", lambda all_: all_.smtp(mode), lambda all_: all_.smtp("normal"),
        longest, excuses=mode == "down", strikes=False,
    )  # fmt: skip


KINDS = (
    _killed("worker killed", "worker-1", longest=6 * HOUR, stops=False),
    _killed("both workers killed", "worker-1", "worker-2", longest=8 * HOUR),
    Kind("pools of the workers killed", "worker", lambda all_: all_.kill_children("worker-1", "worker-2")),
    _killed("beat killed", "beat-1", longest=6 * HOUR),
    _killed("no beat for a week", "beat-1", longest=WEEK),
    Kind(
        "two beats", "beat", lambda all_: all_.start("beat-2"), lambda all_: all_.kill("beat-2"), 12 * HOUR,
        excuses=False, strikes=False,
    ),
    Kind(
        "Redis killed", "redis", lambda all_: all_.kill_redis(), lambda all_: all_.redis.start(), 3 * HOUR,
        stops=True, strikes=False,
    ),
    Kind("Redis emptied", "redis", lambda all_: all_.flush_redis(), excuses=False, strikes=False),
    _postgres("PostgreSQL stopped at once", signal.SIGQUIT),
    _postgres("PostgreSQL killed", signal.SIGKILL),
    Kind("a backend of PostgreSQL killed", "postgres", lambda all_: all_.kill_backend()),
    _smtp("down", 60 * HOUR),
    # Refusals count as attempts, and after a day and more of them a letter is given up: these end before.
    *(_smtp(mode, 10 * HOUR) for mode in ("refuse_4xx", "refuse_5xx", "slow", "cut_before", "cut_after")),
    Kind("clock put forward", "clock", _nothing, longest=3 * HOUR, strikes=False, skew=1),
    Kind("clock put back", "clock", _nothing, longest=3 * HOUR, strikes=False, skew=-1),
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """A fault drawn: on which day, in the busiest moment of it or at another hour, and for how long."""

    kind: Kind
    day: int
    busy: bool
    lasts: timedelta
    mid_batch: bool  # once a mail has gone out, if one does
    delay: float  # real seconds to wait then


def draw_faults(draw: random.Random, *, days: int, number: int) -> list[Fault]:
    """Return so many faults over the days, each kind as often, but for weeks without beat.

    While there is no beat nothing else is drawn: it would strike at what stands still.
    """
    free, found = list(range(1, days)), []
    for kind in [one for one in KINDS if one.longest == WEEK] * max(1, days // WEEKS_EVERY):
        first = draw.choice([day for day in free if {day, min(day + WEEK.days, days - 1)} <= set(free)])
        free = [day for day in free if not first <= day <= first + WEEK.days]
        found.append(_fault(draw, kind, first))
    kinds = _bags(draw, [one for one in KINDS if one.longest != WEEK])
    found += [_fault(draw, next(kinds), draw.choice(free)) for _ in range(number - len(found))]
    return sorted(found, key=lambda one: one.day)


def _bags(draw: random.Random, kinds: list[Kind]) -> Iterator[Kind]:
    while True:
        yield from draw.sample(kinds, len(kinds))


def _fault(draw: random.Random, kind: Kind, day: int) -> Fault:
    lasts = kind.longest * draw.choice((0, draw.random(), draw.random()))
    lasts = WEEK if kind.longest == WEEK else lasts
    return Fault(kind, day, draw.random() < 0.75, lasts, draw.random() < 0.6, draw.uniform(0, 0.1))
