"""What happened is put in line for who listens, in the transaction that made it happen.

A payload holds what the public answer says, or for the keepers of the record a deadline of it; nobody's
name. It is written once, as the bytes that every attempt sends.
"""

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from compliance.amendments.queries import law_in_force
from compliance.assessments.models import DeadlineRow, DeviceAssessment, TrackState
from compliance.law.parameters import Law
from compliance.law.types import Assessment, Reason
from compliance.webhooks.models import Delivery, Endpoint, Event, Watch
from devices import wall
from devices.models import Device, Identifier, Role

Json = dict[str, Any]
_GATES = ("market_access", "reimbursement")


class Named(Protocol):
    """A deadline at a threshold, as an alert names it; ``threshold`` is in hours, below 0 once overdue."""

    device_id: UUID | None
    rule: str
    trigger_fact: str
    n: str
    strict: date
    threshold: int


@wall.system()
@transaction.atomic
def announce_deadlines(alerts: Iterable[Named], *, at: datetime) -> None:
    """Tell the organisations that keep the devices, once for a deadline, its date and a threshold.

    Whoever announces the same again, for another person, adds nothing. Nothing is told of a deadline that
    has moved or gone, nor of an alert that is not about a deadline. The number of queries does not depend
    on that of the deadlines; where nobody listens, it is three at most for each event.
    """
    asked: defaultdict[Event, set[tuple[Any, ...]]] = defaultdict(set)
    for one in alerts:
        if one.device_id:
            event = Event.DEADLINE_OVERDUE if one.threshold < 0 else Event.DEADLINE_DUE
            asked[event].add((*_deadline_of(one), one.threshold))
    for event, deadlines in asked.items():
        devices = Device.objects.filter(pk__in={device_id for device_id, *_ in deadlines})
        if not (told := listeners(event, devices)):
            continue
        rows = {_deadline_of(row): row for row in DeadlineRow.objects.filter(device__in=told.keys())}
        named, law = _named([one for one in devices if one.pk in told]), law_in_force()
        put: list[Delivery] = []
        for *identity, threshold in sorted(deadlines):
            if row := rows.get(tuple(identity)):
                key = "/".join(map(str, (event, *identity, threshold)))
                identifier = f"evt_{hashlib.sha256(key.encode()).hexdigest()[:32]}"
                data = {**named[row.device_id], "deadline": _deadline(row, law) | {"hours_before": threshold}}
                put += _rows(identifier, event, data, told[row.device_id], at)
        _put(put)


def _deadline_of(one: Any) -> tuple[Any, ...]:
    return (one.device_id, one.rule, one.trigger_fact, one.n, one.strict)


@wall.system()
@transaction.atomic
def announce_statuses(answers: Mapping[Device, Assessment], *, at: datetime) -> None:
    """Tell who listens which statuses the answers change; called before they take the place of the stored.

    A device that is assessed for the first time changes nothing. Two queries where nobody listens to any
    of the devices, six where somebody does.
    """
    told = listeners(Event.STATUS_CHANGED, answers)
    stored = _stored([one for one in answers if one.pk in told]) if told else {}
    changed = {
        device: changes
        for device, answer in answers.items()
        if device.pk in stored and (changes := list(_changes(stored[device.pk], answer)))
    }
    named = _named(changed)
    rows: list[Delivery] = []
    for device, changes in changed.items():
        answer = answers[device]
        head = {"on": answer.on.isoformat(), "law_version": answer.law_version}
        data = {**named[device.pk], **head, "changes": changes}
        identifier = f"evt_{secrets.token_hex(16)}"
        rows += _rows(identifier, Event.STATUS_CHANGED, data, told[device.pk], at)
    _put(rows)


