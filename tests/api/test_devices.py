"""The list, the detail and the lookup, for each role."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import portfolio
from tests.api.conftest import Client

DEVICES = "/api/v1/devices"


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("officer", ["Draft Two", "Écho Scan One"]),
        ("buyer", ["Écho Scan One"]),
        ("auditor", ["Écho Scan One"]),
        ("rival", ["Rival Three"]),
    ],
)
def test_each_role_lists_its_devices_and_no_other(client_of: Client, role: str, names: list[str]) -> None:
    answer = client_of(role).get(DEVICES)
    assert answer.status_code == 200
    assert sorted(one["name"] for one in answer.json()["results"]) == sorted(names)


@pytest.mark.parametrize(
    "path", ["", "/lookup?identifier=04250802900152", "/{id}", "/{id}/status", "/{id}/deadlines"]
)
def test_nobody_is_refused_everywhere(client_of: Client, path: str) -> None:
    answer = client_of("nobody").get(DEVICES + path.format(id=portfolio.device().pk))
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["", "/status", "/deadlines"])
def test_a_device_of_another_is_not_found(client_of: Client, path: str) -> None:
    private = portfolio.device("draft-two").pk
    assert client_of("officer").get(f"{DEVICES}/{private}{path}").status_code == 200
    assert client_of("buyer").get(f"{DEVICES}/{private}{path}").status_code == 404
    assert client_of("rival").get(f"{DEVICES}/{private}{path}").status_code == 404


def test_an_unknown_parameter_is_refused_and_the_allowed_are_named(client_of: Client) -> None:
    answer = client_of("buyer").get(DEVICES, {"clas": "IIa"})
    assert answer.status_code == 400
    problem = answer.json()
    assert {"device_class", "manufacturer", "tier", "ordering"} <= set(problem["allowed"])
    assert "device_class" in problem["detail"]
    assert problem["errors"][0]["parameter"] == "clas"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "echo maker"}, 1),
        ({"search": "zebra"}, 0),
        ({"device_class": "IIa"}, 1),
        ({"device_class": "III"}, 0),
        ({"listing": "lppr"}, 1),
        ({"listing": "latm"}, 0),
        ({"identifier": "(01)04250802900152(21)A1"}, 1),
        ({"track": "ans", "status": "unknown"}, 1),
        ({"track": "ans", "status": "valid"}, 0),
        ({"search": "scans"}, 1),
        ({"tier": "high_risk_annex_i"}, 1),
        ({"tier": "minimal"}, 0),
        ({"manufacturer": "maker"}, 1),
        ({"exploitant": "maker"}, 0),
        ({"market_access": "open"}, 1),
        ({"market_access": "blocked"}, 0),
        ({"reimbursement": "attention", "code": "1140921"}, 1),
        ({"listing": "latm", "code": "1140921"}, 0),
        ({"ends_before": "2027-07-01"}, 1),
        ({"ends_before": "2027-06-30"}, 0),
    ],
)
def test_filters(client_of: Client, query: dict[str, str], found: int) -> None:
    assert len(client_of("buyer").get(DEVICES, query).json()["results"]) == found


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"status": "valid"}, "track"),
        ({"track": "moon"}, "track"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "5000"}, "page_size"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"identifier": "12345"}, "identifier"),
        ({"ordering": "price"}, "ordering"),
        ({"ends_before": "soon"}, "ends_before"),
        ({"ends_before": ""}, "ends_before"),
        ({"manufacturer": ""}, "manufacturer"),
        ({"identifier": ""}, "identifier"),
        ({"market_access": ""}, "market_access"),
    ],
)
def test_a_wrong_value_names_its_parameter(client_of: Client, query: dict[str, str], parameter: str) -> None:
    answer = client_of("buyer").get(DEVICES, query)
    assert answer.status_code == 400
    assert [one["parameter"] for one in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize("identifier", ["04250802900152", "42508029C1000Y6", "(01)04250802900152", "1140921"])
def test_lookup_by_any_identifier(client_of: Client, identifier: str) -> None:
    answer = client_of("buyer").get(f"{DEVICES}/lookup", {"identifier": identifier})
    assert [one["key"] for one in answer.json()["results"]] == ["scan-one"]


def test_a_list_says_where_another_date_is_answered(client_of: Client) -> None:
    answer = client_of("buyer").get(DEVICES, {"on": "2027-01-01"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 400
    assert "/devices/{id}/status" in answer.json()["detail"]


MANY = [{**portfolio.PRIVATE, "key": f"d{n:02}", "name": f"Same name {n % 3}"} for n in range(25)]


@pytest.mark.parametrize("ordering", ["name", "next_change", "updated"])
def test_pages_give_every_device_once_at_a_constant_cost(client_of: Client, ordering: str) -> None:
    client = client_of("officer")
    portfolio.record([*MANY, portfolio.CERTIFIED, portfolio.PRIVATE])
    seen, query, counts = [], {"page_size": "7", "ordering": ordering}, set()
    for n in range(4):
        with CaptureQueriesContext(connection) as queries:
            body = client.get(DEVICES, query).json()
        counts.add(len(queries))
        seen += [one["key"] for one in body["results"]]
        query["cursor"] = body["next_cursor"]
        if n == 1:  # a cursor belongs to its order
            other = "updated" if ordering == "name" else "name"
            wrong = client.get(DEVICES, query | {"ordering": other})
            assert wrong.json()["errors"][0]["parameter"] == "cursor"
        if n == 0:  # what is written between two pages neither shifts nor repeats the others
            portfolio.device(next(one for one in seen if one != "scan-one")).delete()
            portfolio.record([{**portfolio.PRIVATE, "key": "first", "name": "AAA"}])
    assert body["next_cursor"] is None
    assert len(seen) == len(set(seen))
    assert {one["key"] for one in MANY} <= set(seen)
    assert max(counts) <= 7
