"""The steps to each target, between events: what the law times or orders, and what is assumed.

A step goes from one event to another and rests on a rule of the law, on an assumption, or on a rule where it
governs and an assumption until then. A ``limit`` is a last day that runs beside: it takes no time by itself.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from compliance.law.facts.ce_marking import DeviceClass

Target = Literal["ce", "lppr", "latm", "pecan", "lppr_renewal", "latm_renewal"]
TARGETS: tuple[Target, ...] = get_args(Target)
START = "start"


@dataclass(frozen=True, slots=True)
class Step:
    """A step from one event to another. ``assumption`` names a default of the product."""

    key: str
    begins: str
    ends: str
    words: str
    rule: str | None = None
    assumption: str | None = None
    limit: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """What a plan is for, and what changes its steps."""

    target: Target
    device_class: DeviceClass = "IIa"
    implantable: bool = False
    digital: bool = True
    under_pecan: bool = False
    hearing: bool = True


def assumed(key: str, begins: str, ends: str, words: str) -> Step:
    return Step(key, begins, ends, words, assumption=key)
