"""At the same time: one of two who accept an invitation, and one of two owners who leave."""

import pytest

from compliance.audit.models import AuditEvent
from compliance.audit.verify import walk
from compliance.people.invitations import accept, accept_as_new, token_of
from compliance.people.memberships import remove
from devices.models import Invitation, Membership, Role, User
from tests.factories import MembershipFactory
from tests.facts.test_concurrency import together
from tests.people.conftest import AT, Place
from tests.people.test_invitations import PASSWORD, sent

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_invitation_makes_one_account(place: Place) -> None:
    token = token_of(sent(place))

    def join() -> Membership:
        return accept_as_new(token=token, name="N", language="fr", password=PASSWORD, at=AT)

    assert sorted(together(join, join, join)) == ["", "ended", "ended"]
    assert User.objects.filter(email="new@example.org").count() == 1
    assert Invitation.objects.get().accepted_at == AT
    assert AuditEvent.objects.filter(action="invitation.accepted").count() == 1
    assert all(chain.fault is None for chain in walk())


def test_one_invitation_gives_one_role(place: Place) -> None:
    token = token_of(sent(place, email="rival@example.org"))

    def join() -> Membership:
        return accept(token=token, user=place.rival, at=AT)

    assert sorted(together(join, join)) == ["", "ended"]
    assert Membership.objects.filter(user=place.rival, organisation=place.maker).count() == 1


def test_two_owners_do_not_leave_together(place: Place) -> None:
    owners = [
        place.membership("owner"),
        MembershipFactory.create(organisation=place.maker, role=Role.OWNER),
    ]
    calls = [
        lambda row=row: remove(actor=place.actor("administrator"), membership=row, reason="x", at=AT)
        for row in owners
    ]
    assert sorted(together(*calls)) == ["", "last_owner"]
    assert Membership.objects.filter(organisation=place.maker, role=Role.OWNER).count() == 1
