"""Dossiers of a track, of a portfolio and of what changed, from values alone: by hand, and to the byte."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf
import pytest
from django.utils.translation import gettext, override
from jsonschema import Draft202012Validator
from openpyxl import load_workbook
from pikepdf.pdfa import check

from compliance.dossiers import comparing, verify
from compliance.dossiers.difference import Side, difference
from compliance.dossiers.gathering import Portfolio
from compliance.dossiers.making import Dossier
from compliance.dossiers.shape import SCHEMA_FILE
from compliance.facts.errors import FactError, Problem
from tests.dossiers.samples import (
    DETAILS,
    ON,
    Made,
    content_of,
    example,
    files_of,
    made,
    of,
    recorded,
    squeezed,
    text_of,
)
from tests.dossiers.test_pdf import alarm, elements

VALIDATOR = Draft202012Validator(json.loads(SCHEMA_FILE.read_text("utf-8")))
HOSTILE = "=1+1 #import *b* \u202e <x>"
JULY, AUGUST = date(2026, 7, 20), date(2026, 8, 20)  # around the law change of 27 July 2026


def written(write: Callable[[BinaryIO], Dossier]) -> Made:
    output = io.BytesIO()
    dossier = write(output)
    return Made(dossier, output.getvalue())


def certificate(number: str) -> dict[str, Any]:
    return {"key": "c", "number": number, "kind": "quality_management", "regulation": "MDR"}


def compared() -> Made:
    """Return what changed: a number corrected, a fact added and one removed, a document added."""
    old = of(
        name="Scanner",
        ce_marking={"certificates": [certificate("A-1")]},
        versions=[{"key": "v1", "number": "1"}],
    )
    new = of(
        name="Scanner",
        ce_marking={
            "certificates": [certificate(HOSTILE)],
            "incidents": [{"key": "i", "kind": "serious_incident", "aware_on": "2026-07-30"}],
        },
    )
    before = recorded(old, on=JULY, known_on=JULY)
    after = recorded(new, on=AUGUST, known_on=AUGUST, documents=[{**DETAILS, "title": HOSTILE, "path": None,
                                                                 "withheld": "purged"}])  # fmt: skip
    return written(
        lambda output: comparing.make(before, after, "en", output=output, progress=lambda *_: None)
    )


def portfolio() -> Made:
    """Return a portfolio of two devices and of one that could not be made."""
    with Portfolio(ON, ON, "en") as gathered:
        gathered.add(recorded(of(key="a", name=HOSTILE)))
        gathered.add(recorded(of(key="b", name="Second")))
        gathered.leave_out(
            "c", "Third", FactError([Problem("documents", "x", "Restore the %(n)s.", {"n": "file"})])
        )
        return written(lambda output: gathered.make(output=output, progress=lambda *_: None))


def track() -> Made:
    return made(example(), language="en", track="ce_marking")


@pytest.fixture(scope="module")
def dossiers() -> dict[str, Made]:
    return {"difference": compared(), "portfolio": portfolio(), "track": track()}


SCOPES = ["difference", "portfolio", "track"]


@pytest.mark.parametrize("scope", SCOPES)
def test_each_scope_verifies_keeps_its_schema_and_the_standards(
    scope: str, dossiers: dict[str, Made], tmp_path: Path
) -> None:
    dossier = dossiers[scope]
    (tmp_path / "bag.zip").write_bytes(dossier.content)
    assert verify.verify(tmp_path / "bag.zip").problems == []
    assert [one.message for one in VALIDATOR.iter_errors(content_of(dossier))] == []
    with pikepdf.open(io.BytesIO(files_of(dossier)["data/dossier.pdf"])) as pdf:
        denied = [one for one in check(pdf, "3b").findings if one.kind != "unsupported"]
        assert [one for one in denied if alarm(one) is None] == []
        figures = [one for one in elements(pdf.Root.StructTreeRoot.K) if one.S == "/Figure"]
        assert all("The path of" in str(one.Alt) for one in figures)
        assert len(figures) == (1 if scope == "track" else 0)


def test_the_same_bytes_of_each_scope(dossiers: dict[str, Made]) -> None:
    assert compared().sha512 == dossiers["difference"].sha512
    assert portfolio().sha512 == dossiers["portfolio"].sha512
    assert track().sha512 == dossiers["track"].sha512


def test_what_changed_is_told_by_hand(dossiers: dict[str, Made]) -> None:
    content = content_of(dossiers["difference"])
    assert {one["fact"]: one["change"] for one in content["facts"]} == {
        "ce_marking.certificates[c]": "changed",
        "ce_marking.incidents[i]": "added",
        "versions[v1]": "removed",
    }
    (number,) = next(one for one in content["facts"] if one["change"] == "changed")["fields"]
    assert number == {"field": "number", "before": "A-1", "after": HOSTILE}
    assert {one["change"] for one in content["deadlines"]} >= {"new"}
    assert [one["title"] for one in content["documents"]] == [HOSTILE]
    text = text_of(dossiers["difference"])
    for said in ("20 July 2026", "20 August 2026", "A-1", "=1+1#import*b*[U+202E]<x>", "Documents added"):
        assert squeezed(said) in text


def test_deadlines_met_missed_moved_and_gone() -> None:
    def side(*deadlines: tuple[str, str, str]) -> Side:
        held = recorded(of())
        content = held.content("en")
        content["assessment"]["deadlines"] = [
            {"rule": rule, "trigger": {"fact": "f"}, "n": "", "state": state, "strict": strict, "hour": ""}
            for rule, state, strict in deadlines
        ]
        return Side(held.facts, content)

    before = side(*((rule, "open", "2026-09-01") for rule in ("met", "missed", "moved", "same", "gone")))
    after = side(
        ("met", "met_late", "2026-09-01"), ("missed", "overdue", "2026-09-01"),
        ("moved", "open", "2027-09-01"),
        ("same", "open", "2026-09-01"), ("new", "open", "2027-01-01"),
    )  # fmt: skip
    found = {
        (one["after"] or one["before"])["rule"]: one["change"]
        for one in difference(before, after)["deadlines"]
    }
    assert found == {"met": "met", "missed": "missed", "moved": "moved", "new": "new", "gone": "gone"}


def test_the_law_change_of_july_2026_that_touches_the_device_is_named() -> None:
    system = {"ai_act": {"systems": [{"key": "s", "is_ai_system": True, "is_the_device": True}]}}
    sides = []
    for day in (JULY, AUGUST):
        held = recorded(of(**system), on=day, known_on=day)
        sides.append(Side(held.facts, held.content("en")))
    values = [value for rule in difference(*sides)["law"]["rules"] for value in rule["values"]]
    assert values
    assert all(
        "2026-07-20" < value["published"] <= "2026-08-20" or "2026-07-20" < value["applies"] <= "2026-08-20"
        for value in values
    )
    assert "2026-07-27" in {value["applies"] for value in values}
    same = difference(sides[1], sides[1])
    assert (same["law"]["rules"], same["facts"], same["deadlines"]) == ([], [], [])


def test_the_workbook_reads_back_and_holds_no_formula(dossiers: dict[str, Made]) -> None:
    book = load_workbook(io.BytesIO(files_of(dossiers["difference"])["data/dossier.xlsx"]))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    assert "'=1+1 #import *b* \u202e <x>" in {cell.value for cell in cells}
    assert {cell.value for cell in book["Facts"]["B"][1:]} >= {"Certificate of a notified body · c"}
    assert book.properties.modified.date() == AUGUST


def test_a_track_holds_its_own_and_names_what_it_leaves_out(dossiers: dict[str, Made]) -> None:
    content = content_of(dossiers["track"])
    assert (content["scope"], content["track"]) == ("track", "ce_marking")
    assert list(content["assessment"]["tracks"]) == ["ce_marking"]
    assert {one["track"] for one in content["assessment"]["deadlines"]} == {"ce_marking"}
    (device,) = content["facts"]["devices"]
    whole = example().devices[0]
    assert len(device["ce_marking"]["incidents"]) == len(whole.ce_marking.incidents)
    left = {one["area"]: one["facts"] for one in content["left_out"]}
    assert set(left) == {"cnedimts", "listing", "ans", "ai_act", "data"}
    assert left["cnedimts"] == len(whole.cnedimts.applications)
    text = text_of(dossiers["track"])
    assert squeezed("Left out of this dossier") in text
    assert dossiers["track"].name == "dossier-ex-cardivane-ce_marking-2026-11-22-2026-11-22-en"


def test_a_portfolio_names_each_device_and_the_one_that_is_not_made(dossiers: dict[str, Made]) -> None:
    files, content = files_of(dossiers["portfolio"]), content_of(dossiers["portfolio"])
    assert [(one["device"], one["path"]) for one in content["devices"]] == [
        ("a", "data/devices/a/dossier.json"),
        ("b", "data/devices/b/dossier.json"),
    ]
    assert content["not_made"] == [{"device": "c", "name": "Third", "problems": ["Restore the file."]}]
    for one in content["devices"]:
        held = json.loads(files[one["path"]])
        assert (held["scope"], held["facts"]["devices"][0]["key"]) == ("device", one["device"])
        assert files[one["path"].replace(".json", ".pdf")].startswith(b"%PDF")
    with override("en"):
        for said in ("=1+1#import*b*[U+202E]<x>", "Restorethefile.", squeezed(gettext("Not made"))):
            assert said in text_of(dossiers["portfolio"])
    with Portfolio(ON, ON, "en") as none, pytest.raises(FactError) as refused:
        none.make(output=io.BytesIO(), progress=lambda *_: None)
    assert [(one.path, one.code, one.params["number"]) for one in refused.value.problems] == [
        ("devices", "none", 0)
    ]


def test_a_portfolio_says_which_of_its_devices_are_examples() -> None:
    with Portfolio(ON, ON, "en") as gathered:
        gathered.add(recorded(of(key="real", name="Real")))
        gathered.add(recorded(example()))
        mixed = written(lambda output: gathered.make(output=output, progress=lambda *_: None))
    assert [one["example"] for one in content_of(mixed)["devices"]] == [False, True]
    VALIDATOR.validate(content_of(mixed))
    assert text_of(mixed).count("exampledata") == 1
    sheet = load_workbook(io.BytesIO(files_of(mixed)["data/dossier.xlsx"])).worksheets[0]
    assert [row[0] for row in sheet.values if str(row[0]).endswith("(example data)")] == [
        f"{content_of(mixed)['devices'][1]['name']} (example data)"
    ]


def test_a_byte_touched_in_the_folder_of_a_device_is_named(dossiers: dict[str, Made], tmp_path: Path) -> None:
    for name, content in files_of(dossiers["portfolio"]).items():
        path = tmp_path / "bag" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content + (b" " if name == "data/devices/a/audit.json" else b""))
    report = verify.verify(tmp_path / "bag")
    assert [(one.kind, one.name) for one in report.problems] == [("touched", "data/devices/a/audit.json")]
    assert [one.kind for one in report.notes] == ["code", "unsealed", "limit"]
