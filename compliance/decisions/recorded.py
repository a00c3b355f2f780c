"""What the record of a device answers already: proposed by the wizards, to be confirmed by the person."""

from collections.abc import Callable, Mapping
from typing import Any

from compliance.assessments.models import TrackState
from compliance.facts.kinds import KINDS
from compliance.law.decisions import Table
from compliance.listing.eligibility import functions_answer
from devices.models import Device

_MARKED = {"valid": "yes", "attention": "yes", "not_started": "no", "in_progress": "no", "expired": "no"}
_CAUGHT = {"high_risk_annex_i", "high_risk_annex_iii", "high_risk_both_routes"}
_COVERED = ("lppr", "latm", "pecan")
_RULE11 = (
    "informs_diagnosis_or_therapy",
    "worst_decision_impact",
    "monitors_physiology",
    "vital_with_immediate_danger",
    "drives_device_class",
)
_AI_ACT = (
    "is_ai_system",
    "is_the_device",
    "safety_component",
    "notified_body_required",
    "annex_iii",
    "exempt_6_3",
    "profiles_persons",
    "for_public_authority",
    "interacts_with_persons",
    "generates_content",
)


def recorded_answers(table: Table[Any], device: Device) -> dict[str, str]:
    """Return the answers that the facts give, by question; a question that they leave open is left out."""
    found = _SOURCES[table.key](device)
    known = {one.key for one in table.questions}
    return {key: code for key, code in found.items() if key in known and code}


def _last(path: str, device: Device, **wanted: Any) -> Any:
    """Return the fact of a kind recorded last, None for none."""
    rows = KINDS[path].model._default_manager.filter(**{"device": device, **wanted})
    return rows.order_by("-recorded_at", "-key").first()


def _read(fact: Any, names: tuple[str, ...]) -> dict[str, str]:
    """Return fields of a fact as codes: yes, no, or the choice; what is not known is left out."""
    if fact is None:
        return {}
    return {name: _code(getattr(fact, name)) for name in names}


def _code(value: Any) -> str:
    return {True: "yes", False: "no", None: ""}[value] if isinstance(value, bool | None) else str(value)


def _rule11(device: Device) -> dict[str, str]:
    return _read(_last("ce_marking.rule11", device), _RULE11)


def _conformity(device: Device) -> dict[str, str]:
    held = _last("ce_marking.classifications", device, regulation__in=("MDR", "IVDR"), valid_to=None)
    return _read(held, ("device_class", "implantable", "well_established"))


def _ai_act(device: Device) -> dict[str, str]:
    return _read(_last("ai_act.systems", device), _AI_ACT)


def _doors(device: Device) -> dict[str, str]:
    states = _states(device)
    return {
        "is_software": _code(device.is_software),
        "digital_device": _code(device.digital_device),
        "functions": functions_answer(device.functions) or "",
        "ce_marked": _MARKED.get(states.get("ce_marking", ("", ""))[0], ""),
        "ans_certificate": _MARKED.get(states.get("ans", ("", ""))[0], ""),
    }


def _version_change(device: Device) -> dict[str, str]:
    states = _states(device)
    ce, ans, ai = (states.get(track, ("", "")) for track in ("ce_marking", "ans", "ai_act"))
    listing = _last("listing.listings", device, list__in=_COVERED, ended_on=None)
    tier = {"not_ai": "none", "exempt_111_2": "placed_before", "minimal": "other", "transparency_50": "other"}
    return {
        "notified_body": "yes" if ce[1].startswith("certif") else "",
        "directive_device": {"legacy": "yes", "certified": "no", "self_declared": "no"}.get(ce[1], ""),
        "ai_tier": "high_risk" if ai[1] in _CAUGHT else tier.get(ai[1], ""),
        "ans_certificate": _MARKED.get(ans[0], ""),
        "covered": listing.list if listing else "",
    }


def _states(device: Device) -> dict[str, tuple[str, str]]:
    """Return the status and the state of each track, as assessed last."""
    rows = TrackState.objects.filter(device=device)
    return {track: (status, state) for track, status, state in rows.values_list("track", "status", "state")}


_SOURCES: Mapping[str, Callable[[Device], dict[str, str]]] = {
    "rule11": _rule11,
    "conformity_route": _conformity,
    "ai_act": _ai_act,
    "coverage_doors": _doors,
    "version_change": _version_change,
}
