"""What a buyer is told of certificates and ends, from facts alone: yes only where a certificate runs."""

from datetime import date
from typing import Any

import pytest

from compliance.assessments.assess import assess
from compliance.assessments.buyers import ENDS, buyer
from compliance.assessments.render import body, spoken
from compliance.facts.origins import recorded_in
from compliance.law.facts import FactsFile
from compliance.law.parameters import current_law

ON = date(2026, 11, 22)
RUNS = {"key": "a", "number": "DMN-7", "issued_on": "2026-01-10", "ends_on": "2027-01-09"}
OVER = {**RUNS, "ends_on": "2026-11-21"}
HDS_OVER = {"key": "hds", "issued_on": "2022-05-01"}
ASKED = {
    "key": "request",
    "purpose": "latm",
    "steps": [{"step": "requested", "on": "2026-09-01"}, {"step": "acknowledged", "on": "2026-09-15"}],
    "information_requests": [{"sent_on": "2026-11-02", "received_on": "2026-11-02"}],
}
NOTICE = {"key": "notice", "notified_on": "2026-11-02"}


def told(
    hds: dict[str, Any] | None = None,
    ai: dict[str, Any] | None = None,
    ce: dict[str, Any] | None = None,
    **ans: Any,
) -> dict[str, Any]:
    host = {"key": "host", "name": "Host", "hds_certificates": [hds] if hds else []}
    tracks = {"ans": ans, "ai_act": ai or {}, "ce_marking": ce or {}}
    device = {"key": "device", "name": "Device", "host": "host", **tracks}
    file = FactsFile.model_validate({"format": "jalon-facts/1", "organisations": [host], "devices": [device]})
    law = current_law()
    found = assess(file.devices[0], file.organisations, law, on=ON, known_on=ON)
    answer = spoken(body(found), law, "en")
    said = buyer(answer, recorded_in(file), host="host", on=ON, say=str, translate=str)
    asked: dict[str, Any] = said["buyer"]
    return asked


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"certificates": [RUNS]}, "yes"),
        ({"certificates": [RUNS], "formal_notices": [NOTICE]}, "yes"),
        ({"certificates": [RUNS], "hds": HDS_OVER}, "yes"),
        ({"certificates": [OVER]}, "no"),
        ({"certificates": [OVER], "formal_notices": [NOTICE]}, "no"),
        ({"certificates": [OVER], "hds": HDS_OVER}, "no"),
        ({"certificates": [{**RUNS, "ended_on": "2026-11-22"}], "hds": HDS_OVER}, "no"),
        ({"certificates": [{**RUNS, "withdrawal_notified_on": "2026-11-22"}], "hds": HDS_OVER}, "no"),
        ({"certificates": [{**RUNS, "ended_reason": "breach"}], "hds": HDS_OVER}, "no"),
        ({"applications": [ASKED]}, "no"),
        ({"formal_notices": [NOTICE]}, "unknown"),
        ({"hds": HDS_OVER}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_the_ans_certified_a_device_where_a_certificate_runs(facts: dict[str, Any], said: str) -> None:
    assert told(**facts)["ans_certificate"]["answer"] == said


@pytest.mark.parametrize(
    "over", [HDS_OVER, {"key": "hds", "issued_on": "2026-05-01", "withdrawn_on": "2026-11-22"}]
)
def test_a_host_no_longer_certified_is_told_with_its_article(over: dict[str, Any]) -> None:
    part = told(over)["hds_certificate"]
    assert part["answer"] == "no"
    first = part["reasons"][0]
    assert first["text"] == "The HDS certificate of the host has ended."
    assert (first["rule"], first["certainty"]) == ("hds.certificate_validity", "verified")
    assert first["citation"]


def test_an_end_is_told_once_by_the_rule_that_names_it() -> None:
    (end,) = told(certificates=[RUNS])["ends_within_a_year"]
    assert (end["ends_on"], end["rule"], end["fact"]) == (
        "2027-01-09",
        "ans.certificate_end",
        "ans.certificates[a]",
    )
    assert end["citation"]
    assert end["certainty"]


def test_what_the_manufacturer_has_to_prepare_is_no_end() -> None:
    """The certificate ends in eleven months: the mark for its renewal has its date in the year too."""
    certificate = {"key": "qms", "number": "C-1", "kind": "quality_management", "regulation": "MDR"}
    since = {"issued_on": "2022-10-22", "starts_on": "2022-10-22", "printed_end": "2027-10-21"}
    prepared = {"key": "old", "number": "C-0", "kind": "technical_documentation", "regulation": "MDR"}
    until = {"issued_on": "2023-06-01", "starts_on": "2023-06-01", "printed_end": "2028-05-31"}
    classes = [{"key": "mdr", "regulation": "MDR", "device_class": "IIa"}]
    ends = told(ce={"classifications": classes, "certificates": [certificate | since, prepared | until]})
    assert [(one["rule"], one["ends_on"]) for one in ends["ends_within_a_year"]] == [
        ("mdr.certificate_end", "2027-10-21")
    ]


def test_each_end_is_a_rule_whose_day_passes_without_a_breach() -> None:
    law = current_law().parameters
    assert {law[rule].on_expiry for rule in ENDS} == {"elapsed"}
    assert not [rule for rule in ENDS if law[rule].direction == "before"]


@pytest.mark.parametrize(
    ("more", "binding", "since"),
    [({}, "later", "2028-08-02"), ({"recognises_emotions": True}, "now", "2026-08-02")],
)
def test_other_duties_are_those_of_the_hospital(more: dict[str, Any], binding: str, since: str) -> None:
    """What CSP L.4001-3 asks of designers binds since 2021: it makes nothing bind a hospital."""
    system = {"key": "ai", "is_ai_system": True, "is_the_device": True, "annex_iii": "none"}
    said = told(ai={"systems": [{**system, "notified_body_required": True, **more}]})["duties"]
    other = next(one for one in said if one["topic"] == "other")
    assert (other["binding"], other["applies_from"]) == (binding, since)
    assert "csp.l4001_3_explainability" not in {one["rule"] for one in other["duties"]}
