"""Assess devices and write their projections."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Value

from compliance.amendments.queries import law_in_force
from compliance.assessments.assess import assess
from compliance.assessments.models import DeadlineRow, DeviceAssessment, TrackState
from compliance.assessments.moves import Move, moves
from compliance.assessments.render import body
from compliance.facts.checks import ROLES
from compliance.facts.values import device_values, organisations_by_id
from compliance.law.facts import Device as DeviceValue
from compliance.law.facts import Organisation as OrganisationValue
from compliance.law.parameters import Law
from compliance.law.types import Assessment
from compliance.webhooks.announcing import announce_statuses
from devices import wall
from devices.models import Device
from devices.texts import vector

_BATCH = 200
_DEADLINE_KEY = ("rule", "trigger_fact", "n")
_DEADLINE_PAST = ("moved_from", "moved_at")


@wall.system()
@transaction.atomic
def reassess(*, devices: Iterable[Device], today: date, at: datetime) -> None:
    """Assess the devices on ``today`` as known today and write the projections.

    The devices are locked, so that two writers cannot leave an older answer behind; they are read a batch
    at a time, in a constant number of queries.
    """
    law = law_in_force()
    ids = sorted({device.pk for device in devices})
    for start in range(0, len(ids), _BATCH):
        _reassess_batch(ids[start : start + _BATCH], law, today, at)


def _reassess_batch(ids: list[UUID], law: Law, today: date, at: datetime) -> None:
    answers = {
        row: assess(device, organisations, law, on=today, known_on=today)
        for row, device, organisations in _locked(ids)
    }
    _project(answers, at)


def _locked(ids: list[UUID]) -> Iterator[tuple[Device, DeviceValue, list[OrganisationValue]]]:
    """Yield the rows of the devices, locked, each with its facts and those of its organisations."""
    locked = Device.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    rows = list(locked.select_related("owner", "manufacturer", "exploitant"))
    for row, (device, organisations) in zip(rows, recorded_facts(rows), strict=True):
        yield row, device, organisations


def recorded_facts(devices: Iterable[Device]) -> Iterator[tuple[DeviceValue, list[OrganisationValue]]]:
    """Yield the facts of each device with those of the organisations that hold a role for one of them.

    The number of queries is constant.
    """
    rows = list(devices)
    values = device_values(row.pk for row in rows)
    holders = {getattr(row, f"{role}_id") for row in rows for role in ROLES} - {None}
    organisations = list(organisations_by_id(holders).values())
    yield from ((values[row.pk], organisations) for row in rows)


@transaction.atomic
def follow_law(before: Law, after: Law, *, today: date, at: datetime) -> dict[Device, tuple[Move, ...]]:
    """Take the projections from one law to the next; return the devices that move, with what moves.

    A device for which both laws answer alike keeps its answer, under the new version.
    """
    ids = list(Device.objects.order_by("pk").values_list("pk", flat=True))
    moved: dict[Device, tuple[Move, ...]] = {}
    for start in range(0, len(ids), _BATCH):
        kept: list[UUID] = []
        answers: dict[Device, Assessment] = {}
        for row, device, organisations in _locked(ids[start : start + _BATCH]):
            old, new = (
                assess(device, organisations, law, on=today, known_on=today) for law in (before, after)
            )
            if found := moves(old, new):
                moved[row] = found
            if replace(old, law_version=new.law_version) == new:
                kept.append(row.pk)
            else:
                answers[row] = new
        _project(answers, at)
        held = DeviceAssessment.objects.filter(pk__in=kept, law_version=before.version)
        held.update(law_version=after.version)
    return moved


def due(today: date) -> list[Device]:
    """Return the devices whose answer changes today or earlier, or that another law version assessed."""
    changed = DeviceAssessment.objects.filter(next_change__lte=today)
    stale = DeviceAssessment.objects.exclude(law_version=law_in_force().version)
    missing = Device.objects.filter(assessment=None)
    ids = {
        *changed.values_list("device", flat=True),
        *stale.values_list("device", flat=True),
    }
    return list(Device.objects.filter(pk__in=ids) | missing)


def _project(answers: Mapping[Device, Assessment], at: datetime) -> None:
    """Write the projections of devices, and tell who listens; in a constant number of statements."""
    announce_statuses(answers, at=at)
    DeviceAssessment.objects.bulk_create(
        [
            DeviceAssessment(
                device=device,
                on=answer.on,
                known_on=answer.known_on,
                computed_at=at,
                law_version=answer.law_version,
                next_change=answer.next_change,
                market_access=answer.market_access.status,
                reimbursement=answer.reimbursement.status,
                alerts_planned=False,
                body=body(answer),
                words=words_of(device),
            )
            for device, answer in answers.items()
        ],
        update_conflicts=True,
        unique_fields=["device"],
        update_fields=[f.name for f in DeviceAssessment._meta.concrete_fields if f.name != "device"],
    )
    _project_tracks(answers)
    _project_deadlines(answers, at)


def words_of(device: Device) -> Any:
    """Return what the search reads of a device."""
    names = [one.name for one in (device, device.manufacturer, device.exploitant) if one]
    return vector(Value(" · ".join(one for one in (*names, device.description, device.emdn) if one)))


def _project_tracks(answers: Mapping[Device, Assessment]) -> None:
    TrackState.objects.bulk_create(
        [
            TrackState(
                device=device,
                track=track,
                status=one.status,
                state=one.state,
                since=one.since,
                until=one.until,
            )
            for device, answer in answers.items()
            for track, one in answer.tracks.items()
        ],
        update_conflicts=True,
        unique_fields=["device", "track"],
        update_fields=["status", "state", "since", "until"],
    )


def _project_deadlines(answers: Mapping[Device, Assessment], at: datetime) -> None:
    """Write the deadlines by identity, so that a row keeps its id, and what it was, when its date moves."""
    own = {"id", "device", *_DEADLINE_PAST}
    copied = [f.name for f in DeadlineRow._meta.concrete_fields if f.name not in own]
    fields = ("device_id", *_DEADLINE_KEY, "strict", *_DEADLINE_PAST)
    recorded = DeadlineRow.objects.filter(device__in=answers).only("pk", *fields)
    held = {(row.device_id, row.rule, row.trigger_fact, row.n): row for row in recorded}
    kept = {
        (device.pk, *one.identity): (device, one)
        for device, answer in answers.items()
        for one in answer.deadlines
    }
    rows = [
        DeadlineRow(
            device=device,
            **{name: getattr(one, name) for name in copied},
            **_past(held.get(identity), one.strict, at),
        )
        for identity, (device, one) in kept.items()
    ]
    gone = [row.pk for identity, row in held.items() if identity not in kept]
    DeadlineRow.objects.filter(pk__in=gone).delete()
    DeadlineRow.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["device", *_DEADLINE_KEY],
        update_fields=[*(name for name in copied if name not in _DEADLINE_KEY), *_DEADLINE_PAST],
    )


def _past(row: DeadlineRow | None, strict: date, at: datetime) -> dict[str, Any]:
    """Return from where and when a deadline moved: nothing for a new one, what it said for one that stays."""
    if row is None:
        return {}
    if row.strict != strict:
        return {"moved_from": row.strict, "moved_at": at}
    return {name: getattr(row, name) for name in _DEADLINE_PAST}
