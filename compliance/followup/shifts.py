"""What if: recorded dates of a device moved, and what the rules would then answer. Nothing is saved."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.assessments.assess import assess
from compliance.assessments.moves import Move, moves
from compliance.facts.kinds import Kind
from compliance.facts.reading import kinds_of
from compliance.facts.values import items_of
from compliance.law.facts import Device, Organisation
from compliance.law.parameters import Law


@dataclass(frozen=True, slots=True)
class RecordedDate:
    """A date that a fact of a device records: the kind and key of the fact, its field, its day.

    A date of a part (a step of a procedure, a request) names the list and the place in it: ``steps.0.on``.
    """

    kind: Kind
    key: str
    field: str
    day: date

    @property
    def name(self) -> str:
        """Return what tells the date apart within the device."""
        return f"{self.kind.path}.{self.key}.{self.field}"


def recorded_dates(device: Device) -> Iterator[RecordedDate]:
    """Yield every date that the facts of a device record, kind by kind."""
    for item in items_of(device):
        if item.kind is not None:
            for field, day in _dates(item.value.model_dump()):
                yield RecordedDate(item.kind, item.value.key, field, day)


def shifted(device: Device, days: Mapping[str, date]) -> Device:
    """Return the device with dates moved, by their names. Raises ValidationError where they do not fit."""
    data = device.model_dump()
    for place, kind in kinds_of(Device).items():
        holder: Any = data
        for name in place:
            holder = holder[name]
        for fact in holder:
            start = f"{kind.path}.{fact['key']}."
            for name, day in days.items():
                if name.startswith(start):
                    _put(fact, name.removeprefix(start).split("."), day)
    return Device.model_validate(data)


def moved(
    device: Device, organisations: Iterable[Organisation], law: Law, days: Mapping[str, date], *, today: date
) -> tuple[Move, ...]:
    """Return what would differ today with the dates moved. Raises ValidationError where they do not fit."""
    before, after = (
        assess(one, organisations, law, on=today, known_on=today) for one in (device, shifted(device, days))
    )
    return moves(before, after)


def _dates(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, date]]:
    if isinstance(value, date):
        yield ".".join(place), value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _dates(one, (*place, name))
    elif isinstance(value, list | tuple):
        for n, one in enumerate(value):
            yield from _dates(one, (*place, str(n)))


def _put(holder: Any, place: list[str], day: date) -> None:
    """Put a day at its place; a tuple on the way becomes a list."""
    name, *inner = place
    if not inner:
        holder[name] = day
        return
    if isinstance(holder[name], tuple):
        holder[name] = list(holder[name])
    if isinstance(holder[name], list):
        index, *inner = inner
        _put(holder[name][int(index)], inner, day)
    else:
        _put(holder[name], inner, day)
