# mypy: disable-error-code="no-untyped-call"
"""People, organisations, sources and devices for tests, with as little in them as the models allow."""

from datetime import UTC, datetime

from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory

from devices.models import ApiKey, Device, Membership, Organisation, Role, Source, User


class UserFactory(DjangoModelFactory[User]):
    """A person without password and without role."""

    class Meta:
        model = User

    email = Sequence(lambda n: f"person{n}@example.org")


class SourceFactory(DjangoModelFactory[Source]):
    class Meta:
        model = Source

    key = Sequence(lambda n: f"source-{n}")
    title = Sequence(lambda n: f"Source {n}")
    quality = "example"


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    key = Sequence(lambda n: f"organisation-{n}")
    name = Sequence(lambda n: f"Organisation {n}")


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = SubFactory(UserFactory)
    organisation = SubFactory(OrganisationFactory)
    role = Role.OFFICER


class ApiKeyFactory(DjangoModelFactory[ApiKey]):
    """A key whose secret nobody knows; a key to sign in with is made by ``devices.access.create_key``."""

    class Meta:
        model = ApiKey

    user = SubFactory(UserFactory)
    organisation = SubFactory(OrganisationFactory)
    name = "A program"
    role = Role.BUYER
    scopes = ["devices:read"]
    prefix = Sequence(lambda n: f"{n:08d}")
    secret_hash = "0" * 64
    created_at = datetime(2026, 1, 1, tzinfo=UTC)
    expires_at = datetime(2027, 1, 1, tzinfo=UTC)


class DeviceFactory(DjangoModelFactory[Device]):
    class Meta:
        model = Device

    key = Sequence(lambda n: f"device-{n}")
    name = Sequence(lambda n: f"Device {n}")
    owner = SubFactory(OrganisationFactory)
