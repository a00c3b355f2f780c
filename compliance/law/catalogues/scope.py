"""Which devices a catalogue is for, and since or by when: from the facts and the answer of the law."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from compliance.law.catalogues import Catalogue, Scope
from compliance.law.facts import Device, Track
from compliance.law.parameters import Certainty, Law, as_known
from compliance.law.text import Text, gettext_noop, text
from compliance.law.types import Assessment, Deadline

Answer = Literal["yes", "no", "unknown"]
# States of the track in which a system is certainly an AI system, whatever else is open.
_NO_AI_KNOWN = frozenset({"unknown", "unqualified", "not_in_force", "not_ai"})


@dataclass(frozen=True, slots=True)
class Due:
    """The day from which a catalogue binds, the rule that says so, its article and certainty."""

    date: date
    rule: str
    citation: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Applies:
    """Whether a catalogue is for the device, why, and when it is due; None where it is not or undated."""

    answer: Answer
    why: Text
    due: Due | None = None


def applies(catalogue: Catalogue, device: Device, assessment: Assessment, law: Law) -> Applies:
    """Return whether a catalogue is for a device; ``assessment`` is the answer of the law on the date."""
    answer, why = _SCOPES[catalogue.scope](catalogue, device, assessment)
    return Applies(answer, why, _due(catalogue, device, assessment, law) if answer == "yes" else None)


def _due(catalogue: Catalogue, device: Device, assessment: Assessment, law: Law) -> Due | None:
    """Return the first day on which a rule of the catalogue binds the device."""
    dated = [
        Due(one.strict, one.rule, one.citation, one.certainty) for one in _owed(catalogue, device, assessment)
    ]
    known = as_known(law, assessment.known_on)
    for rule in catalogue.due:
        if known[rule].kind == "condition" and known[rule].values:
            first = known[rule].values[0]
            dated.append(Due(first.applies, rule, str(first.citation), first.certainty))
    return min(dated, key=lambda one: (one.date, one.rule), default=None)


def _owed(catalogue: Catalogue, device: Device, assessment: Assessment) -> list[Deadline]:
    """Return the deadlines of the rules of a catalogue that the provider of a system has to meet."""
    deployed = {one.key for one in device.ai_act.systems if one.role == "deployer"}
    return [one for one in assessment.deadlines if one.rule in catalogue.due and one.n not in deployed]


def _mdr(catalogue: Catalogue, device: Device, assessment: Assessment) -> tuple[Answer, Text]:
    held = {
        one.regulation
        for one in device.ce_marking.classifications
        if (one.valid_from is None or one.valid_from <= assessment.on)
        and (one.valid_to is None or assessment.on < one.valid_to)
    }
    if "MDR" in held:
        return "yes", text(gettext_noop("The device has a class under the MDR."))
    if "IVDR" in held:
        return "no", text(gettext_noop("The device is under the IVDR, which has annexes of its own."))
    return "unknown", text(gettext_noop("No class of the device under the MDR is recorded for this date."))


def _high_risk(catalogue: Catalogue, device: Device, assessment: Assessment) -> tuple[Answer, Text]:
    if _owed(catalogue, device, assessment):
        return "yes", text(gettext_noop("It is a high-risk AI system, and the company is its provider."))
    track = assessment.tracks["ai_act"]
    systems = device.ai_act.systems
    if systems and all(one.role == "deployer" for one in systems):
        return "no", text(gettext_noop("The company only deploys the AI system: this is for its provider."))
    return "unknown" if track.status == "unknown" else "no", _reason(assessment, "ai_act")


def _ans(catalogue: Catalogue, device: Device, assessment: Assessment) -> tuple[Answer, Text]:
    if assessment.tracks["ans"].status == "not_applicable":
        return "no", _reason(assessment, "ans")
    if device.ans.certificates or device.ans.applications:
        return "yes", text(gettext_noop("A certificate of the ANS was given or asked for."))
    if device.digital_device:
        return "yes", text(
            gettext_noop("The device is a digital one, which needs the certificate of the ANS.")
        )
    return "unknown", _reason(assessment, "ans")


def _ai(catalogue: Catalogue, device: Device, assessment: Assessment) -> tuple[Answer, Text]:
    systems = device.ai_act.systems
    known = assessment.tracks["ai_act"].state not in _NO_AI_KNOWN
    if any(one.is_ai_system for one in systems) or (systems and known):
        return "yes", text(_IS_AI[catalogue.scope])
    if systems and all(one.is_ai_system is False for one in systems):
        return "no", text(gettext_noop("The device is no AI system."))
    return "unknown", text(gettext_noop("Whether the device is or holds an AI system is not recorded."))


def _reason(assessment: Assessment, track: Track) -> Text:
    """Return the first reason of a track's status."""
    return assessment.tracks[track].reasons[0].text


_IS_AI = {
    "ai": gettext_noop("The device is or holds an AI system."),
    "learning": gettext_noop(
        "The device is or holds an AI system. This is for systems that learn from data: "
        "of one that does not, the points are to be marked as not applicable."
    ),
}
_SCOPES: Mapping[Scope, Callable[[Catalogue, Device, Assessment], tuple[Answer, Text]]] = {
    "mdr": _mdr,
    "high_risk_provider": _high_risk,
    "ans": _ans,
    "learning": _ai,
    "ai": _ai,
}
