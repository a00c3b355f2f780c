"""Devices made up from the form of the facts: any fact of any track, any date, any gap.

They are drawn from a seed, as their facts are too many for a strategy of Hypothesis to draw one by one.
"""

import types
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from compliance.law.facts import Device, Organisation

_FIRST, _DAYS = date(2024, 1, 1), 7 * 365
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
_ROLES = {
    "manufacturer": "maker",
    "exploitant": "maker",
    "host": "maker",
    "authorised_representative": "representative",
}
Facts = dict[str, Any]


def device(seed: int) -> Device:
    """Return a device whose roles are held by the made-up organisations."""
    return Device.model_validate(facts(Random(seed)))  # noqa: S311 - no secret


def organisations(seed: int) -> list[Organisation]:
    """Return the organisations that the made-up devices name."""
    draw = Random(seed)  # noqa: S311
    return [
        Organisation.model_validate({**_value(Organisation, draw), "key": key})
        for key in sorted(set(_ROLES.values()))
    ]


def facts(draw: Random, *, thin: bool = False) -> Facts:
    """Return the plain data of a device; ``thin``: with few facts, so that each one tells more."""
    data = {**_value(Device, draw), **_ROLES}
    return _thinned(data, draw, draw.choice((0.1, 0.25, 0.5))) if thin else data


def a_day(draw: Random) -> date:
    """Return a day among those of the facts."""
    return _FIRST + timedelta(days=draw.randrange(_DAYS))


def one_more(data: Facts, draw: Random) -> tuple[Facts, str]:
    """Return the data with one fact more, or one part more of a fact (a step), and the path of the fact."""
    data = deepcopy(data)
    kind, held, place, path = draw.choice(list(_lists(Device, data)))
    is_fact = "key" in kind.model_fields
    held[place] = [*held.get(place, ()), {**_value(kind, draw), **({"key": "added"} if is_fact else {})}]
    return data, f"{path}[added]" if is_fact else path.rpartition(".")[0]


def shuffled(data: Any, draw: Random) -> Any:
    """Return the data with its facts in another order.

    The opinions on a file stay as they are: those without a day follow each other as they are written.
    """
    if isinstance(data, dict):
        return {name: one if name == "opinions" else shuffled(one, draw) for name, one in data.items()}
    if isinstance(data, list | tuple):
        return draw.sample([shuffled(one, draw) for one in data], len(data))
    return data


def _thinned(data: Any, draw: Random, share: float) -> Any:
    if isinstance(data, dict):
        return {name: _thinned(one, draw, share) for name, one in data.items()}
    if isinstance(data, list):
        return [_thinned(one, draw, share) for one in data if draw.random() < share or not _is_fact(one)]
    return data


def _is_fact(value: Any) -> bool:
    return isinstance(value, dict) and "key" in value


def _lists(
    model: type[BaseModel], data: Facts, path: str = ""
) -> Iterator[tuple[type[BaseModel], Facts, str, str]]:
    """Yield each list of values: what it holds, the data that holds it, its name there, and its path."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        parts = get_origin(kind) is tuple
        kind, place = get_args(kind)[0] if parts else kind, f"{path}.{name}".lstrip(".")
        if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
            continue
        if parts:
            yield kind, data, name, place
            for one in data[name]:
                yield from _lists(kind, one, f"{place}[{one.get('key')}]")
        else:
            yield from _lists(kind, data[name], place)


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
