"""The answer of the law: facts, law and two dates in; statuses, deadlines, duties and reasons out.

Pure: no clock, no database, no language. The same input gives the same answer, to the byte.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from compliance.ai_act import rules as ai_act
from compliance.ans import rules as ans
from compliance.assessments import gates
from compliance.ce_marking import rules as ce_marking
from compliance.cnedimts import rules as cnedimts
from compliance.data import rules as data
from compliance.law.context import Context
from compliance.law.facts import TRACKS, Device, Organisation, Track
from compliance.law.facts.base import in_order
from compliance.law.parameters import Law
from compliance.law.types import Assessment, TrackStatus
from compliance.listing import rules as listing

# A track that reads the status of another comes after it.
_ORDER: tuple[tuple[Track, Callable[[Context], TrackStatus]], ...] = (
    ("ce_marking", ce_marking.assess),
    ("ans", ans.assess),
    ("ai_act", ai_act.assess),
    ("cnedimts", cnedimts.assess),
    ("listing", listing.assess),
)


def assess(
    device: Device,
    organisations: Iterable[Organisation],
    law: Law,
    *,
    on: date,
    known_on: date,
) -> Assessment:
    """Return where the device stands on a date, under the law as known on a date.

    ``next_change`` is the first later day on which the answer differs with no new fact, or None.
    """
    by_key = {one.key: one for one in organisations}
    device = in_order(device)
    answer, pivot = _answer(device, by_key, law, on, known_on)
    while pivot is not None:
        later, next_pivot = _answer(device, by_key, law, pivot, known_on)
        if replace(later, on=on) != answer:
            return replace(answer, next_change=pivot)
        pivot = next_pivot
    return answer


def _answer(
    device: Device,
    organisations: Mapping[str, Organisation],
    law: Law,
    on: date,
    known_on: date,
) -> tuple[Assessment, date | None]:
    """Return the answer on a day, without ``next_change``, and the first later day it may differ."""
    context = Context(device, organisations, law, on, known_on)
    for track, rules in _ORDER:
        context.tracks[track] = rules(context)
    data.assess(context)
    answer = Assessment(
        device=device.key,
        on=on,
        known_on=known_on,
        law_version=law.version,
        tracks={track: context.tracks[track] for track in TRACKS},
        market_access=gates.market_access(context),
        reimbursement=gates.reimbursement(context),
        deadlines=tuple(sorted(context.deadlines, key=lambda d: (d.strict, d.rule, d.n, d.trigger_fact))),
        findings=tuple(sorted(context.findings, key=lambda f: (f.track, f.code, f.reason.fact or ""))),
        deployer_duties=tuple(sorted(context.duties, key=lambda d: (d.rule, d.obliged))),
        next_change=None,
    )
    return answer, context.clock.next_pivot
