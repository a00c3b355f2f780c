"""The two doors: market access and reimbursement, what blocks them and what threatens them."""

from datetime import date
from typing import Any

import pytest

from compliance.assessments.assess import assess
from compliance.law.parameters import current_law
from compliance.law.types import Gate
from tests.law import made_up
from tests.law.answers import answer
from tests.law.files import device, file, listed, steps


def marked(**certificate: Any) -> dict[str, Any]:
    """Return a CE marking of class IIa with one certificate."""
    paper = {
        "key": "c",
        "number": "C-1",
        "kind": "technical_documentation",
        "regulation": "MDR",
        "issued_on": "2024-01-15",
        "starts_on": "2024-01-15",
        "printed_end": "2028-01-14",
        **certificate,
    }
    return {
        "classifications": [{"key": "k", "regulation": "MDR", "device_class": "IIa"}],
        "certificates": [paper],
        "audits": [{"key": "a", "kind": "surveillance", "held_on": "2026-06-01"}],
        "reports": [{"key": "r", "kind": "psur", "issued_on": "2026-06-01"}],
    }


ON_DAY = date(2026, 11, 22)
LINE = listed("lppr", line="brand", starts_on="2024-02-01", ends_on="2028-12-31")


def messages(gate: Gate) -> list[str]:
    return [one.text.message for one in gate.blockers]


@pytest.mark.parametrize(
    ("certificate", "on", "status"),
    [
        ({}, "2026-11-22", "open"),
        ({"printed_end": "2026-11-21"}, "2026-11-22", "blocked"),
        ({"suspended_on": "2026-11-02"}, "2026-11-22", "blocked"),
        ({"withdrawn_on": "2026-11-02"}, "2026-11-22", "blocked"),
        ({"withdrawn_on": "2026-11-23"}, "2026-11-22", "open"),
    ],
)
def test_the_market_opens_with_the_certificate(certificate: dict[str, Any], on: str, status: str) -> None:
    got = answer({"ce_marking": marked(**certificate)}, on=on).market_access
    assert got.status == status
    assert bool(got.blockers) is (status == "blocked")


def test_without_ce_marking() -> None:
    assert answer({}).market_access.status == "unknown"
    missing = answer({"complete_tracks": ["ce_marking"]}).market_access
    assert missing.status == "blocked"
    assert messages(missing) == ["No CE marking. First step: qualify and classify the device."]


def test_a_running_coverage_opens_the_reimbursement() -> None:
    got = answer({**device(listings=[LINE]), "ce_marking": marked(printed_end="2028-12-31")})
    assert (got.market_access.status, got.reimbursement.status) == ("open", "open")


@pytest.mark.parametrize(
    ("name", "track", "rule", "citation"),
    [
        ("lppr", "ce", "door.lppr_ce_lost", "CSS R.165-5 II 1° and 5°"),
        ("latm", "ce", "door.latm_ce_lost", "CSS R.162-85 II 1° and 4°"),
        ("pect", "ce", "door.pect_ce_lost", "CSS R.165-95 II 3°"),
        ("intra_ghs", "ce", "mdr.certificate_end", "MDR Art. 56(2); IVDR Art. 51(2)"),
        ("lppr", "ans", "lppr.dmn_certificate_required", "CSS R.165-4 5°"),
        ("latm", "ans", "latm.certificate_required", "CSS R.162-75 3°"),
        ("intra_ghs", "ans", "ans.certificate_end", None),
    ],
)
def test_a_threat_names_the_rule_of_the_coverage_that_it_threatens(
    name: str, track: str, rule: str, citation: str | None
) -> None:
    ends = {"certificates": [{"key": "a", "issued_on": "2024-01-15", "ends_on": "2027-01-15"}]}
    papers = {"ce_marking": marked()} if track == "ce" else {"ans": ends}
    line = {**LINE, "list": name}
    first = answer({**device(listings=[line]), **papers}).reimbursement.reasons[0]
    assert (first.rule, bool(first.certainty)) == (rule, True)
    assert citation is None or first.citation == citation


