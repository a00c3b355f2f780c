"""What spans devices: the lookup of identifiers, the deadlines of all, the feed of changes."""

from datetime import date

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api import queries
from compliance.api.examples import example
from compliance.api.lookup import look_up
from compliance.api.problems import Gone
from compliance.api.refusals import BODY_PROBLEMS, GONE, PROBLEMS
from compliance.api.schemas import (
    ChangesSchema,
    DeadlineRowsSchema,
    DevicesSchema,
    LookupRequestSchema,
    LookupSchema,
)
from compliance.api.selection import Order, caller, find, page, visible
from compliance.api.views import ReadView
from compliance.assessments import answers, changes
from compliance.assessments.models import DeadlineRow
from devices.models import Scope

_BY_DATE = Order("strict", F("strict"), date.fromisoformat)


class DeviceLookup(ReadView):
    """Devices by their identifiers."""

    scope = Scope.DEVICES_READ
    http_method_names = ("get", "head", "options", "post")

    @extend_schema(
        operation_id="lookup",
        examples=example("lookup"),
        parameters=[queries.LookupQuery],
        responses={200: DevicesSchema, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Return the devices that carry an identifier; only a UDI-DI names one device and no other."""
        query = queries.read(queries.LookupQuery, request)
        found = find(answers.listed(visible(request)), query["identifier"])
        return Response({"results": list(map(answers.device, found)), "next_cursor": None})

    @extend_schema(
        operation_id="lookup_many",
        examples=example("lookup_many"),
        request=LookupRequestSchema,
        responses={200: LookupSchema, **PROBLEMS, **BODY_PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Look up to 500 identifiers up at once; each has its own answer, in the order asked."""
        queries.read(queries.Query, request)
        given = queries.read_body(LookupRequestSchema, request)["identifiers"]
        found = look_up(answers.listed(visible(request)), given)
        said = {row.pk: answers.device(row) for one in found.values() for row in one.devices}
        results = [
            {
                "identifier": one,
                "outcome": "found" if found[one].devices else "wrong" if found[one].wrong else "not_found",
                "detail": found[one].wrong or None,
                "devices": [said[row.pk] for row in found[one].devices],
            }
            for one in given
        ]
        return Response({"results": results})


class DeadlineList(ReadView):
    """The deadlines of all devices that the caller may see."""

    scope = Scope.DEADLINES_READ

    @extend_schema(
        operation_id="all_deadlines",
        examples=example("all_deadlines"),
        parameters=[queries.DeadlineListQuery],
        responses={200: DeadlineRowsSchema, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List deadlines by their date, a page at a time, as they stand today."""
        query = queries.read(queries.DeadlineListQuery, request)
        names = {"due_before": "strict__lt", "due_from": "strict__gte", "track": "track", "state": "state"}
        wanted = {name: query[given] for given, name in names.items() if given in query}
        rows = DeadlineRow.objects.filter(device__in=visible(request).order_by(), **wanted)
        found = page(rows.select_related("device"), query, _BY_DATE)
        return Response({"results": answers.deadline_rows(found.items), "next_cursor": found.next_cursor})


class ChangeList(ReadView):
    """The feed of changes."""

    scope = Scope.DEVICES_READ

    @extend_schema(
        operation_id="changes",
        examples=example("changes"),
        parameters=[queries.ChangesQuery],
        responses={200: ChangesSchema, **PROBLEMS, **GONE},
    )
    def get(self, request: Request) -> Response:
        """Return which devices to read again, in an order in which nothing is ever added before the end."""
        query = queries.read(queries.ChangesQuery, request)
        place = _place(query["after"]) if "after" in query else None
        rows = list(changes.after(caller(request), place)[: query["limit"] + 1])
        if place and not rows and changes.lies_ahead(place):
            raise Gone
        more = len(rows) > query["limit"]
        rows = rows[: query["limit"]]
        results = [{"device": str(one.device_id), "what": one.what, "at": one.at} for one in rows]
        after = f"{rows[-1].xid}-{rows[-1].pk}" if rows else query.get("after")
        return Response({"results": results, "after": after, "more": more})


def _place(cursor: str) -> changes.Place:
    xid, dash, row = cursor.partition("-")
    if not (dash and all(one.isascii() and one.isdigit() and len(one) < 19 for one in (xid, row))):
        raise serializers.ValidationError({"after": [_("This is no cursor that the API gave.")]})
    return int(xid), int(row)
