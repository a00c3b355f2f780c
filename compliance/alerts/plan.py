"""The plan: which alerts a device's deadlines call for. Nothing is sent here.

A device is planned again after each assessment, by the tick that finds it unplanned; work is in
proportion to what changed.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from compliance.alerts.models import Alert, AlertReason, AlertState, Channel
from compliance.alerts.recipients import Desk, desk_of
from compliance.alerts.schedule import ALWAYS, Limit, due_at, instant
from compliance.alerts.thresholds import kind_of
from compliance.amendments.models import Amendment
from compliance.assessments.models import DeadlineRow, DeviceAssessment
from compliance.followup.models import Acknowledgement, Assignment
from compliance.followup.queries import keepers, to_do
from devices.models import Device

_LOG = logging.getLogger(__name__)
_NOTHING_TOLD = 1 << 15  # beyond every threshold
_SAID = ("hour", "safe", "due_at", "reason", "state")  # what a plan may change of a row that is not sent


@dataclass(frozen=True, slots=True)
class _Device:
    """A device to plan, with what people said of its deadlines."""

    device: Device
    desk: Desk
    assigned: Mapping[tuple[str, str, str], UUID]
    acknowledged: frozenset[tuple[Any, ...]]
    now: datetime


@dataclass
class _Held:
    """The rows of a device that the plan may still change, and what was told to whom."""

    open: dict[tuple[Any, ...], Alert] = field(default_factory=dict)
    told: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def waits_since(self, alert: Alert, now: datetime) -> datetime:
        """Return from when on the next digest is looked for: what is due already does not wait for another.

        The rest of its time is asked anew: whoever has gone away before it was due is told on their return,
        even if nothing could be planned in between.
        """
        held = self.open.get(_named(alert))
        return min(held.due_at, now) if held and held.state == AlertState.PLANNED else now


def plan_changed(*, now: datetime, limit: int = 500) -> int:
    """Plan the alerts of the devices assessed since their last plan; return how many devices.

    A device locked by another writer is left to the next tick. One that cannot be planned stays unplanned,
    is logged, and holds up no other.
    """
    planned: list[UUID] = []
    desks: dict[UUID | None, Desk] = {}
    with transaction.atomic():
        rows = list(
            DeviceAssessment.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(alerts_planned=False)
            .select_related("device")
            .order_by("pk")[:limit]
        )
        for row in rows:
            owner = row.device.owner_id
            try:
                with transaction.atomic():
                    desks[owner] = desks.get(owner) or desk_of(owner)
                    plan_device(row.device, desks[owner], now=now)
            except Exception:  # whatever it is, the others are planned
                _LOG.exception("the alerts of the device %s cannot be planned", row.device.key)
            else:
                planned.append(row.pk)
        DeviceAssessment.objects.filter(pk__in=planned).update(alerts_planned=True)
    return len(planned)


def plan_amendments(today: date) -> None:
    """Plan to tell the people of each organisation which of their devices an applied text moves.

    A text locked by another writer is left to the next tick.
    """
    with transaction.atomic():
        texts = Amendment.objects.select_for_update(skip_locked=True).filter(alerts_planned=False)
        for text in list(texts):
            owners = text.effects.values("device__owner")
            rows = [
                Alert(
                    amendment=text, strict=text.published, safe=text.published, threshold=0,
                    due_at=instant(today), recipient=one, channel=channel,
                )
                for one in keepers(owners)
                for channel in Channel.values
            ]  # fmt: skip
            Alert.objects.bulk_create(rows, ignore_conflicts=True)
            Amendment.objects.filter(pk=text.pk).update(alerts_planned=True)


def plan_device(device: Device, desk: Desk, *, now: datetime) -> None:
    """Write the alerts that the pending deadlines of a device call for, cancel those that no longer hold.

    A deadline that moves, is declared done or is waived cancels what was planned and takes its notices
    down; one that comes back has what was cancelled planned again. A row that exists is never doubled, and
    nobody who was told hears of it again with less urgency.
    """
    pending = list(DeadlineRow.objects.filter(to_do(), device=device).exclude(obliged=""))
    said = _Device(device, desk, _assigned(device), _acknowledged(device), now)
    held = _held(device)
    drawn = (one for row in pending for one in _alerts(said, row, held))
    wanted = {_named(one): one for one in drawn if one.threshold < held.told.get(_heard(one), _NOTHING_TOLD)}
    standing = {(row.rule, row.trigger_fact, row.n, row.strict) for row in pending}
    changed = [one for name, one in held.open.items() if _change(one, wanted.get(name), standing)]
    Alert.objects.bulk_update(changed, _SAID, batch_size=500)
    new = [one for name, one in wanted.items() if name not in held.open]
    Alert.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
    _close_notices(device, standing, now)


def _change(held: Alert, wanted: Alert | None, standing: set[Any]) -> bool:
    """Bring a row to what the plan wants, return whether it changed."""
    before = [getattr(held, name) for name in _SAID]
    if wanted is not None:
        held.hour, held.safe, held.reason = wanted.hour, wanted.safe, wanted.reason
        held.due_at = wanted.due_at
        held.state = AlertState.PLANNED
    elif held.reason != AlertReason.UNDELIVERED or (*held.identity, held.strict) not in standing:
        held.state = AlertState.CANCELLED
    return before != [getattr(held, name) for name in _SAID]


def _close_notices(device: Device, standing: set[Any], now: datetime) -> None:
    """Take down the notices of deadlines that are met, covered or have moved."""
    shown = Alert.objects.filter(device=device, channel=Channel.NOTICE, state=AlertState.SENT, closed_at=None)
    gone = [one.pk for one in shown if (*one.identity, one.strict) not in standing]
    Alert.objects.filter(pk__in=gone).update(closed_at=now)


def _assigned(device: Device) -> dict[tuple[str, str, str], UUID]:
    """Return the person to whom each deadline of a device is assigned."""
    return {one.identity: one.person_id for one in Assignment.objects.filter(device=device)}


def _acknowledged(device: Device) -> frozenset[tuple[Any, ...]]:
    """Return the deadlines of a device that somebody has acknowledged, each with its date."""
    rows = Acknowledgement.objects.filter(device=device)
    return frozenset(rows.values_list("rule", "trigger_fact", "n", "strict"))


def _held(device: Device) -> _Held:
    """Return the rows that are planned or cancelled, and the most urgent threshold told of each deadline."""
    found = _Held()
    states = (AlertState.PLANNED, AlertState.CANCELLED, AlertState.SENT)
    for one in Alert.objects.filter(device=device, state__in=states):
        if one.state == AlertState.SENT:
            heard = _heard(one)
            found.told[heard] = min(found.told.get(heard, one.threshold), one.threshold)
        else:
            found.open[_named(one)] = one
    return found


def _heard(alert: Alert) -> tuple[Any, ...]:
    """Return what alerts of one deadline on one date to one person share."""
    return (alert.rule, alert.trigger_fact, alert.n, alert.strict, alert.recipient_id, alert.channel)


def _named(alert: Alert) -> tuple[Any, ...]:
    """Return what tells an alert of a device apart."""
    return (*_heard(alert), alert.threshold)


def _alerts(said: _Device, row: DeadlineRow, held: _Held) -> Iterator[Alert]:
    """Yield the alerts of a deadline, to each person by mail and in the back office."""
    identity = (row.rule, row.trigger_fact, row.n)
    kind = kind_of(hour=row.hour, value=row.value)
    limit = Limit(row.strict, row.rolled, row.safe, row.hour)
    assignee, acknowledged = said.assigned.get(identity), (*identity, row.strict) in said.acknowledged
    for threshold in said.desk.scales[kind].all:
        people = said.desk.told(threshold, kind, assignee=assignee, acknowledged=acknowledged)
        for person, reason in people:
            for channel in Channel.values:
                rhythm = said.desk.rhythm(person) if channel == Channel.EMAIL else ALWAYS
                alert = Alert(
                    device=said.device, rule=row.rule, trigger_fact=row.trigger_fact, n=row.n,
                    strict=row.strict, hour=row.hour, safe=row.safe, threshold=threshold,
                    recipient=person, channel=channel, reason=reason,
                )  # fmt: skip
                alert.due_at = due_at(limit, threshold, rhythm, held.waits_since(alert, said.now))
                yield alert
