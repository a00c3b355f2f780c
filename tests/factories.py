# mypy: disable-error-code="no-untyped-call"
"""Rows for tests: people, organisations, devices and facts, with as little in them as the models allow."""

from datetime import UTC, datetime
from typing import Any

from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory

from compliance.ai_act.models import AiSystem
from compliance.ans.models import AnsCertificate, HdsCertificate
from compliance.ce_marking.models import Certificate, Classification, Incident
from compliance.cnedimts.models import Application
from compliance.listing.models import Listing
from devices.models import ApiKey, Device, Identifier, Membership, Organisation, Role, Source, User, Version


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
    name = "A program"
    role = Role.BUYER
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


class DeviceFactFactory(DjangoModelFactory[Any]):
    """What the factories of facts of a device share."""

    class Meta:
        abstract = True

    device = SubFactory(DeviceFactory)
    key = Sequence(lambda n: f"fact-{n}")


class VersionFactory(DeviceFactFactory):
    class Meta:
        model = Version

    number = "1.0"


class IdentifierFactory(DeviceFactFactory):
    class Meta:
        model = Identifier

    scheme = "basic_udi_di"
    value = "1987654Ad4X4bL5ttr2310c2K"


class ClassificationFactory(DeviceFactFactory):
    class Meta:
        model = Classification

    regulation = "MDR"
    device_class = "IIa"


class CertificateFactory(DeviceFactFactory):
    class Meta:
        model = Certificate

    number = Sequence(lambda n: f"CE {n}")
    kind = "quality_management"
    regulation = "MDR"


class IncidentFactory(DeviceFactFactory):
    class Meta:
        model = Incident

    kind = "serious_incident"
    aware_on = datetime(2026, 3, 2, tzinfo=UTC).date()


class ApplicationFactory(DeviceFactFactory):
    class Meta:
        model = Application

    procedure = "lppr_listing"


class ListingFactory(DeviceFactFactory):
    class Meta:
        model = Listing

    list = "lppr"


class AnsCertificateFactory(DeviceFactFactory):
    class Meta:
        model = AnsCertificate


class AiSystemFactory(DeviceFactFactory):
    class Meta:
        model = AiSystem


class HdsCertificateFactory(DjangoModelFactory[HdsCertificate]):
    class Meta:
        model = HdsCertificate

    organisation = SubFactory(OrganisationFactory)
    key = Sequence(lambda n: f"hds-{n}")
