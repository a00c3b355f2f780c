"""The form of facts: each kind of mistake has our own words, and no mistake hides another."""

from typing import Any

import pytest
from django.utils.translation import override
from pydantic import BaseModel, ValidationError

from compliance.facts.form import MESSAGES, validate
from compliance.facts.kinds import KINDS
from compliance.facts.reading import read_portfolio
from compliance.law.facts import Device, FactsFile, Organisation, Source
from compliance.law.facts.ce_marking import Certificate
from compliance.law.facts.reimbursement import Application, Listing

QMS: dict[str, Any] = {"key": "q", "number": "1", "kind": "quality_management", "regulation": "MDR"}
LISTING: dict[str, Any] = {"key": "l", "list": "lppr"}
FILE = {"key": "a", "procedure": "pecan"}


MISTAKES: list[tuple[Any, dict[str, Any], str, str]] = [
    (Source, {"key": "a", "quality": "agency"}, "title", "missing"),
    (Certificate, {**QMS, "extra": 1}, "extra", "unknown_field"),
    (Certificate, {**QMS, "issued_on": "2026-02-30"}, "issued_on", "date"),
    (Certificate, {**QMS, "issued_on": 20260228}, "issued_on", "date"),
    (Certificate, {**QMS, "issued_on": "20260228"}, "issued_on", "date"),
    (Certificate, {**QMS, "number": 1}, "number", "text"),
    (Certificate, {**QMS, "number": "x" * 81}, "number", "too_long"),
    (Certificate, {**QMS, "number": ""}, "number", "empty"),
    (Certificate, {**QMS, "number": "\ud800"}, "number", "control_character"),
    (Certificate, {**QMS, "note": "a\0"}, "note", "control_character"),
    (Certificate, {**QMS, "key": "Q"}, "key", "pattern"),
    (Certificate, {**QMS, "notified_body": "12"}, "notified_body", "pattern"),
    (Organisation, {"key": "a", "name": "A", "country": "fr"}, "country", "pattern"),
    (Organisation, {"key": "a", "name": "A", "example": "yes"}, "example", "boolean"),
    (Certificate, {**QMS, "regulation": "X"}, "regulation", "choice"),
    (Application, {**FILE, "extra_days": 1.5}, "extra_days", "whole_number"),
    (Application, {**FILE, "extra_days": -1}, "extra_days", "too_small"),
    (Application, {**FILE, "extra_days": 400}, "extra_days", "too_large"),
    (Listing, {**LISTING, "tariff_eur": "lots"}, "tariff_eur", "number"),
    (Listing, {**LISTING, "tariff_eur": True}, "tariff_eur", "number"),
    (Listing, {**LISTING, "tariff_eur": "NaN"}, "tariff_eur", "number"),
    (Application, {**FILE, "steps": {}}, "steps", "list"),
    (Application, {**FILE, "steps": [3]}, "steps[0]", "mapping"),
]


@pytest.mark.parametrize(("value_class", "data", "path", "code"), MISTAKES)
def test_each_mistake_is_named(value_class: Any, data: Any, path: str, code: str) -> None:
    value, problems = validate(value_class, data)
    assert value is None
    assert {(one.path, one.code) for one in problems} == {(path, code)}
    with override("en"):
        assert not {"%", "pydantic", "Input should"} & set(problems[0].text.split())


@pytest.mark.parametrize(
    ("value_class", "data", "text"),
    [
        (Certificate, {**QMS, "regulation": "X"}, "One of these is expected: MDR, IVDR, MDD, AIMDD, IVDD."),
        (Certificate, {**QMS, "number": "x" * 81}, "At most 80 characters are possible."),
        (Certificate, {**QMS, "notified_body": "12"}, "The number of a notified body has 4 digits."),
        (Application, {**FILE, "extra_days": 400}, "366 or less is expected."),
    ],
)
def test_a_message_says_what_is_expected(value_class: Any, data: Any, text: str) -> None:
    with override("en"):
        assert [one.text for one in validate(value_class, data)[1]] == [text]


