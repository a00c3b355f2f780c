"""The answers to a hospital about one device, and the list of all. Each view is one domain call."""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page
from django.views.decorators.vary import vary_on_headers
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from compliance.api import queries
from compliance.api.deprecation import Deprecated
from compliance.api.examples import example
from compliance.api.problems import NotServed
from compliance.api.refusals import NOT_SERVED, PROBLEMS
from compliance.api.schemas import DeadlinesSchema, DeviceSchema, DevicesSchema, DocumentsSchema
from compliance.api.selection import ORDERS, caller, filtered, page, visible
from compliance.api.status_schemas import StatusSchema
from compliance.api.throttling import told
from compliance.assessments import answers
from compliance.evidence.queries import visible_versions
from compliance.evidence.serving import NotServedError, download
from devices.models import Device, Scope

Row = TypeVar("Row")
_ID = OpenApiParameter("device_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
_VERSION = OpenApiParameter("version_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
_DEVICES: dict[Any, Any] = {200: DevicesSchema, **PROBLEMS}
_DEADLINES: dict[Any, Any] = {200: DeadlinesSchema, **PROBLEMS}


@method_decorator(told, name="dispatch")
@method_decorator(conditional_page, name="dispatch")
@method_decorator(cache_control(private=True, no_cache=True), name="dispatch")
@method_decorator(vary_on_headers("Authorization", "Accept-Language"), name="dispatch")
class ReadView(APIView):
    """A read for a known caller, with a strong ETag. ``scope`` is what a program needs for it.

    A view that is to go sets ``deprecated``, and every answer that has a body says so.
    """

    scope: ClassVar[Scope]
    deprecated: ClassVar[Deprecated | None] = None

    http_method_names: Sequence[str] = ("get", "head", "options")

    def finalize_response(self, *args: Any, **kwargs: Any) -> Any:
        """Add the header fields of deprecation, where the address is deprecated."""
        response = super().finalize_response(*args, **kwargs)
        for name, value in (self.deprecated.headers() if self.deprecated else {}).items():
            response[name] = value
        return response

    def device(self, request: Request, device_id: UUID) -> Device:
        """Return a device that the caller may see. Raises NotFound for any other, existing or not."""
        return self.among(visible(request), device_id)

    def among(self, devices: QuerySet[Device, Row], device_id: UUID) -> Row:
        """Return the device of that id among some. Raises NotFound."""
        try:
            return devices.get(pk=device_id)
        except Device.DoesNotExist:
            raise NotFound(_("There is no such device among those you may see.")) from None


class DeviceList(ReadView):
    """The devices that the caller may see."""

    scope = Scope.DEVICES_READ

    @extend_schema(
        operation_id="devices",
        examples=example("devices"),
        parameters=[queries.DevicesQuery],
        responses=_DEVICES,
    )
    def get(self, request: Request) -> Response:
        """List the devices that fit all filters, a page at a time."""
        query = queries.read(queries.DevicesQuery, request)
        devices = filtered(visible(request), query)
        found = page(devices, query, ORDERS[query["ordering"]], answers.listed)
        body: dict[str, Any] = {
            "results": list(map(answers.device, found.items)),
            "next_cursor": found.next_cursor,
        }
        return Response(body)


class DeviceDetail(ReadView):
    """One device."""

    scope = Scope.DEVICES_READ

    @extend_schema(
        operation_id="device",
        examples=example("device"),
        parameters=[_ID],
        responses={200: DeviceSchema, **PROBLEMS},
    )
    def get(self, request: Request, device_id: UUID) -> Response:
        """Return a device with its versions and identifiers."""
        queries.read(queries.Query, request)
        return Response(answers.device(self.among(answers.listed(visible(request)), device_id)))


class DeviceStatus(ReadView):
    """Where a device stands."""

    scope = Scope.STATUS_READ

    @extend_schema(
        operation_id="status",
        examples=example("status"),
        parameters=[_ID, queries.DatedQuery],
        responses={200: StatusSchema, **PROBLEMS},
    )
    def get(self, request: Request, device_id: UUID) -> Response:
        """Return tracks, market access, reimbursement and duties on a date, with their reasons."""
        query = queries.read(queries.DatedQuery, request)
        device = self.among(answers.told(caller(request)), device_id)
        return Response(answers.status(device, query, device.papers))  # type: ignore[attr-defined]


class DeviceDeadlines(ReadView):
    """The deadlines of a device."""

    scope = Scope.DEADLINES_READ

    @extend_schema(
        operation_id="deadlines",
        examples=example("deadlines"),
        parameters=[_ID, queries.DeadlinesQuery],
        responses=_DEADLINES,
    )
    def get(self, request: Request, device_id: UUID) -> Response:
        """Return the deadlines on a date, in the order of their dates."""
        query = queries.read(queries.DeadlinesQuery, request)
        return Response(answers.deadlines(self.device(request, device_id), query))


class DeviceDocuments(ReadView):
    """The documents of a device."""

    scope = Scope.DEVICES_READ

    @extend_schema(operation_id="documents", parameters=[_ID], responses={200: DocumentsSchema, **PROBLEMS})
    def get(self, request: Request, device_id: UUID) -> Response:
        """Return the documents with the hashes of their files; a hospital sees those published."""
        queries.read(queries.Query, request)
        device = self.device(request, device_id)
        found = visible_versions(caller(request), Device.objects.filter(pk=device.pk))
        return Response({"device": str(device.pk), "results": answers.documents(found)})


class DocumentFile(ReadView):
    """The file of a version of a document."""

    scope = Scope.DEVICES_READ

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Let every form pass that is asked for: the type is that of the file."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="document_file",
        parameters=[_ID, _VERSION],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (409, "application/problem+json"): NOT_SERVED,
            **PROBLEMS,
        },
    )
    def get(self, request: Request, device_id: UUID, version_id: UUID) -> FileResponse:
        """Return the file, always whole and as a download; its type is that of the version."""
        queries.read(queries.Query, request)
        device = self.device(request, device_id)
        found = visible_versions(caller(request), Device.objects.filter(pk=device.pk))
        version = found.filter(pk=version_id).first()
        if version is None:
            raise NotFound(_("There is no such file among those you may see."))
        try:
            return download(version)
        except NotServedError as error:
            raise NotServed from error


class Docs(SpectacularSwaggerSplitView):
    """The browsable page of the API; no login opens in a window of its own, so it needs no exception."""

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        """Leave the policy for other windows to the settings."""
        response: Response = super().finalize_response(*args, **kwargs)
        response.headers.pop("Cross-Origin-Opener-Policy", None)
        return response


class NoSuchAddress(APIView):
    """Any other address of the API."""

    permission_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse every method alike."""
        raise NotFound(_("The API has no such address."))
