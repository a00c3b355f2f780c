"""Two start-ups, three devices with a fact of every kind, and who stands at the door; each text is marked."""

from datetime import date
from typing import Any

from compliance.alerts.models import Alert
from compliance.assessments.operations import reassess
from compliance.audit.actors import Actor
from compliance.audit.operations import append
from compliance.facts.kinds import KINDS
from devices.models import Device, Membership, Organisation, Role, User
from tests import portfolio, rows

ROLES = ("officer", "reader", "buyer", "auditor", "rival", "administrator", "stranger", "anonymous")
_PLACES = {
    "officer": ("maker", Role.OFFICER),
    "reader": ("maker", Role.READER),
    "buyer": ("hospital", Role.BUYER),
    "auditor": ("audit-house", Role.AUDITOR),
    "rival": ("rival", Role.OFFICER),
    "administrator": ("house", Role.ADMINISTRATOR),
}


def build() -> None:
    """Make the world. A mark says what it marks and whose: ``zq-note-private``, ``zq-event-rival``…"""
    for key in ("maker", "hospital", "audit-house", "rival", "house"):
        Organisation.objects.create(key=key, name=key)
    people = {name: _person(name) for name in ROLES if name != "anonymous"}
    for key, owner, published in (
        ("private", "maker", False),
        ("published", "maker", True),
        ("other", "rival", False),
    ):
        _device(
            key,
            Organisation.objects.get(key=owner),
            published,
            people["officer" if owner == "maker" else owner],
        )
    for owner in ("maker", "rival"):
        organisation = Organisation.objects.get(key=owner)
        for kind in KINDS.values():
            if kind.subject == "organisation":
                rows.insert(
                    kind.model, organisation_id=organisation.pk, source_id=None, note=f"zq-fact-{owner}"
                )


def fact(model: Any, holder: str) -> Any:
    """Return the fact of a kind that a device, or the organisation that owns it, holds."""
    found = model._default_manager.filter(note__startswith="zq-")
    if hasattr(model, "device"):
        return found.get(device__key=holder)
    return found.get(organisation__key="rival" if holder == "other" else "maker")


def _person(name: str) -> User:
    user = User.objects.create_user(f"{name}@example.org", "Une phrase de passe", is_staff=True)
    if name in _PLACES:
        organisation, role = _PLACES[name]
        held = Organisation.objects.get(key=organisation)
        Membership.objects.create(user=user, organisation=held, role=role)
    return user


def _device(key: str, owner: Organisation, published: bool, keeper: User) -> None:
    device = Device.objects.create(
        key=key,
        name=f"zq-name-{key}",
        note=f"zq-note-{key}",
        owner=owner,
        manufacturer=owner,
        published=published,
    )
    reassess(devices=[device], today=portfolio.NOW.date(), at=portfolio.NOW)
    for kind in KINDS.values():
        if kind.subject == "device":
            fact = rows.insert(kind.model, device_id=device.pk, source_id=None, note=f"zq-fact-{key}")
            for part in kind.parts.values():
                rows.insert(part, parent_id=fact, position=0)
    append(
        actor=Actor.person(keeper),
        organisation=owner,
        action="device.saved",
        subject_type="device",
        subject_id=str(device.pk),
        subject_label=device.name,
        before=None,
        after=None,
        reason=f"zq-event-{key}",
        at=portfolio.NOW,
    )
    Alert.objects.create(
        device=device,
        rule="mdr.surveillance_audit",
        strict=date(2026, 11, 30),
        threshold=30,
        due_on=date(2026, 10, 31),
        recipient=keeper,
        subject=f"zq-alert-{key}",
    )
