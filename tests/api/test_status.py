"""Status and deadlines: dated, explained, in two languages; errors as problem details."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from drf_spectacular.drainage import GENERATOR_STATS

from compliance.audit.actors import Actor
from compliance.ce_marking.models import Certificate
from compliance.facts.operations import amend
from tests import portfolio
from tests.api.conftest import Client


def _path(name: str) -> str:
    return reverse(f"api:{name}", args=[portfolio.device().pk])


def test_a_status_explains_itself(client_of: Client) -> None:
    answer = client_of("buyer").get(_path("status"))
    body = answer.json()
    assert list(body["tracks"]) == ["ce_marking", "cnedimts", "listing", "ans", "ai_act"]
    assert body["on"] == body["known_on"] == "2026-11-22"
    assert (body["device"], body["key"]) == (str(portfolio.device().pk), "scan-one")
    ce_marking = body["tracks"]["ce_marking"]
    assert (ce_marking["status"], ce_marking["until"]) == ("valid", "2029-02-28")
    reason = next(one for one in ce_marking["reasons"] if one["fact"] == "ce_marking.certificates[qms]")
    assert "%" not in reason["text"]
    assert body["tracks"]["ans"]["status"] == "unknown"


def test_the_ai_act_date_as_known_before_and_after_the_amendment(client_of: Client) -> None:
    def high_risk(known_on: str) -> list[str]:
        body = client_of("buyer").get(_path("status"), {"known_on": known_on}).json()
        return [one["strict"] for one in body["deadlines"] if one["rule"] == "aia.high_risk_annex_i"]

    assert high_risk("2026-05-01") == ["2027-08-02"]
    assert high_risk("2026-11-22") == ["2028-08-02"]


def test_a_fact_changed_changes_the_status_at_once(client_of: Client) -> None:
    client = client_of("buyer")
    before = client.get(_path("status"))
    amend(
        actor=Actor.system("test"),
        fact=Certificate.objects.get(),
        changes={"suspended_on": portfolio.NOW.date()},
        reason="the notified body suspended it",
        at=portfolio.NOW,
    )
    after = client.get(_path("status"), headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.json()["tracks"]["ce_marking"]["status"] == "suspended"


def test_the_same_answer_is_not_sent_twice(client_of: Client) -> None:
    client = client_of("buyer")
    etag = client.get(_path("status"))["ETag"]
    assert not etag.startswith("W/")
    assert client.get(_path("status"), headers={"If-None-Match": etag}).status_code == 304


def test_deadlines_up_to_a_date(client_of: Client) -> None:
    client = client_of("buyer")
    body = client.get(_path("deadlines"), {"until": "2026-12-31"}).json()
    audit = next(one for one in body["results"] if one["rule"] == "mdr.surveillance_audit")
    assert (audit["strict"], audit["state"]) == ("2026-11-30", "open")
    assert audit["label"]
    assert all(one["strict"] <= "2026-12-31" for one in body["results"])


def test_french_by_default_and_english_on_request(client_of: Client) -> None:
    client = client_of("buyer")
    french = client.get(_path("deadlines")).json()["results"]
    english = client.get(_path("deadlines"), headers={"Accept-Language": "en"}).json()["results"]
    assert [one["rule"] for one in french] == [one["rule"] for one in english]
    assert [one["label"] for one in french] != [one["label"] for one in english]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [({"on": "2026-02-30"}, "on"), ({"on": "1066-10-14"}, "on"), ({"known_on": "yesterday"}, "known_on")],
)
def test_a_wrong_date_names_its_parameter(client_of: Client, query: dict[str, str], parameter: str) -> None:
    answer = client_of("buyer").get(_path("status"), query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize(
    ("method", "path", "status"), [("get", "/api/v1/nope", 404), ("post", "/api/v1/devices", 405)]
)
def test_other_errors_are_problem_details(client_of: Client, method: str, path: str, status: int) -> None:
    answer = getattr(client_of("buyer"), method)(path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status


def test_a_refused_form_is_still_a_problem(client_of: Client) -> None:
    answer = client_of("buyer").get("/api/v1/devices", headers={"Accept": "application/xml"})
    assert (answer.status_code, answer["Content-Type"]) == (406, "application/problem+json")


def test_the_schema_is_made_without_a_warning(client_of: Client) -> None:
    GENERATOR_STATS.reset()
    headers = {"Accept": "application/vnd.oai.openapi+json"}
    schema = client_of("buyer").get("/api/v1/schema", headers=headers).json()
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) == {
        "/api/v1/devices",
        "/api/v1/devices.csv",
        "/api/v1/devices.parquet",
        "/api/v1/devices/lookup",
        "/api/v1/devices/{device_id}/facts/{kind}",
        "/api/v1/devices/{device_id}/facts/{kind}/{key}",
        "/api/v1/devices/{device_id}/facts/{kind}/{key}/retract",
        "/api/v1/deadlines",
        "/api/v1/changes",
        "/api/v1/devices/{device_id}",
        "/api/v1/devices/{device_id}/status",
        "/api/v1/devices/{device_id}/deadlines",
        "/api/v1/devices/{device_id}/documents",
        "/api/v1/devices/{device_id}/documents/{version_id}",
        "/api/v1/dossiers",
        "/api/v1/dossiers/{dossier_id}",
        "/api/v1/dossiers/{dossier_id}/cancel",
        "/api/v1/dossiers/{dossier_id}/download",
    }
    assert not GENERATOR_STATS


def test_a_status_costs_the_same_whatever_the_device_holds(client_of: Client) -> None:
    def cost(key: str, name: str) -> int:
        path = reverse(f"api:{name}", args=[portfolio.device(key).pk])
        with CaptureQueriesContext(connection) as queries:
            assert client_of_officer.get(path).status_code == 200
        return len(queries)

    client_of_officer = client_of("officer")
    client_of_officer.get("/api/v1/devices")  # notes the use of the key, once a minute
    assert cost("draft-two", "status") < cost("scan-one", "status") == 5  # it names no fact to be read
    assert {cost("scan-one", "deadlines"), cost("draft-two", "deadlines")} == {4}
