"""Who sees which documents, and who may change them."""

from typing import Any

import pytest

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.evidence.models import Blob
from compliance.evidence.operations import add_version, amend_document, link, remove_document, unlink
from compliance.evidence.queries import visible_documents
from compliance.facts.errors import FactError
from devices.models import Device, User
from devices.queries import Caller, visible_devices
from tests import portfolio
from tests.evidence.conftest import SYSTEM, added, upload
from tests.evidence.files import PNG
from tests.portfolio import NOW


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        ("officer", ["Draft", "Private", "Shown"]),
        ("buyer", ["Shown"]),
        ("auditor", ["Private", "Shown"]),  # granted
        ("rival", []),
        ("stranger", []),
        ("superuser", ["Draft", "Private", "Shown"]),
    ],
)
def test_each_role_sees_its_documents(device: Device, role: str, titles: list[str]) -> None:
    users = portfolio.people().users
    users["superuser"] = User.objects.create_superuser("root@example.org", "Une phrase de passe")
    added(device, title="Private")
    added(device, title="Shown", published=True)
    added(portfolio.device("draft-two"), title="Draft", published=True)
    remove_document(
        actor=SYSTEM, document=added(device, title="Gone", published=True).document, reason="Wrong", at=NOW
    )
    caller = Caller(users[role])
    seen = visible_documents(caller, visible_devices(caller))
    assert sorted(one.title for one in seen) == titles


def test_a_key_narrows_its_user(device: Device) -> None:
    users = portfolio.people().users
    added(device, title="Private")
    for role, number in (("officer", 1), ("owner", 0), ("buyer", 0), (None, 1)):
        caller = Caller(users["officer"], role)
        assert visible_documents(caller, Device.objects.all()).count() == number
    users["officer"].is_active = False
    assert not visible_documents(Caller(users["officer"]), Device.objects.all()).exists()


@pytest.mark.parametrize("role", ["buyer", "auditor", "rival", "stranger"])
def test_who_does_not_keep_the_record_changes_nothing(device: Device, role: str) -> None:
    actor = Actor.person(portfolio.people().users[role])
    version = added(device, published=True)
    row = link(actor=SYSTEM, version=version, fact="ce_marking.certificates[qms]", at=NOW)
    before = AuditEvent.objects.count()
    calls: list[Any] = [
        lambda: added(device, actor=actor, title="Other"),
        lambda: add_version(actor=actor, document=version.document, upload=upload(PNG, "a.png"), at=NOW),
        lambda: amend_document(
            actor=actor, document=version.document, changes={"title": "x"}, reason="r", at=NOW
        ),
        lambda: remove_document(actor=actor, document=version.document, reason="r", at=NOW),
        lambda: link(actor=actor, version=version, fact="identifiers[di]", at=NOW),
        lambda: unlink(actor=actor, row=row, at=NOW),
    ]
    for call in calls:
        with pytest.raises(FactError) as refused:
            call()
        assert [one.code for one in refused.value.problems] == ["forbidden"]
    assert AuditEvent.objects.count() == before
    assert Blob.objects.count() == 1
