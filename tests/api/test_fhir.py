"""The FHIR R5 surface: what each role reads, how it is searched, what it refuses and what it costs."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from compliance.ans.models import AnsCertificate
from compliance.api.fhir.definitions import EXTENSIONS
from compliance.api.fhir.terms import SYSTEMS
from compliance.ce_marking.models import Certificate
from compliance.listing.models import Listing
from devices.models import Organisation, Scope
from tests import portfolio
from tests.api.conftest import Client
from tests.api.programs import key_with, with_bearer

BASE = "/fhir/R5"
GS1 = "http://hl7.org/fhir/NamingSystem/gs1-di"
HOST = "http://testserver/fhir/R5"
WHOLE: dict[str, Any] = {
    **portfolio.CERTIFIED,
    "exploitant": "operator",
    "emdn": "Z12",
    "versions": [
        {"key": "v1", "number": "1.0", "released_on": "2022-01-01", "retired_on": "2024-01-01"},
        {"key": "v2", "number": "2.0", "released_on": "2024-01-01"},
        {"key": "v3", "number": "3.0", "released_on": "2027-01-01"},
    ],
    "ce_marking": {
        **portfolio.CERTIFIED["ce_marking"],
        "certificates": [
            *portfolio.CERTIFIED["ce_marking"]["certificates"],
            {
                "key": "td", "number": "C-2", "kind": "technical_documentation", "regulation": "MDR",
                "notified_body": "0459", "issued_on": "2025-03-01", "printed_end": "2029-02-28",
                "suspended_on": "2026-10-01", "note": "zq-private",
            },
            {
                "key": "next", "number": "C-3", "kind": "quality_management", "regulation": "MDR",
                "issued_on": "2027-03-01",
            },
        ],
    },
    "ans": {
        "certificates": [
            {
                "key": "dmn", "number": "DMN-7", "referentiel": "Référentiel DMN",
                "referentiel_version": "1.6", "issued_on": "2025-01-10",
                "ended_on": "2026-02-01", "ended_reason": "withdrawn",
            },
            {
                "key": "later", "number": "DMN-8", "referentiel": "Référentiel DMN",
                "referentiel_version": "1.7", "issued_on": "2026-02-01", "ends_on": "2029-01-31",
            },
        ]
    },
    "cnedimts": {
        "applications": [
            {
                "key": "first", "procedure": "lppr_listing", "outcome": "granted", "reference": "4711",
                "steps": [
                    {"step": "requested", "on": "2021-09-01"},
                    {"step": "draft_opinion_received", "on": "2021-11-15"},
                    {"step": "decided", "on": "2022-06-01"},
                ],
                "opinions": [{"adopted_on": "2021-12-14", "published_on": "2022-01-20"}],
            },
            {
                "key": "second", "procedure": "lppr_renewal", "reference": "zq-secret",
                "steps": [{"step": "requested", "on": "2026-11-02"}],
            },
        ]
    },
}  # fmt: skip


@pytest.fixture
def whole(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Record a device that holds something of all that is told here."""
    operator = {"key": "operator", "name": "Operator", "country": "FR", "srn": "FR-IM-000012345"}
    held = [*portfolio.FILE["organisations"], operator]
    monkeypatch.setattr(portfolio, "FILE", {**portfolio.FILE, "organisations": held})
    portfolio.record([WHOLE, portfolio.PRIVATE])


def read(client: Any, path: str, **query: str) -> Any:
    answer = client.get(f"{BASE}/{path}", query)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/fhir+json"), answer.content
    return answer.json()


def found(client: Any, path: str, **query: str) -> list[Any]:
    return [one["resource"] for one in read(client, path, **query).get("entry", [])]


def issues(answer: Any, status: int) -> list[Any]:
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/fhir+json"), answer.content
    assert answer.json()["resourceType"] == "OperationOutcome"
    held: list[Any] = answer.json()["issue"]
    return held


