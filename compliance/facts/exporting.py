"""What is recorded, as the facts of a file."""

from collections.abc import Collection, Iterable, Iterator

from compliance.facts import values
from compliance.facts.checks import ROLES
from compliance.facts.errors import FactError, Problem
from compliance.law.facts import FORMAT, Device, FactsFile, Organisation, Source
from compliance.law.facts.base import Value
from compliance.law.text import gettext_noop
from devices import models


def recorded(keys: Collection[str] | None = None) -> FactsFile:
    """Return all that is recorded, or the devices of these keys with what they name.

    Raises FactError where a key is that of no device.
    """
    rows = models.Device.objects.all() if keys is None else models.Device.objects.filter(key__in=keys)
    devices = values.device_values(rows.values_list("pk", flat=True)).values()
    message = gettext_noop("No device has the key %(name)s.")
    unknown = sorted(set(keys or ()) - {one.key for one in devices})
    if unknown:
        raise FactError(Problem("", "unknown_device", message, {"name": name}) for name in unknown)
    ids = models.Organisation.objects.values_list("pk", flat=True)
    organisations = values.organisations_by_id(ids).values()
    sources = [values.source_value(one) for one in models.Source.objects.order_by("key")]
    return (
        _named(devices, organisations, sources)
        if keys is not None
        else facts_file(devices, organisations, sources)
    )


def _named(
    devices: Collection[Device], organisations: Iterable[Organisation], sources: Iterable[Source]
) -> FactsFile:
    """Return the devices with the organisations that hold a role and the sources of all these facts."""
    holders = {getattr(one, role) for one in devices for role in ROLES}
    kept = [one for one in organisations if one.key in holders]
    used = {key for one in (*devices, *kept) for key in _source_keys(one)}
    return facts_file(devices, kept, [one for one in sources if one.key in used])


def facts_file(
    devices: Iterable[Device], organisations: Iterable[Organisation], sources: Iterable[Source]
) -> FactsFile:
    """Return the values as a facts file."""
    return FactsFile(
        format=FORMAT,
        sources=tuple(sources),
        organisations=tuple(organisations),
        devices=tuple(devices),
    )


def _source_keys(value: Value) -> Iterator[str]:
    """Yield the keys of the sources of a value and of all facts in it."""
    for name, one in value:
        if name == "source" and one:
            yield one
        for part in one if isinstance(one, tuple) else (one,):
            if isinstance(part, Value):
                yield from _source_keys(part)
