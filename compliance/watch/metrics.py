"""Numbers for Prometheus, from the database, in a constant number of queries."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from compliance.assessments.models import DeadlineRow
from compliance.assessments.queries import to_meet
from compliance.watch import ledger
from compliance.watch.models import Heartbeat
from compliance.watch.verdict import reasons, signs
from compliance.webhooks.models import Delivery
from devices import wall


@wall.system()
def exposition(now: datetime) -> bytes:
    """Return the numbers of now in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Numbers(now))
    return generate_latest(registry)


class _Numbers(Collector):
    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        """Yield each number with what it means."""
        seen = signs(self.now)
        works = not reasons(seen, now=self.now)
        yield GaugeMetricFamily("jalon_alerting_works", "1 where the verdict is good", value=float(works))
        pending = dict(
            DeadlineRow.objects.order_by().filter(to_meet()).values_list("state").annotate(Count("pk"))
        )
        yield _by("jalon_deadlines_pending", "Deadlines to be met", "state", pending)
        yield _by("jalon_alerts", "Alerts of the ledger", "state", ledger.by_state())
        waiting = seen.get("unsent")
        yield GaugeMetricFamily(
            "jalon_alerts_oldest_due_seconds",
            "How long the oldest alert that is due and not sent waits, 0 for none",
            value=(self.now - waiting).total_seconds() if waiting else 0,
        )
        yield from self._heartbeats()
        sent = dict(Delivery.objects.order_by().values_list("state").annotate(Count("pk")))
        yield _by("jalon_webhook_deliveries", "Deliveries to webhooks", "state", sent)

    def _heartbeats(self) -> Iterator[Metric]:
        rows = list(Heartbeat.objects.order_by("name"))
        ages = {row.name: _seconds(self.now - row.at) for row in rows}
        good = {row.name: _seconds(self.now - row.good_at) for row in rows if row.good_at}
        yield _by("jalon_tick_age_seconds", "Since the last tick of a task", "task", ages)
        yield _by("jalon_good_tick_age_seconds", "Since the last good tick of a task", "task", good)
        took = {row.name: _seconds(row.took) for row in rows}
        yield _by("jalon_tick_seconds", "How long the last tick of a task took", "task", took)


def _by(name: str, words: str, label: str, values: Mapping[str, Any]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for one, value in sorted(values.items()):
        family.add_metric([one], value)
    return family


def _seconds(duration: timedelta) -> float:
    return max(0.0, duration.total_seconds())
