"""What the person behind a request may see and change; asked of the database once a request."""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent
from devices.models import Device, Membership, Organisation, Role, User
from devices.queries import Caller, caller_of, editable_devices, visible_devices

T = TypeVar("T")
_KEEP_RECORDS = (Role.OWNER, Role.OFFICER)


def person(request: HttpRequest) -> User:
    """Return the signed-in person."""
    return cast(User, request.user)


def visible(request: HttpRequest) -> QuerySet[Device]:
    """Return the devices that the person may see."""
    return _once(request, "visible", lambda: visible_devices(caller_of(request)))


def readable(request: HttpRequest) -> QuerySet[Device]:
    """Return the devices whose facts the person may read: a buyer reads the answers, not the record."""
    return _once(request, "readable", lambda: _readable(request))


def reads_records(request: HttpRequest) -> bool:
    """Return whether the person reads the record of any device, and not only the answers."""
    return is_administrator(request) or bool(_roles_that_read(request))


def editable(request: HttpRequest) -> QuerySet[Device]:
    """Return the devices that the person may change."""
    return _once(request, "editable", lambda: editable_devices(caller_of(request)))


def editable_ids(request: HttpRequest) -> frozenset[UUID]:
    """Return the ids of the devices that the person may change."""
    return _once(request, "editable_ids", lambda: frozenset(editable(request).values_list("pk", flat=True)))


def is_administrator(request: HttpRequest) -> bool:
    """Return whether the person looks after the whole installation."""
    return person(request).is_superuser or any(role == Role.ADMINISTRATOR for role, _ in _held(request))


def kept_organisations(request: HttpRequest) -> QuerySet[Organisation]:
    """Return the organisations whose record the person may change."""
    if is_administrator(request):
        return Organisation.objects.all()
    return Organisation.objects.filter(pk__in={one for role, one in _held(request) if role in _KEEP_RECORDS})


def kept_organisation_ids(request: HttpRequest) -> frozenset[UUID]:
    """Return the ids of the organisations whose record the person may change."""
    return _once(request, "kept", lambda: frozenset(kept_organisations(request).values_list("pk", flat=True)))


def events(request: HttpRequest) -> QuerySet[AuditEvent]:
    """Return the audit events that the person may read: an auditor reads those of the devices in view."""
    if is_administrator(request):
        return AuditEvent.objects.all()
    own = {one for role, one in _held(request) if role in (*_KEEP_RECORDS, Role.READER)}
    seen = Q(organisation__in=own)
    if any(role == Role.AUDITOR for role, _ in _held(request)):
        ids = visible(request).order_by().annotate(text=Cast("pk", CharField())).values("text")
        seen |= Q(subject_type="device", subject_id__in=ids)
    return AuditEvent.objects.filter(seen)


def actor(request: HttpRequest) -> Actor:
    """Return the person as the author of an operation."""
    return Actor.person(person(request))


def _roles_that_read(request: HttpRequest) -> list[str]:
    return sorted({role for role, _ in _held(request)} - {Role.BUYER})


def _readable(request: HttpRequest) -> QuerySet[Device]:
    if is_administrator(request):
        return visible(request)
    callers = [Caller(person(request), role) for role in _roles_that_read(request)]
    seen = [visible_devices(one).order_by().values("pk") for one in callers]
    return Device.objects.filter(reduce(or_, (Q(pk__in=one) for one in seen), Q(pk__in=[])))


def _held(request: HttpRequest) -> set[tuple[str, UUID]]:
    """Return the roles of the person, each with its organisation."""
    memberships = Membership.objects.filter(user=person(request))
    return _once(request, "held", lambda: set(memberships.values_list("role", "organisation_id")))


def _once(request: HttpRequest, name: str, ask: Callable[[], T]) -> T:
    answers: dict[str, Any] = request.__dict__.setdefault("_access", {})
    if name not in answers:
        answers[name] = ask()
    answer: T = answers[name]
    return answer