def test_a_device_as_a_device_definition(client_of: Client, whole: None) -> None:
    device = portfolio.device()
    with translation.override("en"):
        told = read(client_of("buyer"), f"DeviceDefinition/{device.pk}")
    assert told["udiDeviceIdentifier"] == [
        {
            "deviceIdentifier": "04250802900152",
            "issuer": "http://hl7.org/fhir/NamingSystem/gs1-di",
            "jurisdiction": "https://ec.europa.eu/tools/eudamed",
        }
    ]
    assert told["regulatoryIdentifier"][0] == {
        "type": "basic",
        "deviceIdentifier": "42508029C1000Y6",
        "issuer": "http://hl7.org/fhir/NamingSystem/gs1-di",
        "jurisdiction": "https://ec.europa.eu/tools/eudamed",
    }
    maker = Organisation.objects.get(key="maker")
    reference = f"Organization/{maker.pk}"
    assert told["manufacturer"] == {"reference": reference, "display": "Maker"}
    for named in (reference, str(maker.pk), f"{HOST}/{reference}"):
        assert len(found(client_of("buyer"), "DeviceDefinition", manufacturer=named)) == 1
    codes = [one["type"]["coding"][0] for one in told["classification"]]
    assert [(one["system"].rpartition("/")[2], one["code"]) for one in codes] == [
        ("device-class", "IIa"),
        ("emdn", "Z12"),
        ("ai-act-tier", "high_risk_annex_i"),
    ]
    assert told["classification"][2]["type"]["extension"][0]["url"] == f"{HOST}/StructureDefinition/certainty"
    assert [one["value"] for one in told["version"]] == ["2.0"]
    assert told["chargeItem"][0]["chargeItemCode"]["concept"]["coding"] == [
        {"system": f"{HOST}/identifier/lpp", "code": "1140921"}
    ]
    assert told["chargeItem"][0]["effectivePeriod"] == {"start": "2022-07-01", "end": "2027-06-30"}
    assert told["conformsTo"] == [{"specification": {"text": "Référentiel DMN"}, "version": ["1.7"]}]


def test_each_paper_with_the_status_of_the_day(client_of: Client, whole: None) -> None:
    subject = f"DeviceDefinition/{portfolio.device().pk}"
    told = {
        one["identifier"][0]["value"]: (
            one["status"]["coding"][0]["code"],
            one.get("statusDate"),
            one["validityPeriod"],
            one["regulator"]["reference"].removeprefix("Organization/"),
            one["region"][0]["coding"][0]["code"],
        )
        for one in found(client_of("buyer"), "RegulatedAuthorization", subject=subject)
    }
    certified = {"end": "2029-02-28"}
    assert told == {
        "C-1": ("valid", "2024-03-01", {"start": "2024-03-01", **certified}, "nb-0459", "EU"),
        "C-2": ("suspended", "2026-10-01", {"start": "2025-03-01", **certified}, "nb-0459", "EU"),
        "DMN-7": (
            "expired", "2026-02-01", {"start": "2025-01-10", "end": "2026-01-31"}, "authority-ans", "FR",
        ),
        "DMN-8": (
            "valid", "2026-02-01", {"start": "2026-02-01", "end": "2029-01-31"}, "authority-ans", "FR",
        ),
        "1140921": (
            "valid", "2022-07-01", {"start": "2022-07-01", "end": "2027-06-30"}, "authority-ministers", "FR",
        ),
    }  # fmt: skip


