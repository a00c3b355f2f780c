"""Who and what: people and their access, organisations, sources, devices, versions, identifiers."""

from devices.models.devices import (
    AREA_LABELS,
    ChangeKind,
    Device,
    DeviceFunction,
    Identifier,
    IdentifierScheme,
    TrackName,
    Version,
)
from devices.models.invitations import Grant, Invitation
from devices.models.keys import ApiKey, KeyState, Scope
from devices.models.organisations import Organisation, OrganisationSize
from devices.models.people import Membership, Role, User
from devices.models.sources import Confidence, Source, SourceQuality

__all__ = [
    "AREA_LABELS",
    "ApiKey",
    "ChangeKind",
    "Confidence",
    "Device",
    "DeviceFunction",
    "Grant",
    "Identifier",
    "IdentifierScheme",
    "Invitation",
    "KeyState",
    "Membership",
    "Organisation",
    "OrganisationSize",
    "Role",
    "Scope",
    "Source",
    "SourceQuality",
    "TrackName",
    "User",
    "Version",
]
