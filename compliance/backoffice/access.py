"""What the person behind a request may see and change; asked of the database once a request."""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.http import HttpRequest

from compliance.alerts.models import Alert
from compliance.alerts.queries import notices_of
from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from compliance.evidence.models import Document, DocumentVersion
from compliance.evidence.queries import visible_documents, visible_versions
from config.clock import now
from devices.models import Device, Organisation, Role, User
from devices.queries import (
    KEEP_RECORDS,
    SEE_OWN,
    caller_of,
    editable_devices,
    sees_some_whole,
    visible_devices,
    whole_devices,
)  # fmt: skip

T = TypeVar("T")


def person(request: HttpRequest) -> User:
    """Return the signed-in person."""
    return cast(User, request.user)


def visible(request: HttpRequest) -> QuerySet[Device]:
    """Return the devices that the person may see."""
    return _once(request, "visible", lambda: visible_devices(caller_of(request)))


def readable(request: HttpRequest) -> QuerySet[Device]:
    """Return the devices whose facts the person may read: a buyer reads the answers, not the record."""
    return _once(request, "readable", lambda: whole_devices(caller_of(request)))


def documents(request: HttpRequest) -> QuerySet[Document]:
    """Return the documents that the person may see."""
    return visible_documents(caller_of(request), visible(request))


def document_versions(request: HttpRequest, devices: QuerySet[Device]) -> QuerySet[DocumentVersion]:
    """Return the versions of the documents of visible devices that the person may see."""
    return visible_versions(caller_of(request), devices)


def reads_records(request: HttpRequest) -> bool:
    """Return whether the person reads the record of any device, and not only the answers."""
    return sees_some_whole(caller_of(request))


def keeps_records(request: HttpRequest) -> bool:
    """Return whether the person may write any record."""
    return not caller_of(request).held.keys().isdisjoint((*KEEP_RECORDS, Role.ADMINISTRATOR))


def editable(request: HttpRequest) -> QuerySet[Device]:
    """Return the devices that the person may change."""
    return _once(request, "editable", lambda: editable_devices(caller_of(request)))


def editable_ids(request: HttpRequest) -> frozenset[UUID]:
    """Return the ids of the devices that the person may change."""
    return _once(request, "editable_ids", lambda: frozenset(editable(request).values_list("pk", flat=True)))


def is_administrator(request: HttpRequest) -> bool:
    """Return whether the person looks after the whole installation."""
    return Role.ADMINISTRATOR in caller_of(request).held


def organisations(request: HttpRequest) -> QuerySet[Organisation]:
    """Return the organisations whose people the person may read."""
    if is_administrator(request):
        return Organisation.objects.all()
    return own_organisations(request)


def own_organisations(request: HttpRequest) -> QuerySet[Organisation]:
    """Return the organisations in which the person holds a role."""
    return Organisation.objects.filter(pk__in={one for _, one in _held(request)})


def owns(request: HttpRequest, organisation: UUID | None) -> bool:
    """Return whether the person is an owner of the organisation, or an administrator."""
    return is_administrator(request) or (Role.OWNER, organisation) in _held(request)


def reads_record_of(request: HttpRequest, organisation: UUID) -> bool:
    """Return whether the person reads the record that the organisation keeps."""
    held = {role for role, one in _held(request) if one == organisation}
    return is_administrator(request) or not held.isdisjoint(SEE_OWN)


def keeps(request: HttpRequest, organisation: UUID | None) -> bool:
    """Return whether the person may change the record that the organisation keeps, without a query."""
    return is_administrator(request) or any((role, organisation) in _held(request) for role in KEEP_RECORDS)


def kept_organisations(request: HttpRequest) -> QuerySet[Organisation]:
    """Return the organisations whose record the person may change."""
    if is_administrator(request):
        return Organisation.objects.all()
    return Organisation.objects.filter(pk__in={one for role, one in _held(request) if role in KEEP_RECORDS})


def kept_organisation_ids(request: HttpRequest) -> frozenset[UUID]:
    """Return the ids of the organisations whose record the person may change."""
    return _once(request, "kept", lambda: frozenset(kept_organisations(request).values_list("pk", flat=True)))


def events(request: HttpRequest) -> QuerySet[AuditEvent]:
    """Return the audit events that the person may read: an auditor reads those of the devices in view."""
    if is_administrator(request):
        return AuditEvent.objects.all()
    own = {one for role, one in _held(request) if role in SEE_OWN}
    seen = Q(organisation__in=own)
    if granted := caller_of(request).granted:
        seen |= Q(subject_type="device", subject_id__in=[str(one) for one in granted])
    return AuditEvent.objects.filter(seen)


def notices(request: HttpRequest) -> QuerySet[Alert]:
    """Return the notices that the person has before them."""
    return notices_of(person(request), now=now())


def number_of_notices(request: HttpRequest) -> int:
    """Return how many notices the person has before them."""
    return _once(request, "notices", notices(request).count)


def with_number_of_notices(request: HttpRequest) -> Subquery:
    """Return that number as part of a query of the page, which then gives it to ``remember``."""
    own = notices(request).order_by().values(one=Value(1)).annotate(number=Count("pk"))
    return Subquery(own.values("number"))


def remember_number_of_notices(request: HttpRequest, number: int | None) -> None:
    """Keep the number that a page asked for with others of its own: the frame asks no more."""
    _once(request, "notices", lambda: number or 0)


def actor(request: HttpRequest) -> Actor:
    """Return the person as the author of an operation."""
    return Actor.person(person(request))


def _held(request: HttpRequest) -> set[tuple[str, UUID]]:
    """Return the roles of the person, each with its organisation."""
    return {(role, one) for role, several in caller_of(request).held.items() for one in several}


def _once(request: HttpRequest, name: str, ask: Callable[[], T]) -> T:
    answers: dict[str, Any] = request.__dict__.setdefault("_access", {})
    if name not in answers:
        answers[name] = ask()
    answer: T = answers[name]
    return answer
