"""Which devices: those the caller may see, filtered, found by an identifier, a page at a time."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from compliance.api.authentication import Grant
from compliance.assessments.models import TrackState
from compliance.ce_marking.models import Classification
from compliance.listing.models import Listing
from devices.identifiers import IdentifierError, stored_forms
from devices.models import Device, Identifier
from devices.queries import Caller, caller_of, visible_devices

_LPP_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Page:
    """A page of devices and where the next one starts."""

    items: Sequence[Device]
    next_cursor: str | None


def visible(request: Request) -> QuerySet[Device]:
    """Return the devices that the caller of a request may see."""
    related = ("owner", "manufacturer", "exploitant", "assessment")
    return visible_devices(caller(request)).select_related(*related)


def caller(request: Request) -> Caller:
    """Return who asks, narrowed to the role of the key."""
    return request.auth.caller if isinstance(request.auth, Grant) else caller_of(request._request)


def filtered(devices: QuerySet[Device], query: Mapping[str, Any]) -> QuerySet[Device]:
    """Return the devices that fit every filter given."""
    if "search" in query:
        for word in query["search"].split():
            devices = devices.filter(
                Q(name__unaccent__icontains=word) | Q(manufacturer__name__unaccent__icontains=word)
            )
    if "track" in query:
        states = TrackState.objects.filter(device=OuterRef("pk"), track=query["track"])
        if "status" in query:
            states = states.filter(status=query["status"])
        devices = devices.filter(Exists(states))
    if "device_class" in query:
        devices = devices.filter(
            Exists(Classification.objects.filter(device=OuterRef("pk"), device_class=query["device_class"]))
        )
    if "listing" in query:
        devices = devices.filter(Exists(Listing.objects.filter(device=OuterRef("pk"), list=query["listing"])))
    if "identifier" in query:
        devices = devices.filter(pk__in=[one.pk for one in find(devices, query["identifier"])])
    return devices


def find(devices: QuerySet[Device], identifier: str) -> list[Device]:
    """Return the devices that carry an identifier: UDI-DI, Basic UDI-DI, scanned carrier, LPP code.

    Raises ValidationError that says what is wrong with a text that is none of these.
    """
    text = identifier.strip()
    if text.isascii() and text.isdigit() and len(text) == _LPP_DIGITS:
        carriers = Exists(Listing.objects.filter(device=OuterRef("pk"), code=text))
    else:
        carriers = Exists(Identifier.objects.filter(device=OuterRef("pk"), value__in=stored_values(text)))
    return list(devices.filter(carriers).order_by("name", "id"))


def stored_values(text: str) -> list[str]:
    """Return the stored forms that an identifier may have."""
    try:
        return stored_forms(text)
    except IdentifierError as error:
        raise serializers.ValidationError({"identifier": [_(error.message) % error.params]}) from error


def page(devices: QuerySet[Device], query: Mapping[str, Any]) -> Page:
    """Return the page after the cursor. The order is by name then id, which no two devices share."""
    size = query["page_size"]
    ordered = devices.order_by("name", "id")
    if "cursor" in query:
        name, pk = _decode(query["cursor"])
        ordered = ordered.filter(Q(name__gt=name) | Q(name=name, id__gt=pk))
    items = list(ordered[: size + 1])
    more = len(items) > size
    items = items[:size]
    return Page(items, _encode(items[-1]) if more else None)


def _encode(device: Device) -> str:
    return urlsafe_b64encode(f"{device.pk}{device.name}".encode()).decode()


def _decode(cursor: str) -> tuple[str, str]:
    try:
        text = urlsafe_b64decode(cursor.encode()).decode()
        return text[36:], str(serializers.UUIDField().to_internal_value(text[:36]))
    except (ValueError, serializers.ValidationError) as error:
        raise serializers.ValidationError({"cursor": [_("This is no cursor that the API gave.")]}) from error
