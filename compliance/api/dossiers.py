"""Dossiers, asked for, followed, cancelled and downloaded by programs of those who read a record whole."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api import queries
from compliance.api.dossier_schemas import DossierQuestionSchema, DossierSchema, DossiersQuery, DossiersSchema
from compliance.api.examples import example
from compliance.api.facts import ONCE, actor, taken
from compliance.api.once import once
from compliance.api.problems import Gone, NotPossible
from compliance.api.refusals import CONFLICT, GONE_FILE, PROBLEMS, WRITE_PROBLEMS
from compliance.api.selection import Order, caller, page, visible
from compliance.api.views import ReadView
from compliance.dossiers import asking
from compliance.dossiers.models import DossierDevice, DossierRequest
from compliance.dossiers.queries import dossiers_of
from compliance.dossiers.scopes import Question
from compliance.evidence.serving import attachment
from compliance.facts.errors import FactError, problem_of
from compliance.signatures.models import Signature
from compliance.signatures.queries import is_withdrawn, with_signatures
from config import clock
from devices.models import Device, Scope

_ID = OpenApiParameter("dossier_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
_ASKED = Order("asked", F("asked_at"), datetime.fromisoformat)
_SECONDS = "5"  # as often as the worker looks


class DossierView(ReadView):
    """What all of them share: only who reads the whole record comes here."""

    scope = Scope.DOSSIERS_EXPORT

    def dossier(self, request: Request, dossier_id: UUID) -> DossierRequest:
        """Return a dossier of devices whose whole record the caller reads. Raises NotFound for any other."""
        found = with_signatures(dossiers_of(caller(request))).filter(pk=dossier_id).first()
        if found is None:
            raise NotFound(_("There is no such dossier among those you may see."))
        return found


class DossierList(DossierView):
    """The dossiers that were asked for."""

    http_method_names: Sequence[str] = ("get", "head", "post", "options")

    @extend_schema(
        operation_id="dossiers", parameters=[DossiersQuery], responses={200: DossiersSchema, **PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        """List the dossiers of devices that you read whole, in the order in which they were asked for."""
        query = queries.read(DossiersQuery, request)
        rows = with_signatures(dossiers_of(caller(request)))
        if "state" in query:
            rows = rows.filter(state=query["state"])
        if "device" in query:
            subjects = DossierDevice.objects.filter(dossier=OuterRef("pk"), device=query["device"])
            rows = rows.filter(Exists(subjects))
        found = page(rows, query, _ASKED)
        return Response({"results": [body(one) for one in found.items], "next_cursor": found.next_cursor})

    @extend_schema(
        operation_id="dossier_ask",
        parameters=[ONCE],
        request=DossierQuestionSchema,
        examples=example("dossier_ask", 202),
        responses={200: DossierSchema, 202: DossierSchema, **PROBLEMS, **WRITE_PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Ask for a dossier: 202, and Location says where to follow it.

        200: the same dossier waits, or is ready while nothing has changed since; with `anew` another is made.
        """
        queries.read(queries.Query, request)
        given = queries.read_body(DossierQuestionSchema, request)
        question = self._question(request, given)

        def write() -> Response:
            with taken(""), _named_as(given):
                asked = asking.ask(
                    actor=actor(request), caller=caller(request), question=question, anew=given["anew"],
                    at=clock.now(),
                )  # fmt: skip
            place = reverse("api:dossier", args=[asked.dossier.pk])
            return Response(
                body(self.dossier(request, asked.dossier.pk)),
                status=202 if asked.new else 200,
                headers={"Location": place},
            )

        return once(request, write)

    def _question(self, request: Request, given: dict[str, Any]) -> Question:
        """Return what is asked. Raises NotFound for devices that the caller does not see."""
        ids = [given["device"]] if "device" in given else given["devices"]
        seen = visible(request).in_bulk(ids)
        if len(seen) < len(set(ids)):
            raise NotFound(_("There is no such device among those you may see."))
        devices: dict[UUID, Device] = {one: seen[one] for one in ids}
        today = clock.today()
        return Question(
            given["scope"], tuple(devices.values()), given.get("on", today), given.get("known_on", today),
            given["language"], given.get("since"), given.get("track"),
        )  # fmt: skip


