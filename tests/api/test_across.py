"""Across devices: identifiers as labels carry them, many in one call, and the deadlines of all."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests import portfolio
from tests.api.conftest import Client
from tests.api.programs import refused

LOOKUP, DEADLINES = "/api/v1/devices/lookup", "/api/v1/deadlines"
CARRIERS = {
    "gs1": ("04250802900152", "\x1d010425080290015210LOT\x1d21A1"),
    "gs1 symbology": ("04250802900152", "]d20104250802900152"),
    "hibcc": ("A123BJC5D6E71", "+A123BJC5D6E71G+$$52001510X3GD"),
    "ifa": ("111234567842", "[)>\x1e06\x1d9N111234567842\x1d1T1A234B5\x1dD151231\x1e\x04"),
}


def carried(value: str) -> None:
    """Record the device with another UDI-DI and the number of an ANS certificate."""
    identifier = {"key": "di", "scheme": "udi_di", "value": value}
    ans = {"certificates": [{"key": "a", "number": "DMN-2026-7"}]}
    portfolio.record([{**portfolio.CERTIFIED, "identifiers": [identifier], "ans": ans}])


@pytest.mark.parametrize(("value", "scanned"), CARRIERS.values(), ids=CARRIERS)
def test_a_scanned_carrier_of_each_agency_finds_its_device(
    client_of: Client, value: str, scanned: str
) -> None:
    client = client_of("buyer")
    carried(value)
    for identifier in (value, scanned):
        answer = client.get(LOOKUP, {"identifier": identifier})
        assert [one["key"] for one in answer.json()["results"]] == ["scan-one"], identifier


def post(client: APIClient, *identifiers: str, **more: Any) -> Any:
    return client.post(
        LOOKUP, {"identifiers": list(identifiers), **more}, format="json", headers={"Accept-Language": "en"}
    )


def test_each_of_many_identifiers_has_its_own_answer(client_of: Client) -> None:
    client = client_of("buyer")
    carried("04250802900152")
    asked = ["(01)04250802900152(21)A1", "1140921", "DMN-2026-7", "0000001", "04250802900153", "zebra"]
    results = post(client, *asked).json()["results"]
    assert [one["identifier"] for one in results] == asked
    assert [one["outcome"] for one in results] == ["found"] * 3 + ["not_found", "wrong", "wrong"]
    assert {one["devices"][0]["key"] for one in results[:3]} == {"scan-one"}
    assert "check" in results[4]["detail"]
    assert results[3]["detail"] is None


def test_what_is_private_is_not_found(client_of: Client) -> None:
    identifier = {"key": "di", "scheme": "udi_di", "value": "04250802900152"}
    client = client_of("buyer")
    portfolio.record(
        [{**portfolio.CERTIFIED, "identifiers": []}, {**portfolio.PRIVATE, "identifiers": [identifier]}]
    )
    assert post(client, "04250802900152").json()["results"][0]["outcome"] == "not_found"
    assert post(client_of("officer"), "04250802900152").json()["results"][0]["outcome"] == "found"


def test_500_cost_as_many_queries_as_one_and_501_are_refused(client_of: Client) -> None:
    client = client_of("buyer")

    def cost(*identifiers: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert post(client, *identifiers).status_code == 200
        return len(queries)

    cost("1140921")
    many = ["04250802900152", "1140921", *(f"{n:07}" for n in range(2_000_000, 2_000_498))]
    assert cost(*many) == cost(*many[:2]) <= 9
    problem = refused(post(client, *many, "1"), 400)
    assert problem["errors"][0]["parameter"].startswith("identifiers")
    assert refused(post(client, "1", page=2), 400)["errors"][0]["parameter"] == "page"
    assert refused(post(client), 400)["errors"][0]["parameter"] == "identifiers"


def test_what_is_no_json_is_refused(client_of: Client) -> None:
    client = client_of("buyer")
    refused(client.post(LOOKUP, "identifiers=1", content_type="application/x-www-form-urlencoded"), 415)
    refused(client.post(LOOKUP, "{", content_type="application/json"), 400)
    refused(client.post(LOOKUP, "[]", content_type="application/json"), 400)
    number = client.post(LOOKUP, '{"identifiers": [4250802900152]}', content_type="application/json")
    assert refused(number, 400)["errors"][0]["parameter"].startswith("identifiers")  # its zero is lost
    refused(client.post(LOOKUP, '"' + "x" * 3_000_000 + '"', content_type="application/json"), 413)
    refused(client.delete(LOOKUP), 405)


def test_deadlines_of_all_devices_by_date_a_page_at_a_time(client_of: Client) -> None:
    client = client_of("buyer")
    whole = client.get(DEADLINES, {"page_size": 200}).json()["results"]
    assert {one["device"]["key"] for one in whole} == {"scan-one"}
    dates = [one["strict"] for one in whole]
    assert dates == sorted(dates)
    due = client.get(DEADLINES, {"due_before": "2026-12-01", "due_from": "2026-11-30"}).json()["results"]
    audit = next(one for one in due if one["rule"] == "mdr.surveillance_audit")
    assert (audit["strict"], audit["state"]) == ("2026-11-30", "open")
    assert audit["label"]
    assert audit["certainty"]
    paged: list[Any] = []
    query: dict[str, Any] = {"page_size": 3}
    with CaptureQueriesContext(connection) as queries:
        client.get(DEADLINES, query)
    assert len(queries) <= 4
    while True:
        body = client.get(DEADLINES, query).json()
        paged += body["results"]
        if (cursor := body["next_cursor"]) is None:
            break
        query["cursor"] = cursor
    assert paged == whole
    assert client_of("rival").get(DEADLINES).json()["results"] == []
    refused(client.get(DEADLINES, {"due_befor": "2026-12-01"}), 400)
