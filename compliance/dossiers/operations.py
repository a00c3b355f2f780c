"""Building the dossier of a recorded device, which is itself an audited event."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from compliance.amendments.queries import law_in_force
from compliance.assessments.assess import assess
from compliance.assessments.render import Json, Language
from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append, take_turns
from compliance.dossiers import comparing, evidence, gathering
from compliance.dossiers.bag import Progress
from compliance.dossiers.history import excerpt
from compliance.dossiers.making import Dossier, Record, make
from compliance.dossiers.signed import decisions_of
from compliance.evidence.queries import as_recorded
from compliance.facts.errors import FactError
from compliance.facts.past import Known, known_file
from compliance.requirements.queries import coverage_of
from config.clock import end_of
from devices import wall
from devices.models import Device

Kept = Callable[[Dossier], object]


def build(
    *,
    actor: Actor,
    device: Device,
    on: date,
    known_on: date,
    language: Language,
    at: datetime,
    output: BinaryIO,
    track: str | None = None,
    progress: Progress = lambda done, total: None,
    kept: Kept = lambda dossier: None,
) -> Dossier:
    """Write the dossier of a device whose whole record the actor may see, and who built it, with its SHA-512.

    With a ``track``, that of this track alone. The facts are those recorded at the end of the day of
    knowledge, or of the first day of the record. ``output`` and ``progress`` are those of ``making.make``.
    Raises FactError, which names each document whose file is missing or is not the one recorded; whatever is
    raised, ``output`` is empty and no event stands. ``kept`` is told of the dossier in the transaction of
    its event: both stand, or neither.
    """
    record = recorded(device, on, known_on, language, today=timezone.localdate(at))
    with _whole_or_nothing(output):
        dossier = make(record, language, track=track, output=output, progress=progress)
        output.flush()
        told = {"on": on, "known_on": known_on, "track": track, "language": language}
        _built(actor, [device], dossier, told, at, kept)
    return dossier


def build_difference(
    *,
    actor: Actor,
    device: Device,
    since: date,
    on: date,
    known_on: date,
    language: Language,
    at: datetime,
    output: BinaryIO,
    progress: Progress = lambda done, total: None,
    kept: Kept = lambda dossier: None,
) -> Dossier:
    """Write the dossier of what changed of a device from ``since``, as known on that day, to ``on``.

    All else is as for ``build``. Where the day of knowledge is before ``since``, it is that of both.
    """
    today = timezone.localdate(at)
    with transaction.atomic():
        before = recorded(device, since, min(since, known_on), language, today=today, with_files=False)
        after = recorded(device, on, known_on, language, today=today)
    with _whole_or_nothing(output):
        dossier = comparing.make(before, after, language, output=output, progress=progress)
        output.flush()
        told = {"since": since, "on": on, "known_on": known_on, "language": language}
        _built(actor, [device], dossier, told, at, kept)
    return dossier


def build_portfolio(
    *,
    actor: Actor,
    devices: Sequence[Device],
    on: date,
    known_on: date,
    language: Language,
    at: datetime,
    output: BinaryIO,
    progress: Progress = lambda done, total: None,
    kept: Kept = lambda dossier: None,
) -> Dossier:
    """Write the dossiers of several devices in one bag, with an overview before them.

    All else is as for ``build``, but that a device whose dossier cannot be made is named with what is wrong,
    and the others are made. Raises FactError where none can be made. ``progress`` counts the devices first.
    """
    today = timezone.localdate(at)
    ordered = sorted(devices, key=lambda one: one.key)
    with _whole_or_nothing(output), gathering.Portfolio(on, known_on, language) as portfolio:
        for done, device in enumerate(ordered):
            progress(done, len(ordered))
            try:
                portfolio.add(recorded(device, on, known_on, language, today=today))
            except FactError as refused:
                portfolio.leave_out(device.key, device.name, refused)
        dossier = portfolio.make(output=output, progress=progress)
        output.flush()
        told = {"on": on, "known_on": known_on, "devices": len(ordered), "language": language}
        _built(actor, ordered, dossier, told, at, kept)
    return dossier


def _built(
    actor: Actor, devices: Iterable[Device], dossier: Dossier, told: Json, at: datetime, kept: Kept
) -> None:
    """Say in the trail of each device that a dossier was built, and tell who keeps it."""
    said = {name: one if isinstance(one, int) else str(one) for name, one in told.items() if one}
    rows = _with_owners(devices)
    with transaction.atomic():
        kept(dossier)
        take_turns({one.owner for one in rows})
        for device in rows:
            append(
                actor=actor,
                organisation=device.owner,
                action=Action.DOSSIER_BUILT,
                subject_type="device",
                subject_id=str(device.pk),
                subject_label=str(device),
                before=None,
                after={"dossier": {dossier.name: {**said, "sha512": dossier.sha512}}},
                at=at,
            )


@contextmanager
def _whole_or_nothing(output: BinaryIO) -> Iterator[None]:
    """Empty the output where the block raises."""
    try:
        yield
    except BaseException:
        output.seek(0)
        output.truncate()
        raise


@wall.system()  # the same dossier whoever builds it: of seals and earlier owners' events not all see all
@transaction.atomic
def recorded(
    device: Device, on: date, known_on: date, language: Language, *, today: date, with_files: bool = True
) -> Record:
    """Return what is recorded of a device, and what the law makes of it on a date. Raises FactError.

    Writers of the device wait meanwhile, so that all belongs together. Files are looked for if asked.
    """
    rows = Device.objects.select_related("owner").select_for_update(of=("self",), no_key=True)
    device = rows.get(pk=device.pk)
    facts, facts_on = known_file(device, known_on=known_on, today=today)
    documents = evidence.listed(as_recorded(device, end_of(known_on)))
    law = law_in_force()
    known = Known(facts.devices[0], facts.organisations, facts_on)
    assessment = assess(known.device, known.organisations, law, on=on, known_on=known_on)
    coverage = coverage_of(
        device, on=on, known_on=known_on, today=today, language=language,
        known=known, assessment=assessment, law=law,
    )  # fmt: skip
    return Record(
        facts=facts,
        facts_on=facts_on,
        assessment=assessment,
        law=law,
        excerpt=excerpt(device, known_on),
        documents=documents,
        evidence=evidence.files(documents) if with_files else {},
        decisions=decisions_of(device, end_of(known_on), language),
        requirements=coverage["catalogues"],
    )


@wall.system()
def _with_owners(devices: Iterable[Device]) -> list[Device]:
    """Return the devices with their owners, in the order of the owners: trails are written in turn."""
    rows = Device.objects.select_related("owner").filter(pk__in=[one.pk for one in devices])
    return list(rows.order_by("owner__key", "key"))
