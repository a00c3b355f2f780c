"""The addresses of the FHIR surface. Each view is a search or a read, told by a pure function."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api import queries
from compliance.api.fhir import outcomes, parameters, searching
from compliance.api.fhir.authorizations import authorization
from compliance.api.fhir.definitions import EXTENSIONS, capability_statement, structure_definition
from compliance.api.fhir.devices import device_definition
from compliance.api.fhir.organizations import organization
from compliance.api.fhir.terms import SYSTEMS, Json, code_system, value_set
from compliance.api.selection import visible
from compliance.api.views import ReadView
from devices.models import Scope


class FhirView(ReadView):
    """A read in the form of FHIR: its media types, its errors, no part of the OpenAPI schema."""

    schema = None
    renderer_classes = (outcomes.FhirRenderer, outcomes.PlainRenderer)
    content_negotiation_class = outcomes.Negotiation

    def get_exception_handler(self) -> Any:
        """Return the handler that answers with an OperationOutcome."""
        return outcomes.handle

    @property
    def base(self) -> str:
        """Return the address of this surface, which names all that it publishes."""
        return self.request.build_absolute_uri("/fhir/R5")

    def one(self, found: Iterable[Json]) -> Response:
        """Return the resource found. Raises NotFound for any other, existing or not."""
        for resource in found:
            return Response(_spoken(resource))
        raise NotFound(_("There is no such resource among those you may see."))

    def bundle(self, found: Iterable[Json], cursor: str | None) -> Response:
        """Return a page of a search with the address of the next one."""
        url = self.request.build_absolute_uri(self.request.path)
        asked = self.request.query_params.dict()
        links = [{"relation": "self", "url": _address(url, asked)}]
        if cursor:
            links.append({"relation": "next", "url": _address(url, {**asked, "cursor": cursor})})
        body: Json = {"resourceType": "Bundle", "type": "searchset", "link": links}
        entries = [
            {
                "fullUrl": f"{self.base}/{one['resourceType']}/{one['id']}",
                "resource": _spoken(one),
                "search": {"mode": "match"},
            }
            for one in found
        ]
        return Response({**body, **({"entry": entries} if entries else {})})


class DeviceDefinitions(FhirView):
    """The devices that the caller may see."""

    scope = Scope.DEVICES_READ

    def get(self, request: Request) -> Response:
        """Search them."""
        query = queries.read(parameters.DeviceSearch, request)
        found = searching.devices(request, query, self.base)
        listed = searching.subjects(request, found.items)
        return self.bundle((device_definition(self.base, one) for one in listed), found.next_cursor)


class DeviceDefinition(FhirView):
    """One device."""

    scope = Scope.DEVICES_READ

    def get(self, request: Request, device_id: UUID) -> Response:
        """Read it."""
        queries.read(parameters.Read, request)
        found = searching.subjects(request, visible(request).filter(pk=device_id))
        return self.one(device_definition(self.base, one) for one in found)


class Authorizations(FhirView):
    """The certificates and coverages of the devices that the caller may see."""

    scope = Scope.STATUS_READ

    def get(self, request: Request) -> Response:
        """Search them."""
        query = queries.read(parameters.AuthorizationSearch, request)
        found, cursor = searching.papers(request, query, self.base)
        return self.bundle(self.told(request, found), cursor)

    def told(self, request: Request, found: list[searching.Paper]) -> Iterable[Json]:
        """Return papers as resources, in their order; without those that do not exist yet."""
        devices = searching.subjects_of(request, found)
        for one in found:
            told = authorization(self.base, devices[one.device], one.id, one.kind, one.key)
            if told is not None:
                yield told


class Authorization(Authorizations):
    """One certificate or coverage."""

    def get(self, request: Request, authorization_id: UUID) -> Response:  # type: ignore[override]
        """Read it."""
        queries.read(parameters.Read, request)
        found, _none = searching.papers(request, {"_id": str(authorization_id), "_count": 1}, self.base)
        return self.one(self.told(request, found))


class Organizations(FhirView):
    """Authorities, notified bodies, and the companies of the devices that the caller may see."""

    scope = Scope.DEVICES_READ

    def get(self, request: Request) -> Response:
        """Search them."""
        query = queries.read(parameters.Search, request)
        found, cursor = searching.organisations_page(request, query, self.base)
        return self.bundle(self.told(found), cursor)

    def told(self, found: Iterable[Any]) -> Iterable[Json]:
        """Return organisations as resources, in their order."""
        for named, identifiers, row in found:
            yield organization(
                self.base,
                named,
                identifiers=identifiers,
                country=row and row.country,
                example=bool(row and row.example),
            )


class Organization(Organizations):
    """One organisation."""

    def get(self, request: Request, organisation_id: str) -> Response:  # type: ignore[override]
        """Read it."""
        queries.read(parameters.Read, request)
        asked = {"_id": organisation_id, "_count": 1}
        found, _none = searching.organisations_page(request, asked, self.base)
        return self.one(self.told(found))


class OpenView(FhirView):
    """What is said to everybody, a key or none: it holds nothing of any record."""

    permission_classes = ()


class Metadata(OpenView):
    """What is served here."""

    def get(self, request: Request) -> Response:
        """Return the CapabilityStatement."""
        queries.read(parameters.Read, request)
        return Response(_spoken(capability_statement(self.base)))


class CodeSystem(OpenView):
    """A system of codes."""

    def get(self, request: Request, published: str) -> Response:
        """Read it."""
        queries.read(parameters.Read, request)
        return self.one([code_system(self.base, published)] if published in SYSTEMS else [])


class ValueSet(OpenView):
    """All codes of a system."""

    def get(self, request: Request, published: str) -> Response:
        """Read it."""
        queries.read(parameters.Read, request)
        return self.one([value_set(self.base, published)] if published in SYSTEMS else [])


class StructureDefinition(OpenView):
    """The definition of an extension."""

    def get(self, request: Request, published: str) -> Response:
        """Read it."""
        queries.read(parameters.Read, request)
        return self.one([structure_definition(self.base, published)] if published in EXTENSIONS else [])


class NoSuchAddress(OpenView):
    """Any other address under this one."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse every method alike."""
        raise NotFound(_("The FHIR surface has no such address."))


def _spoken(resource: Json) -> Json:
    """Return a resource with the language that its words are in, after its type and id."""
    head: Json = {name: resource[name] for name in ("resourceType", "id") if name in resource}
    return {**head, "language": get_language(), **resource}


def _address(url: str, query: dict[str, Any]) -> str:
    return f"{url}?{urlencode(query)}" if query else url
