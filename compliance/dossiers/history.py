"""The audit excerpt of a device: its events, with all that their hashes cover, and the seal of its day."""

from collections.abc import Collection
from datetime import date

from compliance.assessments.render import Json
from compliance.audit.check import SEAL_FORM, head_hash
from compliance.audit.models import AuditEvent, Seal
from compliance.audit.operations import exported
from config.clock import end_of
from devices.models import Device

FORMAT = "jalon-audit-excerpt/2"


def excerpt(device: Device, known_on: date) -> Json:
    """Return the events of a device up to the end of a day in France, the last of each chain, and the seal.

    What is done with dossiers is left out: else each dossier would change the next one of the same dates. The
    hash of the last event stands for all events before it in the trail of the organisation.
    """
    rows = (
        AuditEvent.objects.filter(subject_type="device", subject_id=str(device.pk), at__lt=end_of(known_on))
        .exclude(action__startswith="dossier.")
        .order_by("organisation", "sequence")
    )
    events = [exported(one) for one in rows]
    heads = {
        one["organisation"]: {name: one[name] for name in ("organisation", "sequence", "hash")}
        for one in events
    }
    return {
        "format": FORMAT,
        "device": str(device.pk),
        "until": known_on.isoformat(),
        "events": events,
        "heads": list(heads.values()),
        "seal": _seal(known_on, heads.keys()),
    }


def _seal(known_on: date, chains: Collection[str]) -> Json | None:
    """Return the last seal up to the end of a day, so that a later one changes no dossier; None without one.

    Of the chains of others it names the hash of the head only, which the signature covers all the same: an
    organisation is not told who else is here. Seals of the first form name all, and are not given.
    """
    last = Seal.objects.filter(at__lt=end_of(known_on)).order_by("-number").first()
    if last is None or last.body["format"] != SEAL_FORM:
        return None
    heads = [one if one["organisation"] in chains else head_hash(one) for one in last.body["heads"]]
    return {**last.body, "heads": heads}
