"""Ask the AI Act about devices that hold AI systems."""

from typing import Any

from compliance.law.types import Assessment
from tests.law.answers import ai, answer

SYSTEM: dict[str, Any] = {"key": "s", "is_ai_system": True, "is_the_device": True}
TRIAGE: dict[str, Any] = {
    "key": "s",
    "is_ai_system": True,
    "is_the_device": False,
    "safety_component": False,
    "annex_iii": "5(d)",
    "exempt_6_3": False,
}
PLAIN: dict[str, Any] = {"annex_iii": "none", "interacts_with_persons": False, "generates_content": False}


def device(device_class: str | None = None, *systems: dict[str, Any], **facts: Any) -> dict[str, Any]:
    built = ai(systems=list(systems), **facts)
    if device_class:
        regulation = "IVDR" if device_class[0] in "ABCD" else "MDR"
        kind = {"key": "k", "regulation": regulation, "device_class": device_class}
        built["ce_marking"] = {"classifications": [kind]}
    return built


def ask(device_class: str | None = None, *, on: str = "2026-11-22", **fields: Any) -> Assessment:
    return answer(device(device_class, {**SYSTEM, **fields}), on=on)


def state(got: Assessment) -> str:
    return got.tracks["ai_act"].state
