"""The search parameters, and what is read out of their values."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from compliance.api import queries
from compliance.api.fhir.terms import identifier_system

_LARGEST = 200


class Search(queries.Query):
    """What every search takes."""

    _id = serializers.CharField(required=False, max_length=64)
    identifier = serializers.CharField(required=False, max_length=500)
    _count = serializers.IntegerField(required=False, min_value=1, max_value=_LARGEST, default=50)
    cursor = serializers.CharField(required=False, max_length=500)
    _format = serializers.CharField(required=False, max_length=50)


class DeviceSearch(Search):
    """The parameters of DeviceDefinition."""

    manufacturer = serializers.CharField(required=False, max_length=200)


class AuthorizationSearch(Search):
    """The parameters of RegulatedAuthorization."""

    subject = serializers.CharField(required=False, max_length=200)


class Read(queries.Query):
    """The one parameter of a read."""

    _format = serializers.CharField(required=False, max_length=50)


def token(text: str, base: str) -> tuple[str | None, str]:
    """Return the system, None for any, and the value of ``system|value``. Raises ValidationError.

    A system of our own comes as its short name: ``lpp``, ``srn``…
    """
    system, bar, value = text.rpartition("|")
    if not value or (bar and not system):
        raise serializers.ValidationError(
            {"identifier": [_("Write an identifier as its value, or as system|value.")]}
        )
    return system.removeprefix(identifier_system(base, "")) or None, value


def referred(name: str, text: str, kind: str, base: str) -> UUID:
    """Return the id in a reference: ``id``, ``Kind/id`` or its whole address. Raises ValidationError."""
    pk = _uuid(text.removeprefix(f"{base}/").removeprefix(f"{kind}/"))
    if pk is None:
        message = _("Write a reference as %(kind)s/id.") % {"kind": kind}
        raise serializers.ValidationError({name: [message]})
    return pk


def after(text: str) -> UUID:
    """Return the id that a cursor names. Raises ValidationError."""
    if (pk := _uuid(text)) is None:
        raise serializers.ValidationError({"cursor": [_("This is no cursor that the API gave.")]})
    return pk


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def ids(text: str) -> list[UUID]:
    """Return the id in a list, none where the text is no id: nothing has it."""
    return [pk] if (pk := _uuid(text)) else []
