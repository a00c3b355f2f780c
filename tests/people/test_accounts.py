"""Accounts are closed and opened again by administrators; no organisation loses its last owner by it."""

import pytest
from django.test import Client

from compliance.audit.models import AuditEvent
from compliance.audit.verify import walk
from compliance.facts.errors import FactError
from compliance.people.accounts import set_active
from devices.access import verify_key
from devices.models import Role, User
from tests.factories import MembershipFactory
from tests.people.conftest import AT, Place, code
from tests.portfolio import key_of


def test_a_closed_account_ends_sessions_and_keys_and_every_organisation_reads_why(place: Place) -> None:
    User.objects.filter(pk=place.officer.pk).update(is_staff=True)
    other = MembershipFactory.create(user=place.officer, role=Role.READER).organisation
    session = Client()
    session.force_login(place.officer)
    key = key_of(place.officer, place.maker, Role.OFFICER, at=AT)
    assert session.get("/").status_code == 200
    administrator = place.actor("administrator")
    set_active(actor=administrator, user=place.officer, active=False, reason="Left the firm", at=AT)
    assert session.get("/").status_code == 302
    assert verify_key(key.plain, at=AT) is None
    events = AuditEvent.objects.filter(action="account.closed")
    assert {one.organisation for one in events} == {None, place.maker, other}
    assert {(one.subject_label, one.reason) for one in events} == {("officer@example.org", "Left the firm")}
    set_active(actor=administrator, user=place.officer, active=True, reason="", at=AT)
    assert User.objects.get(pk=place.officer.pk).is_active
    assert session.get("/").status_code == 302  # its sessions are over all the same
    assert AuditEvent.objects.filter(action="account.reopened").count() == 3
    assert all(chain.fault is None for chain in walk())


def test_the_last_active_owner_is_not_closed(place: Place) -> None:
    def close() -> None:
        set_active(actor=place.actor("administrator"), user=place.owner, active=False, reason="Left", at=AT)

    with pytest.raises(FactError) as refusal:
        close()
    assert code(refusal) == "last_owner"
    assert place.maker.name in str(refusal.value)
    second = MembershipFactory.create(organisation=place.maker, role=Role.OWNER).user
    User.objects.filter(pk=second.pk).update(is_active=False)
    with pytest.raises(FactError):
        close()
    assert not AuditEvent.objects.exists()
    User.objects.filter(pk=second.pk).update(is_active=True)
    close()
    assert not User.objects.get(pk=place.owner.pk).is_active


@pytest.mark.parametrize("who", ["owner", "officer", "rival"])
def test_only_administrators_close_accounts_and_say_why(place: Place, who: str) -> None:
    with pytest.raises(FactError) as refusal:
        set_active(actor=place.actor(who), user=place.reader, active=False, reason="x", at=AT)
    assert code(refusal) == "forbidden"
    with pytest.raises(FactError) as refusal:
        set_active(actor=place.actor("administrator"), user=place.reader, active=False, reason=" ", at=AT)
    assert refusal.value.problems[0].path == "reason"
    assert User.objects.get(pk=place.reader.pk).is_active
