"""The query parameters of each address: anything else is refused, by name."""

from datetime import date
from typing import Any, get_args

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from compliance.api.problems import UnknownParameter
from compliance.assessments.models import StatusName
from compliance.law.facts.ce_marking import DeviceClass
from compliance.law.facts.reimbursement import ListName
from devices.models import TrackName

_EARLIEST, _LATEST = date(1993, 1, 1), date(2100, 12, 31)  # the law read here starts with the directives


def read(query: "type[Query]", request: Request) -> dict[str, Any]:
    """Return the checked parameters. Raises UnknownParameter, ValidationError."""
    allowed = query().fields.keys()
    unknown = request.query_params.keys() - allowed
    if unknown:
        raise UnknownParameter(unknown, allowed)
    repeated = [name for name in request.query_params if len(request.query_params.getlist(name)) > 1]
    if repeated:
        raise serializers.ValidationError({name: [_("Give this parameter once.")] for name in repeated})
    given = query(data=request.query_params)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


class Day(serializers.DateField):
    """A calendar date within the years that the law data covers."""

    def to_internal_value(self, value: Any) -> date:
        """Return the date. Raises ValidationError."""
        day: date = super().to_internal_value(value)
        if not _EARLIEST <= day <= _LATEST:
            raise serializers.ValidationError(
                _("Give a date from %(first)s to %(last)s.") % {"first": _EARLIEST, "last": _LATEST}
            )
        return day


class Query(serializers.Serializer[Any]):
    """No parameter."""


class DatedQuery(Query):
    """On a date, as known on a date."""

    on = Day(required=False, help_text=_("Status on this date; left out: today."))
    known_on = Day(required=False, help_text=_("As known on this date; left out: today."))


class DeadlinesQuery(DatedQuery):
    """The deadlines of a device."""

    until = Day(required=False, help_text=_("Only deadlines up to this date."))


class DevicesQuery(Query):
    """Filters of the list of devices."""

    search = serializers.CharField(required=False, max_length=100, help_text=_("Words of the name or maker."))
    track = serializers.ChoiceField(TrackName.choices, required=False, help_text=_("A track."))
    status = serializers.ChoiceField(StatusName.choices, required=False, help_text=_("Its status."))
    device_class = serializers.ChoiceField(get_args(DeviceClass), required=False, help_text=_("Risk class."))
    listing = serializers.ChoiceField(
        get_args(ListName), required=False, help_text=_("A list that covers it.")
    )
    identifier = serializers.CharField(required=False, max_length=200, help_text=_("An identifier."))
    cursor = serializers.CharField(required=False, max_length=500, help_text=_("Where the last page ended."))
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=200, default=50)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters. Raises ValidationError for a status without its track."""
        if "status" in attrs and "track" not in attrs:
            raise serializers.ValidationError({"track": [_("Name the track whose status is filtered.")]})
        return attrs


class LookupQuery(Query):
    """One identifier."""

    identifier = serializers.CharField(
        max_length=500,
        trim_whitespace=True,
        help_text=_("UDI-DI, Basic UDI-DI, scanned UDI carrier or LPP code."),
    )
