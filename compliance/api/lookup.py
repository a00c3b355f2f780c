"""Which devices an identifier names: in every form in which the field writes it, one or many at a time.

A device identifier is read from a label as scanned (GS1, HIBCC, IFA) or typed; 7 digits are an LPP code; any
other text may be the number of a certificate of the ANS.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext

from compliance.ans.models import AnsCertificate
from compliance.listing.models import Listing
from devices.identifiers import IdentifierError, stored_forms
from devices.models import Identifier

_LPP_DIGITS = 7


@dataclass(slots=True)
class Found:
    """What an identifier leads to. ``wrong`` says what is wrong with a text that names nothing."""

    devices: list[Any] = field(default_factory=list)
    wrong: str = ""


def look_up(devices: Any, identifiers: Iterable[str]) -> Mapping[str, Found]:
    """Return what each identifier leads to among the devices, or rows of them with their ``pk``.

    Four queries, whatever their number.
    """
    found = {one: Found() for one in identifiers}
    forms: dict[str, list[str]] = {}
    codes = {one for one in found if one.isascii() and one.isdigit() and len(one) == _LPP_DIGITS}
    for one in found.keys() - codes:
        try:
            forms[one] = stored_forms(one)
        except IdentifierError as error:
            found[one].wrong = gettext(error.message) % error.params
    carriers = _holders(Identifier, "value", {value for each in forms.values() for value in each})
    lines = _holders(Listing, "code", codes)
    numbers = _holders(AnsCertificate, "number", found.keys() - codes)
    led = {
        one: lines[one] | numbers[one] | {pk for value in forms.get(one, ()) for pk in carriers[value]}
        for one in found
    }
    for device in devices.filter(pk__in={pk for ids in led.values() for pk in ids}).order_by("name", "id"):
        for one, ids in led.items():
            if device.pk in ids:
                found[one].devices.append(device)
                found[one].wrong = ""
    return found


def _holders(model: type[Model], column: str, values: Collection[str]) -> defaultdict[str, set[UUID]]:
    """Return the devices of the facts that hold one of the values, by value."""
    held: defaultdict[str, set[UUID]] = defaultdict(set)
    rows = model._default_manager.filter(**{f"{column}__in": values})
    for value, device in rows.values_list(column, "device_id"):
        held[value].add(device)
    return held
