"""The bundled portfolio: whole, sourced, with correct codes, and showing all that it promises to show."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from compliance.assessments.assess import assess
from compliance.facts.parsing import parse
from compliance.law.facts import Device, FactsFile, Organisation
from compliance.law.facts.base import TRACKS, Fact
from compliance.law.parameters import current_law
from compliance.law.types import Assessment, DeadlineState, Status
from devices.identifiers import check

FOLDER = Path(__file__).parents[2] / "compliance" / "facts" / "portfolio"
READ_ON = date(2026, 11, 22)
ROLES = ("owner", "manufacturer", "exploitant", "authorised_representative", "host")


@cache
def portfolio(name: str) -> FactsFile:
    parsed = parse((FOLDER / name).read_bytes(), name)
    assert parsed.problems == []
    return FactsFile.model_validate(parsed.data)


def real() -> FactsFile:
    return portfolio("real_devices.yaml")


def example() -> FactsFile:
    return portfolio("example.yaml")


both = pytest.mark.parametrize("file", [real(), example()], ids=["real", "example"])


def values(node: Any, path: str = "") -> Iterator[tuple[str, BaseModel]]:
    """Return each value inside another one with its kind: the path of field names that leads to it."""
    if isinstance(node, tuple):
        for item in node:
            yield from values(item, path)
    elif isinstance(node, BaseModel):
        yield path, node
        for name in type(node).model_fields:
            yield from values(getattr(node, name), f"{path}.{name}".lstrip("."))


def kinds(model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Return the paths of the tuples of values that a value class can hold."""
    for name, field in model.model_fields.items():
        here = f"{path}.{name}".lstrip(".")
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                if inner is not field.annotation:
                    yield here
                yield from kinds(inner, here)


def subjects(file: FactsFile) -> Iterable[Organisation | Device]:
    return (*file.organisations, *file.devices)


def facts(subject: Organisation | Device) -> Iterator[tuple[str, Fact]]:
    return ((path, value) for path, value in values(subject) if isinstance(value, Fact))


def dates(value: BaseModel) -> Iterator[date]:
    return (one for one in value.model_dump().values() if isinstance(one, date))


@both
def test_no_key_stands_twice(file: FactsFile) -> None:
    keys = Counter[tuple[str, str]]()
    keys.update(("source", one.key) for one in file.sources)
    keys.update((type(one).__name__, one.key) for one in subjects(file))
    keys.update((f"{one.key} {path}", fact.key) for one in subjects(file) for path, fact in facts(one))
    assert [key for key, count in keys.items() if count > 1] == []


@both
def test_every_organisation_device_and_fact_has_a_known_source_and_none_is_idle(file: FactsFile) -> None:
    cited = {(one.key, one.source) for one in subjects(file)}
    cited |= {
        (f"{one.key} {path} {fact.key}", fact.source) for one in subjects(file) for path, fact in facts(one)
    }
    known = {one.key for one in file.sources}
    assert [where for where, source in cited if source not in known] == []
    assert known - {source for _, source in cited} == set()


@both
def test_every_organisation_named_is_described_and_none_is_idle(file: FactsFile) -> None:
    named = {getattr(one, role) for one in file.devices for role in ROLES} - {None}
    known = {one.key for one in file.organisations}
    assert named - known == set()
    if file is real():
        assert known - named == set()


@both
def test_every_code_is_correct_and_in_its_stored_form(file: FactsFile) -> None:
    codes = [("srn", one.srn) for one in file.organisations if one.srn]
    codes += [("siren", one.siren) for one in file.organisations if one.siren]
    for device in file.devices:
        codes += [(one.scheme, one.value) for one in device.identifiers if one.scheme != "catalogue"]
        codes += [("emdn", device.emdn)] if device.emdn else []
        codes += [("lpp_code", one.code) for one in device.listing.listings if one.code]
        codes += [
            ("notified_body", one.notified_body)
            for one in device.ce_marking.certificates
            if one.notified_body
        ]
    assert [(kind, value) for kind, value in codes if check(kind, value).normalised != value] == []
    assert len(codes) > 20


def test_no_identifier_belongs_to_two_devices() -> None:
    found = Counter(
        one.value
        for file in (real(), example())
        for device in file.devices
        for one in device.identifiers
        if one.scheme != "catalogue"
    )
    assert [value for value, count in found.items() if count > 1] == []


