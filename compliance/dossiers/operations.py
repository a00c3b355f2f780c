"""Building the dossier of a recorded device, which is itself an audited event."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from compliance.amendments.queries import law_in_force
from compliance.assessments.assess import assess
from compliance.assessments.render import Language
from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append
from compliance.dossiers.history import excerpt
from compliance.dossiers.making import Dossier, make
from compliance.evidence.queries import as_recorded
from compliance.facts.past import known_file
from config.clock import end_of
from devices.models import Device


@transaction.atomic
def build(
    *, actor: Actor, device: Device, on: date, known_on: date, language: Language, at: datetime
) -> Dossier:
    """Return the dossier of a device that the actor may see, and write who built it, with its SHA-512.

    The facts are those recorded at the end of the day of knowledge, or of the first day of the record.

    Writers of the device wait meanwhile, so that facts, answer and history belong together.
    """
    device = Device.objects.select_for_update(of=("self",), no_key=True).get(pk=device.pk)
    facts, facts_on = known_file(device, known_on=known_on, today=timezone.localdate(at))
    law = law_in_force()
    assessment = assess(facts.devices[0], facts.organisations, law, on=on, known_on=known_on)
    documents = list(as_recorded(device, end_of(known_on)))
    story = excerpt(device, known_on)
    dossier = make(facts, assessment, law, story, language, documents, facts_on=facts_on)
    told = {
        "on": on.isoformat(),
        "known_on": known_on.isoformat(),
        "language": language,
        "sha512": dossier.sha512,
    }
    append(
        actor=actor,
        organisation=device.owner,
        action=Action.DOSSIER_BUILT,
        subject_type="device",
        subject_id=str(device.pk),
        subject_label=str(device),
        before=None,
        after={"dossier": {dossier.name: told}},
        at=at,
    )
    return dossier