def test_a_case_is_told_to_a_buyer_once_its_opinion_is_published(client_of: Client, whole: None) -> None:
    path = f"RegulatedAuthorization/{Listing.objects.get(key='lppr').pk}"
    assert read(client_of("officer"), path)["case"]["identifier"]["value"] == "zq-secret"
    told = read(client_of("buyer"), path)
    assert told["case"]["identifier"]["value"] == "4711"
    assert told["case"]["datePeriod"] == {"start": "2021-09-01", "end": "2022-06-01"}
    assert [one["dateDateTime"] for one in told["case"]["application"]] == [
        "2021-09-01", "2021-12-14", "2022-06-01",
    ]  # fmt: skip
    assert told["holder"]["display"] == "Operator"
    answers = [
        client_of("buyer").get(f"{BASE}/{one}") for one in ("RegulatedAuthorization", "DeviceDefinition")
    ]
    assert not any(b"zq-" in one.content for one in answers)


@pytest.mark.parametrize(("role", "count"), [("officer", 2), ("buyer", 1), ("auditor", 1), ("rival", 1)])
def test_each_role_finds_what_it_finds_in_the_api(client_of: Client, role: str, count: int) -> None:
    client = client_of(role)
    listed = [one["id"] for one in client.get("/api/v1/devices").json()["results"]]
    assert [one["id"] for one in found(client, "DeviceDefinition")] == listed
    assert len(listed) == count
    papers = found(client, "RegulatedAuthorization")
    assert len(papers) == (0 if role == "rival" else 2)


def test_what_is_out_of_view_is_not_found(client_of: Client, whole: None) -> None:
    rival = client_of("rival")
    for path in (
        f"DeviceDefinition/{portfolio.device().pk}",
        f"RegulatedAuthorization/{Certificate.objects.get(key='qms').pk}",
        f"Organization/{Organisation.objects.get(key='maker').pk}",
        "Organization/nb-0459",
        "Organization/authority-x",
        "DeviceDefinition/1",
        "Patient",
        "CodeSystem/x",
    ):
        assert issues(rival.get(f"{BASE}/{path}"), 404)[0]["code"] == "not-found"
    coming = Certificate.objects.get(key="next")
    issues(client_of("officer").get(f"{BASE}/RegulatedAuthorization/{coming.pk}"), 404)


@pytest.mark.parametrize(
    ("path", "query", "count"),
    [
        ("DeviceDefinition", {"identifier": "04250802900152"}, 1),
        ("DeviceDefinition", {"identifier": f"{GS1}|(01)04250802900152(21)A1"}, 1),
        ("DeviceDefinition", {"identifier": "1140921"}, 1),
        ("DeviceDefinition", {"identifier": f"{HOST}/identifier/lpp|1140921"}, 1),
        ("DeviceDefinition", {"identifier": f"{HOST}/identifier/coverage|1140921"}, 0),
        ("DeviceDefinition", {"identifier": f"{HOST}/identifier/key|scan-one"}, 1),
        ("DeviceDefinition", {"identifier": "urn:oid:1.2.3|04250802900152"}, 0),
        ("DeviceDefinition", {"_id": "unknown"}, 0),
        ("RegulatedAuthorization", {"identifier": "C-1"}, 1),
        ("RegulatedAuthorization", {"identifier": f"{HOST}/identifier/lpp|1140921"}, 1),
        ("RegulatedAuthorization", {"identifier": f"{HOST}/identifier/certificate|1140921"}, 0),
        ("Organization", {}, 5),
        ("Organization", {"identifier": "maker"}, 1),
        ("Organization", {"identifier": f"{HOST}/identifier/notified-body|0459"}, 1),
        ("Organization", {"_id": "authority-ans"}, 1),
    ],
)  # fmt: skip
def test_searches(client_of: Client, path: str, query: dict[str, str], count: int) -> None:
    assert len(found(client_of("buyer"), path, **query)) == count


