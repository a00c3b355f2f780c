"""Two other ways to answer a hospital, over the same rows: the least that can be done, and the usual one.

Both let in whom the API lets in, as it does: the key is verified, the scope checked, the request counted in
Redis, the reach told to PostgreSQL, whose row-level policies stay in force.

- **The limit** sends text that PostgreSQL gives in one query: of a status one that stands ready in a table of
  its own, in its one language, for its one day; of a list one that the query composes. Its answers are those
  of the API, a status byte for byte; so are the validator and the headers.
- **The viewset** is a ModelViewSet with nested ModelSerializers, its related rows prefetched: a device with
  its identifiers, versions, tracks, deadlines and eight other kinds of facts; in a list what a list of the
  API says. It explains nothing, knows no words of the law and no other day, and has no validator.
"""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.fields.related_descriptors import ReverseManyToOneDescriptor
from django.http import HttpResponse
from django.urls import path
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer, ModelSerializer
from rest_framework.viewsets import ModelViewSet

from compliance.api.selection import caller
from compliance.api.views import ReadView
from compliance.assessments.models import DeadlineRow, TrackState
from compliance.facts.kinds import KINDS
from config.urls import urlpatterns as ours
from devices.models import Device, Organisation, Scope
from devices.queries import visible_devices

_STATUS = """
SELECT a.body FROM bench_answer a JOIN devices_device d ON d.id = a.device WHERE d.id = %s AND d.published
"""
_LIST = """
WITH page AS (SELECT * FROM devices_device WHERE published ORDER BY name, id LIMIT %s),
holder AS NOT MATERIALIZED (
    SELECT id, json_build_object('key', key, 'name', name, 'country', country, 'srn', srn) AS said
    FROM devices_organisation
)
SELECT json_agg(json_build_object(
    'id', d.id, 'key', d.key, 'name', d.name, 'description', d.description,
    'manufacturer', (SELECT o.said FROM holder o WHERE o.id = d.manufacturer_id),
    'exploitant', (SELECT o.said FROM holder o WHERE o.id = d.exploitant_id),
    'example_data', coalesce((SELECT o.example FROM devices_organisation o WHERE o.id = d.owner_id), false),
    'functions', d.functions, 'emdn', nullif(d.emdn, ''),
    'identifiers', coalesce((SELECT json_agg(json_build_object('scheme', i.scheme, 'value', i.value)
        ORDER BY i.scheme, i.value) FROM devices_identifier i WHERE i.device_id = d.id), '[]'),
    'versions', coalesce((SELECT json_agg(json_build_object('number', v.number, 'released_on', v.released_on)
        ORDER BY v.released_on, v.number) FROM devices_version v WHERE v.device_id = d.id), '[]'),
    'tracks', (SELECT json_object_agg(t.track, t.status) FROM assessments_trackstate t
        WHERE t.device_id = d.id)
) ORDER BY d.name, d.id)::text FROM page d
"""
FACTS = {
    "identifiers": "identifiers",
    "versions": "versions",
    "classifications": "ce_marking.classifications",
    "certificates": "ce_marking.certificates",
    "audits": "ce_marking.audits",
    "ans_certificates": "ans.certificates",
    "applications": "cnedimts.applications",
    "listings": "listing.listings",
    "systems": "ai_act.systems",
    "declarations": "ce_marking.declarations",
}


class StatusLimit(ReadView):
    """The ready text of one device."""

    scope = Scope.STATUS_READ

    def get(self, request: Request, device_id: UUID) -> HttpResponse:
        """Return the text."""
        with connection.cursor() as cursor:
            cursor.execute(_STATUS, [device_id])
            (body,) = cursor.fetchone()
        return HttpResponse(body, content_type="application/json")


class ListLimit(ReadView):
    """The text of a page, composed by PostgreSQL."""

    scope = Scope.DEVICES_READ

    def get(self, request: Request) -> HttpResponse:
        """Return the text."""
        with connection.cursor() as cursor:
            cursor.execute(_LIST, [int(request.query_params["page_size"])])
            (rows,) = cursor.fetchone()
        return HttpResponse(f'{{"results":{rows}}}', content_type="application/json")


def _serializer(of: type[Any], **nested: Any) -> type[Any]:
    meta = type("Meta", (), {"model": of, "fields": "__all__"})
    return type(f"{of.__name__}Serializer", (ModelSerializer,), {"Meta": meta, **nested})


def _related(name: str, model: type[Any]) -> BaseSerializer[Any]:
    """Give devices these rows by name, as a project that means to nest them does; return their serializer."""
    if not hasattr(Device, name):
        relation = model._meta.get_field("device").remote_field
        relation.related_name = name
        relation.__dict__.pop("cache_name", None)
        relation.__dict__.pop("accessor_name", None)
        setattr(Device, name, ReverseManyToOneDescriptor(relation))
    serializer: BaseSerializer[Any] = _serializer(model)(many=True)
    return serializer


def _places() -> dict[str, BaseSerializer[Any]]:
    return {role: _serializer(Organisation)() for role in ("owner", "manufacturer", "exploitant")}


_NESTED = {name: _related(name, KINDS[kind].model) for name, kind in FACTS.items()}
_NESTED |= {
    "track_states": _related("track_states", TrackState),
    "deadlines": _related("deadlines", DeadlineRow),
}
_LISTED = ("identifiers", "versions", "track_states")
WHOLE = _serializer(Device, **_places(), **_NESTED)
SHORT = _serializer(Device, **_places(), **{name: _related(name, KINDS[name].model) for name in _LISTED[:2]},
                    track_states=_related("track_states", TrackState))  # fmt: skip


class Paged(LimitOffsetPagination):
    """Pages by their number of rows."""

    limit_query_param = "page_size"


class DeviceViewSet(ModelViewSet[Device]):
    """Devices with what belongs to them."""

    scope = Scope.DEVICES_READ
    pagination_class = Paged

    def get_serializer_class(self) -> Any:
        """Return the short form for lists."""
        return SHORT if self.action == "list" else WHOLE

    def get_queryset(self) -> QuerySet[Device]:
        """Return the devices of the caller with all that the answer holds."""
        related = visible_devices(caller(self.request)).select_related("owner", "manufacturer", "exploitant")
        return related.prefetch_related(*(_LISTED if self.action == "list" else _NESTED)).order_by(
            "name", "pk"
        )


urlpatterns = [
    path("limit/devices", ListLimit.as_view()),
    path("limit/devices/<uuid:device_id>/status", StatusLimit.as_view()),
    path("viewset/devices", DeviceViewSet.as_view({"get": "list"})),
    path("viewset/devices/<uuid:pk>", DeviceViewSet.as_view({"get": "retrieve"})),
    *ours,
]
