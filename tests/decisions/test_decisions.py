"""Signed decisions: what is kept, who may sign, that nothing changes it, and the law of another date."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from pytest_django.plugin import DjangoDbBlocker

from compliance.assessments.change_table import VERSION_CHANGE
from compliance.assessments.tables import TABLES
from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.decisions.models import SignedDecision
from compliance.decisions.operations import replay, sign
from compliance.decisions.recorded import recorded_answers
from compliance.decisions.walk import walk
from compliance.decisions.words import headline
from compliance.facts.errors import FactError
from compliance.law.decisions import decide
from compliance.law.parameters import current_law
from devices import wall
from devices.models import Device, User
from devices.queries import Caller, reach
from tests import portfolio
from tests.kept import kept

DAY = date(2026, 11, 22)
RULE11: dict[str, Any] = {
    "informs_diagnosis_or_therapy": True,
    "worst_decision_impact": "serious_deterioration_or_surgery",
    "monitors_physiology": False,
    "drives_device_class": "none",
}
AI: dict[str, Any] = {
    "is_ai_system": True,
    "prohibited_practice": "none",
    "is_the_device": True,
    "notified_body_required": True,
    "annex_iii": "none",
    "placed_before_cutoff": False,
}
MINOR: dict[str, Any] = {
    "performance": False,
    "safety_or_intended_use": False,
    "data_interpretation": False,
    "algorithm_or_architecture": False,
    "identity": False,
    "notified_body": True,
    "affects_safety_or_use": False,
    "quality_system": False,
    "directive_device": False,
    "ai_tier": "none",
    "ans_certificate": False,
    "covered": "none",
}


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with time_machine.travel(portfolio.NOW, tick=False), override("en"):
        yield


@pytest.fixture(scope="module")
def _portfolio(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with kept(django_db_blocker, portfolio.with_people):
        yield


@pytest.fixture
def device(_portfolio: None, db: None) -> Device:
    return portfolio.device()


def _officer() -> Actor:
    return Actor.person(User.objects.get(email="officer@example.org"))


def _signed(device: Device, table: str = "rule11", **asked: Any) -> SignedDecision:
    given: dict[str, Any] = {"answers": RULE11, "on": DAY, "known_on": DAY, "at": portfolio.NOW} | asked
    return sign(actor=_officer(), device=device, table=table, **given)


def test_a_signed_decision_keeps_answers_result_path_and_law(device: Device) -> None:
    row = _signed(
        device, answers=RULE11 | {"vital_with_immediate_danger": True}, about="2.1", reason="Checked"
    )
    row.refresh_from_db()
    assert row.answers == RULE11, "the answer that the path does not ask for is left out"
    assert row.result == "IIb"
    assert [one["question"] for one in row.path if one["question"]] == [
        "informs_diagnosis_or_therapy",
        "monitors_physiology",
        "worst_decision_impact",
        "drives_device_class",
    ]
    concluded = next(one for one in row.path if not one["question"])
    assert (concluded["rule"], concluded["certainty"]) == ("mdr.rule11_decisions", "verified")
    assert concluded["citation"] == "MDR Annex VIII 6.3, first paragraph"
    assert (row.law_version, row.signer_label) == (current_law().version, "officer@example.org")
    assert (row.meaning, row.signed_at) == ("I confirm these answers.", portfolio.NOW)
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.reason, event.organisation) == ("decision.signed", "Checked", device.owner)
    assert event.after is not None
    assert event.after["decisions"]["rule11"]["answers"] == RULE11


def test_an_answer_missing_signs_nothing(device: Device) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(FactError, match="An answer is missing"):
        _signed(device, answers={**RULE11, "drives_device_class": None})
    assert (SignedDecision.objects.count(), AuditEvent.objects.count()) == (0, before)


@pytest.mark.parametrize("role", ["buyer", "auditor", "rival", "stranger"])
def test_only_who_keeps_the_record_signs(device: Device, role: str) -> None:
    actor = Actor.person(User.objects.get(email=f"{role}@example.org"))
    with pytest.raises(FactError, match="only by an officer"):
        sign(
            actor=actor, device=device, table="rule11", answers=RULE11, on=DAY, known_on=DAY, at=portfolio.NOW
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decisions_signeddecision SET result = '\"I\"'",
        "DELETE FROM decisions_signeddecision",
    ],
)
def test_the_database_refuses_to_change_a_signed_decision(device: Device, statement: str) -> None:
    _signed(device)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert SignedDecision.objects.get().result == "IIb"


@pytest.mark.parametrize(
    ("role", "seen"), [("officer", 1), ("auditor", 1), ("buyer", 0), ("rival", 0), ("stranger", 0)]
)
def test_the_second_wall_shows_it_to_who_sees_the_whole_record(device: Device, role: str, seen: int) -> None:
    _signed(device)
    caller = Caller(User.objects.get(email=f"{role}@example.org"))
    with wall.within(reach(caller)):
        assert SignedDecision.objects.count() == seen


def test_the_same_answers_under_the_same_law_give_the_same(device: Device) -> None:
    row = SignedDecision.objects.get(pk=_signed(device).pk)
    again = replay(row, current_law(), on=DAY, known_on=DAY)
    assert (again.same, again.result, again.differences, again.missing) == (True, "IIb", (), None)


def test_another_law_gives_another_result_and_says_why(device: Device) -> None:
    """Known before the regulation of July 2026, high-risk products were bound a year earlier (2027-08-02)."""
    row = _signed(device, "ai_act", answers=AI)
    assert row.result["applies"] == "2028-08-02"
    again = replay(row, current_law(), on=DAY, known_on=date(2026, 5, 1))
    assert not again.same
    assert again.result["applies"] == "2027-08-02"
    assert [one.what for one in again.differences].count("article") >= 1


def test_a_law_that_did_not_govern_yet_concludes_without_an_article(device: Device) -> None:
    again = replay(_signed(device), current_law(), on=date(2020, 1, 1), known_on=date(2020, 1, 1))
    assert again.result == "IIb"
    assert {one.what for one in again.differences} == {"article"}


def test_the_facts_answer_what_they_know(device: Device) -> None:
    assert recorded_answers(TABLES["ai_act"], device) == {
        "is_ai_system": "yes", "is_the_device": "yes", "annex_iii": "none",
    }  # fmt: skip
    assert recorded_answers(TABLES["conformity_route"], device) == {"device_class": "IIa"}
    assert recorded_answers(TABLES["rule11"], device) == {}
    assert recorded_answers(TABLES["coverage_doors"], device)["ce_marked"] == "yes"
    change = recorded_answers(VERSION_CHANGE, device)
    assert (change["covered"], change["notified_body"]) == ("lppr", "yes")


def test_a_walk_names_the_next_question_only() -> None:
    walked = walk(
        TABLES["rule11"], {"informs_diagnosis_or_therapy": False}, current_law(), on=DAY, known_on=DAY
    )
    assert walked.missing is not None
    assert (walked.missing.key, walked.asked) == ("monitors_physiology", ("informs_diagnosis_or_therapy",))


# --- what a new version touches ---


def _change(**answers: Any) -> Any:
    return decide(VERSION_CHANGE, MINOR | answers, current_law(), on=DAY, known_on=DAY)


def test_a_minor_revision_touches_nothing() -> None:
    found = _change()
    assert (found.answer.new_udi_di, dict(found.answer.tracks)) == (False, {})
    assert found.path[-1].why.citation.startswith("MDR Annex VI part C 6.5.2")


@pytest.mark.parametrize(
    "reason", ["performance", "safety_or_intended_use", "data_interpretation", "algorithm_or_architecture"]
)
def test_each_change_of_the_software_needs_a_new_udi_di(reason: str) -> None:
    found = _change(**{reason: True})
    assert found.answer.new_udi_di
    assert found.answer.tracks["ce_marking"] == ("mdr.udi_di_change", "eudamed.new_udi_di_registration")


def test_a_new_name_needs_a_new_udi_di_by_another_rule() -> None:
    assert _change(identity=True).answer.tracks["ce_marking"][0] == "mdr.udi_di_data_change"


def test_the_registration_is_not_said_before_eudamed_is_mandatory() -> None:
    before = date(2024, 6, 1)
    found = decide(VERSION_CHANGE, MINOR | {"identity": True}, current_law(), on=before, known_on=before)
    assert found.answer.tracks["ce_marking"] == ("mdr.udi_di_data_change",)


@pytest.mark.parametrize(
    ("answers", "touched"),
    [
        ({"predetermined": True}, False),
        ({"predetermined": False, "affects_requirements": True}, True),
        ({"predetermined": False, "affects_requirements": False, "changes_intended_purpose": True}, True),
        ({"predetermined": False, "affects_requirements": False, "changes_intended_purpose": False}, False),
    ],
)
def test_a_substantial_modification_touches_the_ai_act(answers: dict[str, bool], touched: bool) -> None:
    assert ("ai_act" in _change(ai_tier="high_risk", **answers).answer.tracks) == touched


def test_what_no_text_settles_is_shown_unconfirmed() -> None:
    found = _change(covered="pecan", listing_data=True)
    assert found.answer.tracks == {"listing": ("pecan.change_notice",)}
    assert found.path[-1].why.certainty == "unconfirmed"
    lppr = _change(covered="lppr", listing_data=True)
    assert set(lppr.answer.tracks) == {"listing", "cnedimts"}
    assert lppr.path[-1].why.certainty == "unconfirmed"


def test_a_significant_change_loses_the_transition_by_guidance() -> None:
    found = _change(directive_device=True, significant_change=True)
    assert found.answer.tracks["ce_marking"] == ("mdr.legacy_no_significant_change",)
    assert [one.why.certainty for one in found.path if one.why.rule == "mdr.significant_change_guidance"] == [
        "secondary", "secondary",
    ]  # fmt: skip


def test_signing_later_keeps_both(device: Device) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(email="officer@example.org"))
    counts = []
    for days in range(2):
        _signed(device, at=portfolio.NOW + timedelta(days=days))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("admin:decisions", args=[device.pk])).status_code == 200
        counts.append(len(asked))
    assert SignedDecision.objects.filter(device=device).count() == 2
    assert counts[0] == counts[1] <= 12


def test_tracks_are_named_in_their_order_whatever_the_database_keeps(device: Device) -> None:
    answers = MINOR | {"identity": True, "ans_certificate": True, "major_change": True}
    row = SignedDecision.objects.get(pk=_signed(device, "version_change", answers=answers).pk)
    assert headline(row.table, row.result) == "New UDI-DI; tracks touched: CE marking, ANS certificate"
