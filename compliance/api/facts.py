"""Facts of a device, read and written by programs of those who keep its record.

Each write is one operation of ``compliance.facts``, the same as that of the back office: checked, audited
under the name of the key or client, assessed. A change says which version it starts from (If-Match).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api import queries
from compliance.api.authentication import Grant
from compliance.api.examples import example
from compliance.api.once import LONGEST, once
from compliance.api.problems import PreconditionFailed, PreconditionNeeded, Refused
from compliance.api.refusals import CHANGE_PROBLEMS, PROBLEMS, WRITE_PROBLEMS
from compliance.api.schemas import FactChangesSchema, FactSchema, NewFactSchema, RetractionSchema
from compliance.api.selection import caller
from compliance.api.views import ReadView
from compliance.audit.actors import Actor
from compliance.facts import values
from compliance.facts.errors import FactError
from compliance.facts.kinds import KINDS, Kind
from compliance.facts.models import Fact
from compliance.facts.operations import amend, record, retract
from config import clock
from devices.models import Device, Organisation, Scope, User
from devices.queries import editable_devices

_KIND = OpenApiParameter(
    "kind", OpenApiTypes.STR, OpenApiParameter.PATH,
    enum=[path for path, kind in KINDS.items() if kind.subject == "device"],
)  # fmt: skip
_KEY = OpenApiParameter(
    "key", OpenApiTypes.STR, OpenApiParameter.PATH, description=_("Its key in the record.")
)
_DEVICE = OpenApiParameter("device_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
_IF_MATCH = OpenApiParameter("If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True)
ONCE = OpenApiParameter(
    "Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": LONGEST}, OpenApiParameter.HEADER
)
_LABEL = 300


class FactView(ReadView):
    """What all of them share: only who keeps the record comes here."""

    scope = Scope.FACTS_WRITE

    def kept(self, request: Request, device_id: UUID) -> Device:
        """Return a device whose record the caller keeps. Raises NotFound, PermissionDenied."""
        device = self.device(request, device_id)
        if not editable_devices(caller(request)).filter(pk=device_id).exists():
            raise PermissionDenied(_("The record of this device is kept by others."))
        return device

    def kind(self, path: str) -> Kind:
        """Return a kind of facts of devices. Raises NotFound."""
        found = KINDS.get(path)
        if found is None or found.subject != "device":
            raise NotFound(_("There is no such kind of facts."))
        return found

    def fact(self, request: Request, device_id: UUID, kind: str, key: str) -> tuple[Kind, Fact]:
        """Return a fact of a device that the caller keeps. Raises NotFound."""
        device, found = self.kept(request, device_id), self.kind(kind)
        row = values.fetched(found.model, found.value_class).filter(device=device, key=key).first()
        if row is None:
            raise NotFound(_("This device has no such fact."))
        return found, row


class FactList(FactView):
    """The facts of a kind."""

    http_method_names = ("post", "options")

    @extend_schema(
        operation_id="fact_record",
        examples=example("fact_record", 201),
        parameters=[_DEVICE, _KIND, ONCE],
        request=NewFactSchema,
        responses={201: FactSchema, **PROBLEMS, **WRITE_PROBLEMS},
    )
    def post(self, request: Request, device_id: UUID, kind: str) -> Response:
        """Record a fact. Repeated with the same Idempotency-Key, the first answer comes again."""
        queries.read(queries.Query, request)
        device, found = self.kept(request, device_id), self.kind(kind)
        given = queries.read_body(NewFactSchema, request)

        def write() -> Response:
            value = {"key": found.free_key(device), **given["fact"]}
            with taken("fact"):
                row = record(
                    actor=actor(request), subject=device, kind=kind, value=value,
                    reason=given["reason"], at=clock.now(),
                )  # fmt: skip
            answer = said(found, row, status=201)
            answer["Location"] = reverse("api:fact", args=[device.pk, kind, row.key])
            return answer

        return once(request, write)


class FactItem(FactView):
    """One fact."""

    http_method_names = ("get", "head", "patch", "options")

    @extend_schema(
        operation_id="fact",
        examples=example("fact"),
        parameters=[_DEVICE, _KIND, _KEY],
        responses={200: FactSchema, **PROBLEMS},
    )
    def get(self, request: Request, device_id: UUID, kind: str, key: str) -> Response:
        """Return a fact; its ETag is what a change of it must name."""
        queries.read(queries.Query, request)
        return said(*self.fact(request, device_id, kind, key))

    @extend_schema(
        operation_id="fact_amend",
        examples=example("fact_amend"),
        parameters=[_DEVICE, _KIND, _KEY, _IF_MATCH],
        request=FactChangesSchema,
        responses={200: FactSchema, **PROBLEMS, **CHANGE_PROBLEMS},
    )
    def patch(self, request: Request, device_id: UUID, kind: str, key: str) -> Response:
        """Change fields of a fact, for a reason that the audit trail keeps."""
        queries.read(queries.Query, request)
        found, row = self.fact(request, device_id, kind, key)
        given = queries.read_body(FactChangesSchema, request)
        version = matched(request, row)
        with taken("changes"):
            row = amend(
                actor=actor(request), fact=row, changes=given["changes"], reason=given["reason"],
                at=clock.now(), expected_version=version,
            )  # fmt: skip
        return said(found, self.fact(request, device_id, kind, row.key)[1])


class FactRetract(FactView):
    """The retraction of a fact that was recorded by mistake."""

    http_method_names = ("post", "options")

    @extend_schema(
        operation_id="fact_retract",
        examples=example("fact_retract"),
        parameters=[_DEVICE, _KIND, _KEY, _IF_MATCH],
        request=RetractionSchema,
        responses={204: None, **PROBLEMS, **CHANGE_PROBLEMS},
    )
    def post(self, request: Request, device_id: UUID, kind: str, key: str) -> Response:
        """Take a fact back, for a reason that the audit trail keeps; what it said stays in the trail."""
        queries.read(queries.Query, request)
        _found, row = self.fact(request, device_id, kind, key)
        given = queries.read_body(RetractionSchema, request)
        version = matched(request, row)
        with taken(""):
            retract(
                actor=actor(request), fact=row, reason=given["reason"], at=clock.now(),
                expected_version=version,
            )  # fmt: skip
        return Response(status=204)


def said(kind: Kind, row: Fact, status: int = 200) -> Response:
    """Return a fact as answer, with its version as ETag."""
    body = {
        "device": str(row.device_id),  # type: ignore[attr-defined]
        "kind": kind.path,
        "key": row.key,
        "fact": values.as_json(values.read(row, kind.value_class)),
    }
    return Response(body, status=status, headers={"ETag": etag(row)})


def etag(row: Fact) -> str:
    """Return the strong validator of a fact: the row and its version."""
    return f'"{row.pk}-{row.row_version}"'


def matched(request: Request, row: Fact) -> int:
    """Return the version that If-Match names. Raises PreconditionNeeded, PreconditionFailed."""
    given = request.headers.get("If-Match")
    if given is None:
        raise PreconditionNeeded
    if etag(row) not in [one.strip() for one in given.split(",")]:
        raise PreconditionFailed
    return row.row_version


def actor(request: Request) -> Actor:
    """Return who writes: the person of the key or of the session; of a client, the client itself."""
    user = request.user if isinstance(request.user, User) else None
    if not isinstance(request.auth, Grant):
        return Actor(user=user, label=str(user))
    place = Organisation.objects.filter(pk__in=[caller(request).organisation_id]).first()
    return Actor(user=user, label=request.auth.label[:_LABEL], organisation=place)


@contextmanager
def taken(member: str) -> Iterator[None]:
    """Refuse what the operation in the block refuses; ``member`` of the body holds its values."""
    try:
        yield
    except FactError as error:
        codes = {one.code for one in error.problems}
        if "stale" in codes:
            raise PreconditionFailed from error
        if "forbidden" in codes:
            raise PermissionDenied(str(error)) from error
        raise Refused(
            {"pointer": pointer(one.path, member), "code": one.code, "detail": one.text}
            for one in error.problems
        ) from error


def pointer(path: str, member: str) -> str:
    """Return the place of a value in the body as a JSON pointer (RFC 6901): ``#/fact/steps/0/on``."""
    parts = re.findall(r"[^.\[\]]+", path)
    within = [member] if member and parts != ["reason"] else []
    escaped = [one.replace("~", "~0").replace("/", "~1") for one in (*within, *parts)]
    return "#" + "".join(f"/{one}" for one in escaped)
