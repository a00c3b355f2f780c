"""The manners of HTTP at every address: problems, validators, what an answer depends on, other origins."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import URLPattern
from rest_framework.test import APIClient

from compliance.api.deprecation import Deprecated
from compliance.api.views import DeviceList
from devices.models import Scope
from tests.api.conftest import Client
from tests.api.programs import DEVICES, endpoints, key_with, path_of, refused

JSON_ADDRESSES = [one for one in endpoints() if one.name not in {"document_file", "csv", "parquet"}]


@pytest.mark.parametrize("one", JSON_ADDRESSES, ids=lambda one: one.name)
def test_each_answer_has_a_strong_validator_and_says_what_it_depends_on(
    client_of: Client, one: URLPattern
) -> None:
    client, path = client_of("buyer"), path_of(one)
    answer = client.get(path)
    assert answer["ETag"].startswith('"')
    assert {"Authorization", "Accept-Language"} <= {name.strip() for name in answer["Vary"].split(",")}
    assert answer["Cache-Control"] == "private, no-cache"
    again = client.get(path, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == answer["ETag"]
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("one", JSON_ADDRESSES, ids=lambda one: one.name)
def test_each_address_refuses_what_it_does_not_know(client_of: Client, one: URLPattern) -> None:
    client, path = client_of("buyer"), path_of(one)
    problem = refused(
        client.get(path, {"identifier": "1140921", "zz": "1"} if one.name == "lookup" else {"zz": "1"}), 400
    )
    assert problem["errors"][0]["parameter"] == "zz"
    assert "zz" not in problem["allowed"]
    allowed = refused(client.delete(path), 405)
    assert allowed["title"]
    refused(client.get(path, headers={"Accept": "text/csv"}), 406)


def test_what_breaks_is_a_problem_that_tells_nothing(
    client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("secret")

    client_of("buyer")
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key_with(*Scope)}")
    monkeypatch.setattr("compliance.assessments.answers.listed", broken)
    problem = refused(client.get(DEVICES), 500)
    assert "secret" not in str(problem)


def test_other_origins_are_let_in_nowhere(client_of: Client) -> None:
    client = client_of("buyer")
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
    for answer in (client.get(DEVICES, headers=headers), client.options(DEVICES, headers=headers)):
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_an_address_that_is_to_go_says_so_in_each_answer(
    client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of("buyer")
    names = ("Deprecation", "Sunset", "Link")
    assert [name for name in names if name in client.get(DEVICES).headers] == []
    going = Deprecated(
        datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 7, 1, tzinfo=UTC), "https://example.org/v2"
    )
    monkeypatch.setattr(DeviceList, "deprecated", going)
    for path in (DEVICES, f"{DEVICES}?serch=x"):
        assert [client.get(path).headers[name] for name in names] == [
            "@1798761600",
            "Thu, 01 Jul 2027 00:00:00 GMT",
            '<https://example.org/v2>; rel="deprecation"; type="text/html"',
        ]
