"""Where each certificate and coverage of a device stands by itself, beside the answer for its track.

Pure, as ``assess`` is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from compliance.ans import rules as ans
from compliance.ce_marking import certificate_rules
from compliance.ce_marking import rules as ce_marking
from compliance.law.context import Context
from compliance.law.facts import Device
from compliance.law.facts.base import in_order
from compliance.law.facts.ce_marking import Classification
from compliance.law.parameters import Law
from compliance.law.questions import current_classification
from compliance.law.standing import Standing
from compliance.law.types import TrackStatus
from compliance.listing import rules as listing

_LEGACY = frozenset({"legacy", "legacy_ended", "legacy_lost"})


@dataclass(frozen=True, slots=True)
class Standings:
    """What holds on a date: the class, and the certificates and coverages by the key of their fact.

    A paper not yet issued, or a coverage not yet decided, is in none of them.
    """

    classification: Classification | None
    certificates: Mapping[str, Standing | TrackStatus | None]
    ans_certificates: Mapping[str, Standing]
    coverages: Mapping[str, Standing]


def standings(device: Device, law: Law, *, on: date, known_on: date) -> Standings:
    """Return where the papers of the device stand on a date, under the law as known on a date.

    A certificate of the directives stands where the device stands under Art. 120 MDR, None where no such
    answer was given.
    """
    ctx = Context(in_order(device), {}, law, on, known_on)
    marking = ctx.tracks["ce_marking"] = ce_marking.assess(ctx)
    legacy = marking if marking.state in _LEGACY else None
    old = (
        one
        for one in ctx.device.ce_marking.certificates
        if one.regulation not in {"MDR", "IVDR"}
        and (one.issued_on is None or ctx.clock.reached(one.issued_on))
    )
    return Standings(
        classification=current_classification(ctx),
        certificates={one.key: legacy for one in old}
        | {one.key: standing for one, standing in certificate_rules.standings(ctx)},
        ans_certificates={one.key: standing for one, standing in ans.certified(ctx)},
        coverages={one.key: standing for one, standing in listing.coverages(ctx)},
    )
