"""The thresholds of alerts by kind of deadline, as the product has them. Pure; the values are data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import yaml

from compliance.law.calendar import Period

Kind = Literal["long", "short", "hours"]
KINDS: tuple[Kind, ...] = ("long", "short", "hours")
A_MONTH, DAY = 31, 24


@dataclass(frozen=True, slots=True)
class Scale:
    """The thresholds of a kind of deadlines, in hours before the limit: days are 24 hours, after is negative.

    Nobody having acknowledged, officers are told from ``officers`` on and owners from ``owners`` on.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    officers: int
    owners: int

    @property
    def all(self) -> tuple[int, ...]:
        """Return every threshold, the least urgent first."""
        return self.before + self.after

    @property
    def overdue(self) -> int:
        """Return the first threshold after the limit."""
        return self.after[0]


def unit(kind: str) -> int:
    """Return the hours of what a kind counts in: 24 for days, 1 for hours."""
    return 1 if kind == "hours" else DAY


def scale(kind: str, before: tuple[int, ...], after: tuple[int, ...]) -> Scale:
    """Return the thresholds of a kind from what an organisation set; who is told when stays the product's."""
    default = defaults()[kind]
    return Scale(*_in_hours(kind, before, after), default.officers, default.owners)


@cache
def defaults() -> Mapping[str, Scale]:
    """Return the thresholds of the product, by kind."""
    text = resources.files(__package__).joinpath("thresholds.yaml").read_text(encoding="utf-8")
    return {
        kind: Scale(
            *_in_hours(kind, tuple(said["before"]), tuple(said["after"])),
            said["officers"] * unit(kind),
            said["owners"] * unit(kind),
        )
        for kind, said in yaml.safe_load(text).items()
    }


def kind_of(*, hour: str, value: str) -> Kind:
    """Return the kind of a deadline from its hour and the period of the law (``P30D``) that it rests on."""
    if hour:
        return "hours"
    try:
        period = Period.parse(value)
    except ValueError:  # a fixed date
        return "long"
    return "short" if period.months * 30 + period.days + period.hours / DAY <= A_MONTH else "long"


def _in_hours(
    kind: str, before: tuple[int, ...], after: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    size = unit(kind)
    return (
        tuple(sorted((one * size for one in set(before)), reverse=True)),
        tuple(sorted((-one * size for one in set(after)), reverse=True)),
    )