def test_every_error_that_the_values_can_give_has_our_words() -> None:
    """Feed each field with what does not fit; no kind of error is left to the words for the rest."""
    wrong = [
        "",
        "x" * 5000,
        "\ud800",
        1,
        -1,
        10**6,
        1.5,
        True,
        None,
        [],
        [1],
        {},
        {"a": 1},
        "2026-02-30",
        "NaN",
    ]
    seen = set()
    classes: list[type[BaseModel]] = [FactsFile, Source, Organisation, Device]
    classes += [kind.value_class for kind in KINDS.values()]
    for value_class in classes:
        for name in [*value_class.model_fields, "other"]:
            for one in wrong:
                seen |= error_types(value_class, {name: one})
    assert len(seen) > 10
    assert seen <= MESSAGES.keys()


def error_types(value_class: type[BaseModel], data: dict[str, Any]) -> set[str]:
    try:
        value_class.model_validate(data)
    except ValidationError as error:
        return {one["type"] for one in error.errors()}
    return set()


def test_paths_start_where_they_are_told() -> None:
    _, problems = validate(Source, {}, ("sources", 3))
    assert [one.path for one in problems] == ["sources[3].key", "sources[3].title", "sources[3].quality"]


@pytest.mark.parametrize("data", [None, [], "text", 3, [{"key": "a"}]])
def test_what_is_no_file(data: Any) -> None:
    assert [(one.path, one.code) for one in read_portfolio(data).problems] == [("", "mapping")]


def test_the_format_is_required() -> None:
    assert [(one.path, one.code) for one in read_portfolio({}).problems] == [("format", "missing")]
    data = {"format": "jalon-facts/2", "device": []}
    assert {(one.path, one.code) for one in read_portfolio(data).problems} == {
        ("format", "choice"),
        ("device", "unknown_field"),
    }


def test_what_is_wrong_with_the_form_is_found_at_every_level() -> None:
    device: dict[str, Any] = {
        "key": "a",
        "name": "A",
        "versions": None,
        "identifiers": [3],
        "ans": [],
        "listing": {"listing": []},
        "ai_act": {"systems": [{"key": "s", "role": "x"}, {"key": "t", "role": "y"}]},
    }
    data = {"format": "jalon-facts/1", "sources": {}, "organisations": ["x"], "devices": [device]}
    portfolio = read_portfolio(data)
    assert {(one.path, one.code) for one in portfolio.problems} == {
        ("sources", "list"),
        ("organisations[0]", "mapping"),
        ("devices[0].versions", "list"),
        ("devices[0].identifiers[0]", "mapping"),
        ("devices[0].ans", "mapping"),
        ("devices[0].listing.listing", "unknown_field"),
        ("devices[0].ai_act.systems[0].role", "choice"),
        ("devices[0].ai_act.systems[1].role", "choice"),
    }


def test_a_value_that_is_wrong_in_part_keeps_the_rest() -> None:
    data = {"key": "a", "country": "France", "siren": "732829320"}
    portfolio = read_portfolio({"format": "jalon-facts/1", "organisations": [data]})
    (record,) = portfolio.organisations
    own = record.own.value
    assert (record.own.sound, own.key, own.name, own.country, own.siren) == (
        False, "a", None, None, "732829320",
    )  # fmt: skip


def test_reading_part_by_part_agrees_with_the_values_as_a_whole() -> None:
    """What the parts accept the whole accepts, and the other way round."""
    good = {
        "key": "a",
        "name": "A",
        "ce_marking": {"certificates": [QMS]},
        "versions": [{"key": "v", "number": "1"}],
    }
    wrong: list[dict[str, Any]] = [{**good, "emdn": 3}, {**good, "ans": {"other": []}}, {}]
    for devices in ([], [good], *([one] for one in wrong)):
        data: dict[str, Any] = {"format": "jalon-facts/1", "devices": devices}
        assert bool(read_portfolio(data).problems) == bool(error_types(FactsFile, data))
