"""The devices in view as a table: with their statuses, nobody else's, no formula, a batch at a time."""

import csv
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pyarrow import parquet

from devices import wall
from tests import portfolio
from tests.api.conftest import Client
from tests.api.programs import refused

TABLE, PARQUET = "/api/v1/devices.csv", "/api/v1/devices.parquet"
MANY = [{**portfolio.PRIVATE, "key": f"d{n}", "name": f"=HYPERLINK({n})"} for n in range(5)]


def sent(client: Any, path: str, **query: str) -> bytes:
    answer = client.get(path, query)
    assert (answer.status_code, answer.streaming) == (200, True)
    assert answer["Content-Disposition"] == f'attachment; filename="{path.rpartition("/")[2]}"'
    return b"".join(answer.streaming_content)


def lines(client: Any, **query: str) -> list[dict[str, str]]:
    return list(csv.DictReader(sent(client, TABLE, **query).decode().splitlines()))


def test_a_buyer_gets_what_is_published_with_its_statuses(client_of: Client) -> None:
    (line,) = lines(client_of("buyer"))
    assert (line["key"], line["manufacturer"], line["identifiers"], line["example_data"]) == (
        "scan-one", "Maker", "42508029C1000Y6 04250802900152", "false",
    )  # fmt: skip
    assert (line["market_access"], line["ce_marking"], line["ans"]) == ("open", "valid", "unknown")
    assert lines(client_of("buyer"), listing="latm") == []
    assert {one["key"] for one in lines(client_of("officer"))} == {"scan-one", "draft-two"}


def test_no_name_becomes_a_formula_and_every_batch_is_within_the_reach(
    client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of("officer")
    portfolio.record([*MANY, portfolio.CERTIFIED, portfolio.PRIVATE])
    monkeypatch.setattr("compliance.api.table._BATCH", 2)
    with wall.within(wall.NOBODY), CaptureQueriesContext(connection) as queries:
        found = lines(client)
    assert {one["key"] for one in found} == {*(one["key"] for one in MANY), "scan-one", "draft-two"}
    assert {one["name"][:2] for one in found if "HYPERLINK" in one["name"]} == {"'="}
    assert len(queries) <= 3 + 4 * 4  # the key, and four queries a batch


def test_parquet_says_the_same_with_types(client_of: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of("officer")
    portfolio.record([*MANY, portfolio.CERTIFIED, portfolio.PRIVATE])
    monkeypatch.setattr("compliance.api.table._BATCH", 2)
    monkeypatch.setattr("compliance.api.table._ROW_GROUP", 3)
    with wall.within(wall.NOBODY):
        file = parquet.ParquetFile(BytesIO(sent(client, PARQUET)))
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [6, 1]
    other = dict(zip(file.schema_arrow.names, file.schema_arrow.types, strict=True))
    table = file.read()
    asked = lines(client)
    assert list(other) == list(asked[0])
    typed = ("next_change", "computed_at", "identifiers", "example_data")
    assert {name: other.pop(name) for name in typed} == {
        "next_change": pa.date32(),
        "computed_at": pa.timestamp("us", "UTC"),
        "identifiers": pa.list_(pa.string()),
        "example_data": pa.bool_(),
    }
    assert set(other.values()) == {pa.string()}
    rows = table.to_pylist()
    assert [one["name"] for one in rows if one["key"] == "d3"] == ["=HYPERLINK(3)"]  # no cell is a formula
    assert [{name: written(value) for name, value in row.items()} for row in rows] == [
        {**line, "name": line["name"].removeprefix("'")} for line in asked
    ]


def written(value: Any) -> str:
    """Return a value as CSV has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return " ".join(value) if isinstance(value, list) else value or ""


@pytest.mark.parametrize("path", [TABLE, PARQUET])
def test_it_refuses_what_it_does_not_know(client_of: Client, path: str) -> None:
    refused(client_of("buyer").get(path, {"page_size": "5"}), 400)
    refused(client_of("nobody").get(path), 401)


def test_a_table_of_nothing_is_one(client_of: Client) -> None:
    empty = parquet.read_table(BytesIO(sent(client_of("buyer"), PARQUET, listing="latm")))
    assert (empty.num_rows, "next_change" in empty.column_names) == (0, True)
    assert lines(client_of("buyer"), listing="latm") == []
