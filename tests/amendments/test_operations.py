"""A text applied: the law in force moves, devices with it, and the trail and the officers know."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils.translation import override

from compliance.alerts import delivery, plan
from compliance.alerts.models import Alert
from compliance.amendments.errors import AmendmentError
from compliance.amendments.models import Amendment
from compliance.amendments.operations import apply
from compliance.amendments.queries import law_in_force
from compliance.assessments.models import DeadlineRow, DeviceAssessment
from compliance.assessments.operations import due
from compliance.assessments.queries import dated_answer
from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.audit.verify import walk
from compliance.law.parameters import current_law
from devices.models import Organisation
from tests import portfolio
from tests.amendments import texts

pytestmark = pytest.mark.django_db
NOW = portfolio.NOW
RULE = "aia.high_risk_annex_i"


def apply_text(**fields: Any) -> Amendment:
    document = texts.document(**fields)
    return apply(actor=Actor.system("test"), document=document, reason="Published", at=NOW)


def strict() -> date:
    return DeadlineRow.objects.get(rule=RULE).strict


def test_the_devices_concerned_are_assessed_anew_and_the_others_follow() -> None:
    portfolio.record()
    assessments = DeviceAssessment.objects.values_list("device", "computed_at")
    before = set(assessments)  # device, computed at
    row = apply(actor=Actor.system("test"), document=texts.document(), at=NOW + timedelta(hours=1))
    assert strict() == date(2029, 1, 1)
    assert set(DeviceAssessment.objects.values_list("law_version", flat=True)) == {row.law_version}
    moved = portfolio.device("scan-one").pk
    assert {device for device, _ in set(assessments.all()) - before} == {moved}
    assert due(NOW.date()) == []
    effect = row.effects.get()
    assert effect.device_id == moved
    assert effect.moves == [
        {
            "what": "deadline", "name": RULE, "fact": "ai_act.systems[ai]", "n": "ai",
            "before": "2028-08-02", "after": "2029-01-01", "was": "open", "now": "open",
        }
    ]  # fmt: skip


def test_the_law_in_force_is_the_shipped_one_with_the_texts_in_their_order() -> None:
    assert law_in_force() is current_law()
    first = apply_text()
    assert law_in_force().version == first.law_version != current_law().version
    later = {RULE: {"values": [texts.value("2030-01-01", applies="2026-11-22")]}}
    second = apply_text(key="third-omnibus", rules=later)
    assert [one.value for one in law_in_force()[RULE].values][-2:] == ["2029-01-01", "2030-01-01"]
    assert law_in_force().version == second.law_version
    first_again = Amendment.objects.get(pk=first.pk)
    assert first_again.law_version != second.law_version


def test_what_was_said_before_still_answers() -> None:
    portfolio.record()
    apply_text()
    device, today = portfolio.device(), NOW.date()

    def said(known_on: date) -> str:
        answer, _ = dated_answer(device, on=today, known_on=known_on, today=today, now=NOW)
        (one,) = [deadline for deadline in answer["deadlines"] if deadline["rule"] == RULE]
        return str(one["strict"])

    assert said(today) == "2029-01-01"
    assert said(date(2026, 11, 19)) == "2028-08-02"
    assert said(date(2026, 5, 1)) == "2027-08-02"


def test_an_answer_kept_names_the_law_of_today() -> None:
    portfolio.record()
    row = apply_text()
    today = NOW.date()
    answer, _ = dated_answer(portfolio.device("draft-two"), on=today, known_on=today, today=today, now=NOW)
    assert answer["law_version"] == row.law_version


def test_it_stands_in_the_trail_of_the_platform_and_of_who_is_concerned() -> None:
    portfolio.record()
    row = apply_text()
    events: dict[Any, Any] = {
        one.organisation: one for one in AuditEvent.objects.filter(action="law.amended")
    }
    maker = Organisation.objects.get(key="maker")
    assert set(events) == {None, maker}
    told = events[maker].after["law"]["second-omnibus"]
    assert told["version"] == row.law_version
    assert [one["after"] for one in told["moved"]["scan-one"]] == ["2029-01-01"]
    assert events[None].after["law"]["second-omnibus"]["moved"] == {}
    assert events[maker].before == {"law": {"second-omnibus": {"version": current_law().version}}}
    assert (events[maker].reason, events[maker].legal_basis) == ("Published", row.reference)
    assert {one.fault for one in walk()} == {None}


def test_officers_are_told_once_in_their_language() -> None:
    portfolio.record()
    people = portfolio.people()
    people.users["rival"].language = "en"
    people.users["rival"].save()
    apply_text()
    for _ in range(2):
        plan.plan_amendments(NOW.date())
        delivery.deliver_due(today=NOW.date(), now=NOW)
    (sent,) = [one for one in mail.outbox if "Second omnibus" in one.subject]
    assert sent.to == ["officer@example.org"]
    assert sent.subject == "Modification du droit : Second omnibus"
    assert "Écho Scan One" in sent.body
    assert "2 août 2028" in sent.body
    assert "1er janvier 2029" in sent.body
    assert "/law/texts/second-omnibus/" in sent.body
    assert Alert.objects.get(amendment__isnull=False, channel="email").state == "sent"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"status": "proposed"}, "proposed"),
        ({"published": "2026-11-23"}, "2026-11-23|23 "),
        ({"rules": {RULE: {}}}, "already"),
        ({"rules": {RULE: {"values": [texts.value(certainty="rumour")]}}}, r"rules\.aia\.high_risk_annex_i"),
        ({"rules": {"aia.unheard_of": {"values": [texts.value()]}}}, r"aia\.unheard_of\.label"),
    ],
)
def test_what_cannot_be_applied_changes_nothing(fields: dict[str, Any], message: str) -> None:
    portfolio.record()
    events = AuditEvent.objects.count()
    with override("en"), pytest.raises(AmendmentError, match=message):
        apply_text(**fields)
    assert strict() == date(2028, 8, 2)
    assert (Amendment.objects.count(), AuditEvent.objects.count()) == (0, events)


def test_a_text_is_applied_once() -> None:
    apply_text()
    with pytest.raises(AmendmentError, match="second-omnibus"):
        apply_text(rules={RULE: {"values": [texts.value("2031-01-01")]}})
    assert Amendment.objects.count() == 1
