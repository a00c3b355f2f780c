"""Appending: chains without a gap, one for each organisation, that stand or fall with the caller."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.audit.operations import computed_hash
from compliance.audit.verify import walk
from devices.models import Organisation, User
from tests.audit.conftest import AT, Add


def test_events_of_an_organisation_follow_each_other(maker: Organisation, add: Add) -> None:
    first, second, third = (add(maker, subject_label=label) for label in "abc")
    assert [one.sequence for one in (first, second, third)] == [1, 2, 3]
    assert [first.previous_hash, second.previous_hash, third.previous_hash] == ["", first.hash, second.hash]
    assert len({first.hash, second.hash, third.hash}) == 3


def test_each_organisation_and_the_platform_have_their_own_chain(maker: Organisation, add: Add) -> None:
    other = Organisation.objects.create(key="other", name="Other SA")
    events = [add(maker), add(other), add(None), add(maker), add(None)]
    assert [one.sequence for one in events] == [1, 1, 1, 2, 2]


def test_the_hash_is_the_same_after_a_round_trip(maker: Organisation, add: Add) -> None:
    after = {"b": [1, None, True, {"z": "ü", "a": "…"}], "a": "2026-01-01", "": "\x01"}
    event = add(maker, after=after, before={"n": 10**30}, reason="r", legal_basis="l")
    assert computed_hash(AuditEvent.objects.get(pk=event.pk)) == event.hash


def test_the_hash_is_fixed(add: Add, db: None) -> None:
    """The form of the chain never changes silently: events written long ago must still verify."""
    assert add(None).hash == "6194ed9aa4c24461c6ed300837a0ff9780ab8a5e3f85cb864effe8c944d589a5"


def test_the_boundary_between_two_fields_counts(add: Add, db: None) -> None:
    one = add(None, subject_id="ab", subject_label="c")
    moved = AuditEvent.objects.get(pk=one.pk)
    moved.subject_id, moved.subject_label = "a", "bc"
    assert computed_hash(moved) != one.hash


def test_null_and_an_empty_object_differ(add: Add, db: None) -> None:
    one = add(None, before=None)
    other = AuditEvent.objects.get(pk=one.pk)
    other.before = {}
    assert computed_hash(other) != one.hash


@pytest.mark.parametrize("value", [1.5, [1.5], {"a": {"b": 1.5}}, Decimal("1.5")])
def test_a_number_whose_text_is_not_one_is_refused(add: Add, db: None, value: object) -> None:
    with pytest.raises(TypeError):
        add(None, after={"value": value})
    assert AuditEvent.objects.count() == 0


def test_an_event_undone_leaves_no_gap(maker: Organisation, add: Add) -> None:
    add(maker)
    with transaction.atomic():
        add(maker)
        transaction.set_rollback(True)
    assert add(maker).sequence == 2


def test_the_author_is_kept_as_text(maker: Organisation, add: Add) -> None:
    user = User.objects.create_user("ana@example.org")
    event = add(maker, actor=Actor.person(user, maker))
    user.delete()
    event = AuditEvent.objects.get(pk=event.pk)
    assert event.actor_label == "ana@example.org"
    assert len(event.actor_id) == 36
    assert event.on_behalf_of == "maker"
    assert event.at == AT


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_take_turns(add: Add) -> None:
    maker = Organisation.objects.create(key="maker", name="Maker SAS")

    def write(n: int) -> None:
        try:
            for i in range(5):
                add(maker if i % 2 else None, subject_id=str(n))
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(write, range(4)))
    assert {(one.organisation, one.events, one.fault) for one in walk()} == {
        ("maker", 8, None),
        ("", 12, None),
    }
