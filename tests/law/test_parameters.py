"""The dated law: what the form refuses, and which value answers on a date as known on a date."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from compliance.law.context import Context
from compliance.law.facts import Device
from compliance.law.parameters import Law, Parameter, current_law, parse

ROOT = Path(__file__).parents[2]
RULE: dict[str, Any] = {
    "track": "ce_marking",
    "label": {"fr": "Une règle", "en": "A rule"},
    "kind": "period",
    "values": [
        {
            "value": "P15D",
            "published": "2020-01-01",
            "applies": "2020-06-01",
            "citation": {"text": "Act", "article": "Art. 1", "source": "OJ"},
            "certainty": "verified",
        }
    ],
}


def law(**rules: dict[str, Any]) -> Law:
    return parse([yaml.safe_dump({f"x.{name}": body for name, body in rules.items()})])


def value(**fields: Any) -> dict[str, Any]:
    return {**RULE["values"][0], **fields}


def context(one: dict[str, Any], *, on: str, known_on: str | None = None) -> Context:
    device = Device(key="device", name="Device")
    return Context(device, {}, law(rule=one), date.fromisoformat(on), date.fromisoformat(known_on or on))


@pytest.mark.parametrize("field", ["certainty", "citation", "published", "applies"])
def test_a_value_without_source_certainty_or_date_is_refused(field: str) -> None:
    incomplete = {key: held for key, held in value().items() if key != field}
    with pytest.raises(ValidationError, match=f"{field}\n.*Field required"):
        law(rule={**RULE, "values": [incomplete]})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"values": [value(citation={"text": "Act", "article": "Art. 1"})]}, "source\n.*Field required"),
        ({"values": [value(certainty="rumour")]}, "certainty\n.*'verified'"),
        ({"values": [value(value="15 days")]}, "not an ISO 8601 duration"),
        ({"values": [value(value=None)]}, "a period needs a value"),
        ({"values": [value(applies="2020-06-31")]}, "YYYY-MM-DD"),
        ({"values": []}, "at least 1 item"),
        ({"kind": "fixed_date"}, "Invalid isoformat string"),
        ({"label": {"en": "A rule"}}, "fr\n.*Field required"),
        ({"track": "customs"}, "'ce_marking'"),
        ({"roll": "next"}, "'eu_min2'"),
        ({"late": {"fr": "", "en": "A fine"}}, "at least 1 character"),
        ({"surprise": True}, "Extra inputs are not permitted"),
    ],
)
def test_a_rule_that_does_not_fit_the_form_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        law(rule={**RULE, **changed})


@pytest.mark.parametrize("name", ["Upper", "a.b", "a-b", ""])
def test_a_rule_id_is_a_text_and_a_name(name: str) -> None:
    with pytest.raises(ValidationError, match="String should match pattern"):
        law(**{name: RULE})


def test_a_rule_that_stands_twice_is_refused() -> None:
    document = yaml.safe_dump({"x.rule": RULE})
    with pytest.raises(ValueError, match=r"rule x\.rule stands twice"):
        parse([document, document])
    with pytest.raises(yaml.YAMLError, match=r"'x\.rule' stands twice"):
        parse([document + document])


def test_a_document_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(TypeError, match="maps rule ids to parameters"):
        parse(["- x.rule"])


@pytest.mark.parametrize(
    ("on", "known_on", "expected"),
    [
        ("2020-05-31", "2020-05-31", None),
        ("2020-06-01", "2019-12-31", None),
        ("2020-06-01", "2020-01-01", "P15D"),
        ("2024-02-28", "2026-01-01", "P15D"),
        ("2024-03-01", "2023-12-31", "P15D"),
        ("2024-03-01", "2024-01-01", "P10D"),
        # A later text corrects the same day of application.
        ("2024-03-01", "2024-02-01", "P12D"),
    ],
)
def test_a_superseded_value_answers_as_it_was_known(on: str, known_on: str, expected: str | None) -> None:
    values = [
        value(),
        value(value="P10D", published="2024-01-01", applies="2024-03-01"),
        value(value="P12D", published="2024-02-01", applies="2024-03-01"),
    ]
    now = context({**RULE, "values": values}, on=on, known_on=known_on).value("x.rule")
    assert (now.value if now else None) == expected
    parameter = law(rule={**RULE, "values": values})["x.rule"]
    dated = parameter.as_known(date.fromisoformat(known_on)).value_at(date.fromisoformat(on))
    assert (dated.value if dated else None) == expected


@pytest.mark.parametrize(("earlier", "expected"), [("governed", date(2020, 5, 16)), ("excluded", None)])
def test_an_event_older_than_the_text_is_governed_unless_excluded(
    earlier: str, expected: date | None
) -> None:
    bench = context({**RULE, "earlier_triggers": earlier}, on="2026-11-22")
    got = bench.deadline("x.rule", trigger=date(2020, 5, 1), fact="fact")
    assert (got.strict if got else None) == expected


def test_the_day_of_the_trigger_chooses_the_value() -> None:
    values = [value(), value(value="P10D", published="2024-01-01", applies="2024-03-01")]
    bench = context({**RULE, "values": values}, on="2026-11-22")
    before = bench.deadline("x.rule", trigger=date(2024, 2, 29), fact="fact")
    after = bench.deadline("x.rule", trigger=date(2024, 3, 1), fact="fact")
    assert before is not None
    assert after is not None
    assert (before.strict, after.strict) == (date(2024, 3, 15), date(2024, 3, 11))


def test_a_published_value_is_announced_until_it_governs() -> None:
    values = [value(), value(value="P10D", published="2024-01-01", applies="2024-03-01")]
    rule = {**RULE, "values": values}
    assert context(rule, on="2023-12-31").announced("x.rule") is None
    announced = context(rule, on="2024-01-01").announced("x.rule")
    assert announced is not None
    assert announced.value == "P10D"
    assert context(rule, on="2024-03-01").announced("x.rule") is None


def test_the_version_of_the_law_follows_its_content() -> None:
    first, same = law(rule=RULE), law(rule=dict(reversed(RULE.items())))
    changed = law(rule={**RULE, "values": [value(value="P16D")]})
    assert first.version == same.version
    assert first.version != changed.version


SHIPPED = sorted(current_law().parameters.values(), key=lambda one: one.id)


@pytest.mark.parametrize("parameter", SHIPPED, ids=lambda one: one.id)
def test_each_rule_shipped_is_sound(parameter: Parameter) -> None:
    for dated in parameter.values:
        assert dated.published <= dated.applies
        assert dated.citation.source
        assert (dated.verified_on is not None) or dated.certainty != "verified"
        assert dated.settled_by is not None or dated.certainty in {"verified", "quoted"}
    days = [dated.applies for dated in parameter.values]
    assert days == sorted(set(days))
    assert (parameter.direction == "fixed") is (parameter.kind == "fixed_date")
    assert (parameter.roll == "prev") <= (parameter.direction == "before")


def test_each_rule_that_the_code_names_exists() -> None:
    text = "|".join(sorted({one.id.split(".")[0] for one in SHIPPED}))
    named = re.compile(rf'"((?:{text})\.[a-z0-9_]*[a-z0-9])"')
    sources = [path for path in (ROOT / "compliance").glob("*/*rules*.py") if path.is_file()]
    used = {rule for path in sources for rule in named.findall(path.read_text(encoding="utf-8"))}
    assert len(used) > 60
    assert used <= current_law().parameters.keys()
