"""Documents attached to requirements: who may, what is kept, what is seen on a date, as known on a date."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import override
from pytest_django.plugin import DjangoDbBlocker

from compliance.amendments.queries import law_in_force
from compliance.audit.actors import Actor
from compliance.audit.models import Action, AuditEvent
from compliance.audit.rows import unexplained
from compliance.evidence.models import Document
from compliance.evidence.operations import Upload, add_document, add_version, remove_document
from compliance.facts.errors import FactError
from compliance.facts.past import known_facts
from compliance.requirements.models import Statement
from compliance.requirements.operations import attach, exempt, take_back
from compliance.requirements.queries import coverage_of
from devices import wall
from devices.models import User
from devices.queries import Caller, reach
from tests import portfolio
from tests.evidence.files import PDF, pieces
from tests.kept import kept

pytestmark = pytest.mark.django_db
NOW = portfolio.NOW
TODAY = NOW.date()
DAY = timedelta(days=1)
RISKS, AI_RISKS = ("mdr_annex_ii", "5(b)"), ("aia_annex_iv", "5")


@pytest.fixture(scope="module", autouse=True)
def _portfolio(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    before, settings.MEDIA_ROOT = settings.MEDIA_ROOT, str(tmp_path_factory.mktemp("files"))
    with kept(django_db_blocker, _build):
        yield
    settings.MEDIA_ROOT = before


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


def _build() -> None:
    portfolio.with_people()
    details = {"kind": "other", "title": "Technical file", "language": "fr", "published": True}
    upload = Upload("file.pdf", pieces(PDF))
    add_document(
        actor=Actor.system("test"),
        device=portfolio.device(),
        details=details,
        upload=upload,
        at=NOW - 9 * DAY,
    )


def document() -> Document:
    return Document.objects.get(title="Technical file")


def officer(name: str = "officer") -> Actor:
    return Actor.person(User.objects.get(email=f"{name}@example.org"))


def attached(*requirements: tuple[str, str], at: datetime = NOW, **changed: Any) -> list[Statement]:
    said = {"actor": officer(), "device": portfolio.device(), "document": document(), "since": at.date()}
    return attach(**{**said, **changed}, requirements=requirements, at=at)


def exempted(*requirements: tuple[str, str], at: datetime = NOW, **changed: Any) -> list[Statement]:
    said = {"actor": officer(), "device": portfolio.device(), "reason": "No tissue", "since": at.date()}
    return exempt(**{**said, **changed}, requirements=requirements, at=at)


def seen(requirement: tuple[str, str] = RISKS, *, on: date = TODAY, known_on: date = TODAY) -> dict[str, Any]:
    """Return what the coverage says of a requirement."""
    found = coverage_of(portfolio.device(), on=on, known_on=known_on, today=TODAY, language="en")
    (catalogue,) = [one for one in found["catalogues"] if one["catalogue"] == requirement[0]]
    row: dict[str, Any]
    (row,) = [one for one in catalogue["requirements"] if one["number"] == requirement[1]]
    return row


def test_one_document_serves_requirements_of_two_acts_at_once() -> None:
    attached(RISKS, AI_RISKS, note="Chapter 5")
    mdr, ai = seen(RISKS), seen(AI_RISKS)
    assert (mdr["state"], ai["state"]) == ("covered", "covered")
    (held,) = mdr["documents"]
    assert (held["title"], held["version"], held["note"]) == ("Technical file", 1, "Chapter 5")
    assert held["sha256"] == document().versions.get().blob_id
    event = AuditEvent.objects.get(action=Action.REQUIREMENT_SERVED)
    assert event.after
    assert sorted(event.after["requirement"]) == [
        "aia_annex_iv/5 Technical file",
        "mdr_annex_ii/5(b) Technical file",
    ]
    assert event.before is None
    assert not unexplained().filter(table="requirements_statement").exists()


def test_a_later_version_takes_the_place_of_the_earlier_one_from_the_day_on_which_it_came() -> None:
    attached(RISKS, at=NOW - 5 * DAY)
    newer = PDF.replace(b"1.7", b"1.6")
    add_version(
        actor=officer(), document=document(), upload=Upload("newer.pdf", pieces(newer)), at=NOW - 2 * DAY
    )
    assert seen()["documents"][0]["version"] == 2
    assert seen(known_on=TODAY - 3 * DAY)["documents"][0]["version"] == 1


def test_what_was_attached_later_is_not_seen_and_what_was_taken_back_since_still_is() -> None:
    (said,) = attached(RISKS, at=NOW - 4 * DAY)
    take_back(actor=officer(), statements=[said], at=NOW - 2 * DAY)
    states = [seen(known_on=TODAY - days * DAY)["state"] for days in (5, 4, 3, 2, 0)]
    assert states == ["gap", "covered", "covered", "gap", "gap"]


def test_a_document_counts_from_the_day_since_which_it_serves() -> None:
    attached(RISKS, since=TODAY - 30 * DAY)
    assert seen(on=TODAY - 31 * DAY)["state"] == "gap"
    assert seen(on=TODAY - 30 * DAY)["state"] == "covered"


def test_a_removed_document_covers_nothing_from_then_on_and_bars_nothing() -> None:
    attached(RISKS, at=NOW - 4 * DAY)
    remove_document(actor=officer(), document=document(), reason="Wrong file", at=NOW - DAY)
    assert seen()["state"] == "gap"
    assert seen(known_on=TODAY - 2 * DAY)["state"] == "covered"
    exempted(RISKS)
    assert seen()["state"] == "not_applicable"


def test_not_applicable_has_a_reason_is_left_out_of_what_is_asked_and_can_be_taken_back() -> None:
    (said,) = exempted(("mdr_annex_ii", "6.2(b)"))
    row = seen(("mdr_annex_ii", "6.2(b)"))
    assert (row["state"], row["not_applicable"]["reason"]) == ("not_applicable", "No tissue")
    event = AuditEvent.objects.get(action=Action.REQUIREMENT_NOT_APPLICABLE)
    assert event.reason == "No tissue"
    take_back(actor=officer(), statements=[said], at=NOW)
    assert seen(("mdr_annex_ii", "6.2(b)"))["state"] == "gap"
    assert AuditEvent.objects.get(action=Action.REQUIREMENT_APPLICABLE).after is None


def test_what_is_said_twice_is_written_once() -> None:
    attached(RISKS)
    assert attached(RISKS, AI_RISKS, AI_RISKS)[0].number == "5"
    assert Statement.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "path", "code"),
    [
        ({"requirements": ()}, "requirements", "missing"),
        ({"requirements": [("mdr_annex_ii", "99")]}, "requirements", "unknown_requirement"),
        ({"since": TODAY + DAY}, "since", "future"),
        ({"note": "x" * 4001}, "note", "length"),
        ({"device": "draft-two"}, "document", "unknown_document"),
        ({"actor": "rival"}, "", "forbidden"),
        ({"actor": "auditor"}, "", "forbidden"),
        ({"actor": "buyer"}, "", "forbidden"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_changes_nothing(
    changed: dict[str, Any], path: str, code: str
) -> None:
    asked: dict[str, Any] = {"requirements": [RISKS], **changed}
    if "actor" in changed:
        asked["actor"] = officer(changed["actor"])
    if "device" in changed:
        asked["device"] = portfolio.device(changed["device"])
    with pytest.raises(FactError) as refused, transaction.atomic():
        attached(*asked.pop("requirements"), **asked)
    assert [(one.path, one.code) for one in refused.value.problems] == [(path, code)]
    assert not Statement.objects.exists()


def test_a_requirement_is_not_served_and_not_applicable_at_once() -> None:
    (said,) = attached(RISKS)
    with pytest.raises(FactError, match="Detach them first"), transaction.atomic():
        exempted(RISKS)
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(
            device=said.device, catalogue=said.catalogue, number=said.number, since=TODAY, note="x", at=NOW,
            by="x",
        )  # fmt: skip
    take_back(actor=officer(), statements=[said], at=NOW)
    exempted(RISKS)
    with pytest.raises(FactError, match="not applicable"), transaction.atomic():
        attached(RISKS)
    with pytest.raises(FactError, match="read it again"), transaction.atomic():
        take_back(actor=officer(), statements=[said], at=NOW)
    with pytest.raises(FactError, match="Say why"), transaction.atomic():
        exempted(AI_RISKS, reason=" ")


def test_the_database_shows_statements_to_who_sees_the_whole_record_only() -> None:
    attached(RISKS)
    shown = {}
    for name in ("officer", "auditor", "buyer", "rival"):
        with wall.within(reach(Caller(User.objects.get(email=f"{name}@example.org")))):
            shown[name] = Statement.objects.count()
    assert shown == {"officer": 1, "auditor": 1, "buyer": 0, "rival": 0}


def test_the_coverage_takes_two_queries_beside_facts_and_law(django_assert_num_queries: Any) -> None:
    attached(RISKS, AI_RISKS)
    device, law = portfolio.device(), law_in_force()
    known = known_facts(device, known_on=TODAY, today=TODAY)
    with django_assert_num_queries(2):
        coverage_of(device, on=TODAY, known_on=TODAY, today=TODAY, language="fr", known=known, law=law)
