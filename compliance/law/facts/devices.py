"""Who and what: sources, organisations, versions, identifiers."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from compliance.law.facts.base import Bool, Date, Fact, Key, Name, Note, Short, Value

SourceQuality = Literal["official", "register", "agency", "manufacturer", "secondary", "declared", "example"]
Confidence = Literal["high", "medium", "low"]
OrganisationSize = Literal["sme", "small_mid_cap", "large"]
IdentifierScheme = Literal["udi_di", "basic_udi_di", "eudamed_di", "catalogue"]
DeviceFunction = Literal["diagnostic", "therapeutic", "telemonitoring", "act_support", "other"]
ChangeKind = Literal[
    "performance",
    "safety_or_intended_use",
    "data_interpretation",
    "modified_algorithm",
    "database_structure",
    "operating_platform",
    "architecture",
    "user_interface",
    "interoperability",
    "bug_fix",
    "usability",
    "security_patch",
    "operating_efficiency",
]


class Source(Value):
    """Where a fact was read, and how far it can be trusted."""

    key: Key
    title: Name
    url: Short = ""
    quality: SourceQuality
    confidence: Confidence = "high"
    read_on: Date | None = None


class HdsCertificate(Fact):
    """Certificate of a host of health data (CSP L.1111-8).

    ``audit_ended_on`` is the end of the certifier's audit on site, which gives three months to correct
    the nonconformities that it found.
    """

    number: Short = ""
    version: Literal["1", "2"] | None = None
    certifier: Short = ""
    issued_on: Date | None = None
    ends_on: Date | None = None
    audit_ended_on: Date | None = None
    nonconformities_found: Bool | None = None
    corrected_on: Date | None = None
    last_audit_on: Date | None = None
    withdrawn_on: Date | None = None


class ActorRegistration(Fact):
    """Registration of an economic operator in EUDAMED (MDR Art. 31), and a later confirmation or change.

    Each further confirmation or change of data is an entry of its own with the same ``srn``.
    """

    srn: Short
    submitted_on: Date | None = None
    confirmed_on: Date | None = None
    data_changed_on: Date | None = None
    updated_on: Date | None = None


class Organisation(Value):
    """An organisation, whatever roles it holds for each device."""

    key: Key
    name: Name
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    siren: Short | None = None
    srn: Short | None = None
    size: OrganisationSize | None = None
    turnover_eur: Decimal | None = None
    example: Bool = False
    source: Key | None = None
    note: Note = ""
    hds_certificates: tuple[HdsCertificate, ...] = ()
    actor_registrations: tuple[ActorRegistration, ...] = ()


class Identifier(Fact):
    """An identifier of the device; limits of EUDAMED apply to each UDI-DI by itself."""

    scheme: IdentifierScheme
    value: Annotated[str, Field(min_length=1, max_length=80)]
    first_unit_placed_on: Date | None = None
    registered_on: Date | None = None


class Version(Fact):
    """A version of the software. ``changes`` names what differs from the version before."""

    number: Annotated[str, Field(min_length=1, max_length=60)]
    released_on: Date | None = None
    retired_on: Date | None = None
    changes: tuple[ChangeKind, ...] = ()
