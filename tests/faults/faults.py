"""The faults of a run: what each does, how long it may last, and the draw of which comes when."""

import random
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from tests.faults.processes import Processes
from tests.faults.rules import LEASE, LONGEST_RETRY

NOTHING, HOUR, DAY = timedelta(0), timedelta(hours=1), timedelta(days=1)
Act = Callable[[Processes], None]


def _nothing(_: Processes) -> None:
    pass


@dataclass(frozen=True)
class Kind:
    """A kind of fault. ``resource`` is what it takes: two faults of one never overlap.

    It lasts up to ``longest`` in simulated time (nothing: it strikes and is mended at once). While it
    ``stops`` the alerting nothing is expected. After it an attempt may be made as late as ``grace``. One that
    ``strikes`` may cut off a worker between the yes of the mail server and its commit.
    """

    name: str
    resource: str
    begin: Act
    end: Act = _nothing
    longest: timedelta = NOTHING
    stops: bool = False
    grace: timedelta = LEASE
    strikes: bool = True
    skew: int = 0  # the sign of hours that the clock is wrong


def _kill(*names: str) -> Act:
    return lambda all_: [all_.kill(name) for name in names] and None


def _start(*names: str) -> Act:
    return lambda all_: [all_.start(name) for name in names] and None


def _smtp(mode: str) -> Kind:
    return Kind(
        f"mail server: {mode}", "smtp", lambda all_: all_.smtp(mode), lambda all_: all_.smtp("normal"),
        longest=20 * HOUR, grace=LONGEST_RETRY, strikes=False,
    )  # fmt: skip


KINDS = (
    Kind("worker killed", "workers", _kill("worker-1"), _start("worker-1"), 6 * HOUR),
    Kind(
        "both workers killed",
        "workers",
        _kill("worker-1", "worker-2"),
        _start("worker-1", "worker-2"),
        8 * HOUR,
        stops=True,
    ),
    Kind("pool of the workers killed", "workers", lambda all_: [all_.kill_child(f"worker-{n}") for n in (1, 2)] and None),
    Kind("beat killed", "beat", _kill("beat-1"), _start("beat-1"), 6 * HOUR, stops=True, strikes=False),
    Kind("no beat for a week", "beat", _kill("beat-1"), _start("beat-1"), 7 * DAY, stops=True, strikes=False),
    Kind("two beats", "beat", _start("beat-2"), _kill("beat-2"), 12 * HOUR, strikes=False),
    Kind("Redis killed", "redis", lambda all_: all_.kill_redis(), lambda all_: all_.redis.start(), 3 * HOUR, stops=True, strikes=False),
    Kind("Redis emptied", "redis", lambda all_: all_.flush_redis(), strikes=False),
    Kind("PostgreSQL stopped at once", "postgres", lambda all_: all_.stop_postgres(signal.SIGQUIT), lambda all_: all_.postgres.start(), 3 * HOUR, stops=True),
    Kind("PostgreSQL killed", "postgres", lambda all_: all_.stop_postgres(signal.SIGKILL), lambda all_: all_.postgres.start(), 3 * HOUR, stops=True),
    Kind("a backend of PostgreSQL killed", "postgres", lambda all_: all_.kill_backends()),
    *map(_smtp, ("down", "refuse_4xx", "refuse_5xx", "slow", "cut_before", "cut_after")),
    Kind("clock put forward", "clock", _nothing, _nothing, 3 * HOUR, strikes=False, skew=1),
    Kind("clock put back", "clock", _nothing, _nothing, 3 * HOUR, strikes=False, skew=-1),
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """A fault drawn: on which day, in the busiest moment of it or at another hour, and for how long."""

    kind: Kind
    day: int
    busy: bool
    lasts: timedelta
    delay: float  # real seconds after the clock has moved


def draw_faults(draw: random.Random, *, days: int, number: int) -> list[Fault]:
    """Return so many faults over the days, each kind as often as any other, but for the weeks without beat."""
    weeks = max(1, days // 200)
    others = [one for one in KINDS if one.longest < DAY * 7]
    kinds = _bags(draw, others)
    found = [_fault(draw, next(kinds), days) for _ in range(number - weeks)]
    week = next(one for one in KINDS if one.longest >= DAY * 7)
    found += [_fault(draw, week, days) for _ in range(weeks)]
    return sorted(found, key=lambda one: one.day)


def _bags(draw: random.Random, kinds: list[Kind]) -> Iterator[Kind]:
    while True:
        yield from draw.sample(kinds, len(kinds))


def _fault(draw: random.Random, kind: Kind, days: int) -> Fault:
    long = kind.longest >= 7 * DAY
    lasts = kind.longest if long else kind.longest * draw.choice((0, 0, draw.random()))
    latest = max(days - (9 if long else 2), 1)
    return Fault(kind, draw.randrange(1, latest + 1), draw.random() < 0.75, lasts, draw.uniform(0, 0.3))
