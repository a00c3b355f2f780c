"""Catalogues of requirements: complete data, which edition answers, whom they are for, how far covered."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from compliance.assessments.assess import assess
from compliance.law.catalogues import Catalogue, current_catalogues, parse
from compliance.law.catalogues.coverage import Counts, counts, state
from compliance.law.catalogues.scope import Applies, applies
from compliance.law.facts import Device
from compliance.law.parameters import current_law

CATALOGUES = current_catalogues()
LAW = current_law()
DAY = date(2026, 11, 22)
NUMBERS = {
    "mdr_annex_ii": 36,
    "mdr_annex_iii": 3,
    "mdr_annex_iv": 10,
    "aia_articles_9_15": 37,
    "aia_annex_iv": 23,
    "aia_annex_v": 8,
    "ans_dmn": 8,
    "has_grid": 42,
    "bias_sources": 6,
    "who_principles": 6,
}
MDR = {"classifications": [{"key": "mdr", "regulation": "MDR", "device_class": "IIa"}]}
SYSTEM = {"key": "ai", "is_ai_system": True, "is_the_device": True, "annex_iii": "none"}
BODY: dict[str, Any] = {
    "title": {"fr": "Un catalogue", "en": "A catalogue"},
    "scope": "ai",
    "cited": "Act, ",
    "editions": [
        {
            "version": "1",
            "published": "2020-01-01",
            "applies": "2020-06-01",
            "citation": {"text": "Act", "article": "Annex", "source": "OJ"},
            "certainty": "verified",
        }
    ],
    "requirements": [{"number": "1", "title": {"fr": "Un", "en": "One"}}],
}


def test_each_catalogue_is_whole_in_its_latest_edition() -> None:
    latest = {key: len(one.of(one.editions[-1])) for key, one in CATALOGUES.by_key.items()}
    assert latest == NUMBERS


@pytest.mark.parametrize("catalogue", CATALOGUES.by_key.values(), ids=lambda one: one.key)
def test_each_requirement_is_said_in_two_languages_and_dated_by_rules_that_exist(
    catalogue: Catalogue,
) -> None:
    assert {rule for rule in catalogue.due if rule not in LAW.parameters} == set()
    for one in catalogue.requirements:
        assert one.title.fr.strip()
        assert one.title.en.strip()
    assert catalogue.cited.strip()
    for edition in catalogue.editions:
        assert edition.citation.source
        assert edition.published <= edition.applies
        assert edition.verified_on or edition.certainty != "verified"
        assert edition.settled_by or edition.certainty not in {"secondary", "unconfirmed"}


def test_the_page_of_the_docs_counts_them() -> None:
    page = (Path(__file__).parents[2] / "docs/requirements.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:] for line in page.splitlines() if line.startswith("| `")]
    assert {row[0].strip(" `"): int(row[3]) for row in rows} == NUMBERS


def test_no_catalogue_says_verified_of_what_was_not_read() -> None:
    unread = {
        key: one.editions[-1].certainty
        for key, one in CATALOGUES.by_key.items()
        if one.editions[-1].certainty != "verified"
    }
    assert unread == {
        "ans_dmn": "secondary",
        "has_grid": "unconfirmed",
        "bias_sources": "unconfirmed",
        "who_principles": "secondary",
    }


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"requirements": []}, "at least 1 item"),
        ({"requirements": BODY["requirements"] * 2}, "a number stands twice"),
        ({"requirements": [{**BODY["requirements"][0], "since": "2"}]}, "no edition is called so"),
        ({"requirements": [{"number": "1", "title": {"en": "One"}}]}, "fr\n.*Field required"),
        ({"editions": []}, "at least 1 item"),
        ({"editions": BODY["editions"] * 2}, "two editions have one version"),
        ({"scope": "everybody"}, "'mdr'"),
    ],
)
def test_a_catalogue_that_does_not_fit_the_form_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        parse([yaml.safe_dump({"x": {**BODY, **changed}})])


def test_a_correspondence_with_nothing_is_refused() -> None:
    citation = BODY["editions"][0]["citation"]
    same = {"citation": citation, "certainty": "interpretation", "pairs": {"1": ["x/2"]}}
    with pytest.raises(ValueError, match="x/2: no catalogue has this requirement"):
        parse([yaml.safe_dump({"x": {**BODY, "same_as": [same]}})])


@pytest.mark.parametrize(
    ("on", "known_on", "version"),
    [
        ("2024-07-31", "2024-07-31", None),  # published, not in force
        ("2026-07-26", "2026-07-26", "2024"),
        ("2026-07-27", "2026-07-24", "2026"),
        ("2026-07-27", "2026-07-23", "2024"),  # what 2026 brought was not known then
        ("2026-07-26", "2026-11-22", "2024"),
    ],
)
def test_an_old_date_is_answered_with_the_edition_of_then(
    on: str, known_on: str, version: str | None
) -> None:
    catalogue = CATALOGUES.by_key["aia_articles_9_15"]
    found = catalogue.edition(on=date.fromisoformat(on), known_on=date.fromisoformat(known_on))
    assert (found and found.version) == version
    if found:
        numbers = {one.number for one in catalogue.of(found)}
        assert ("10(5)" in numbers, "4a" in numbers) == (version == "2024", version == "2026")


def test_requirements_correspond_both_ways_under_the_article_that_joins_them() -> None:
    shared = CATALOGUES.shared
    assert [held for held, _ in shared["mdr_annex_ii", "5(b)"]] == [("aia_annex_iv", "5")]
    assert ("mdr_annex_ii", "5(b)") in [held for held, _ in shared["aia_annex_iv", "5"]]
    said = {str(why.citation) for others in shared.values() for _held, why in others}
    assert said == {"AI Act Art. 11(2)", "AI Act Art. 47(3)"}
    assert {why.certainty for others in shared.values() for _held, why in others} == {"interpretation"}


def scope(key: str, *, on: date = DAY, known_on: date = DAY, **facts: Any) -> Applies:
    device = Device.model_validate({"key": "x", "name": "X", **facts})
    answer = assess(device, [], LAW, on=on, known_on=known_on)
    return applies(CATALOGUES.by_key[key], device, answer, LAW)


@pytest.mark.parametrize(
    ("key", "facts", "answer"),
    [
        ("mdr_annex_ii", {}, "unknown"),
        ("mdr_annex_ii", {"ce_marking": MDR}, "yes"),
        (
            "mdr_annex_ii",
            {"ce_marking": {"classifications": [{"key": "i", "regulation": "IVDR", "device_class": "B"}]}},
            "no",
        ),
        ("aia_annex_iv", {}, "unknown"),
        ("aia_annex_iv", {"ce_marking": MDR, "ai_act": {"systems": [SYSTEM]}}, "yes"),
        (
            "aia_annex_iv",
            {"ce_marking": MDR, "ai_act": {"systems": [{**SYSTEM, "role": "deployer"}]}},
            "no",
        ),
        ("aia_annex_iv", {"ai_act": {"systems": [{"key": "ai", "is_ai_system": False}]}}, "no"),
        ("ans_dmn", {}, "unknown"),
        ("ans_dmn", {"digital_device": True}, "yes"),
        ("ans_dmn", {"digital_device": False}, "no"),
        ("ans_dmn", {"ans": {"certificates": [{"key": "c"}]}}, "yes"),
        ("has_grid", {}, "unknown"),
        ("has_grid", {"ai_act": {"systems": [{"key": "ai", "is_ai_system": True}]}}, "yes"),
        ("bias_sources", {"ai_act": {"systems": [{"key": "ai", "is_ai_system": True}]}}, "yes"),
        ("who_principles", {"ai_act": {"systems": [{"key": "ai", "is_ai_system": False}]}}, "no"),
    ],
)
def test_whom_a_catalogue_is_for(key: str, facts: dict[str, Any], answer: str) -> None:
    found = scope(key, **facts)
    assert found.answer == answer
    assert found.why.message
    assert (found.due is None) or answer == "yes"


@pytest.mark.parametrize(
    ("key", "known_on", "facts", "due"),
    [
        ("aia_annex_iv", DAY, {}, ("2028-08-02", "aia.high_risk_annex_i")),
        ("aia_annex_iv", date(2026, 7, 1), {}, ("2027-08-02", "aia.high_risk_annex_i")),
        ("aia_annex_iv", DAY, {"annex_iii": "5(d)"}, ("2027-12-02", "aia.high_risk_annex_iii")),
        ("mdr_annex_iv", DAY, {}, ("2021-05-26", "mdr.declaration_of_conformity")),
    ],
)
def test_the_law_dates_a_catalogue_as_known(
    key: str, known_on: date, facts: dict[str, Any], due: tuple[str, str]
) -> None:
    found = scope(
        key, on=known_on, known_on=known_on, ce_marking=MDR, ai_act={"systems": [{**SYSTEM, **facts}]}
    )
    assert found.due
    assert (found.due.date.isoformat(), found.due.rule) == due


def test_the_grid_of_2020_is_asked_of_a_date_before_the_ai_act() -> None:
    found = scope("has_grid", on=date(2022, 1, 1), known_on=date(2022, 1, 1), ai_act={"systems": [SYSTEM]})
    assert found.answer == "yes"


@dataclass(frozen=True)
class Said:
    since: date
    exempts: bool = False


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], "gap"),
        ([Said(DAY)], "covered"),
        ([Said(date(2026, 11, 23))], "gap"),
        ([Said(DAY, exempts=True)], "not_applicable"),
        ([Said(date(2026, 11, 23), exempts=True)], "gap"),
    ],
)
def test_what_is_said_of_a_requirement_gives_its_state(said: list[Said], expected: str) -> None:
    assert state(said, on=DAY) == expected


def test_states_are_counted() -> None:
    assert counts(["covered", "gap", "gap", "not_applicable"]) == Counts(1, 2, 1)
    assert Counts(1, 2, 1).percent == 33


@example(covered=4999, gap=1, not_applicable=0)
@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 9))
def test_a_hundred_percent_means_that_no_gap_is_left(covered: int, gap: int, not_applicable: int) -> None:
    found = Counts(covered, gap, not_applicable)
    assert 0 <= found.percent <= 100
    assert (found.percent == 100) == (gap == 0)
