"""The audit excerpt of a device: its events, with all that their hashes cover."""

from datetime import date

from compliance.assessments.render import Json
from compliance.audit.models import AuditEvent
from compliance.audit.operations import exported
from config.clock import end_of
from devices.models import Device

FORMAT = "jalon-audit-excerpt/1"


def excerpt(device: Device, known_on: date) -> Json:
    """Return the events of a device up to the end of a day in France, and the last of each chain.

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
    }