def listeners(event: Event, devices: Iterable[Device]) -> Mapping[UUID, Collection[UUID]]:
    """Return the endpoints that hear of an event of each device; a device of which nobody hears is left out.

    The organisation that keeps the device hears of it, and those buyers who watch it while it is published.
    """
    owned: defaultdict[UUID | None, set[UUID]] = defaultdict(set)
    published = set()
    for device in devices:
        owned[device.owner_id].add(device.pk)
        published |= {device.pk} if device.published else set()
    live = Endpoint.objects.live().filter(events__contains=[event]).order_by()
    keepers = live.filter(role=Role.OFFICER, organisation__in=owned.keys() - {None})
    watches = Watch.objects.filter(device__in=published, endpoint__in=live.filter(role=Role.BUYER))
    told: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for endpoint, organisation in keepers.values_list("pk", "organisation"):
        for one in owned[organisation]:
            told[one].add(endpoint)
    for endpoint, device_id in watches.values_list("endpoint", "device"):
        told[device_id].add(endpoint)
    return told


def write(identifier: str, event: str, data: Json, endpoints: Iterable[UUID], at: datetime) -> None:
    """Put an event in line for endpoints; one that stands there already stays as it is."""
    _put(_rows(identifier, event, data, endpoints, at))


def _rows(identifier: str, event: str, data: Json, endpoints: Iterable[UUID], at: datetime) -> list[Delivery]:
    when = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    said = {"type": str(event), "timestamp": when, "data": data}
    payload = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    once = {"event_id": identifier, "event": str(event), "payload": payload}
    return [Delivery(endpoint_id=one, created_at=at, not_before=at, **once) for one in endpoints]


def _put(rows: Collection[Delivery]) -> None:
    with wall.system():
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def _stored(devices: Collection[Device]) -> dict[UUID, dict[tuple[str, str], Json]]:
    """Return the stored statuses of the devices that have an answer: of the gates and of the tracks."""
    found: dict[UUID, dict[tuple[str, str], Json]] = {
        one["device"]: {("gate", name): {"status": one[name]} for name in _GATES}
        for one in DeviceAssessment.objects.filter(device__in=devices).values("device", *_GATES)
    }
    for state in TrackState.objects.filter(device__in=found):
        status = {"status": state.status, "state": state.state}
        found[state.device_id]["track", state.track] = status
    return found


def _changes(before: Mapping[tuple[str, str], Json], answer: Assessment) -> Iterator[Json]:
    """Yield what an answer changes, each with the reasons that it gives."""
    now: dict[tuple[str, str], tuple[Json, tuple[Reason, ...]]] = {}
    for name in _GATES:
        gate = getattr(answer, name)
        now["gate", name] = {"status": gate.status}, (*gate.blockers, *gate.reasons)
    for name, track in answer.tracks.items():
        now["track", name] = {"status": track.status, "state": track.state}, track.reasons
    for (what, name), (after, reasons) in now.items():
        was = before.get((what, name))
        if was is not None and was != after:
            cited = [
                {"rule": one.rule, "citation": one.citation, "certainty": one.certainty}
                for one in reasons
                if one.citation
            ]
            yield {"what": what, "name": name, "before": was, "after": after, "reasons": cited}


def _deadline(row: DeadlineRow, law: Law) -> Json:
    parameter = law.parameters.get(row.rule)
    label = parameter.label if parameter else None
    return {
        "rule": row.rule,
        "label": {one: getattr(label, one) for one in ("fr", "en")} if label else None,
        "trigger": {"fact": row.trigger_fact, "date": _iso(row.trigger_date)},
        "n": row.n,
        "strict": row.strict.isoformat(),
        "hour": row.hour,
        "rolled": row.rolled.isoformat(),
        "safe": row.safe.isoformat(),
        "moved_from": _iso(row.moved_from),
        "state": row.state,
        "obliged": row.obliged,
        "citation": row.citation,
        "certainty": row.certainty,
    }


def _named(devices: Collection[Device]) -> dict[UUID, Json]:
    """Return what names each device, and where to read on; in one query."""
    identifiers: defaultdict[UUID, list[Json]] = defaultdict(list)
    for one in Identifier.objects.filter(device__in=devices).order_by("scheme", "value"):
        identifiers[one.device_id].append({"scheme": one.scheme, "value": one.value})
    return {
        one.pk: {
            "device": {
                "id": str(one.pk),
                "key": one.key,
                "name": one.name,
                "identifiers": identifiers[one.pk],
            },
            "links": {
                "page": settings.BASE_URL + reverse("admin:device", args=[one.pk]),
                "status": settings.BASE_URL + reverse("api:status", args=[one.pk]),
            },
        }
        for one in devices
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
