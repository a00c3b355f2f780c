"""Which resources: those of the devices that the caller may see, by the parameters, a page at a time."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from rest_framework.request import Request

from compliance.amendments.queries import law_in_force
from compliance.ans.models import AnsCertificate
from compliance.api.fhir import parameters
from compliance.api.fhir.devices import EUDAMED, ISSUERS
from compliance.api.fhir.organizations import AUTHORITIES, authority, notified_body
from compliance.api.fhir.terms import SYSTEMS
from compliance.api.fhir.values import Named, Subject
from compliance.api.selection import Page, caller, find, page, stored_values, visible
from compliance.assessments.standings import standings
from compliance.ce_marking.models import Certificate
from compliance.facts.values import device_values
from compliance.listing.models import Listing
from config import clock
from devices.models import Device, Identifier, Organisation
from devices.queries import reach, visible_devices

# The kinds of papers: where each stands, and the fields that number it by the name of their system.
_PAPERS: Mapping[str, tuple[Any, Mapping[str, str]]] = {
    "certificates": (Certificate, {"certificate": "number"}),
    "ans_certificates": (AnsCertificate, {"ans-certificate": "number"}),
    "coverages": (Listing, {"lpp": "code", "coverage": "code", "nor": "nor"}),
}
_LISTS = {"lpp": Q(list="lppr"), "coverage": ~Q(list="lppr")}
_OF_DEVICE = {
    "owner": "device__owner_id",
    "example": "device__owner__example",
    "maker": "device__manufacturer_id",
    "maker_name": "device__manufacturer__name",
    "operator": "device__exploitant_id",
    "operator_name": "device__exploitant__name",
}


class Paper(NamedTuple):
    """A row of a certificate or a coverage, with what is told of its device beside the facts."""

    id: UUID
    kind: str
    key: str
    device: UUID
    owner: UUID | None
    example: bool | None
    maker: UUID | None
    maker_name: str | None
    operator: UUID | None
    operator_name: str | None


def devices(request: Request, query: Mapping[str, Any], base: str) -> Page:
    """Return a page of the devices that fit. Raises ValidationError."""
    found = visible(request)
    if "_id" in query:
        found = found.filter(pk__in=parameters.ids(query["_id"]))
    if "manufacturer" in query:
        found = found.filter(
            manufacturer=parameters.referred("manufacturer", query["manufacturer"], "Organization", base)
        )
    if "identifier" in query:
        found = _carrying(found, query["identifier"], base)
    return page(found, {**query, "page_size": query["_count"]})


def subjects(request: Request, found: Iterable[Device]) -> list[Subject]:
    """Return devices with their facts and where their papers stand today, in three queries."""
    listed = list(found)
    subject = _subject(request, [one.pk for one in listed])
    return [
        subject(
            one.pk,
            one.owner_id,
            _named(one.manufacturer_id, one.manufacturer.name if one.manufacturer else None),
            _named(one.exploitant_id, one.exploitant.name if one.exploitant else None),
            example=bool(one.owner and one.owner.example),
            tier=_tier(one),
        )
        for one in listed
    ]


def papers(request: Request, query: Mapping[str, Any], base: str) -> tuple[list[Paper], str | None]:
    """Return a page of the certificates and coverages that fit, by their id, and where the next starts."""
    seen = visible_devices(caller(request))
    if "subject" in query:
        seen = seen.filter(pk=parameters.referred("subject", query["subject"], "DeviceDefinition", base))
    wanted = Q()
    if "_id" in query:
        wanted &= Q(pk__in=parameters.ids(query["_id"]))
    if "cursor" in query:
        wanted &= Q(pk__gt=parameters.after(query["cursor"]))
    system, value = parameters.token(query["identifier"], base) if "identifier" in query else (None, "")
    found: list[QuerySet[Any, Any]] = []
    for kind, (model, numbers) in _PAPERS.items():
        numbered = wanted & _numbered(numbers, system, value) if value else wanted
        rows = model._default_manager.filter(numbered, device__in=seen.values("pk"))
        found.append(rows.values_list("pk", Value(kind), "key", "device_id", *_OF_DEVICE.values()))
    size = query["_count"]
    rows = [Paper(*row) for row in found[0].union(*found[1:], all=True).order_by("id")[: size + 1]]
    return rows[:size], str(rows[size - 1].id) if len(rows) > size else None


def subjects_of(request: Request, found: Iterable[Paper]) -> dict[UUID, Subject]:
    """Return the devices of papers by id, with where their papers stand today, in three queries."""
    by_device = {one.device: one for one in found}
    subject = _subject(request, by_device)
    return {
        pk: subject(
            pk,
            one.owner,
            _named(one.maker, one.maker_name),
            _named(one.operator, one.operator_name),
            example=bool(one.example),
        )
        for pk, one in by_device.items()
    }


def organisations(request: Request) -> QuerySet[Organisation]:
    """Return the manufacturers and exploitants of the devices that the caller may see."""
    has_part = Q(manufacturer=OuterRef("pk")) | Q(exploitant=OuterRef("pk"))
    return Organisation.objects.filter(Exists(visible_devices(caller(request)).filter(has_part)))


def fixed(request: Request) -> list[tuple[Named, dict[str, str]]]:
    """Return the authorities, then the notified bodies on the certificates in view, with their numbers."""
    seen = visible_devices(caller(request)).values("pk")
    numbers = Certificate.objects.filter(device__in=seen).exclude(notified_body=None)
    bodies = numbers.order_by("notified_body").values_list("notified_body", flat=True).distinct()
    named: list[tuple[Named, dict[str, str]]] = [(authority(code), {}) for code in AUTHORITIES]
    return named + [(notified_body(one), {"notified-body": one}) for one in bodies if one]


def organisations_page(
    request: Request, query: Mapping[str, Any], base: str
) -> tuple[list[tuple[Named, dict[str, str], Organisation | None]], str | None]:
    """Return a page of organisations: authorities, notified bodies, then companies by their id."""
    size, last = query["_count"], query.get("cursor", "")
    first, rest = fixed(request), organisations(request).order_by("pk")
    if "_id" in query:
        first = [one for one in first if one[0].id == query["_id"]]
        rest = rest.filter(pk__in=parameters.ids(query["_id"]))
    if "identifier" in query:
        system, value = parameters.token(query["identifier"], base)
        first = [
            one
            for one in first
            if any(system in {None, kind} and held == value for kind, held in one[1].items())
        ]
        rest = rest.filter(_numbered({"srn": "srn", "key": "key"}, system, value))
    places = [one[0].id for one in first]
    if last in places:
        first = first[places.index(last) + 1 :]
    elif last:
        first, rest = [], rest.filter(pk__gt=parameters.after(last))
    found = [(*one, None) for one in first[: size + 1]]
    companies = rest[: max(0, size + 1 - len(found))]
    listed = [*found, *(company(one) for one in companies)]
    return listed[:size], listed[size - 1][0].id if len(listed) > size else None


def company(one: Organisation) -> tuple[Named, dict[str, str], Organisation]:
    """Return a company with what identifies it."""
    return Named(str(one.pk), one.name), {"key": one.key, **({"srn": one.srn} if one.srn else {})}, one


def _carrying(found: QuerySet[Device], text: str, base: str) -> QuerySet[Device]:
    """Return the devices that carry an identifier: any, or one of the system that the token names."""
    system, value = parameters.token(text, base)
    if system is None:
        return found.filter(pk__in=[one.pk for one in find(found, value)])
    if system == "key":
        return found.filter(key=value)
    if system in _LISTS:
        return found.filter(Exists(Listing.objects.filter(_LISTS[system], device=OuterRef("pk"), code=value)))
    scheme, values = _scheme(system), [value]
    if scheme is None:
        return found.none()
    if scheme != "catalogue":
        values = stored_values(value)
    held = Identifier.objects.filter(device=OuterRef("pk"), scheme__in=scheme.split(), value__in=values)
    return found.filter(Exists(held))


def _scheme(system: str) -> str | None:
    if system in {*ISSUERS.values(), EUDAMED}:
        return "udi_di basic_udi_di"
    return {"eudamed-di": "eudamed_di", "catalogue": "catalogue"}.get(system)


def _numbered(numbers: Mapping[str, str], system: str | None, value: str) -> Q:
    """Return: a numbered field of the system is the value. A system that is not ours fits nothing."""
    wanted = Q(pk=None)
    for name, field in numbers.items():
        if system in {None, name}:
            wanted |= _LISTS.get(name, Q()) & Q(**{field: value})
    return wanted


def _subject(request: Request, ids: Collection[UUID]) -> Callable[..., Subject]:
    """Return a function that makes the subject of one of some devices, as its caller may see it today."""
    facts = device_values(ids) if ids else {}
    law, today, reached = law_in_force(), clock.today(), reach(caller(request))

    def subject(
        pk: UUID, owner: UUID | None, maker: Named | None, operator: Named | None, **more: Any
    ) -> Subject:
        standing = standings(facts[pk], law, on=today, known_on=today)
        whole = reached.name == "administrator" or owner in reached.own or pk in reached.granted
        return Subject(pk, facts[pk], standing, today, maker, operator, whole=whole, **more)

    return subject


def _named(pk: UUID | None, name: str | None) -> Named | None:
    return Named(str(pk), name or "") if pk else None


def _tier(device: Device) -> tuple[str, str | None] | None:
    """Return the tier under the AI Act of the stored answer, with the certainty of its first reason."""
    stored = getattr(device, "assessment", None)
    track = stored.body["tracks"]["ai_act"] if stored else None
    if track is None or track["state"] not in SYSTEMS["ai-act-tier"].codes:
        return None
    return track["state"], next((one["certainty"] for one in track["reasons"] if one["certainty"]), None)
