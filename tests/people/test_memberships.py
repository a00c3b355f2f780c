"""Roles: who gives and takes them, and what ends with them, at once."""

import pytest
from django.test import Client

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.audit.verify import walk
from compliance.facts.errors import FactError
from compliance.people.memberships import change_role, remove, roles_given_by
from devices.access import verify_key
from devices.models import Membership, Role, User
from devices.queries import Caller, visible_devices
from tests.factories import MembershipFactory, OrganisationFactory
from tests.people.conftest import AT, Place, code
from tests.portfolio import key_of


def test_a_removal_ends_the_role_its_sessions_and_its_keys(place: Place) -> None:
    User.objects.filter(pk=place.officer.pk).update(is_staff=True)
    session = Client()
    session.force_login(place.officer)
    key = key_of(place.officer, place.maker, Role.OFFICER, at=AT)
    assert session.get("/").status_code == 200
    remove(actor=place.actor("owner"), membership=place.membership("officer"), reason="Left the firm", at=AT)
    assert not Membership.objects.filter(user=place.officer).exists()
    assert not visible_devices(Caller(place.officer)).exists()
    assert verify_key(key.plain, at=AT) is None
    assert session.get("/").status_code == 302
    event = AuditEvent.objects.get(action="membership.removed")
    assert (event.action, event.reason, event.organisation) == (
        "membership.removed",
        "Left the firm",
        place.maker,
    )
    assert event.before == {"person": "officer@example.org", "role": "officer"}
    assert all(chain.fault is None for chain in walk())


def test_a_key_of_a_role_held_elsewhere_too_lives_on_there(place: Place) -> None:
    here = place.membership("officer")
    other = MembershipFactory.create(user=place.officer, role=Role.OFFICER)
    kept = key_of(place.officer, other.organisation, Role.OFFICER, at=AT)
    ended = key_of(place.officer, place.maker, Role.OFFICER, at=AT)
    remove(actor=place.actor("owner"), membership=here, reason="x", at=AT)
    assert verify_key(kept.plain, at=AT) is not None
    assert verify_key(ended.plain, at=AT) is None
    remove(actor=place.actor("administrator"), membership=other, reason="x", at=AT)
    assert verify_key(kept.plain, at=AT) is None


def test_a_removal_says_why(place: Place) -> None:
    with pytest.raises(FactError) as refusal:
        remove(actor=place.actor("owner"), membership=place.membership("officer"), reason=" ", at=AT)
    assert (refusal.value.problems[0].path, code(refusal)) == ("reason", "missing")


@pytest.mark.parametrize("who", ["officer", "reader", "rival", "auditor"])
def test_only_owners_and_administrators_remove(place: Place, who: str) -> None:
    with pytest.raises(FactError) as refusal:
        remove(actor=place.actor(who), membership=place.membership("reader"), reason="x", at=AT)
    assert code(refusal) == "forbidden"
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("who", ["owner", "administrator"])
def test_the_last_owner_stays(place: Place, who: str) -> None:
    with pytest.raises(FactError) as refusal:
        remove(actor=place.actor(who), membership=place.membership("owner"), reason="x", at=AT)
    assert code(refusal) == "last_owner"
    with pytest.raises(FactError) as refusal:
        change_role(
            actor=place.actor(who), membership=place.membership("owner"), role=Role.READER, reason="x", at=AT
        )
    assert code(refusal) == "last_owner"
    MembershipFactory.create(user=place.reader, organisation=place.maker, role=Role.OWNER)
    remove(actor=place.actor(who), membership=place.membership("owner"), reason="x", at=AT)
    assert not Membership.objects.filter(user=place.owner).exists()


def test_an_inactive_owner_counts_for_none(place: Place) -> None:
    MembershipFactory.create(user=place.reader, organisation=place.maker, role=Role.OWNER)
    User.objects.filter(pk=place.reader.pk).update(is_active=False)
    with pytest.raises(FactError) as refusal:
        remove(actor=place.actor("owner"), membership=place.membership("owner"), reason="x", at=AT)
    assert code(refusal) == "last_owner"


def test_a_changed_role_takes_the_place_of_the_old_one(place: Place) -> None:
    row = place.membership("reader")
    change_role(actor=place.actor("owner"), membership=row, role=Role.OFFICER, reason="Promoted", at=AT)
    assert place.membership("reader").role == Role.OFFICER
    event = AuditEvent.objects.get()
    assert event.before == {"person": "reader@example.org", "role": "reader"}
    assert event.after == {"person": "reader@example.org", "role": "officer"}
    place.reader.refresh_from_db()
    assert place.reader.session_epoch == 1


def test_owners_make_no_administrators_and_no_first_buyer(place: Place) -> None:
    row = place.membership("reader")
    for role in (Role.ADMINISTRATOR, Role.BUYER):
        with pytest.raises(FactError) as refusal:
            change_role(actor=place.actor("owner"), membership=row, role=role, reason="x", at=AT)
        assert code(refusal) == "forbidden"
    MembershipFactory.create(organisation=place.maker, role=Role.BUYER)
    assert Role.BUYER in roles_given_by(place.actor("owner"), place.maker)
    assert roles_given_by(place.actor("officer"), place.maker) == ()
    assert set(roles_given_by(Actor.system("test"), place.maker)) == set(Role)
    assert set(roles_given_by(place.actor("administrator"), OrganisationFactory.create())) == set(Role)


def test_an_administrator_is_removed_by_administrators_only(place: Place) -> None:
    row = place.membership("administrator")
    with pytest.raises(FactError) as refusal:
        remove(actor=place.actor("rival"), membership=row, reason="x", at=AT)
    assert code(refusal) == "forbidden"
