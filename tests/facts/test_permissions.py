"""Operations refuse a person who does not keep the record, whatever the surface has let through."""

import json
from typing import Any

import pytest

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.facts.errors import FactError
from compliance.facts.importing import import_file
from compliance.facts.operations import amend, record, retract, save_device, save_organisation, save_source
from devices.models import Device, Membership, Organisation, Role, Source, User
from tests.facts.conftest import AT

pytestmark = pytest.mark.django_db
VERSION = {"key": "v1", "number": "1.0"}
SOURCE = {"key": "letter", "title": "Letter", "quality": "declared"}


def person(role: Role | None, organisation: Organisation, **fields: Any) -> Actor:
    user = User.objects.create_user(f"{role}@example.org", **fields)
    if role:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return Actor.person(user)


@pytest.mark.parametrize("role", [Role.OWNER, Role.OFFICER, Role.ADMINISTRATOR])
def test_who_keeps_the_record_writes_it(device: Device, maker: Organisation, role: Role) -> None:
    actor = person(role, maker)
    fact = record(actor=actor, subject=device, kind="versions", value=VERSION, at=AT)
    amend(actor=actor, fact=fact, changes={"note": "n"}, reason="misread", at=AT)
    retract(actor=actor, fact=fact, reason="misread", at=AT)
    save_device(actor=actor, device=device, changes={"name": "B"}, at=AT)
    save_organisation(actor=actor, organisation=maker, changes={"name": "B"}, at=AT)
    save_source(actor=actor, source=None, changes=SOURCE, at=AT)
    assert AuditEvent.objects.count() == 6
    assert {one.actor_label for one in AuditEvent.objects.all()} == {f"{role}@example.org"}


@pytest.mark.parametrize("role", [Role.READER, Role.BUYER, Role.AUDITOR, None])
def test_others_do_not(device: Device, maker: Organisation, role: Role | None) -> None:
    device.published = True
    device.save()
    refused(person(role, maker), device, maker)


def test_the_officer_of_another_organisation_does_not(device: Device, maker: Organisation) -> None:
    other = Organisation.objects.create(key="other", name="Other")
    refused(person(Role.OFFICER, other), device, maker, source=False)


def test_a_closed_account_does_not(device: Device, maker: Organisation) -> None:
    refused(person(Role.OFFICER, maker, is_active=False), device, maker)


def refused(actor: Actor, device: Device, maker: Organisation, source: bool = True) -> None:
    calls: list[Any] = [
        lambda: record(actor=actor, subject=device, kind="versions", value=VERSION, at=AT),
        lambda: save_device(actor=actor, device=device, changes={"name": "B"}, at=AT),
        lambda: save_organisation(actor=actor, organisation=maker, changes={"name": "B"}, at=AT),
        lambda: save_organisation(actor=actor, organisation=None, changes={"key": "b", "name": "B"}, at=AT),
    ]
    if source:
        calls.append(lambda: save_source(actor=actor, source=None, changes=SOURCE, at=AT))
    for call in calls:
        with pytest.raises(FactError) as error:
            call()
        assert [one.code for one in error.value.problems] == ["forbidden"]
    assert not AuditEvent.objects.exists()


def test_an_officer_adds_devices_to_the_own_organisation_only(maker: Organisation) -> None:
    Organisation.objects.create(key="other", name="Other")
    actor = person(Role.OFFICER, maker)
    save_device(actor=actor, device=None, changes={"key": "a", "name": "A", "owner": "maker"}, at=AT)
    for owner in ("other", None):
        with pytest.raises(FactError):
            save_device(actor=actor, device=None, changes={"key": "b", "name": "B", "owner": owner}, at=AT)
    assert Device.objects.count() == 1


def test_an_officer_gives_no_device_away(device: Device, maker: Organisation) -> None:
    Organisation.objects.create(key="other", name="Other")
    with pytest.raises(FactError):
        save_device(actor=person(Role.OFFICER, maker), device=device, changes={"owner": "other"}, at=AT)
    device.refresh_from_db()
    assert device.owner == maker


def test_only_an_administrator_changes_a_source_that_others_use(maker: Organisation) -> None:
    source = Source.objects.create(**SOURCE)
    with pytest.raises(FactError):
        save_source(actor=person(Role.OFFICER, maker), source=source, changes={"title": "B"}, at=AT)
    save_source(actor=person(Role.ADMINISTRATOR, maker), source=source, changes={"title": "C"}, at=AT)
    assert Source.objects.get().title == "C"


def test_an_import_writes_what_its_author_may_write(device: Device, maker: Organisation) -> None:
    Organisation.objects.create(key="other", name="Other")
    actor = person(Role.OFFICER, maker)

    def load(**parts: Any) -> None:
        content = json.dumps({"format": "jalon-facts/1", **parts}).encode()
        import_file(actor=actor, content=content, name="facts.json", reason="as the file says", at=AT)

    load(sources=[SOURCE], devices=[{"key": "new", "name": "New", "owner": "maker"}])
    load(devices=[{"key": "scanner", "name": "Scanner 2", "owner": "maker"}])
    assert set(Device.objects.values_list("name", flat=True)) == {"New", "Scanner 2"}
    for parts in (
        {"sources": [{**SOURCE, "title": "B"}]},
        {"organisations": [{"key": "b", "name": "B"}]},
        {"organisations": [{"key": "other", "name": "B"}]},
        {"devices": [{"key": "b", "name": "B", "owner": "other"}]},
        {"devices": [{"key": "scanner", "name": "B", "owner": "other"}]},
    ):
        with pytest.raises(FactError) as error:
            load(**parts)
        assert [one.code for one in error.value.problems] == ["forbidden"]
