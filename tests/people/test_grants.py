"""Grants: what an auditor sees, from a day to a day, and how that ends."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from compliance.audit.models import AuditEvent
from compliance.audit.verify import walk
from compliance.facts.errors import FactError
from compliance.people.grants import give, revoke
from compliance.people.memberships import remove
from devices.models import Device, Grant, Organisation, Role, User
from devices.queries import Caller, editable_devices, visible_devices
from tests.factories import DeviceFactory, MembershipFactory
from tests.people.conftest import AT, TODAY, Place, code

FIRST, LAST = date(2026, 11, 20), date(2026, 11, 30)


def given(place: Place, auditor: User | Organisation | None = None, *, who: str = "owner",
          starts_on: date = FIRST, ends_on: date = LAST) -> Grant:  # fmt: skip
    return give(
        actor=place.actor(who), device=place.device, auditor=auditor or place.house,
        starts_on=starts_on, ends_on=ends_on, at=AT,
    )  # fmt: skip


def seen(user: User, day: date = TODAY, role: str | None = None) -> set[str]:
    return set(visible_devices(Caller(user, role, today=day)).values_list("key", flat=True))


@pytest.mark.parametrize("to", ["house", "auditor"])
def test_an_auditor_sees_the_device_from_the_first_day_to_the_last(place: Place, to: str) -> None:
    DeviceFactory.create(key="published", published=True)
    assert seen(place.auditor) == set()
    given(place, getattr(place, to))
    days = {day: seen(place.auditor, FIRST + timedelta(days=day)) for day in (-1, 0, 10, 11)}
    assert days == {-1: set(), 0: {"scan"}, 10: {"scan"}, 11: set()}
    assert seen(place.auditor, role=Role.AUDITOR) == {"scan"}
    assert seen(place.auditor, role=Role.BUYER) == set()
    assert not editable_devices(Caller(place.auditor, today=TODAY)).exists()


def test_a_grant_is_for_auditors(place: Place) -> None:
    given(place)
    reader = MembershipFactory.create(organisation=place.house, role=Role.READER).user
    assert seen(reader) == set()
    colleague = MembershipFactory.create(organisation=place.house, role=Role.AUDITOR).user
    assert seen(colleague) == {"scan"}
    elsewhere = MembershipFactory.create(role=Role.AUDITOR).user
    assert seen(elsewhere) == set()
    with pytest.raises(FactError) as refusal:
        given(place, place.reader)
    assert code(refusal) == "no_auditor"


def test_a_revoked_grant_ends_at_once_and_says_why(place: Place) -> None:
    grant = given(place)
    with pytest.raises(FactError) as refusal:
        revoke(actor=place.actor("owner"), grant=grant, reason="", at=AT)
    assert code(refusal) == "missing"
    revoke(actor=place.actor("owner"), grant=grant, reason="Audit done", at=AT)
    assert seen(place.auditor) == set()
    events = AuditEvent.objects.order_by("id")
    assert [(one.action, one.reason, one.organisation) for one in events] == [
        ("grant.given", "", place.maker),
        ("grant.revoked", "Audit done", place.maker),
    ]
    assert events[0].after == {
        "device": "scan",
        "auditor": "audit-house",
        "starts_on": "2026-11-20",
        "ends_on": "2026-11-30",
    }
    assert all(chain.fault is None for chain in walk())
    with pytest.raises(FactError) as refusal:
        revoke(actor=place.actor("owner"), grant=grant, reason="x", at=AT)
    assert code(refusal) == "stale"
    given(place)  # the days are free again


@pytest.mark.parametrize("who", ["officer", "reader", "rival", "auditor"])
def test_only_owners_of_the_device_and_administrators_give_and_revoke(place: Place, who: str) -> None:
    with pytest.raises(FactError) as refusal:
        given(place, who=who)
    assert code(refusal) == "forbidden"
    grant = given(place, who="administrator")
    with pytest.raises(FactError) as refusal:
        revoke(actor=place.actor(who), grant=grant, reason="x", at=AT)
    assert code(refusal) == "forbidden"


def test_wrong_days_are_refused_at_their_field(place: Place) -> None:
    for days, place_of in (
        ({"starts_on": LAST, "ends_on": FIRST + timedelta(days=3)}, "ends_on"),
        ({"starts_on": date(2026, 1, 1), "ends_on": date(2026, 11, 21)}, "ends_on"),
    ):
        with pytest.raises(FactError) as refusal:
            given(place, **days)  # type: ignore[arg-type]
        assert refusal.value.problems[0].path == place_of
    given(place)
    with pytest.raises(FactError) as refusal:
        given(place, starts_on=LAST, ends_on=date(2026, 12, 31))
    assert (refusal.value.problems[0].path, code(refusal)) == ("starts_on", "overlap")
    given(place, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))
    given(place, place.auditor)
    assert Grant.objects.count() == 3


def test_an_auditor_invited_here_loses_the_grants_with_the_role(place: Place) -> None:
    inside = MembershipFactory.create(organisation=place.maker, role=Role.AUDITOR)
    MembershipFactory.create(user=inside.user, role=Role.AUDITOR)
    given(place, inside.user)
    assert seen(inside.user) == {"scan"}
    remove(actor=place.actor("owner"), membership=inside, reason="Audit done", at=AT)
    assert seen(inside.user) == set()
    assert Grant.objects.get().revoked_at == AT


def _row(place: Place, **changes: object) -> None:
    row = {"device": place.device, "organisation": place.house, "starts_on": FIRST, "ends_on": LAST,
           "given_at": AT, **changes}  # fmt: skip
    Grant.objects.create(**row)


@pytest.mark.parametrize("both", [False, True])
def test_the_database_keeps_one_auditor(place: Place, both: bool) -> None:
    whom = {"user": place.auditor} if both else {"organisation": None}
    with pytest.raises(IntegrityError, match="grant_one_auditor"), transaction.atomic():
        _row(place, **whom)


def test_the_database_keeps_the_order_of_days_and_refuses_overlaps(place: Place) -> None:
    with pytest.raises(IntegrityError, match="starts_on_ends_on_order"), transaction.atomic():
        _row(place, ends_on=date(2026, 11, 19))
    _row(place)
    with pytest.raises(IntegrityError, match="grant_organisation_overlap"), transaction.atomic():
        _row(place, starts_on=LAST, ends_on=LAST)
    person = {"organisation": None, "user": place.auditor}
    _row(place, **person)
    with pytest.raises(IntegrityError, match="grant_user_overlap"), transaction.atomic():
        _row(place, **person)
    _row(place, device=DeviceFactory.create(), **person)
    _row(place, **person, revoked_at=AT)
    assert Device.objects.filter(grants__user=place.auditor).distinct().count() == 2
