"""Questions that several tracks ask of the facts and of the law."""

from datetime import date

from compliance.law.context import Context
from compliance.law.facts.ce_marking import Classification, DeviceClass

_NO_NOTIFIED_BODY: frozenset[DeviceClass] = frozenset({"I", "A"})


def needs_notified_body(device_class: DeviceClass) -> bool:
    """Return whether a notified body takes part in the conformity assessment (MDR Art. 52, IVDR Art. 48).

    For Is, Im, Ir and As its part is limited to sterility, measuring or reuse.
    """
    return device_class not in _NO_NOTIFIED_BODY


def current_classification(ctx: Context) -> Classification | None:
    """Return the MDR or IVDR classification that holds on the date, the latest one first, or None."""
    holding = [
        one
        for one in ctx.device.ce_marking.classifications
        if one.regulation in {"MDR", "IVDR"}
        and (one.valid_from is None or ctx.clock.reached(one.valid_from))
        and not ctx.clock.happened(one.valid_to)
    ]
    return max(holding, key=lambda one: (one.valid_from or date.min, one.key), default=None)


def fixed_date(ctx: Context, rule: str) -> date | None:
    """Return the calendar date that a rule fixes, under the law of the date, or None where none governs."""
    governing = ctx.value(rule)
    if governing is None or governing.value is None:
        return None
    return date.fromisoformat(governing.value)
