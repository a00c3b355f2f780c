"""Invitations: one link, seven days, once; the inviter learns nothing of other accounts."""

from datetime import timedelta

import pytest
from django.core import mail, signing
from django.db import IntegrityError, transaction
from django.utils.translation import override

from compliance.audit.models import AuditEvent
from compliance.audit.verify import walk
from compliance.facts.errors import FactError
from compliance.people.invitations import (
    accept,
    accept_as_new,
    invitation_of,
    invite,
    resend,
    token_of,
    withdraw,
)
from compliance.people.mails import mail_invitation
from devices.models import Invitation, Membership, Role, User
from tests.factories import MembershipFactory, UserFactory
from tests.people.conftest import AT, Place, code

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
PASSWORD = "Une phrase de passe"


def sent(place: Place, *, who: str = "owner", email: str = "new@example.org", role: Role = Role.OFFICER,
         language: str = "fr") -> Invitation:  # fmt: skip
    return invite(
        actor=place.actor(who), organisation=place.maker, email=email, role=role, language=language, at=AT
    )


def join(row: Invitation, *, after: timedelta = DAY) -> Membership:
    return accept_as_new(token=token_of(row), name="New One", language="en", password=PASSWORD, at=AT + after)


def test_a_new_person_joins(place: Place) -> None:
    membership = join(sent(place))
    user = User.objects.get(email="new@example.org")
    assert (membership.user, membership.organisation, membership.role) == (user, place.maker, "officer")
    assert (user.name, user.language, user.is_staff, user.is_superuser) == ("New One", "en", True, False)
    assert user.check_password(PASSWORD)
    events = AuditEvent.objects.order_by("id")
    assert [(one.action, one.actor_label) for one in events] == [
        ("invitation.sent", "owner@example.org"),
        ("invitation.accepted", "new@example.org"),
    ]
    assert all(one.organisation == place.maker for one in events)
    assert all(chain.fault is None for chain in walk())


def test_a_person_with_an_account_joins_by_it_alone(place: Place) -> None:
    row = sent(place, email="Rival@Example.org", role=Role.READER)
    with pytest.raises(FactError) as refusal:
        join(row)
    assert code(refusal) == "has_account"
    with pytest.raises(FactError) as refusal:
        accept(token=token_of(row), user=place.officer, at=AT)
    assert code(refusal) == "other_address"
    accept(token=token_of(row), user=place.rival, at=AT)
    held = Membership.objects.filter(user=place.rival).values_list("organisation__key", "role")
    assert set(held) == {("rival", "owner"), ("maker", "reader")}


def test_a_link_works_once(place: Place) -> None:
    row = sent(place)
    join(row)
    with pytest.raises(FactError) as refusal:
        accept(token=token_of(row), user=User.objects.get(email="new@example.org"), at=AT)
    assert code(refusal) == "ended"
    assert invitation_of(token_of(row), at=AT) is None


def test_a_link_ends_after_seven_days(place: Place) -> None:
    row = sent(place)
    assert invitation_of(token_of(row), at=AT + 7 * DAY - SECOND) == row
    assert invitation_of(token_of(row), at=AT + 7 * DAY) is None
    with pytest.raises(FactError) as refusal:
        join(row, after=7 * DAY)
    assert code(refusal) == "ended"
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_link_sent_again_takes_the_place_of_the_first(place: Place) -> None:
    row = sent(place)
    first = token_of(row)
    again = resend(actor=place.actor("owner"), invitation=row, at=AT + 6 * DAY)
    assert invitation_of(first, at=AT + 6 * DAY) is None
    assert invitation_of(token_of(again), at=AT + 13 * DAY - SECOND) == row
    assert AuditEvent.objects.latest("id").action == "invitation.resent"


