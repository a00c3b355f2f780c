"""Verification: a trail edited, cut or moved by someone who can switch the triggers off does not hold."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override
from pytest_django.fixtures import DjangoAssertNumQueries

from compliance.audit.check import Fault
from compliance.audit.verify import walk
from devices.models import Organisation
from tests.audit.conftest import Add, tamper


def fault(maker: Organisation) -> Fault | None:
    return next(one.fault for one in walk() if one.organisation == maker.key)


@pytest.fixture
def five(maker: Organisation, add: Add) -> Organisation:
    for n in range(5):
        add(maker, subject_id=str(n))
    add(None)
    return maker


def test_a_trail_left_alone_holds(five: Organisation) -> None:
    chains = list(walk())
    assert [(one.organisation, one.events, one.fault) for one in chains] == [
        ("maker", 5, None),
        ("", 1, None),
    ]
    assert all(len(one.head) == 64 for one in chains)


def test_no_event_is_no_chain(db: None) -> None:
    assert list(walk()) == []


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'other'",
        "at = at + interval '1 microsecond'",
        "actor_label = 'someone else'",
        "on_behalf_of = 'x'",
        "action = 'fact.amended'",
        'after = \'{"note": "e"}\'',
        "before = '{}'",
        "legal_basis = 'x'",
        "hash = repeat('0', 64)",
    ],
)
def test_an_edited_event_is_named(five: Organisation, change: str) -> None:
    tamper(f"UPDATE audit_auditevent SET {change} WHERE sequence = 3")  # noqa: S608
    assert fault(five) == Fault(3, "edited")


def test_a_removed_event_is_named(five: Organisation) -> None:
    tamper("DELETE FROM audit_auditevent WHERE sequence = 3")
    assert fault(five) == Fault(3, "missing")


def test_a_removed_first_event_is_named(five: Organisation) -> None:
    tamper("DELETE FROM audit_auditevent WHERE sequence = 1 AND organisation_id IS NOT NULL")
    assert fault(five) == Fault(1, "missing")


def test_a_gap_closed_again_is_named(five: Organisation) -> None:
    tamper(
        "DELETE FROM audit_auditevent WHERE sequence = 3",
        "UPDATE audit_auditevent SET sequence = 3 WHERE sequence = 4",
        "UPDATE audit_auditevent SET sequence = 4 WHERE sequence = 5",
    )
    assert fault(five) == Fault(3, "moved")


def test_two_events_in_each_others_place_are_named(five: Organisation) -> None:
    tamper(
        "UPDATE audit_auditevent SET sequence = 99 WHERE sequence = 2",
        "UPDATE audit_auditevent SET sequence = 2 WHERE sequence = 4",
        "UPDATE audit_auditevent SET sequence = 4 WHERE sequence = 99",
    )
    assert fault(five) == Fault(2, "moved")


def test_an_inserted_event_is_named(five: Organisation) -> None:
    columns = "organisation_id, at, actor_id, actor_label, on_behalf_of, action, subject_type, subject_id, "
    columns += "subject_label, before, after, reason, legal_basis, previous_hash, hash"
    copied = f"{columns} FROM audit_auditevent WHERE sequence = 2"
    tamper(
        "UPDATE audit_auditevent SET sequence = sequence + 10 WHERE sequence > 2",
        f"INSERT INTO audit_auditevent (sequence, {columns}) SELECT 3, {copied}",
        "UPDATE audit_auditevent SET sequence = sequence - 9 WHERE sequence > 10",
    )
    assert fault(five) == Fault(3, "moved")


def test_an_event_given_to_another_chain_is_named(five: Organisation) -> None:
    tamper("UPDATE audit_auditevent SET organisation_id = NULL, sequence = 2 WHERE sequence = 5")
    platform = next(one for one in walk() if not one.organisation)
    assert platform.fault == Fault(2, "moved")


def test_the_command_says_good_with_counts(five: Organisation) -> None:
    out = StringIO()
    with override("en"):
        call_command("verify_audit", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].startswith("maker: 5 events, head ")
    assert lines[-1] == "The audit trail holds: 6 events in 2 chains."


def test_the_command_fails_and_names_the_first_bad_event(five: Organisation) -> None:
    tamper("UPDATE audit_auditevent SET reason = 'x' WHERE sequence IN (3, 4)")
    out = StringIO()
    with override("en"), pytest.raises(CommandError) as error:
        call_command("verify_audit", stdout=out)
    assert error.value.returncode == 1
    assert "maker: event 3 was edited" in out.getvalue().splitlines()


def test_the_number_of_queries_does_not_grow_with_the_trail(
    five: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        assert len(list(walk())) == 2
