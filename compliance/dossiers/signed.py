"""The decisions of a device that were signed, as they go into its dossier."""

from datetime import datetime

from django.utils.translation import gettext, override

from compliance.assessments.render import Json, Language
from compliance.assessments.tables import TABLES
from compliance.audit.chain import canonical_instant
from compliance.decisions.models import SignedDecision
from compliance.decisions.words import headline
from devices.models import Device


def decisions_of(device: Device, until: datetime, language: Language) -> list[Json]:
    """Return the decisions signed before an instant, the first one first. One query."""
    rows = SignedDecision.objects.filter(device=device, signed_at__lt=until).order_by("signed_at", "pk")
    with override(language):
        return [_told(one) for one in rows]


def _told(row: SignedDecision) -> Json:
    table = TABLES.get(row.table)
    return {
        "table": row.table,
        "title": gettext(table.words) if table else row.table,
        "about": row.about,
        "headline": headline(row.table, row.result),
        "answers": row.answers,
        "result": row.result,
        "on": row.on.isoformat(),
        "known_on": row.known_on.isoformat(),
        "law_version": row.law_version,
        "meaning": row.meaning,
        "reason": row.reason,
        "signed_at": canonical_instant(row.signed_at),
        "signed_by": row.signer_label,
    }
