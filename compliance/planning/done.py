"""What is done already of the steps of a plan, read from the facts of a device and from its assessment."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from compliance.law.facts import Device, Organisation
from compliance.law.facts.procedures import Procedure, StepName
from compliance.law.types import PENDING, Assessment

_HELD = frozenset({"valid", "attention"})
# The event that a step of a file is, after the name of the list or coverage.
_EVENTS: Mapping[StepName, str] = {
    "requested": "requested",
    "acknowledged": "acknowledged",
    "draft_opinion_received": "draft",
    "observations_sent": "answered",
    "hearing_requested": "answered",
    "hearing_held": "opinion",
    "cnedimts_opinion_received": "opinion",
    "opinion_received": "opinion",
    "opinion_published": "opinion",
    "decided": "decided",
    "notified": "decided",
}
_PROCEDURES = {"lppr": "lppr_listing", "latm": "latm_listing", "pecan": "pecan"}


def done(
    device: Device, organisations: Iterable[Organisation], assessment: Assessment, name: str
) -> dict[str, date | None]:
    """Return the events that have happened on the date, with their day where it is recorded.

    ``name`` is the list or coverage that is planned; a file that was refused or given up counts for nothing.
    """
    on = assessment.on
    found: dict[str, date | None] = {}
    for event, day in _events(device, organisations, assessment, name):
        if day is None or day <= on:
            known = found.get(event)
            found[event] = min(known, day) if known and day else known or day
    return found


def _events(
    device: Device, organisations: Iterable[Organisation], assessment: Assessment, name: str
) -> Iterator[tuple[str, date | None]]:
    yield from _marking(device, organisations, assessment)
    ans = assessment.tracks["ans"]
    if ans.status in _HELD and ans.state != "stale":
        yield "ans", ans.since
    for request in device.ans.applications:
        if request.outcome is None and request.purpose == name:
            yield from _file(request, "ans")
    for application in device.cnedimts.applications:
        for each in {name, "pecan"} if name in _PROCEDURES else ():
            if application.procedure == _PROCEDURES[each] and application.outcome in {None, "granted"}:
                yield from _file(application, each)
    for one in device.listing.listings:
        if one.list in {name, "pecan"} and one.ended_on is None:
            if one.decided_on:
                yield f"{one.list}_decided", one.decided_on
            if one.starts_on:
                yield one.list, one.starts_on


def _marking(
    device: Device, organisations: Iterable[Organisation], assessment: Assessment
) -> Iterator[tuple[str, date | None]]:
    marking = assessment.tracks["ce_marking"]
    if marking.status in _HELD:
        yield "ce", marking.since
    for maker in organisations:
        if maker.key == device.manufacturer:
            days = [one.submitted_on for one in maker.actor_registrations if one.submitted_on]
            if maker.srn or days:
                yield "srn", min(days, default=None)
    if any(one.scheme == "basic_udi_di" for one in device.identifiers):
        yield "basic_udi", None
    for one in device.ce_marking.applications:
        if one.outcome in {None, "certified"}:
            for event, day in (
                ("nb_applied", one.received_on),
                ("nb_reviewed", one.reviewed_on),
                ("nb_contracted", one.contract_signed_on),
                ("nb_assessed", one.assessment_ended_on),
                ("certified", one.decided_on),
            ):
                if day:
                    yield event, day


def _file(procedure: Procedure, name: str) -> Iterator[tuple[str, date]]:
    for step in procedure.steps:
        if step.step in _EVENTS:
            yield f"{name}_{_EVENTS[step.step]}", step.on


def running_ends(assessment: Assessment) -> dict[str, date]:
    """Return the last days that run already for authorities, their clock stops counted in."""
    return {one.rule: one.strict for one in assessment.deadlines if one.state in PENDING}
