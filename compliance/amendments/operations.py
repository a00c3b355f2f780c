"""The way in for a text that changes the law: checked, recorded, audited, the devices assessed anew."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import yaml
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError

from compliance.amendments.errors import AmendmentError
from compliance.amendments.models import Amendment, Effect
from compliance.amendments.preview import both_laws
from compliance.amendments.queries import law_in_force
from compliance.assessments.moves import Move
from compliance.assessments.operations import follow_law
from compliance.audit.actors import Actor
from compliance.audit.models import Action
from compliance.audit.operations import append
from compliance.law import amendments as law_amendments
from compliance.law.parameters import Law
from devices.models import Device, Organisation

_LOCK = 0x4A_41_4C_03  # one text at a time


def read(document: str | bytes) -> law_amendments.Amendment:
    """Return the text of a document. Raises AmendmentError with every problem and its place."""
    try:
        return law_amendments.read(document)
    except (ValidationError, yaml.YAMLError) as error:
        raise AmendmentError.of(error) from error


@transaction.atomic
def apply(*, actor: Actor, document: str, reason: str = "", at: datetime) -> Amendment:
    """Put an adopted text into the law in force and return its row.

    The devices for which the answer moves are assessed anew, each organisation concerned has an event in its
    chain, and what moved is kept. Raises AmendmentError where the text is proposed, not published yet,
    applied already or changes nothing; then nothing is written.
    """
    text = read(document)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    today = timezone.localdate(at)
    _refuse(text, today)
    before = law_in_force()
    after = both_laws(before, text)[1]
    if after.version == before.version:
        raise AmendmentError(_("The law in force holds this text already."))
    row = Amendment.objects.create(
        key=text.key,
        title_fr=text.title.fr,
        title_en=text.title.en,
        published=text.published,
        reference=text.reference,
        document=document,
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        applied_at=at,
        applied_by=actor.label,
        law_version=after.version,
    )
    moved = follow_law(before, after, today=today, at=at)
    Effect.objects.bulk_create(
        Effect(amendment=row, device=device, moves=[one.as_json() for one in found])
        for device, found in moved.items()
    )
    _audit(actor, row, before, moved, reason, at)
    return row


def _refuse(text: law_amendments.Amendment, today: Any) -> None:
    if text.status == "proposed":
        raise AmendmentError(_("A proposed text can be previewed, not applied."))
    if text.published > today:
        raise AmendmentError(_("The text is not published yet: it can be applied from %s.") % text.published)
    if Amendment.objects.filter(key=text.key).exists():
        raise AmendmentError(_("A text of the key %s has been applied already.") % text.key)


def _audit(
    actor: Actor,
    row: Amendment,
    before: Law,
    moved: Mapping[Device, tuple[Move, ...]],
    reason: str,
    at: datetime,
) -> None:
    """Write the event into the chain of the platform and of each organisation with a device that moves."""
    by_owner: dict[Organisation | None, dict[str, Any]] = defaultdict(dict)
    by_owner[None] = {}
    for device, found in moved.items():
        by_owner[device.owner][device.key] = [one.as_json() for one in found]
    in_order = sorted(by_owner.items(), key=lambda pair: str(pair[0].pk) if pair[0] else "")
    for organisation, devices in in_order:
        append(
            actor=actor,
            organisation=organisation,
            action=Action.LAW_AMENDED,
            subject_type="amendment",
            subject_id=row.key,
            subject_label=str(row),
            before={"law": {row.key: {"version": before.version}}},
            after={"law": {row.key: {"version": row.law_version, "sha256": row.sha256, "moved": devices}}},
            reason=reason,
            legal_basis=row.reference,
            at=at,
        )