def test_pages_give_all_once_at_a_constant_cost(client_of: Client) -> None:
    many = [{**portfolio.CERTIFIED, "key": f"d{n:02}", "identifiers": []} for n in range(25)]
    portfolio.record(many)
    client = client_of("officer")
    for kind, size, expected in (("DeviceDefinition", 10, 27), ("RegulatedAuthorization", 20, 52)):
        seen, costs, url = [], set(), f"{BASE}/{kind}?_count={size}"
        while url:
            with CaptureQueriesContext(connection) as queries:
                body = client.get(url).json()
            costs.add(len(asked(queries)))
            seen += [one["resource"]["id"] for one in body["entry"]]
            links = {one["relation"]: one["url"] for one in body["link"]}
            url = links.get("next", "")
        assert len(seen) == len(set(seen)) == expected
        assert max(costs) <= 6, costs
    pages = found(client, "Organization", _count="2")
    assert [one["id"] for one in pages] == ["authority-ans", "authority-cnedimts"]


def test_a_read_costs_little_and_is_not_sent_twice(client_of: Client, whole: None) -> None:
    client = client_of("buyer")
    for path in (
        f"DeviceDefinition/{portfolio.device().pk}",
        f"RegulatedAuthorization/{AnsCertificate.objects.get(key='dmn').pk}",
        f"Organization/{Organisation.objects.get(key='maker').pk}",
    ):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"{BASE}/{path}")
        assert len(asked(queries)) <= 4, [one["sql"] for one in queries]
        assert answer["Cache-Control"] == "private, no-cache"
        assert not answer["ETag"].startswith("W/")
        assert client.get(f"{BASE}/{path}", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def asked(queries: CaptureQueriesContext) -> list[str]:
    """Return what was asked beside the sign-in: the key and the roles of its person."""
    signing_in = ("devices_apikey", "devices_membership", "devices_grant", "SAVEPOINT", "set_config")
    return [one["sql"] for one in queries if not any(word in one["sql"] for word in signing_in)]


def test_refusals(client_of: Client) -> None:
    buyer = client_of("buyer")
    issue = issues(buyer.get(f"{BASE}/DeviceDefinition?udi=1"), 400)[0]
    assert (issue["code"], issue["expression"]) == ("not-supported", ["http.udi"])
    assert "_count, _format, _id, cursor, identifier, manufacturer" in issue["diagnostics"]
    for query in (
        "identifier=12345",
        "identifier=|1",
        "_count=0",
        "_count=900",
        "cursor=x",
        "manufacturer=x",
        "manufacturer=",
        "_count=",
    ):
        issue = issues(buyer.get(f"{BASE}/DeviceDefinition?{query}"), 400)[0]
        assert issue["expression"] == [f"http.{query.partition('=')[0]}"]
    assert issues(buyer.get(f"{BASE}/RegulatedAuthorization?subject=Patient/1"), 400)[0]["code"] == "invalid"
    assert issues(client_of("nobody").get(f"{BASE}/DeviceDefinition"), 401)[0]["code"] == "login"
    narrow = with_bearer(key_with(Scope.DEVICES_READ))
    assert issues(narrow.get(f"{BASE}/RegulatedAuthorization"), 403)[0]["code"] == "forbidden"
    assert issues(buyer.post(f"{BASE}/DeviceDefinition"), 405)[0]["code"] == "not-supported"
    assert issues(buyer.get(f"{BASE}/DeviceDefinition?_format=xml"), 406)[0]["code"] == "not-supported"
    assert issues(buyer.get(f"{BASE}/metadata", headers={"Accept": "application/fhir+xml"}), 406)


def test_too_many_requests_and_a_failure(
    client_of: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer = client_of("buyer")
    monkeypatch.setattr("compliance.api.fhir.searching.subjects", lambda *_: 1 / 0)
    buyer.raise_request_exception = False
    issue = issues(buyer.get(f"{BASE}/DeviceDefinition"), 500)[0]
    assert issue["code"] == "exception"
    assert "division" not in issue["diagnostics"]
    settings.API_RATES = {**settings.API_RATES, "program": "2/min"}
    buyer.get(f"{BASE}/Organization")
    answer = buyer.get(f"{BASE}/Organization")
    assert issues(answer, 429)[0]["code"] == "throttled"
    assert answer["Retry-After"]


def test_forms_of_json(client_of: Client) -> None:
    buyer = client_of("buyer")
    for accepted in ("application/fhir+json; fhirVersion=5.0", "*/*"):
        answer = buyer.get(f"{BASE}/Organization", headers={"Accept": accepted})
        assert answer["Content-Type"] == "application/fhir+json"
    for named in ("json", "application/fhir%2Bjson", "application/fhir+json"):
        answer = buyer.get(f"{BASE}/Organization?_format={named}", headers={"Accept": "text/html"})
        assert answer["Content-Type"] == "application/fhir+json"


def test_what_is_served_and_its_codes_are_open(client_of: Client) -> None:
    nobody = client_of("nobody")
    served = read(nobody, "metadata")["rest"][0]["resource"]
    assert [one["type"] for one in served] == [
        "DeviceDefinition", "RegulatedAuthorization", "Organization", "CodeSystem", "ValueSet",
        "StructureDefinition",
    ]  # fmt: skip
    buyer = client_of("buyer")
    for one in served:
        for parameter in one.get("searchParam", []):
            value = "5" if parameter["type"] == "number" else "00000000-0000-4000-8000-000000000000"
            if parameter["name"] != "identifier":
                read(buyer, one["type"], **{parameter["name"]: value})
    codes = read(nobody, "CodeSystem/status")
    valid = next(one for one in codes["concept"] if one["code"] == "valid")
    assert valid["display"] == "valide"
    assert valid["designation"][1] == {"language": "en", "value": "valid"}
    assert read(nobody, "ValueSet/status")["compose"]["include"][0]["system"] == codes["url"]


def everything(client: Any) -> Iterator[Any]:
    """Yield one answer of every kind."""
    yield read(client, "metadata")
    for kind in ("DeviceDefinition", "RegulatedAuthorization", "Organization"):
        bundle = read(client, kind)
        yield bundle
        yield from (one["resource"] for one in bundle["entry"])
    yield from (read(client, f"{kind}/{name}") for kind in ("CodeSystem", "ValueSet") for name in SYSTEMS)
    yield from (read(client, f"StructureDefinition/{name}") for name in EXTENSIONS)
    yield client.get(f"{BASE}/DeviceDefinition?udi=1").json()


def test_every_answer_is_valid_r5(client_of: Client, whole: None) -> None:
    """By a library that knows the definitions of R5; the product runs without it."""
    models = pytest.importorskip("fhir.resources")
    kinds = set()
    for one in everything(client_of("officer")):
        kind = one["resourceType"]
        module = importlib.import_module(f"{models.__name__}.{kind.lower()}")
        getattr(module, kind).model_validate(one)
        kinds.add(kind)
    assert len(kinds) == 9
    module = importlib.import_module(f"{models.__name__}.organization")
    with pytest.raises(ValueError, match="nonsense"):
        module.Organization.model_validate({"resourceType": "Organization", "nonsense": 1})


def test_every_code_is_published(client_of: Client, whole: None) -> None:
    """No answer names a code of ours that its system does not hold, or an extension that is not defined."""
    client, seen = client_of("officer"), set()

    def walk(value: Any) -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            system = str(value.get("system", ""))
            if system.startswith(f"{HOST}/CodeSystem/") and "code" in value:
                yield system, value["code"]
            if str(value.get("url", "")).startswith(f"{HOST}/StructureDefinition/"):
                yield value["url"], ""
            for inner in value.values():
                yield from walk(inner)
        if isinstance(value, list):
            for inner in value:
                yield from walk(inner)

    for kind in ("DeviceDefinition", "RegulatedAuthorization"):
        seen |= set(walk(read(client, kind)))
    assert len({system for system, _code in seen}) >= 8
    for url, code in seen:
        published = client.get(url.removeprefix("http://testserver")).json()
        assert published["url"] == url
        assert not code or code in {one["code"] for one in published["concept"]}
