"""What a buyer reads: may it be bought, is it paid for, what must the hospital do, who says so."""

import re
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.facts.kinds import KINDS
from compliance.facts.origins import recorded_in, recorded_now
from compliance.facts.past import known_file
from tests import portfolio
from tests.api.conftest import Client
from tests.evidence.conftest import added
from tests.evidence.files import PDF

KNOWN: dict[str, Any] = {
    **deepcopy(portfolio.CERTIFIED),
    "digital_device": True,
    "host": "host",
    "ans": {
        "certificates": [
            {
                "key": "ans",
                "number": "DMN-7",
                "issued_on": "2026-01-10",
                "ends_on": "2028-01-09",
                "software_version": "3",
                "source": "register",
            }
        ]
    },
    "data": {"breaches": [{"key": "secret", "aware_on": "2026-11-01", "note": "private"}]},
}
KNOWN["listing"]["listings"][0] |= {"tariff_eur": "12.50", "source": "register"}
FILE = {
    **portfolio.FILE,
    "sources": [
        *portfolio.FILE["sources"],
        {"key": "register", "title": "Register", "quality": "register", "read_on": "2026-10-02"},
    ],
    "organisations": [
        *portfolio.FILE["organisations"],
        {
            "key": "host",
            "name": "Host",
            "hds_certificates": [
                {"key": "hds", "number": "H-1", "issued_on": "2025-05-01", "ends_on": "2028-04-30"}
            ],
        },
    ],
}


@pytest.fixture
def known(client_of: Client, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(portfolio, "FILE", FILE)
    portfolio.record([KNOWN, portfolio.PRIVATE])


def status(client_of: Client, key: str = "scan-one", role: str = "buyer", **query: str) -> Any:
    path = reverse("api:status", args=[portfolio.device(key).pk])
    answer = client_of(role).get(path, query, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_buyer_reads_sale_coverage_certificates_and_tier(known: None, client_of: Client) -> None:
    buyer = status(client_of)["buyer"]
    assert buyer["sale"]["answer"] == "yes"
    assert any(one["citation"] and one["certainty"] for one in buyer["sale"]["reasons"])
    assert buyer["coverage"]["answer"] == "yes"
    (line,) = buyer["coverage"]["lines"]
    assert (line["list"], line["code"], line["tariff_eur"], line["ends_on"]) == (
        "lppr", "1140921", "12.50", "2027-06-30",
    )  # fmt: skip
    assert buyer["ans_certificate"]["answer"] == "yes"
    assert buyer["ans_certificate"]["lines"][0]["number"] == "DMN-7"
    assert buyer["hds_certificate"]["answer"] == "yes"
    assert buyer["hds_certificate"]["reasons"][0]["rule"] == "hds.certificate_validity"
    assert buyer["ai_act"]["tier"] == "high_risk_annex_i"


def test_the_duties_of_a_hospital_stand_by_topic_with_their_articles(known: None, client_of: Client) -> None:
    topics = {one["topic"]: one for one in status(client_of)["buyer"]["duties"]}
    for topic in ("human_oversight", "logs", "workers", "data_protection_assessment"):
        assert (topics[topic]["binding"], topics[topic]["applies_from"]) == ("later", "2028-08-02")
    for topic in ("patient_information", "training"):
        assert topics[topic]["binding"] == "now"
    duty = topics["logs"]["duties"][0]
    assert duty["rule"] == "aia.log_retention_deployer"
    assert duty["reason"]["citation"].startswith("AI Act Art. 26")
    assert duty["reason"]["certainty"]


def test_what_is_not_recorded_is_unknown_and_never_a_no(known: None, client_of: Client) -> None:
    body = status(client_of, "draft-two", "officer")
    buyer = body["buyer"]
    for part in ("sale", "coverage", "ans_certificate", "hds_certificate"):
        assert buyer[part]["answer"] == "unknown", part
        assert buyer[part]["reasons"][0]["text"]
    assert {one["binding"] for one in buyer["duties"]} == {"unknown"}
    assert (body["facts"], body["last_verified_at"]) == ([], None)
    assert buyer["documents"]["ifu"] == []


def test_what_ends_within_a_year_and_who_said_it(known: None, client_of: Client) -> None:
    body = status(client_of)
    ends = [(one["track"], one["ends_on"]) for one in body["buyer"]["ends_within_a_year"]]
    assert ("listing", "2027-06-30") in ends
    assert [day for _track, day in ends] == sorted(day for _track, day in ends if day <= "2027-11-22")
    origins = {one["fact"]: one for one in body["facts"]}
    assert origins["listing.listings[lppr]"]["basis"] == "checked"
    assert origins["listing.listings[lppr]"]["last_verified_at"] == "2026-10-02"
    assert origins["ce_marking.certificates[qms]"]["basis"] == "declared"
    assert origins["organisations[host].hds_certificates[hds]"]["basis"] == "unknown"
    assert body["last_verified_at"] == "2026-10-02"


def test_only_facts_that_the_answer_names_are_told(known: None, client_of: Client) -> None:
    body = status(client_of)
    named = {one["fact"] for one in body["facts"]}
    assert "identifiers[di]" not in named  # recorded, and no reason rests on it
    assert "private" not in str(body)


def test_the_papers_are_those_published_with_their_hashes(known: None, client_of: Client) -> None:
    device = portfolio.device()
    added(device, title="Draft")
    shown = added(device, title="EU certificate", published=True)
    papers = status(client_of)["buyer"]["documents"]
    (paper,) = papers["certificate"]
    assert (paper["version"], paper["sha256"]) == (str(shown.pk), sha256(PDF).hexdigest())
    assert paper["url"] == settings.BASE_URL + reverse("api:document_file", args=[device.pk, shown.pk])
    assert len(status(client_of, role="officer")["buyer"]["documents"]["certificate"]) == 2
    assert papers["declaration_of_conformity"] == []


def test_today_takes_three_queries_beside_those_of_the_key(known: None, client_of: Client) -> None:
    client, path = client_of("buyer"), reverse("api:status", args=[portfolio.device().pk])
    client.get(path)  # notes the use of the key, once a minute
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    of_key = [one for one in asked if re.search("FROM .devices_(apikey|membership)", one["sql"])]
    assert (len(of_key), len(asked)) == (2, 5)


def test_another_date_answers_from_the_facts_of_then(known: None, client_of: Client) -> None:
    later = status(client_of, on="2027-07-01")
    assert later["buyer"]["coverage"]["answer"] == "unknown"  # a renewal may not be recorded
    assert later["last_verified_at"] == "2026-10-02"
    before = status(client_of, known_on="2026-11-21")  # the record began a day later: as on that day
    assert (before["facts_known_on"], before["last_verified_at"]) == ("2026-11-22", "2026-10-02")
    assert before["facts"] == status(client_of)["facts"]
    device = portfolio.device()
    today = portfolio.NOW.date()
    file, _day = known_file(device, known_on=today, today=today)
    both = (recorded_now(device, KINDS), recorded_in(file))
    now, then = ({(one.path, one.holder, one.quality, one.read_on) for one in found} for found in both)
    assert now == then
