"""The devices in view with their statuses as a table (RFC 4180), sent while it is read: of any length."""

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from compliance.api import queries
from compliance.api.refusals import PROBLEMS
from compliance.api.selection import ORDERS, caller, filtered, page, visible
from compliance.api.views import ReadView
from compliance.assessments import answers
from compliance.law.facts import TRACKS
from compliance.sheets.plain import plain
from devices import wall
from devices.models import Device, Scope
from devices.queries import reach

_BATCH = 200
_OWN = ("id", "key", "name")
_ANSWER = ("market_access", "reimbursement", "next_change", "computed_at", "law_version")
HEADINGS = (*_OWN, "manufacturer", "exploitant", "identifiers", *_ANSWER[:2], *TRACKS, *_ANSWER[2:])


class Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        """Return the text."""
        return text


class DeviceTable(ReadView):
    """The devices that the caller may see, as a table."""

    scope = Scope.DEVICES_READ

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Let every form pass that is asked for: there is one."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="devices_table",
        parameters=[queries.TableQuery],
        responses={(200, "text/csv"): OpenApiTypes.STR, **PROBLEMS},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Return all devices that fit the filters, with their statuses of today; codes, not words."""
        query = queries.read(queries.TableQuery, request)
        rows = filtered(visible(request), query)
        parts = _parts(rows, {"ordering": query["ordering"], "page_size": _BATCH}, reach(caller(request)))
        answer = StreamingHttpResponse(parts, content_type="text/csv; charset=utf-8; header=present")
        answer["Content-Disposition"] = 'attachment; filename="devices.csv"'
        return answer


def _parts(rows: QuerySet[Device], query: dict[str, Any], seen: wall.Reach) -> Iterator[str]:
    """Yield the lines a batch at a time; each is read within the reach of the caller."""
    writer = csv.writer(Echo())
    yield writer.writerow(HEADINGS)
    while True:
        with wall.within(seen):
            found = page(rows, query, ORDERS[query["ordering"]])
            lines = [
                writer.writerow(_cells(device, said))
                for device, said in zip(found.items, answers.devices(found.items), strict=True)
            ]
        yield "".join(lines)
        if found.next_cursor is None:
            return
        query["cursor"] = found.next_cursor


def _cells(device: Device, said: dict[str, Any]) -> Iterator[str]:
    answer = getattr(device, "assessment", None)
    yield from (plain(said[name]) for name in _OWN)
    for role in ("manufacturer", "exploitant"):
        yield plain(said[role]["name"]) if said[role] else ""
    yield plain(" ".join(one["value"] for one in said["identifiers"]))
    of_answer = [getattr(answer, name, None) for name in _ANSWER]
    yield from (one or "unknown" for one in of_answer[:2])
    yield from (said["tracks"].get(track, "unknown") for track in TRACKS)
    for one in of_answer[2:]:
        yield plain(one) if one else ""
