"""The devices in view as a table: with their statuses, nobody else's, no formula, a batch at a time."""

import csv
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from devices import wall
from tests import portfolio
from tests.api.conftest import Client
from tests.api.programs import refused

TABLE = "/api/v1/devices.csv"


def lines(client: Any, **query: str) -> list[dict[str, str]]:
    answer = client.get(TABLE, query)
    assert (answer.status_code, answer.streaming) == (200, True)
    return list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))


def test_a_buyer_gets_what_is_published_with_its_statuses(client_of: Client) -> None:
    (line,) = lines(client_of("buyer"))
    assert (line["key"], line["manufacturer"], line["identifiers"]) == (
        "scan-one", "Maker", "42508029C1000Y6 04250802900152",
    )  # fmt: skip
    assert (line["market_access"], line["ce_marking"], line["ans"]) == ("open", "valid", "unknown")
    assert lines(client_of("buyer"), listing="latm") == []
    assert {one["key"] for one in lines(client_of("officer"))} == {"scan-one", "draft-two"}


def test_no_name_becomes_a_formula_and_every_batch_is_within_the_reach(
    client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of("officer")
    many = [{**portfolio.PRIVATE, "key": f"d{n}", "name": f"=HYPERLINK({n})"} for n in range(5)]
    portfolio.record([*many, portfolio.CERTIFIED, portfolio.PRIVATE])
    monkeypatch.setattr("compliance.api.table._BATCH", 2)
    with wall.within(wall.NOBODY), CaptureQueriesContext(connection) as queries:
        found = lines(client)
    assert {one["key"] for one in found} == {*(one["key"] for one in many), "scan-one", "draft-two"}
    assert {one["name"][:2] for one in found if "HYPERLINK" in one["name"]} == {"'="}
    assert len(queries) <= 3 + 4 * 4  # the key, and four queries a batch


def test_it_refuses_what_it_does_not_know(client_of: Client) -> None:
    refused(client_of("buyer").get(TABLE, {"page_size": "5"}), 400)
    refused(client_of("nobody").get(TABLE), 401)
