"""The devices in view with their statuses as a table, CSV or Parquet, sent while it is read."""

import csv
from collections.abc import Iterator
from datetime import date
from io import RawIOBase
from itertools import islice
from typing import Any, ClassVar

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
_ROW_GROUP = 25  # batches; a group of rows of a Parquet file stands in memory until it is written
_GATES = ("market_access", "reimbursement")
_COMPUTED = ("next_change", "computed_at", "law_version")
# The columns, with their types in a Parquet file where they are not text.
COLUMNS = {
    **dict.fromkeys(("id", "key", "name", "manufacturer", "exploitant")),
    "identifiers": "texts",
    **dict.fromkeys((*_GATES, *TRACKS)),
    "next_change": "date",
    "computed_at": "instant",
    "law_version": None,
    "example_data": "truth",
}
Row = tuple[Any, ...]


class Table(ReadView):
    """What both forms share; ``form`` is the ending of the address and of the file."""

    scope = Scope.DEVICES_READ
    form: ClassVar[str]
    media_type: ClassVar[str]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Let every form pass that is asked for: the address names it."""
        return super().perform_content_negotiation(request, force=True)

    def answer(self, request: Request) -> StreamingHttpResponse:
        """Return the table of the devices that fit the filters."""
        query = queries.read(queries.TableQuery, request)
        found = filtered(visible(request), query)
        batches = _batches(found, query["ordering"], reach(caller(request)))
        answer = StreamingHttpResponse(self.written(batches), content_type=self.media_type)
        answer["Content-Disposition"] = f'attachment; filename="devices.{self.form}"'
        return answer

    def written(self, batches: Iterator[list[Row]]) -> Iterator[Any]:
        """Yield the parts of the file."""
        raise NotImplementedError


class CsvTable(Table):
    """The devices that the caller may see, as CSV (RFC 4180)."""

    form, media_type = "csv", "text/csv; charset=utf-8; header=present"

    @extend_schema(
        operation_id="devices_csv",
        parameters=[queries.TableQuery],
        responses={(200, "text/csv"): OpenApiTypes.STR, **PROBLEMS},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Return all devices that fit the filters, with their statuses of today; codes, not words."""
        return self.answer(request)

    def written(self, batches: Iterator[list[Row]]) -> Iterator[str]:
        """Yield the lines of a batch at a time."""
        writer = csv.writer(Echo())
        yield writer.writerow(COLUMNS)
        for rows in batches:
            yield "".join(writer.writerow(map(_cell, row)) for row in rows)


class ParquetTable(Table):
    """The devices that the caller may see, as a Parquet file."""

    form, media_type = "parquet", "application/vnd.apache.parquet"

    @extend_schema(
        operation_id="devices_parquet",
        parameters=[queries.TableQuery],
        responses={(200, media_type): OpenApiTypes.BINARY, **PROBLEMS},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Return the same with types: dates are dates, identifiers a list, what is not known is null."""
        return self.answer(request)

    def written(self, batches: Iterator[list[Row]]) -> Iterator[bytes]:
        """Yield a group of rows at a time; no cell is a formula here, so all stand as they are."""
        import pyarrow as pa  # some 50 MB of a process: only where somebody asks for it
        from pyarrow import parquet

        types = {
            None: pa.string(),
            "texts": pa.list_(pa.string()),
            "date": pa.date32(),
            "instant": pa.timestamp("us", "UTC"),
            "truth": pa.bool_(),
        }
        schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
        sink = Sink()
        with parquet.ParquetWriter(pa.PythonFile(sink, mode="w"), schema) as writer:
            while group := [
                pa.record_batch([list(one) for one in zip(*rows, strict=True)], schema=schema)
                for rows in islice(batches, _ROW_GROUP)
            ]:
                writer.write_table(pa.Table.from_batches(group))
                yield sink.taken()
        yield sink.taken()


class Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        """Return the text."""
        return text


class Sink(RawIOBase):
    """A file of which what was written is taken away as it grows."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        """Return that it is written to."""
        return True

    def tell(self) -> int:
        """Return how many bytes were written in all."""
        return self._length

    def write(self, part: Any) -> int:
        """Keep the bytes and return how many they are."""
        self._parts.append(bytes(part))
        self._length += len(part)
        return len(part)

    def taken(self) -> bytes:
        """Return what was written since the last time, and keep it no longer."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _batches(found: QuerySet[Device], ordering: str, seen: wall.Reach) -> Iterator[list[Row]]:
    """Yield the rows a batch at a time, none that is empty; each is read within the reach of the caller."""
    place: dict[str, str] = {}
    while True:
        with wall.within(seen):
            part = page(found, {"page_size": _BATCH, **place}, ORDERS[ordering], _listed)
            rows = list(map(_row, part.items))
        if rows:
            yield rows
        if part.next_cursor is None:
            return
        place = {"cursor": part.next_cursor}


def _listed(devices: QuerySet[Device]) -> QuerySet[Any, Any]:
    return answers.listed(devices, *(f"assessment__{name}" for name in (*_GATES, *_COMPUTED)))


def _row(row: Any) -> Row:
    said = answers.device(row)
    roles = (said[role] and said[role]["name"] for role in ("manufacturer", "exploitant"))
    return (
        *(said[name] for name in ("id", "key", "name")),
        *roles,
        [one["value"] for one in said["identifiers"]],
        *(getattr(row, f"assessment__{gate}") or "unknown" for gate in _GATES),
        *(said["tracks"].get(track, "unknown") for track in TRACKS),
        *(getattr(row, f"assessment__{name}") for name in _COMPUTED),
        said["example_data"],
    )


def _cell(value: Any) -> str:
    """Return a value as a cell of CSV."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        value = " ".join(value)
    return plain(value) if isinstance(value, str | date) else ""
