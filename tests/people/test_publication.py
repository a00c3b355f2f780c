"""A device is private until an owner publishes it, by an operation of its own."""

import json

import pytest

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.facts.errors import FactError
from compliance.facts.importing import import_file
from compliance.facts.operations import save_device, set_publication
from devices.models import Role
from devices.queries import Caller, visible_devices
from tests.factories import MembershipFactory
from tests.people.conftest import AT, Place, code


@pytest.mark.parametrize("who", ["owner", "administrator"])
def test_a_buyer_sees_what_an_owner_publishes_until_it_is_taken_back(place: Place, who: str) -> None:
    buyer = MembershipFactory.create(role=Role.BUYER).user

    def seen() -> bool:
        return visible_devices(Caller(buyer)).exists()

    assert not seen()
    set_publication(actor=place.actor(who), device=place.device, published=True, at=AT)
    assert seen()
    with pytest.raises(FactError) as refusal:
        set_publication(actor=place.actor(who), device=place.device, published=False, at=AT)
    assert (refusal.value.problems[0].path, code(refusal)) == ("reason", "missing")
    set_publication(actor=place.actor(who), device=place.device, published=False, reason="Recall", at=AT)
    assert not seen()
    events = AuditEvent.objects.order_by("id")
    assert [(one.action, one.reason, one.organisation) for one in events] == [
        ("device.published", "", place.maker),
        ("device.unpublished", "Recall", place.maker),
    ]


def test_publishing_twice_leaves_one_event(place: Place) -> None:
    for _ in range(2):
        set_publication(actor=place.actor("owner"), device=place.device, published=True, at=AT)
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize("who", ["officer", "reader", "rival", "auditor"])
def test_only_owners_and_administrators_publish(place: Place, who: str) -> None:
    with pytest.raises(FactError) as refusal:
        set_publication(actor=place.actor(who), device=place.device, published=True, at=AT)
    assert code(refusal) == "forbidden"


def test_what_was_seen_is_what_is_published(place: Place) -> None:
    save_device(actor=place.actor("officer"), device=place.device, changes={"name": "Other"}, at=AT)
    with pytest.raises(FactError) as refusal:
        set_publication(
            actor=place.actor("owner"), device=place.device, published=True, at=AT, expected_version=1
        )
    assert code(refusal) == "stale"


def test_saving_and_importing_do_not_publish(place: Place) -> None:
    with pytest.raises(FactError) as refusal:
        save_device(actor=place.actor("owner"), device=place.device, changes={"published": True}, at=AT)
    assert refusal.value.problems[0].path == "published"
    device = {"key": "scan", "name": "Scan", "owner": "maker", "published": True}
    content = json.dumps({"format": "jalon-facts/1", "devices": [device]}).encode()
    with pytest.raises(FactError) as refusal:
        import_file(
            actor=place.actor("officer"), content=content, name="f.json", reason="as the file says", at=AT
        )
    assert code(refusal) == "forbidden"
    import_file(
        actor=Actor.person(place.owner), content=content, name="f.json", reason="as the file says", at=AT
    )
    place.device.refresh_from_db()
    assert place.device.published