def test_the_real_devices_are_published_by_the_public_watch_which_keeps_no_track_whole() -> None:
    assert len(real().devices) >= 24
    assert {(one.owner, one.published, one.complete_tracks) for one in real().devices} == {
        ("jalon-veille", True, ())
    }
    assert sum(any(s.is_ai_system for s in one.ai_act.systems) for one in real().devices) >= 20


def test_no_real_fact_comes_from_an_example_or_from_after_the_day_of_reading() -> None:
    assert {one.quality for one in real().sources}.isdisjoint({"example"})
    assert not any(one.example for one in real().organisations)
    past = [day for one in subjects(real()) for _, fact in facts(one) for day in dates(fact)]
    ends = {date(2027, 3, 21), date(2030, 3, 4), date(2028, 4, 20)}
    assert {day for day in past if day > READ_ON} == ends


def test_no_real_fact_says_no_without_a_register() -> None:
    said = {
        (path.rpartition(".")[2], name, fact.source)
        for one in real().devices
        for path, fact in facts(one)
        for name, value in fact.model_dump().items()
        if value is False
    }
    assert said == {("classifications", "implantable", "eudamed")}


def test_the_examples_say_that_they_are_examples() -> None:
    assert {one.quality for one in example().sources} == {"example"}
    assert all(one.example for one in example().organisations)
    assert all(one.name.endswith("(exemple)") for one in subjects(example()))
    assert {one.owner for one in example().devices} == {"exemple-dm"}
    assert [one.key for one in example().devices if not one.published] == ["ex-hemalis"]
    assert "exemple-hopital" in {one.key for one in example().organisations}


def test_the_examples_hold_every_kind_of_fact() -> None:
    held = {path for one in subjects(example()) for path, _ in values(one)}
    expected = set(kinds(Device)) | set(kinds(Organisation))
    assert {
        "identifiers",
        "ce_marking.legacy",
        "cnedimts.applications.opinions",
        "hds_certificates",
    } <= expected
    assert expected - held == set()


def test_a_fact_that_names_another_names_one_that_exists() -> None:
    for device in (*real().devices, *example().devices):
        listings = {one.key for one in device.listing.listings}
        certificates = {one.key for one in device.ce_marking.certificates}
        named = {one.listing for one in (*device.cnedimts.applications, *device.listing.procedures)} - {None}
        assert named <= listings
        assert {one.supplement_of for one in device.ce_marking.certificates} - {None} <= certificates


def answers(file: FactsFile, known_on: date = READ_ON) -> list[Assessment]:
    law = current_law()
    return [assess(one, file.organisations, law, on=READ_ON, known_on=known_on) for one in file.devices]


STATUSES = {
    "ex-thoralune": "attention valid valid not_started in_progress",
    "ex-memolis": "valid not_started not_started not_applicable attention",
    "ex-serenove": "valid valid attention attention in_progress",
    "ex-cardivane": "valid attention valid valid valid",
    "ex-oculiane": "valid valid valid valid not_applicable",
    "ex-glyceane": "valid attention in_progress refused valid",
    "ex-osteane": "valid refused expired not_started valid",
    "ex-neurovane": "suspended valid valid attention valid",
    "ex-urgelys": "valid valid refused in_progress in_progress",
    "ex-hemalis": "expired unknown unknown unknown valid",
}


def test_the_examples_show_every_status() -> None:
    found = {one.device: " ".join(one.tracks[track].status for track in TRACKS) for one in answers(example())}
    assert found == STATUSES
    assert {word for line in STATUSES.values() for word in line.split()} == set(get_args(Status))


def test_the_examples_show_every_state_of_a_deadline() -> None:
    found = {deadline.state for one in answers(example()) for deadline in one.deadlines}
    assert found == set(get_args(DeadlineState))


@pytest.mark.parametrize(
    ("known_on", "applies"), [(date(2026, 5, 1), date(2027, 8, 2)), (READ_ON, date(2028, 8, 2))]
)
def test_a_real_class_iia_ai_device_answers_the_date_known_at_the_time(known_on: date, applies: date) -> None:
    (rayvolve,) = [one for one in answers(real(), known_on) if one.device == "rayvolve"]
    dates = {one.rule: one.strict for one in rayvolve.deadlines}
    assert dates["aia.high_risk_annex_i"] == applies


def test_a_real_certificate_about_to_end_is_seen() -> None:
    (uromic,) = [one for one in answers(real()) if one.device == "uromic-melody"]
    assert uromic.tracks["ce_marking"].status == "attention"
    assert uromic.tracks["ce_marking"].until == date(2027, 3, 21)
