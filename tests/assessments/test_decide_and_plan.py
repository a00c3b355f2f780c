"""The commands ``decide`` and ``plan``: what they print, and how they refuse."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from compliance.assessments.tables import TABLES
from compliance.law.parameters import current_law
from tests.law.files import steps

RULE11 = ["monitors_physiology=no", "drives_device_class=none"]
ON = ("--on", "2026-11-22", "--known-on", "2026-11-22", "--language", "en")


def run(command: str, *args: str) -> dict[str, Any]:
    out = StringIO()
    call_command(command, *args, *ON, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_a_decision_is_printed_with_its_path_and_articles() -> None:
    got = run("decide", "rule11", "informs_diagnosis_or_therapy=no", *RULE11)
    assert (got["answer"], got["table"], got["on"]) == ("I", "rule11", "2026-11-22")
    assert got["path"][0] == {
        "question": "informs_diagnosis_or_therapy",
        "answer": "no",
        "why": "Is the software intended to provide information used to take decisions of diagnosis "
        "or therapy?",
        "rule": "mdr.rule11_decisions",
        "article": "MDR Annex VIII 6.3, first paragraph",
        "certainty": "verified",
    }
    assert got["path"][-1]["why"] == "This gives class I."
    assert "MDR Annex VIII 6.3, third paragraph" in got["articles"]


def test_a_compound_answer_is_printed_with_dates() -> None:
    answers = ["is_ai_system=yes", "prohibited_practice=none", "is_the_device=yes", "annex_iii=none"]
    got = run("decide", "ai_act", *answers, "notified_body_required=yes", "placed_before_cutoff=no")
    assert got["answer"]["state"] == "high_risk_annex_i"
    assert (got["answer"]["applies"], got["answer"]["routes"]) == ("2028-08-02", ["annex_i"])
    assert got["path"][-1]["why"] == "The tier is: high risk (Annex I)."


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            ["informs_diagnosis_or_therapy=yes", *RULE11],
            r"An answer is missing\.\nworst_decision_impact \(none",
        ),
        ([*RULE11], r"informs_diagnosis_or_therapy \(yes \| no\)"),
        (["colour=red"], r"colour: no such question"),
        (["monitors_physiology=perhaps"], r"monitors_physiology \(yes \| no\)"),
        (["drives_device_class=yes"], r"drives_device_class \(none \| I \| IIa"),
        (["monitors_physiology"], r"monitors_physiology: write key=value"),
        (["monitors_physiology=no", "monitors_physiology=yes"], r"each key once"),
    ],
)
def test_a_decision_that_cannot_be_taken_names_the_question(answers: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run("decide", "rule11", *answers)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_names_each_question_once_and_rests_on_law(table: Any) -> None:
    keys = [one.key for one in table.questions]
    assert sorted(keys) == sorted(set(keys))
    assert {one.rule for one in table.questions} <= current_law().parameters.keys()


def test_a_plan_is_printed_with_law_and_assumptions_apart() -> None:
    got = run("plan", "ce", "--class", "I", "--by", "2027-05-20", "--assume", "technical_file=100")
    # 22 Nov 2026 + 100 + 5 = 7 Mar 2027; 20 May - 5 = 15 May, - 100 = 4 Feb 2027.
    assert (got["earliest"], got["feasible"], got["late_by_days"]) == ("2027-03-07", True, 0)
    assumed = {one["step"]: one for one in got["assumed"]}
    assert assumed["technical_file"]["latest_start"] == "2027-02-04"
    assert (assumed["declaration"]["latest_end"], assumed["declaration"]["safe"]) == ("2027-05-20",) * 2
    assert {one["kind"] for one in got["law"]} == {"legal_minimum"}
    names = {one["name"]: (one["days"], one["default_days"], one["certainty"]) for one in got["assumptions"]}
    assert names["technical_file"] == (100, 180, "unconfirmed")
    late = run("plan", "ce", "--class", "I", "--by", "2027-05-20")
    assert (late["late_by_days"], late["first_step"]) == (6, "technical_file")


def test_a_plan_takes_what_a_facts_file_says_as_done(tmp_path: Path) -> None:
    asked = {
        "key": "f",
        "procedure": "pecan",
        "steps": steps(requested="2026-10-01", acknowledged="2026-11-02"),
    }
    device = {
        "key": "d",
        "name": "D",
        "ce_marking": {
            "classifications": [{"key": "k", "regulation": "MDR", "device_class": "I"}],
            "declarations": [{"key": "c", "regulation": "MDR", "signed_on": "2026-01-15"}],
        },
        "cnedimts": {"applications": [asked]},
    }
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"format": "jalon-facts/1", "devices": [device]}), encoding="utf-8")
    got = run("plan", "pecan", "--facts", str(path), "--device", "d")
    # 2 Nov 2026 + 60 = 1 Jan 2027 (the clock that runs); + 30 = 31 Jan; + 30 = 2 Mar 2027.
    assert (got["class"], got["earliest"]) == ("I", "2027-03-02")
    assert got["done"]["pecan_acknowledged"] == "2026-11-02"
    with pytest.raises(CommandError, match="Name one device"):
        run("plan", "pecan", "--facts", str(path), "--device", "other")


@pytest.mark.parametrize(
    ("assumed", "message"),
    [("lunch=1", "lunch"), ("publication=-1", "NAME=DAYS"), ("publication", "NAME=DAYS")],
)
def test_a_plan_refuses_assumptions_that_it_does_not_know(assumed: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run("plan", "ce", f"--assume={assumed}")