class DossierDetail(DossierView):
    """One dossier."""

    @extend_schema(
        operation_id="dossier",
        parameters=[_ID],
        examples=example("dossier"),
        responses={200: DossierSchema, **PROBLEMS},
    )
    def get(self, request: Request, dossier_id: UUID) -> Response:
        """Return how far a dossier is; Retry-After says when to ask again while it is being made."""
        queries.read(queries.Query, request)
        row = self.dossier(request, dossier_id)
        return Response(body(row), headers={"Retry-After": _SECONDS} if row.waits else None)


class DossierCancel(DossierView):
    """The end of a dossier that is not made yet."""

    http_method_names = ("post", "options")

    @extend_schema(
        operation_id="dossier_cancel",
        parameters=[_ID],
        request=None,
        responses={200: DossierSchema, **PROBLEMS, **CONFLICT},
    )
    def post(self, request: Request, dossier_id: UUID) -> Response:
        """Make no more of a dossier: for who asked for it, and who keeps the record."""
        queries.read(queries.Query, request)
        row = self.dossier(request, dossier_id)
        try:
            asking.cancel(actor=actor(request), caller=caller(request), dossier=row, at=clock.now())
        except FactError as error:
            if error.problems[0].code == "forbidden":
                raise PermissionDenied(error.problems[0].text) from error
            raise NotPossible(error.problems[0].text) from error
        return Response(body(self.dossier(request, dossier_id)))


class DossierFile(DossierView):
    """The file of a dossier."""

    http_method_names = ("get", "options")  # each download is an event of the trail: none without a body

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Let every form pass that is asked for: the type is that of the file."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="dossier_download",
        parameters=[_ID],
        responses={
            (200, "application/zip"): OpenApiTypes.BINARY,
            304: None,
            **PROBLEMS,
            **CONFLICT,
            **GONE_FILE,
        },
    )
    def get(self, request: Request, dossier_id: UUID) -> HttpResponseBase:
        """Return the ZIP, always whole, as a download; its ETag is its SHA-512. The audit trail tells it."""
        queries.read(queries.Query, request)
        row, at = self.dossier(request, dossier_id), clock.now()
        etag = f'"{row.sha512}"'
        if asking.is_kept(row, at) and (same := get_conditional_response(request._request, etag=etag)):
            return same
        try:
            found = asking.download(actor=actor(request), caller=caller(request), dossier_id=row.pk, at=at)
        except FactError as error:
            why = error.problems[0]
            raise (NotPossible if why.code == "not_ready" else Gone)(why.text) from error
        answer: FileResponse = attachment(
            found.file, name=f"{row.name}.zip", content_type="application/zip", size=row.size or 0
        )
        answer["ETag"] = etag
        return answer


def body(row: DossierRequest) -> dict[str, Any]:
    """Return a dossier as answer. ``download`` is where its file is, while there is one."""
    kept = asking.is_kept(row, clock.now())
    return {
        "id": str(row.pk),
        "scope": row.scope,
        "devices": [{"id": str(one.pk), "key": one.key, "name": one.name} for one in row.devices],
        **{name: getattr(row, name) for name in ("on", "known_on", "since", "track", "language", "state")},
        "progress": {"done": row.done, "total": row.total},
        "errors": [problem_of(one).text for one in row.problems],
        "asked_by": row.asked_label,
        "asked_at": row.asked_at,
        "ended_at": row.ended_at,
        "expires_at": row.expires_at,
        "file": f"{row.name}.zip" if row.name else None,
        "size": row.size,
        "sha512": row.sha512 or None,
        "verification_code": row.code or None,
        "download": reverse("api:dossier_download", args=[row.pk]) if kept else None,
        "signatures": [_signature(one) for one in row.signed],  # type: ignore[attr-defined]
    }


def _signature(one: Signature) -> dict[str, Any]:
    back = one.withdrawal if is_withdrawn(one) else None
    return {
        "meaning": one.meaning,
        "name": one.signer_name,
        "signed_at": one.signed_at,
        "remark": one.note,
        "sha512": one.sha512,
        "withdrawn": {"at": back.signed_at, "reason": back.note} if back else None,
    }


@contextmanager
def _named_as(given: dict[str, Any]) -> Iterator[None]:
    """Let what is wrong with the one device be said of the member that named it."""
    try:
        yield
    except FactError as error:
        if "device" not in given:
            raise
        names = {"devices": "device"}
        raise FactError(replace(one, path=names.get(one.path, one.path)) for one in error.problems) from error
