"""Which devices: those the caller may see, filtered, found by an identifier, a page at a time."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from compliance.api.authentication import Grant
from compliance.api.lookup import look_up
from compliance.assessments.models import TrackState
from compliance.ce_marking.models import Classification
from compliance.listing.models import Listing
from config import clock
from devices.identifiers import IdentifierError, stored_forms
from devices.models import Device
from devices.queries import Caller, caller_of, visible_devices
from devices.texts import text_query


@dataclass(frozen=True, slots=True)
class Order:
    """An order of rows: what they are sorted by, and how that is read back from a cursor.

    Two rows that share it follow each other by their id, which no two share.
    """

    name: str
    key: Any
    read: Callable[[str], Any] = str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows and where the next one starts."""

    items: Sequence[Any]
    next_cursor: str | None


# What has no such date comes last; without an answer, first: it is about to be assessed.
ORDERS: Mapping[str, Order] = {
    one.name: one
    for one in (
        Order("name", F("name")),
        Order("next_change", Coalesce("assessment__next_change", Value(date.max)), date.fromisoformat),
        Order(
            "updated",
            Coalesce("assessment__computed_at", Value(datetime(1993, 1, 1, tzinfo=UTC))),
            datetime.fromisoformat,
        ),
    )
}


def visible(request: Request) -> QuerySet[Device]:
    """Return the devices that the caller of a request may see."""
    related = ("owner", "manufacturer", "exploitant", "host", "assessment")
    return visible_devices(caller(request)).select_related(*related)


def caller(request: Request) -> Caller:
    """Return who asks, narrowed to the role of the key."""
    return request.auth.caller if isinstance(request.auth, Grant) else caller_of(request._request)


def filtered(devices: QuerySet[Device], query: Mapping[str, Any]) -> QuerySet[Device]:
    """Return the devices that fit every filter given."""
    if "identifier" in query:
        devices = devices.filter(pk__in=[one.pk for one in find(devices, query["identifier"])])
    if "search" in query:
        words = text_query(query["search"])
        devices = devices.filter(assessment__words=words) if words else devices.none()
    own = {
        name: query[given]
        for given, name in (
            ("manufacturer", "manufacturer__key"),
            ("exploitant", "exploitant__key"),
            ("market_access", "assessment__market_access"),
            ("reimbursement", "assessment__reimbursement"),
        )
        if given in query
    }
    return devices.filter(*_facts(query), **own)


def _facts(query: Mapping[str, Any]) -> Iterator[Exists]:
    """Yield what the facts and the tracks of a device must hold."""

    def some(model: Any, **wanted: Any) -> Exists:
        return Exists(model.objects.filter(device=OuterRef("pk"), **wanted))

    if "track" in query:
        yield some(TrackState, **{name: query[name] for name in ("track", "status") if name in query})
    if "tier" in query:
        yield some(TrackState, track="ai_act", state=query["tier"])
    if "ends_before" in query:
        yield some(TrackState, until__gte=clock.today(), until__lt=query["ends_before"])
    if "device_class" in query:
        yield some(Classification, device_class=query["device_class"])
    if "listing" in query or "code" in query:
        names = {"listing": "list", "code": "code"}
        yield some(Listing, **{name: query[given] for given, name in names.items() if given in query})


def find(devices: QuerySet[Device, Any], identifier: str) -> list[Any]:
    """Return the devices that carry an identifier, or their rows.

    Raises ValidationError that says what is wrong with a text that names nothing.
    """
    (found,) = look_up(devices, [identifier]).values()
    if found.wrong:
        raise serializers.ValidationError({"identifier": [found.wrong]})
    return found.devices


def stored_values(text: str) -> list[str]:
    """Return the stored forms that an identifier may have."""
    try:
        return stored_forms(text)
    except IdentifierError as error:
        raise serializers.ValidationError({"identifier": [_(error.message) % error.params]}) from error


def page(
    rows: QuerySet[Any],
    query: Mapping[str, Any],
    order: Order = ORDERS["name"],
    shape: Callable[[QuerySet[Any]], QuerySet[Any, Any]] = lambda rows: rows,
) -> Page:
    """Return the page after the cursor: what is written between two pages neither shifts nor repeats a row.

    A row whose own place in the order changes meanwhile stands where it then belongs. ``shape`` says what
    is read of each row.
    """
    size = query["page_size"]
    ordered = rows.annotate(place=order.key).order_by("place", "pk")
    if "cursor" in query:
        place, pk = _decode(query["cursor"], rows, order)
        ordered = ordered.filter(Q(place__gt=place) | Q(place=place, pk__gt=pk))
    items = list(shape(ordered)[: size + 1])
    more = len(items) > size
    items = items[:size]
    return Page(items, _encode(items[-1], order) if more else None)


def _encode(row: Any, order: Order) -> str:
    place = row.place if isinstance(row.place, str) else row.place.isoformat()
    return urlsafe_b64encode(json.dumps([order.name, place, str(row.pk)]).encode()).decode()


def _decode(cursor: str, rows: QuerySet[Any], order: Order) -> tuple[Any, Any]:
    try:
        name, place, pk = json.loads(urlsafe_b64decode(cursor.encode()))
        if name != order.name:
            raise ValueError(name)
        return order.read(place), rows.model._meta.pk.to_python(pk)
    except (ValueError, TypeError, ValidationError) as error:
        message = _("This is no cursor that the API gave for this list in this order.")
        raise serializers.ValidationError({"cursor": [message]}) from error