def test_a_withdrawn_link_is_dead_and_says_why(place: Place) -> None:
    row = sent(place)
    with pytest.raises(FactError) as refusal:
        withdraw(actor=place.actor("owner"), invitation=row, reason="", at=AT)
    assert code(refusal) == "missing"
    withdraw(actor=place.actor("owner"), invitation=row, reason="Wrong address", at=AT)
    assert invitation_of(token_of(row), at=AT) is None
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.reason) == ("invitation.withdrawn", "Wrong address")
    for act in (resend, lambda **said: withdraw(reason="x", **said)):
        with pytest.raises(FactError) as refusal:
            act(actor=place.actor("owner"), invitation=row, at=AT)
        assert code(refusal) == "stale"


def test_a_false_link_opens_nothing(place: Place) -> None:
    token = token_of(sent(place))
    last = "A" if token[-1] != "A" else "B"
    for false in ("", "x", f"{token[:-1]}{last}", signing.dumps(["x", "y"])):
        assert invitation_of(false, at=AT) is None


@pytest.mark.parametrize("who", ["officer", "reader", "rival", "auditor"])
def test_only_owners_and_administrators_invite(place: Place, who: str) -> None:
    with pytest.raises(FactError) as refusal:
        sent(place, who=who)
    assert code(refusal) == "forbidden"
    assert not Invitation.objects.exists()


def test_owners_invite_no_administrator_and_no_first_buyer(place: Place) -> None:
    for role in (Role.ADMINISTRATOR, Role.BUYER):
        with pytest.raises(FactError) as refusal:
            sent(place, role=role)
        assert code(refusal) == "forbidden"
        sent(place, who="administrator", role=role)


def test_whether_an_address_has_an_account_elsewhere_makes_no_difference(place: Place) -> None:
    """The two rows, events and mails differ by the address only."""
    UserFactory.create(email="known@example.org", name="Known", language="en")
    rows = [sent(place, email=f"{name}@example.org") for name in ("known", "other")]
    for row in rows:
        mail_invitation(row)
    told = [{**vars(one), "email": "", "id": "", "_state": ""} for one in rows]
    assert told[0] == told[1]
    events = [
        (one.action, one.subject_type, {**(one.after or {}), "email": ""}) for one in AuditEvent.objects.all()
    ]
    assert events[0] == events[1]
    subjects = {one.subject for one in mail.outbox}
    assert len(subjects) == 1
    bodies = {str(one.body).replace(token_of(row), "") for one, row in zip(mail.outbox, rows, strict=True)}
    assert len(bodies) == 1


def test_the_mail_carries_the_link_in_the_language_chosen(place: Place) -> None:
    row = sent(place, language="en")
    with override("fr"):
        mail_invitation(row)
    message = mail.outbox[0]
    assert message.to == ["new@example.org"]
    assert message.subject == "Invitation: Maker, on Jalon"
    assert f"/invitations/{token_of(row)}/" in message.body
    assert "owner@example.org invites you to join Maker on Jalon, in the role: Regulatory officer" in str(
        message.body
    )
    assert "until 29 November 2026" in message.body
    assert token_of(row) in str(message.alternatives[0][0])  # type: ignore[attr-defined]


def test_one_open_invitation_for_an_address_and_a_role(place: Place) -> None:
    row = sent(place)
    with pytest.raises(FactError) as refusal:
        sent(place, email="NEW@example.org")
    assert (refusal.value.problems[0].path, code(refusal)) == ("email", "duplicate")
    sent(place, role=Role.READER)
    withdraw(actor=place.actor("owner"), invitation=row, reason="x", at=AT)
    sent(place)
    MembershipFactory.create(user=UserFactory.create(email="in@example.org"), organisation=place.maker)
    with pytest.raises(FactError) as refusal:
        sent(place, email="In@example.org")
    assert code(refusal) == "duplicate"


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_at": AT},
        {"sent_at": AT - DAY},
        {"accepted_at": AT, "withdrawn_at": AT},
        {"role": "king"},
    ],
)
def test_what_the_database_refuses(place: Place, changes: dict[str, object]) -> None:
    row = sent(place)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=row.pk).update(**changes)
