"""A change of the law as one document: what it adds, replaces, repeals, and what it refuses."""

from datetime import date
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from compliance.law.amendments import Amendment, amended, read, without
from compliance.law.context import Context
from compliance.law.facts import Device
from compliance.law.parameters import Law, Words, current_law
from tests.amendments import texts
from tests.law.answers import ai, answer, deadline, deadlines

RULE = "aia.high_risk_annex_i"
HIGH_RISK = {
    **ai(systems=[{"key": "ai", "is_ai_system": True, "is_the_device": True, "annex_iii": "none"}]),
    "ce_marking": {"classifications": [{"key": "k", "regulation": "MDR", "device_class": "IIa"}]},
}


def strict(law: Law, *, on: str = "2026-11-22", known_on: str | None = None) -> date:
    return deadline(answer(HIGH_RISK, on=on, known_on=known_on, law=law), RULE).strict


def changed(**rules: Any) -> Amendment:
    return read(texts.document(rules={f"aia.{rule}": body for rule, body in rules.items()}))


def test_a_new_value_supersedes_and_keeps_the_old_one() -> None:
    law = amended(current_law(), read(texts.document()))
    assert [one.value for one in law[RULE].values] == ["2027-08-02", "2028-08-02", "2029-01-01"]
    assert strict(law) == date(2029, 1, 1)
    assert strict(law, known_on="2026-11-19") == date(2028, 8, 2)
    assert strict(law, known_on="2026-05-01") == date(2027, 8, 2)
    assert strict(law, on="2026-11-20") == date(2028, 8, 2)


def test_a_value_is_known_since_the_publication_unless_it_says_more() -> None:
    values = [texts.value(), texts.value("2029-06-01", published="2026-12-01", applies="2026-12-15")]
    law = amended(current_law(), changed(high_risk_annex_i={"values": values}))
    assert [one.published for one in law[RULE].values[-2:]] == [date(2026, 11, 20), date(2026, 12, 1)]
    assert strict(law, on="2026-12-15", known_on="2026-11-30") == date(2029, 1, 1)
    assert strict(law, on="2026-12-15", known_on="2026-12-01") == date(2029, 6, 1)


def test_the_same_two_dates_are_a_correction() -> None:
    wrong = amended(current_law(), read(texts.document()))
    right = amended(wrong, changed(high_risk_annex_i={"values": [texts.value("2029-02-01")]}))
    assert [one.value for one in right[RULE].values] == ["2027-08-02", "2028-08-02", "2029-02-01"]


def test_other_fields_of_the_rule_may_change_too() -> None:
    late = {"fr": "Rien", "en": "Nothing"}
    law = amended(current_law(), changed(high_risk_annex_i={"late": late}))
    assert law[RULE].late == Words(fr="Rien", en="Nothing")
    assert law[RULE].values == current_law()[RULE].values


def test_a_repeal_ends_a_rule_and_an_older_date_still_answers() -> None:
    repeal = texts.value(None, repealed=True)  # type: ignore[arg-type]
    law = amended(current_law(), changed(high_risk_annex_i={"values": [repeal]}))
    assert deadlines(answer(HIGH_RISK, law=law), RULE) == []
    assert strict(law, on="2026-11-20") == date(2028, 8, 2)
    assert strict(law, known_on="2026-11-19") == date(2028, 8, 2)


def test_a_repealed_period_governs_no_event_after_it() -> None:
    values = [texts.value(None, repealed=True, applies="2026-11-21")]  # type: ignore[arg-type]
    law = amended(current_law(), read(texts.document(rules={"mdr.vigilance_general": {"values": values}})))
    bench = Context(Device(key="d", name="D"), {}, law, date(2026, 12, 31), date(2026, 12, 31))
    assert bench.value("mdr.vigilance_general", date(2026, 11, 21)) is None
    before = bench.value("mdr.vigilance_general", date(2026, 11, 20))
    assert before is not None
    assert before.value == "P15D"
    assert bench.value("mdr.vigilance_general", date(2015, 1, 1)) is not None


def test_a_new_rule_stands_whole() -> None:
    body = {
        "track": "ai_act",
        "label": {"fr": "Nouvelle règle", "en": "New rule"},
        "kind": "fixed_date",
        "direction": "fixed",
        "values": [texts.value()],
    }
    law = amended(current_law(), changed(new_rule=body))
    assert law["aia.new_rule"].label.en == "New rule"
    assert len(law.parameters) == len(current_law().parameters) + 1
    gone = without(law, changed(new_rule=body))
    assert gone["aia.new_rule"].values == ()


def test_taking_a_text_out_undoes_it() -> None:
    text, law = read(texts.document()), current_law()
    assert without(law, text).version == law.version
    assert without(amended(law, text), text).version == law.version
    assert amended(amended(law, text), text).version == amended(law, text).version != law.version


def test_the_days_of_a_text_are_those_of_its_values() -> None:
    assert read(texts.document()).days == {date(2026, 11, 20), date(2026, 11, 21)}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"format": "jalon-law/1"}, "format\n.*jalon-amendment/1"),
        ({"status": "rumoured"}, "status\n.*'adopted' or 'proposed'"),
        ({"title": {"fr": "Titre"}}, r"title\.en\n.*Field required"),
        ({"published": "2026-13-01"}, "published\n.*YYYY-MM-DD"),
        ({"rules": {}}, "rules\n.*at least 1 item"),
        ({"rules": {"Omnibus": {}}}, "String should match pattern"),
        (
            {"rules": {RULE: {"values": [{**texts.value(), "certainty": "rumour"}]}}},
            r"values\.0\.certainty\n",
        ),
        ({"rules": {RULE: {"values": [texts.value(applies=None)]}}}, r"values\.0\.applies\n"),
        ({"surprise": 1}, "surprise\n.*Extra inputs"),
    ],
)
def test_a_document_that_does_not_fit_the_form_says_where(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        read(texts.document(**fields))


@pytest.mark.parametrize(
    ("rule", "body", "message"),
    [
        (RULE, {"values": [texts.value("next year")]}, "Invalid isoformat string"),
        (RULE, {"obligated": "provider"}, r"aia\.high_risk_annex_i`\.obligated\n.*Extra inputs"),
        ("aia.unheard_of", {"values": [texts.value()]}, r"aia\.unheard_of`\.label\n.*Field required"),
    ],
)
def test_a_rule_that_would_not_be_sound_says_which(rule: str, body: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        amended(current_law(), read(texts.document(rules={rule: body})))


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(yaml.YAMLError, match="'status' stands twice"):
        read(texts.document() + "status: adopted\n")