@pytest.mark.parametrize("seed", range(120))
def test_all_that_blocks_names_its_rule_article_and_certainty(seed: int) -> None:
    got = assess(made_up.device(seed), made_up.organisations(seed), current_law(), on=ON_DAY, known_on=ON_DAY)
    for one in (*got.market_access.blockers, *got.reimbursement.blockers):
        assert one.rule, one
        assert one.citation, one
        assert one.certainty, one


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"ce_marking": marked()}, "The CE marking ends on %(end)s, before the coverage does on %(until)s."),
        (
            {"ce_marking": marked(withdrawn_on="2026-11-02")},
            "The CE marking has ended. First step: obtain a new certificate.",
        ),
        (
            {"ans": {"certificates": [{"key": "a", "issued_on": "2024-01-15", "ends_on": "2027-01-15"}]}},
            "The ANS certificate ends on %(end)s, before the coverage does on %(until)s.",
        ),
        (
            {"ans": {"certificates": [{"key": "a", "issued_on": "2024-01-15", "ends_on": "2026-01-15"}]}},
            "The ANS certificate has ended. First step: ask the ANS for a new one.",
        ),
        (
            {
                "ans": {
                    "certificates": [{"key": "a", "issued_on": "2024-01-15"}],
                    "referentiel_changes": [{"key": "r", "purpose": "lppr", "in_force_on": "2026-10-01"}],
                }
            },
            "The référentiels changed on %(day)s: a new certificate is to be asked for.",
        ),
    ],
)
def test_what_threatens_a_running_coverage(facts: dict[str, Any], message: str) -> None:
    got = answer({**device(listings=[LINE]), **facts}).reimbursement
    assert got.status == "attention"
    assert got.blockers == ()
    assert got.reasons[0].text.message == message


def test_the_ans_does_not_concern_a_device_without_data() -> None:
    ended = {"certificates": [{"key": "a", "issued_on": "2024-01-15", "ends_on": "2026-01-15"}]}
    got = answer({**device(listings=[LINE]), "ans": ended, "digital_device": False})
    assert got.reimbursement.status == "open"


def test_what_blocks_comes_in_the_order_of_the_path() -> None:
    asked = file("lppr_listing", ans_certificate_in_file=False, steps=steps(requested="2026-09-15"))
    facts = device(asked, digital_device=True, is_software=True)
    facts["complete_tracks"] = ["ce_marking", "cnedimts", "listing", "ans"]
    got = answer(facts).reimbursement
    assert got.status == "blocked"
    assert messages(got) == [
        "No CE marking. First step: qualify and classify the device.",
        "No certificate of the ANS. First step: ask the ANS for it.",
        "The file holds no certificate of the ANS: the device cannot be listed.",
        "The coverage is not decided yet. First step: obtain the decision.",
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "No coverage. First step: file a request with the ministers."),
        (
            [file("lppr_listing", steps=steps(requested="2026-05-01"))],
            "The term passed in silence. First step: ask for an express decision.",
        ),
        (
            [file("lppr_listing", outcome="refused", steps=steps(notified="2026-05-01"))],
            "The coverage was refused. First step: file a new request, or appeal in time.",
        ),
        (
            [file("latm_listing", outcome="withdrawn", steps=steps(withdrawn="2026-05-01"))],
            "The coverage has ended. First step: file a new request.",
        ),
    ],
)
def test_the_first_step_to_coverage(files: list[dict[str, Any]], message: str) -> None:
    got = answer(device(*files, whole=True)).reimbursement
    assert (got.status, messages(got)) == ("blocked", [message])


def test_a_suspended_coverage_blocks() -> None:
    line = {**LINE, "ended_on": "2026-11-02", "ended_reason": "suspended"}
    got = answer(device(listings=[line])).reimbursement
    assert messages(got) == ["The coverage is suspended. First step: lift the ground of the suspension."]


def test_a_coverage_that_needs_attention_still_runs() -> None:
    line = {**LINE, "ends_on": "2027-06-30"}
    assert answer(device(listings=[line], whole=True)).reimbursement.status == "attention"


def test_what_is_not_recorded_closes_no_door() -> None:
    assert answer({}).reimbursement.status == "unknown"
    early = listed("pecan", function="therapeutic", decided_on="2025-05-20", starts_on="2025-06-01")
    assert answer(device(listings=[early])).reimbursement.status == "unknown"
    assert answer(device(listings=[early], whole=True)).reimbursement.status == "blocked"
