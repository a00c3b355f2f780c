"""The query parameters of each address: anything else is refused, by name."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, get_args

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from compliance.ai_act.tier_table import SEVERITY
from compliance.api.problems import UnknownParameter
from compliance.api.selection import ORDERS
from compliance.assessments.models import StatusName
from compliance.law.facts.base import AREAS
from compliance.law.facts.ce_marking import DeviceClass
from compliance.law.facts.reimbursement import ListName
from compliance.law.types import DeadlineState, GateStatus
from devices.models import TrackName

GATES = get_args(GateStatus)

_EARLIEST, _LATEST = date(1993, 1, 1), date(2100, 12, 31)  # the law read here starts with the directives


def read(query: "type[Query]", request: Request) -> dict[str, Any]:
    """Return the checked parameters. Raises UnknownParameter, ValidationError."""
    allowed = query().fields.keys()
    unknown = request.query_params.keys() - allowed
    if unknown:
        raise UnknownParameter(
            unknown, allowed, [one for name, one in query.elsewhere.items() if name in unknown]
        )
    repeated = [name for name in request.query_params if len(request.query_params.getlist(name)) > 1]
    if repeated:
        raise serializers.ValidationError({name: [_("Give this parameter once.")] for name in repeated})
    given = query(data=request.query_params.dict())  # as of a form, what is empty would count as left out
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def read_body(schema: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the checked body. Raises ValidationError, for members that it does not know, too."""
    given = schema(data=request.data)
    given.is_valid(raise_exception=True)
    message = _("There is no such member; these are: %(known)s.") % {"known": ", ".join(given.fields)}
    unknown = {name: [message] for name in request.data if name not in given.fields}
    if unknown:
        raise serializers.ValidationError(unknown)
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
    """No parameter. ``elsewhere`` says of parameters that one may look for here where they are answered."""

    elsewhere: ClassVar[Mapping[str, Any]] = {}


_TODAY = _("A list shows today; /devices/{id}/status and /devices/{id}/deadlines answer for other dates.")
_ELSEWHERE = {"on": _TODAY, "known_on": _TODAY}


class PagedQuery(Query):
    """A page of a list, which is always that of today."""

    cursor = serializers.CharField(required=False, max_length=500, help_text=_("Where the last page ended."))
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=200, default=50)

    elsewhere = _ELSEWHERE


class DatedQuery(Query):
    """On a date, as known on a date."""

    on = Day(required=False, help_text=_("Status on this date; left out: today."))
    known_on = Day(required=False, help_text=_("As known on this date; left out: today."))


class DeadlinesQuery(DatedQuery):
    """The deadlines of a device."""

    until = Day(required=False, help_text=_("Only deadlines up to this date."))


class TableQuery(Query):
    """Filters of devices: a device fits all that are given."""

    elsewhere = _ELSEWHERE

    search = serializers.CharField(
        required=False,
        max_length=100,
        help_text=_("Words of the name, manufacturer, exploitant, description or EMDN code."),
    )
    track = serializers.ChoiceField(TrackName.choices, required=False, help_text=_("A track."))
    status = serializers.ChoiceField(StatusName.choices, required=False, help_text=_("Its status."))
    tier = serializers.ChoiceField(SEVERITY, required=False, help_text=_("Risk tier of the AI Act."))
    device_class = serializers.ChoiceField(get_args(DeviceClass), required=False, help_text=_("Risk class."))
    manufacturer = serializers.CharField(required=False, max_length=100, help_text=_("Its key."))
    exploitant = serializers.CharField(required=False, max_length=100, help_text=_("Its key."))
    market_access = serializers.ChoiceField(GATES, required=False, help_text=_("Whether it may be sold."))
    reimbursement = serializers.ChoiceField(GATES, required=False, help_text=_("Whether it is reimbursed."))
    listing = serializers.ChoiceField(
        get_args(ListName), required=False, help_text=_("A list on which it stands or stood.")
    )
    code = serializers.CharField(required=False, max_length=60, help_text=_("Code of such a line."))
    ends_before = Day(required=False, help_text=_("A status of a track ends from today to before this date."))
    identifier = serializers.CharField(required=False, max_length=512, help_text=_("An identifier."))
    ordering = serializers.ChoiceField(
        tuple(ORDERS), required=False, default="name", help_text=_("By name, next change or last update.")
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters. Raises ValidationError for a status without its track."""
        if "status" in attrs and "track" not in attrs:
            raise serializers.ValidationError({"track": [_("Name the track whose status is filtered.")]})
        return attrs


class DevicesQuery(TableQuery, PagedQuery):
    """The same filters, a page at a time."""


class LookupQuery(Query):
    """One identifier."""

    identifier = serializers.CharField(
        max_length=512,
        help_text=_("UDI-DI, Basic UDI-DI, scanned carrier (GS1, HIBCC, IFA), LPP code, ANS certificate."),
    )


class DeadlineListQuery(PagedQuery):
    """Deadlines across devices."""

    due_before = Day(required=False, help_text=_("The date of the text is before this day."))
    due_from = Day(required=False, help_text=_("The date of the text is this day or later."))
    track = serializers.ChoiceField(AREAS, required=False, help_text=_("A track, or data."))
    state = serializers.ChoiceField(
        get_args(DeadlineState), required=False, help_text=_("Its state: open, overdue…")
    )


class ChangesQuery(Query):
    """Where to go on in the feed of changes."""

    after = serializers.CharField(
        required=False, max_length=100, help_text=_("The cursor of the last answer; left out: the beginning.")
    )
    limit = serializers.IntegerField(required=False, min_value=1, max_value=1000, default=200)
