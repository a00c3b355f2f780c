"""Whether the alerting works: the verdict, read from the database and from nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import CharField, F, Min, QuerySet, Value

from compliance.alerts.models import Alert
from compliance.watch import ledger
from compliance.watch.heartbeats import period
from compliance.watch.models import Heartbeat
from devices import wall

WATCHED = ("alerts", "reassess")  # without the second, what changes by itself is not planned
PERIODS = 2


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the alerting is red. ``since`` is None of a task that never had a good tick.

    ``silent``: a task has no good tick for two periods; ``unsent``: an alert is due for longer than that;
    ``failed``: an alert was given up, and nobody has acknowledged it.
    """

    code: Literal["silent", "unsent", "failed"]
    task: str
    since: datetime | None

    def __str__(self) -> str:
        since = self.since.isoformat(timespec="seconds") if self.since else "the installation"
        if self.code == "silent":
            return f"{self.task}: no good tick since {since}"
        if self.code == "unsent":
            return f"an alert is due since {since} and not sent"
        return f"an alert due since {since} was given up, and nobody has acknowledged it"


@wall.system()
def signs(now: datetime) -> Mapping[str, datetime | None]:
    """Return instants by name, in one query: the last good tick of each task that is watched, since when an
    alert waits (``unsent``), and since when one that was given up was due (``failed``), where there is one.
    """
    ticks = Heartbeat.objects.filter(name__in=WATCHED).values_list("name", F("good_at"))
    waiting = _first("unsent", ledger.unsent(now))
    return dict(ticks.union(waiting, _first("failed", ledger.failed()), all=True))


def reasons(seen: Mapping[str, datetime | None], *, now: datetime) -> tuple[Reason, ...]:
    """Return why the alerting is red by these signs, nothing where it works."""
    late = {name: now - PERIODS * period(name) for name in WATCHED}
    last = {name: seen.get(name) for name in WATCHED}
    silent = (Reason("silent", name, at) for name, at in last.items() if at is None or at < late[name])
    unsent, failed = seen.get("unsent"), seen.get("failed")
    others = (
        Reason("unsent", "alerts", unsent) if unsent and unsent < late["alerts"] else None,
        Reason("failed", "alerts", failed) if failed else None,
    )
    return (*silent, *(one for one in others if one))


def _first(word: str, alerts: QuerySet[Alert]) -> QuerySet[Any]:
    """Return a word with the first ``due`` of alerts; no row where there are none."""
    one: Any = alerts.values(word=Value(word, CharField())).annotate(first=Min("due"))
    rows: QuerySet[Any] = one.values_list("word", "first")
    return rows
