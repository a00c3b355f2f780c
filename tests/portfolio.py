"""A small portfolio and its people, recorded through the operations as users would."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from compliance.audit.actors import Actor
from compliance.facts.importing import import_file
from compliance.people.grants import give
from devices.access import NewKey, create_key
from devices.models import Device, Membership, Organisation, Role, Scope, User

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

CERTIFIED: dict[str, Any] = {
    "key": "scan-one",
    "name": "Écho Scan One",
    "owner": "maker",
    "manufacturer": "maker",
    "published": True,
    "is_software": True,
    "identifiers": [
        {"key": "di", "scheme": "udi_di", "value": "04250802900152", "source": "record"},
        {"key": "basic", "scheme": "basic_udi_di", "value": "42508029C1000Y6", "source": "record"},
    ],
    "ce_marking": {
        "classifications": [{"key": "mdr", "regulation": "MDR", "device_class": "IIa", "source": "record"}],
        "certificates": [
            {
                "key": "qms",
                "number": "C-1",
                "kind": "quality_management",
                "regulation": "MDR",
                "notified_body": "0459",
                "issued_on": "2024-03-01",
                "starts_on": "2024-03-01",
                "printed_end": "2029-02-28",
                "source": "record",
            }
        ],
        "audits": [{"key": "y1", "kind": "surveillance", "held_on": "2025-11-30", "source": "record"}],
    },
    "listing": {
        "listings": [
            {
                "key": "lppr",
                "list": "lppr",
                "line": "brand",
                "code": "1140921",
                "starts_on": "2022-07-01",
                "ends_on": "2027-06-30",
                "source": "record",
            }
        ]
    },
    "ai_act": {
        "systems": [
            {
                "key": "ai",
                "is_ai_system": True,
                "is_the_device": True,
                "annex_iii": "none",
                "source": "record",
            }
        ]
    },
}
PRIVATE: dict[str, Any] = {"key": "draft-two", "name": "Draft Two", "owner": "maker", "manufacturer": "maker"}
RIVAL: dict[str, Any] = {"key": "rival-three", "name": "Rival Three", "owner": "rival", "published": False}
FILE: dict[str, Any] = {
    "format": "jalon-facts/1",
    "sources": [{"key": "record", "title": "Record of the maker", "quality": "declared"}],
    "organisations": [
        {"key": "maker", "name": "Maker"},
        {"key": "rival", "name": "Rival"},
        {"key": "hospital", "name": "Hospital"},
        {"key": "audit-house", "name": "Audit house"},
    ],
    "devices": [CERTIFIED, PRIVATE, RIVAL],
}


@dataclass(frozen=True)
class People:
    """Who stands at the door, with the plain API key of each."""

    users: dict[str, User]
    keys: dict[str, str]


def record(devices: list[dict[str, Any]] | None = None, *, at: datetime = NOW) -> None:
    """Record the portfolio, with other devices where given."""
    data = FILE if devices is None else {**FILE, "devices": devices}
    import_file(
        actor=Actor.system("test"),
        content=json.dumps(data).encode(),
        name="portfolio.json",
        reason="Test",
        at=at,
    )


def device(key: str = "scan-one") -> Device:
    """Return a recorded device."""
    return Device.objects.get(key=key)


def people(at: datetime = NOW) -> People:
    """Create the officer, the buyer, the auditor, the rival officer, each with a key, and the stranger.

    The house of the auditor is shown the published devices for a year.
    """
    places = {
        "officer": ("maker", Role.OFFICER),
        "buyer": ("hospital", Role.BUYER),
        "auditor": ("audit-house", Role.AUDITOR),
        "rival": ("rival", Role.OFFICER),
        "stranger": (None, Role.READER),
    }
    users, keys = {}, {}
    for name, (organisation, role) in places.items():
        user = User.objects.create_user(f"{name}@example.org", "Une phrase de passe", is_staff=True)
        users[name] = user
        if organisation:
            place = Organisation.objects.get(key=organisation)
            Membership.objects.create(user=user, organisation=place, role=role)
            keys[name] = key_of(user, place, role, at=at).plain
    for found in Device.objects.filter(published=True):
        give(
            actor=Actor.system("test"),
            device=found,
            auditor=Organisation.objects.get(key="audit-house"),
            starts_on=date(2026, 11, 1),
            ends_on=date(2027, 10, 31),
            at=at,
        )
    return People(users, keys)


def with_people() -> People:
    """Record the portfolio and create its people."""
    record()
    return people()


def key_of(
    user: User,
    organisation: Organisation,
    role: Role,
    scopes: Sequence[Scope] = tuple(Scope),
    *,
    at: datetime = NOW,
) -> NewKey:
    """Make a key of a year for a person in a role."""
    return create_key(
        actor=Actor.person(user),
        user=user,
        organisation=organisation,
        role=role,
        name=user.email,
        scopes=scopes,
        expires_at=at + timedelta(days=365),
        at=at,
    )
