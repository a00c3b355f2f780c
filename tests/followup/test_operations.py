"""Deadlines assigned, declared done, waived: who may, what is kept, what it covers, what it never changes."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker

from compliance.assessments.models import DeadlineRow, DeviceAssessment
from compliance.assessments.operations import reassess
from compliance.audit.actors import Actor
from compliance.audit.models import Action, AuditEvent, RowHistory
from compliance.audit.rows import unexplained
from compliance.ce_marking.models import Audit
from compliance.evidence.models import DocumentVersion
from compliance.evidence.operations import Upload, add_document, remove_document
from compliance.facts.errors import FactError
from compliance.facts.operations import amend
from compliance.followup.models import Assignment, Mark
from compliance.followup.operations import assign, declare_done, unassign, undo, waive
from compliance.followup.queries import assigned, attach, covered, outdated
from devices.models import Membership, Organisation, Role, User
from tests import portfolio
from tests.kept import kept

pytestmark = pytest.mark.django_db
NOW = portfolio.NOW
TODAY = NOW.date()
AUDIT = date(2026, 11, 30)


@pytest.fixture(scope="module", autouse=True)
def _portfolio(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with kept(django_db_blocker, portfolio.with_people):
        yield


def person(name: str = "officer") -> User:
    return User.objects.get(email=f"{name}@example.org")


def officer() -> Actor:
    return Actor.person(person())


def audit_row() -> DeadlineRow:
    return DeadlineRow.objects.get(rule="mdr.surveillance_audit")


def seen(*rows: DeadlineRow) -> dict[int, date]:
    return {row.pk: row.strict for row in rows or [audit_row()]}


def move_audit(held_on: date) -> None:
    """Amend the day of the last audit: the next one is due a year later."""
    fact = Audit.objects.get(key="y1")
    amend(
        actor=Actor.system("test"), fact=fact, changes={"held_on": held_on}, reason="Wrong day", at=NOW
    )  # fmt: skip


def document(device: str = "scan-one") -> DocumentVersion:
    return add_document(
        actor=Actor.system("test"),
        device=portfolio.device(device),
        details={"kind": "other", "title": "Audit report", "language": "en", "published": False},
        upload=Upload("report.txt", [b"The audit was held."]),
        at=NOW,
    )


def done(**changes: Any) -> None:
    said: dict[str, Any] = {"on": date(2026, 11, 20), "version": None, "note": "Held on site"}
    declare_done(**{"actor": officer(), "seen": seen(), "at": NOW, **said, **changes})


def codes(refused: Any) -> list[tuple[str, str]]:
    return [(one.path, one.code) for one in refused.value.problems]


def test_done_keeps_the_day_and_the_evidence_and_changes_nothing_that_the_rules_compute() -> None:
    before = list(DeadlineRow.objects.order_by("pk").values())
    body = DeviceAssessment.objects.get(device=portfolio.device()).body
    version = document()
    done(version=version, note="")
    mark = Mark.objects.get()
    assert (mark.kind, mark.on, mark.version, mark.strict) == ("done", date(2026, 11, 20), version, AUDIT)
    assert (mark.by, mark.at) == ("officer@example.org", NOW)
    reassess(devices=[portfolio.device()], today=TODAY, at=NOW)
    assert list(DeadlineRow.objects.order_by("pk").values()) == before
    assert DeviceAssessment.objects.get(device=portfolio.device()).body == body


def test_every_operation_leaves_its_event_in_the_chain_of_the_owner() -> None:
    assign(actor=officer(), seen=seen(), person=person(), at=NOW)
    unassign(actor=officer(), seen=seen(), at=NOW)
    waive(actor=officer(), seen=seen(), reason="Another device", at=NOW)
    undo(actor=officer(), seen=seen(), at=NOW)
    events = list(AuditEvent.objects.filter(action__startswith="deadline.").order_by("id"))
    assert [one.action for one in events] == [
        Action.DEADLINE_ASSIGNED,
        Action.DEADLINE_UNASSIGNED,
        Action.DEADLINE_WAIVED,
        Action.DEADLINE_UNMARKED,
    ]
    assert {one.organisation and one.organisation.key for one in events} == {"maker"}
    assert {one.subject_id for one in events} == {str(portfolio.device().pk)}
    name = f"mdr.surveillance_audit {audit_row().trigger_fact}"
    assert events[0].after == {"deadline": {name: {"strict": "2026-11-30", "assigned_to": person().email}}}
    assert events[1].before == events[0].after
    assert events[2].reason == "Another device"
    assert events[3].before == events[2].after
    assert RowHistory.objects.filter(table="followup_mark").count() == 2
    assert not unexplained().filter(table__startswith="followup_").exists()


@pytest.mark.parametrize("name", ["buyer", "auditor", "rival", "stranger", "reader"])
def test_only_who_keeps_the_record_says_anything(name: str) -> None:
    if name == "reader":
        maker = Organisation.objects.get(key="maker")
        reader = User.objects.create_user("reader@example.org")
        Membership.objects.create(user=reader, organisation=maker, role=Role.READER)
    actor = Actor.person(person(name))
    acts: list[Callable[[], None]] = [
        lambda: assign(actor=actor, seen=seen(), person=person(), at=NOW),
        lambda: unassign(actor=actor, seen=seen(), at=NOW),
        lambda: done(actor=actor),
        lambda: waive(actor=actor, seen=seen(), reason="No", at=NOW),
        lambda: undo(actor=actor, seen=seen(), at=NOW),
    ]
    for act in acts:
        with pytest.raises(FactError) as refused:
            act()
        assert codes(refused) == [("", "forbidden")]
    assert not Mark.objects.exists()
    assert not Assignment.objects.exists()


def test_done_needs_a_day_that_has_come_and_its_evidence() -> None:
    with pytest.raises(FactError) as refused:
        done(on=TODAY + timedelta(days=1), note=" ")
    assert codes(refused) == [("on", "future"), ("note", "no_evidence")]
    gone = document()
    remove_document(actor=officer(), document=gone.document, reason="Wrong", at=NOW)
    for version in (gone, document("rival-three")):
        with pytest.raises(FactError) as refused:
            done(version=version)
        assert codes(refused) == [("version", "unknown_document")]


def test_a_waiver_needs_its_reason() -> None:
    with pytest.raises(FactError) as refused:
        waive(actor=officer(), seen=seen(), reason="  ", at=NOW)
    assert codes(refused) == [("reason", "missing")]


def test_it_is_assigned_to_one_person_who_keeps_the_record() -> None:
    for name in ("buyer", "auditor", "rival"):
        with pytest.raises(FactError) as refused:
            assign(actor=officer(), seen=seen(), person=person(name), at=NOW)
        assert codes(refused) == [("person", "keeps_no_record")]
    other = User.objects.create_user("other@example.org")
    maker = Organisation.objects.get(key="maker")
    Membership.objects.create(user=other, organisation=maker, role=Role.OWNER)
    assign(actor=officer(), seen=seen(), person=person(), at=NOW)
    assign(actor=officer(), seen=seen(), person=other, at=NOW)
    assert Assignment.objects.get().person == other


def test_what_is_said_already_is_not_said_twice() -> None:
    assign(actor=officer(), seen=seen(), person=person(), at=NOW)
    assign(actor=officer(), seen=seen(), person=person(), at=NOW)
    assert AuditEvent.objects.filter(action=Action.DEADLINE_ASSIGNED).count() == 1
    done()
    with pytest.raises(FactError) as refused:
        waive(actor=officer(), seen=seen(), reason="No", at=NOW)
    assert codes(refused) == [("", "marked")]
    undo(actor=officer(), seen=seen(), at=NOW)
    undo(actor=officer(), seen=seen(), at=NOW)
    assert AuditEvent.objects.filter(action=Action.DEADLINE_UNMARKED).count() == 1


def test_a_deadline_that_moved_since_it_was_seen_is_refused() -> None:
    old = seen()
    move_audit(date(2025, 12, 1))
    acts: list[Callable[[], None]] = [
        lambda: done(seen=old),
        lambda: assign(actor=officer(), seen=old, person=person(), at=NOW),
    ]
    for act in acts:
        with pytest.raises(FactError) as refused:
            act()
        assert codes(refused) == [("", "stale")]


def test_a_mark_covers_its_date_only_and_a_new_one_takes_its_place() -> None:
    done()
    assert DeadlineRow.objects.filter(covered()).get() == audit_row()
    move_audit(date(2025, 12, 1))
    moved = audit_row()
    assert moved.strict == date(2026, 12, 1)
    attach([moved])
    assert not vars(moved)["mark_covers"]
    assert not DeadlineRow.objects.filter(covered()).exists()
    waive(actor=officer(), seen=seen(), reason="Another device", at=NOW)
    mark = Mark.objects.get()
    assert (mark.kind, mark.strict, mark.on, mark.note) == ("waived", moved.strict, None, "Another device")
    event = AuditEvent.objects.latest("id")
    assert event.before is not None
    assert [one["strict"] for one in event.before["deadline"].values()] == ["2026-11-30"]


def test_deadlines_that_are_met_or_past_are_not_declared() -> None:
    DeadlineRow.objects.filter(pk=audit_row().pk).update(state="met")
    with pytest.raises(FactError) as refused:
        done()
    assert codes(refused) == [("", "not_pending")]


def test_one_refused_deadline_leaves_all_as_they_were() -> None:
    rows = list(DeadlineRow.objects.filter(device=portfolio.device(), state="open").order_by("pk")[:3])
    waive(actor=officer(), seen=seen(rows[2]), reason="First", at=NOW)
    with pytest.raises(FactError):
        waive(actor=officer(), seen=seen(*rows), reason="All", at=NOW)
    assert Mark.objects.count() == 1
    undo(actor=officer(), seen=seen(rows[2]), at=NOW)
    waive(actor=officer(), seen=seen(*rows), reason="All", at=NOW)
    assert Mark.objects.filter(note="All").count() == 3
    event = AuditEvent.objects.filter(action=Action.DEADLINE_WAIVED).latest("id")
    assert event.after is not None
    assert len(event.after["deadline"]) == 3


def test_the_database_refuses_marks_that_say_nothing() -> None:
    row = audit_row()
    named = {"device": row.device, "rule": row.rule, "trigger_fact": row.trigger_fact, "strict": row.strict}
    for said in (
        {"kind": "done", "note": "x"},
        {"kind": "done", "on": TODAY},
        {"kind": "waived"},
        {"kind": "waived", "note": "x", "on": TODAY},
        {"kind": "later", "note": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mark.objects.create(**{**named, "at": NOW, "by": "test", **said})


def test_the_filters_find_what_is_assigned_marked_or_moved() -> None:
    row = audit_row()
    assign(actor=officer(), seen=seen(), person=person(), at=NOW)
    done()
    assert DeadlineRow.objects.filter(assigned(person())).get() == row
    assert DeadlineRow.objects.filter(assigned()).get() == row
    assert not DeadlineRow.objects.filter(assigned(person("rival"))).exists()
    assert not DeadlineRow.objects.filter(outdated()).exists()
    DeadlineRow.objects.filter(pk=row.pk).update(strict=AUDIT + timedelta(days=1))
    assert DeadlineRow.objects.filter(outdated()).get() == row
    assert not DeadlineRow.objects.filter(covered()).exists()


_TEXTS = st.sampled_from(["", "a", "b"])
_IDENTITY = st.tuples(st.sampled_from(["r.a", "r.b"]), _TEXTS, _TEXTS)
_SAID = st.dictionaries(_IDENTITY, st.dates(date(2026, 1, 1), date(2026, 1, 4)), max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(marks=_SAID, rows=_SAID)
def test_a_mark_covers_exactly_the_deadline_with_its_date(
    marks: dict[tuple[str, str, str], date], rows: dict[tuple[str, str, str], date]
) -> None:
    """What the database and the page call covered is: same identity, same strict date."""
    template: Any = DeadlineRow.objects.order_by("pk").values().first()
    device = portfolio.device("draft-two")
    with transaction.atomic():
        for (rule, fact, n), strict in marks.items():
            Mark.objects.create(
                device=device, rule=rule, trigger_fact=fact, n=n, strict=strict, kind="waived", note="x",
                at=NOW, by="test",
            )  # fmt: skip
        for (rule, fact, n), strict in rows.items():
            own = {"device_id": device.pk, "rule": rule, "trigger_fact": fact, "n": n, "strict": strict}
            DeadlineRow.objects.create(**{**template, "id": None, **own})
        expected = {one for one, strict in rows.items() if marks.get(one) == strict}
        moved = {one for one, strict in rows.items() if one in marks and marks[one] != strict}
        own_rows = DeadlineRow.objects.filter(device=device, rule__startswith="r.")

        def names(found: Any) -> set[tuple[str, str, str]]:
            return {(row.rule, row.trigger_fact, row.n) for row in found}

        assert names(own_rows.filter(covered())) == expected
        assert names(own_rows.filter(outdated())) == moved
        told: list[Any] = list(own_rows)
        attach(told)
        assert names(row for row in told if row.mark_covers) == expected
        transaction.set_rollback(True)
