"""Devices made up from the form of the facts: any fact of any track, any date, any gap.

They are drawn from a seed, as their facts are too many for a strategy of Hypothesis to draw one by one.
"""

import types
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from compliance.law.facts import Device, Organisation

_FIRST, _DAYS = date(2024, 1, 1), 7 * 365
_MAKER = "maker"
_GIVEN: Mapping[str, tuple[Any, ...]] = {
    "complete_tracks": ((), ("ce_marking", "ai_act", "cnedimts", "listing", "ans")),
    "country": ("FR",),
    "notified_body": ("0459",),
    "turnover_eur": (None, Decimal(1_000_000)),
    "supplement_of": (None, None, "k0", "k1"),
    "extends": (None, None, "k0", "k1"),
    "prohibited_practice": (None, None, None, "5(1)(ba)", "5(1)(f)"),
    "event": ("", "event"),
    "sales_year": (2025, 2026),
    **dict.fromkeys(("aware_at", "warned_at", "notified_at"), (None, "00:10", "14:20", "23:59")),
}
_SIMPLE: Mapping[Any, tuple[Any, ...]] = {
    bool: (True, False),
    int: tuple(range(1, 121)),
    str: ("k0",),
    Decimal: (Decimal(100),),
    type(None): (None,),
}
_ROLES = ("manufacturer", "exploitant", "authorised_representative", "host")


def device(seed: int) -> Device:
    """Return a device whose manufacturer, exploitant and host is the made-up organisation."""
    fields = _value(Device, Random(seed))  # noqa: S311 - no secret
    return Device.model_validate({**fields, **dict.fromkeys(_ROLES, _MAKER)})


def organisation(seed: int) -> Organisation:
    """Return the organisation that the made-up devices name."""
    return Organisation.model_validate({**_value(Organisation, Random(seed)), "key": _MAKER})  # noqa: S311


def _value(model: type[BaseModel], draw: Random) -> dict[str, Any]:
    return {
        name: draw.choice(_GIVEN[name]) if name in _GIVEN else _of_type(field.rebuild_annotation(), draw)
        for name, field in model.model_fields.items()
    }


def _of_type(kind: Any, draw: Random) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _of_type(arguments[0], draw)
    if origin in {Union, types.UnionType}:
        return _of_type(draw.choice(arguments), draw)
    if origin is Literal:
        return draw.choice(arguments)
    if origin is tuple:
        return _numbered([_of_type(arguments[0], draw) for _ in range(draw.choice((0, 0, 1, 2)))])
    if kind is date:
        return _FIRST + timedelta(days=draw.randrange(_DAYS))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _value(kind, draw)
    return draw.choice(_SIMPLE[kind])


def _numbered(values: list[Any]) -> list[Any]:
    """Return the facts with keys that differ, as within one kind of one device."""
    return [
        {**one, "key": f"k{n}"} if isinstance(one, dict) and "key" in one else one
        for n, one in enumerate(values)
    ]
