"""Building the dossier of a recorded device, which is itself an audited event."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from compliance.amendments.queries import law_in_force
from compliance.assessments.assess import assess
from compliance.assessments.render import Json, Language
from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append
from compliance.dossiers import evidence
from compliance.dossiers.bag import Progress
from compliance.dossiers.history import excerpt
from compliance.dossiers.making import Dossier, make
from compliance.evidence.queries import as_recorded
from compliance.facts.past import known_file
from compliance.law.facts import FactsFile
from config.clock import end_of
from devices import wall
from devices.models import Device

Kept = Callable[[Dossier], object]


@dataclass(frozen=True, slots=True)
class _Record:
    """What the record holds for a dossier: facts and their day, documents with their paths, audit excerpt."""

    device: Device
    facts: FactsFile
    facts_on: date | None
    documents: list[Json]
    excerpt: Json


def build(
    *,
    actor: Actor,
    device: Device,
    on: date,
    known_on: date,
    language: Language,
    at: datetime,
    output: BinaryIO,
    progress: Progress = lambda done, total: None,
    kept: Kept = lambda dossier: None,
) -> Dossier:
    """Write the dossier of a device whose whole record the actor may see, and who built it, with its SHA-512.

    The facts are those recorded at the end of the day of knowledge, or of the first day of the record.
    ``output`` and ``progress`` are those of ``making.make``. Raises FactError, which names each document
    whose file is missing or is not the one recorded; whatever is raised, ``output`` is empty and no event
    stands. ``kept`` is told of the dossier in the transaction of its event: both stand, or neither.
    """
    record = _recorded(device, known_on, today=timezone.localdate(at))
    facts, law = record.facts, law_in_force()
    files = evidence.files(record.documents)
    assessment = assess(facts.devices[0], facts.organisations, law, on=on, known_on=known_on)
    with _whole_or_nothing(output):
        dossier = make(
            facts, assessment, law, record.excerpt, language, record.documents, files,
            facts_on=record.facts_on, output=output, progress=progress,
        )  # fmt: skip
        output.flush()
        told = {
            "on": on.isoformat(),
            "known_on": known_on.isoformat(),
            "language": language,
            "sha512": dossier.sha512,
        }
        with transaction.atomic():
            kept(dossier)
            append(
                actor=actor,
                organisation=record.device.owner,
                action=Action.DOSSIER_BUILT,
                subject_type="device",
                subject_id=str(record.device.pk),
                subject_label=str(record.device),
                before=None,
                after={"dossier": {dossier.name: told}},
                at=at,
            )
    return dossier


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
def _recorded(device: Device, known_on: date, *, today: date) -> _Record:
    """Return what the record holds. Writers of the device wait meanwhile, so that all belongs together."""
    rows = Device.objects.select_related("owner").select_for_update(of=("self",), no_key=True)
    device = rows.get(pk=device.pk)
    facts, facts_on = known_file(device, known_on=known_on, today=today)
    documents = evidence.listed(as_recorded(device, end_of(known_on)))
    return _Record(device, facts, facts_on, documents, excerpt(device, known_on))
