"""A maker with an owner and an officer, a rival, an audit house with an auditor, an administrator."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from compliance.audit.actors import Actor
from compliance.facts.errors import FactError
from devices.models import Device, Membership, Organisation, Role, User
from tests.factories import DeviceFactory, MembershipFactory, OrganisationFactory, UserFactory

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@dataclass
class Place:
    """Everybody, by what they are."""

    maker: Organisation
    house: Organisation
    device: Device
    owner: User
    officer: User
    reader: User
    rival: User
    auditor: User
    administrator: User

    def actor(self, name: str) -> Actor:
        return Actor.person(getattr(self, name))

    def membership(self, name: str) -> Membership:
        return Membership.objects.get(user=getattr(self, name))


@pytest.fixture
def place(db: None) -> Place:
    maker = OrganisationFactory.create(key="maker", name="Maker")
    house = OrganisationFactory.create(key="audit-house", name="Audit house")
    other = OrganisationFactory.create(key="rival", name="Rival")

    def person(name: str, organisation: Organisation, role: Role) -> User:
        user = UserFactory.create(email=f"{name}@example.org")
        MembershipFactory.create(user=user, organisation=organisation, role=role)
        return user

    return Place(
        maker=maker,
        house=house,
        device=DeviceFactory.create(key="scan", name="Scan", owner=maker),
        owner=person("owner", maker, Role.OWNER),
        officer=person("officer", maker, Role.OFFICER),
        reader=person("reader", maker, Role.READER),
        rival=person("rival", other, Role.OWNER),
        auditor=person("auditor", house, Role.AUDITOR),
        administrator=person("administrator", other, Role.ADMINISTRATOR),
    )


def code(error: "pytest.ExceptionInfo[FactError]") -> str:
    """Return the code of the first problem of a refusal."""
    return error.value.problems[0].code
