"""Who gets what at every address: each route of ``config.urls``, each role, each device; and nothing leaks.

A new route fails ``test_every_route_stands_in_the_matrix`` by its name: give it one line in
``matrix.ROUTES``.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver
from pyarrow import parquet
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.test import APIClient

from compliance.amendments.models import Amendment
from compliance.assessments.models import DeadlineRow
from compliance.audit.actors import Actor
from compliance.ce_marking.models import Certificate
from compliance.decisions.models import SignedDecision
from compliance.dossiers.models import DossierRequest
from compliance.evidence.models import DocumentVersion
from compliance.facts.kinds import KINDS
from compliance.people.invitations import token_of
from compliance.webhooks.models import Delivery, Endpoint
from devices.access import create_key
from devices.models import (
    ApiKey,
    Device,
    Grant,
    Invitation,
    Membership,
    Organisation,
    Role,
    Scope,
    Source,
    User,
)  # fmt: skip
from tests import portfolio
from tests.access import worlds
from tests.access.matrix import MARKS, OF_HOLDERS, ROUTES
from tests.access.worlds import ROLES
from tests.amendments import texts
from tests.kept import kept

FORM = {
    "key": "zz",
    "name": "Changed",
    "reason": "because",
    "expected_version": "1",
    "note": "Changed",
    "post": "yes",
}

Address = tuple[str, str, str]
_THIRD = 3
_FACTS = {f"{kind.model._meta.app_label}/{kind.model._meta.model_name}/": kind for kind in KINDS.values()}


def routes() -> Iterator[str]:
    """Yield every route of the configuration, as the patterns are written."""

    def walk(patterns: Any, before: str) -> Iterator[str]:
        for one in patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLPattern):
                yield route
            else:
                yield from walk(one.url_patterns, route)

    return walk(get_resolver().url_patterns, "")


def line(route: str) -> str:
    """Return the line of the matrix that a route stands on: all kinds of facts share theirs."""
    for prefix, kind in _FACTS.items():
        if route.startswith(prefix):
            word = "{fact}/" if kind.subject == "device" else "{organisation fact}/"
            return word + route.removeprefix(prefix)
    return route


def addresses(route: str) -> Iterator[tuple[str, str]]:
    """Yield the addresses of a route with the device that each is about, "" for none.

    The kinds of facts share one admin class: each shows the page of a fact for one of the devices, in turn.
    """
    codes = ROUTES[line(route)]
    devices: Any = [""] if isinstance(codes, str) else list(codes)
    if line(route) != route:
        devices = [devices[_kind(route) // _THIRD % len(devices)]]
    for device in devices:
        yield device, "/" + _filled(route, device or "private")


def _filled(route: str, device: str) -> str:
    if route.startswith("^password"):
        return "password/new/a-b/"
    if route.startswith("^"):
        return "devices/"
    route = route.replace("(?P<url>.*)$", "no/such/address")
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(_value(route, found[1], device)), route)


def _value(route: str, name: str, device: str) -> Any:
    """Return what stands in the place of a name in a route, for the pages about a device or its owner."""
    keeper = "rival" if device == "other" else "maker"
    version = f"zq-{'document' if device == 'published' else 'draft'}-{device}.txt"
    match name:
        case "endpoint_id":
            return Endpoint.objects.get(organisation__key=keeper).pk
        case "delivery_id":
            return Delivery.objects.get(endpoint__organisation__key=keeper).pk
        case "object_id" if route.startswith("r/"):
            return _object(Device, device).pk
        case "device_id":
            return Device.objects.get(key=device).pk
        case "deadline_id":
            return DeadlineRow.objects.get(device__key=device, rule="mdr.surveillance_audit").pk
        case "organisation_id":
            return Organisation.objects.get(key=keeper).pk
        case "authorization_id":
            return worlds.fact(Certificate, device).pk
        case "published":
            return "certainty"
        case "document_id":
            return DocumentVersion.objects.get(name=version).document_id
        case "version_id":
            return DocumentVersion.objects.get(name=version).pk
        case "pk" if route.startswith("organisation/"):
            return _of_keeper(route, keeper, device)
        case "token":
            return token_of(Invitation.objects.get(organisation__key=keeper))
        case "id":
            return User.objects.get(email="reader@example.org").pk
        case "dossier_id":
            return DossierRequest.objects.get(asked_label=f"zq-dossier-{device}").pk
        case "signature_id":
            return UUID(int=0)  # nobody here has signed
        case "part":
            return "sealed.pdf"
        case "decision_id":
            return SignedDecision.objects.get(reason=f"zq-decision-{device}").pk
        case "event_key":
            return "version_released"
        case "kind":
            return "versions"
        case "table":
            return "rule11"
        case "catalogue":
            return "mdr_annex_ii"
        case "key_id":
            return ApiKey.objects.get(name=f"zq-key-{keeper}").pk
        case "name":
            return "mdr.surveillance_audit"
        case "key":
            return "zz-text"
        case "upload_id":
            return "00000000-0000-4000-8000-000000000000"
        case "content_type_id" | "pk" | "session_id":
            return 1
    app, model_name = route.split("/")[:2]
    return _object(apps.get_model(app, model_name), device).pk


def _of_keeper(route: str, keeper: str, device: str) -> Any:
    """Return the id of a person, an invitation or a grant of the owner of a device."""
    if "/people/" in route:
        person = "rival" if keeper == "rival" else "reader"
        return Membership.objects.get(user__email=f"{person}@example.org").pk
    if "/invitations/" in route:
        return Invitation.objects.get(organisation__key=keeper).pk
    return Grant.objects.get(device__key="other" if keeper == "rival" else "private").pk


def _object(model: Any, device: str) -> Any:
    if model in {kind.model for kind in KINDS.values()}:
        return worlds.fact(model, device)
    match model.__name__:
        case "Device":
            return Device.objects.get(key=device)
        case "Organisation":
            return Organisation.objects.get(key="rival")
        case "AuditEvent":
            return model.objects.get(reason=f"zq-event-{device}")
        case "Alert":
            return model.objects.get(letter__subject=f"zq-alert-{device}")
    return model.objects.first()


@pytest.fixture(scope="module")
def _kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Address]]:
    with kept(django_db_blocker, _world) as found:
        yield found


@pytest.fixture
def world(_kept: list[Address], db: None) -> Iterator[list[Address]]:
    """Return every address of the world on its day: the route, the device it is about, and the path."""
    with time_machine.travel(portfolio.NOW, tick=False):
        yield _kept


def _world() -> list[Address]:
    worlds.build()
    Source.objects.create(key="s", title="S", quality="declared")
    Amendment.objects.create(
        key="zz-text",
        title_fr="Texte",
        title_en="Text",
        published=portfolio.NOW.date(),
        document=texts.document(key="zz-text"),
        applied_at=portfolio.NOW,
        alerts_planned=True,
    )
    return [(route, device, address) for route in routes() for device, address in addresses(route)]


def _session(role: str) -> Client:
    session = Client(raise_request_exception=False, headers={"accept-language": "en"})
    if role != "anonymous":
        session.force_login(User.objects.get(email=f"{role}@example.org"))
    return session


def _text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):  # a workbook: all that stands in it
        with ZipFile(BytesIO(body)) as archive:
            body = b"".join(archive.read(name) for name in archive.namelist())
    if body.startswith(b"PAR1"):
        body = str(parquet.read_table(BytesIO(body)).to_pylist()).encode()
    return body.decode() + repr(answer.headers)


def _marks(text: str) -> set[str]:
    return set(re.findall(r"zq-\w+-\w+", text))


def test_every_route_stands_in_the_matrix() -> None:
    lines = {line(route) for route in routes()}
    assert lines - ROUTES.keys() == set(), "give each of these routes a line in ROUTES"
    assert ROUTES.keys() - lines == set(), "no route of the configuration has these lines"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_matrix_says_and_nothing_leaks(world: list[Address], role: str) -> None:
    session, place, seen = _session(role), ROLES.index(role), set()
    wrong: list[str] = []
    for route, device, address in _asked(world, role):
        codes = ROUTES[line(route)]
        said = int((codes if isinstance(codes, str) else codes[device]).split()[place])
        answer = session.get(address)
        marks = _marks(_text(answer)) - OF_HOLDERS.get(route, set())
        seen |= marks
        if answer.status_code != said:
            wrong.append(f"{line(route)} [{device}] {address}: {answer.status_code}, not {said}")
        if marks - MARKS[role]:
            wrong.append(f"{line(route)} [{device}] {address}: leaks {sorted(marks - MARKS[role])}")
    assert not wrong, "\n".join(wrong)
    assert seen == MARKS[role], "a mark that nobody reads proves nothing"


@pytest.mark.parametrize("role", ROLES)
def test_no_role_writes_what_it_does_not_keep(world: list[Address], role: str) -> None:
    before = _untouched(role)
    session, wrong = _session(role), []
    for route, device, address in _asked(world, role):
        answer = session.post(address, FORM)
        if answer.status_code >= 500 and route != "healthz":
            wrong.append(f"{line(route)} [{device}] {address}: {answer.status_code}")
        if leaked := _marks(_text(answer)) - MARKS[role] - OF_HOLDERS.get(route, set()):
            wrong.append(f"{line(route)} [{device}] {address}: leaks {sorted(leaked)}")
        if route.startswith(("account/", "log", "organisation/people/")):
            session = _session(role)  # it may have logged out, or ended all sessions of the person
    assert not wrong, "\n".join(wrong)
    assert _untouched(role) == before


def _asked(world: list[Address], role: str) -> Iterator[Address]:
    """Yield the addresses that a role asks for.

    The kinds of facts share one admin class, and so their pages: of these a role asks for a third, such that
    each role meets each kind, each role each page, of facts of devices about each device, and each kind
    each page.
    """
    pages = sorted({line(route) for route, _device, _address in world})
    for route, device, address in world:
        place = _kind(route) + pages.index(line(route)) + ROLES.index(role) if line(route) != route else 0
        if place % _THIRD == 0:
            yield route, device, address


def _kind(route: str) -> int:
    """Return the place of the kind of a route among the kinds."""
    return sorted(_FACTS).index("/".join(route.split("/")[:2]) + "/")


def _untouched(role: str) -> list[Any]:
    """Return all rows that the role does not keep, as text; nothing of an administrator's."""
    if role == "administrator":
        return []
    keeper = {"owner": "maker", "officer": "maker", "rival": "rival"}.get(role, "")
    own = f"(SELECT id FROM devices_organisation WHERE key = '{keeper}')"  # noqa: S608
    other_devices = f"(SELECT id FROM devices_device WHERE owner_id NOT IN {own})"  # noqa: S608
    other_dossiers = f"(SELECT dossier_id FROM dossiers_dossierdevice WHERE device_id IN {other_devices})"  # noqa: S608
    other_endpoints = f"(SELECT id FROM webhooks_endpoint WHERE organisation_id NOT IN {own})"  # noqa: S608
    of_devices = [one.model._meta.db_table for one in KINDS.values() if one.subject == "device"]
    of_devices += ["evidence_document", "devices_grant", "followup_assignment", "followup_mark"]
    of_devices += ["requirements_statement"]
    of_organisations = ["devices_invitation", "devices_apikey", "clients_client", "devices_membership"]
    if role != "owner":  # who alone manages people
        own_people = of_organisations[:1] + of_organisations[2:]
        of_organisations, rows_of_own = ["devices_apikey"], [_rows(one) for one in own_people]
    else:
        rows_of_own = []
    return [
        *rows_of_own,
        *(_rows(one, f"device_id IN {other_devices}") for one in of_devices),
        *(_rows(one, f"organisation_id NOT IN {own}") for one in of_organisations),
        _rows("devices_device", f"id IN {other_devices}"),
        _rows("dossiers_dossierdevice", f"device_id IN {other_devices}"),
        _rows("dossiers_dossierrequest", f"id IN {other_dossiers}"),
        *(
            _rows(one, f"dossier_id IN {other_dossiers}")
            for one in ("signatures_signature", "signatures_seal")
        ),
        _rows("devices_organisation", f"key <> '{keeper}'"),
        _rows("devices_source"),
        _rows("webhooks_endpoint", f"organisation_id NOT IN {own}"),
        # who watches a device is told of a status that its keeper's post changed: no write of the keeper's
        _rows("webhooks_delivery", f"endpoint_id IN {other_endpoints} AND event <> 'device.status_changed'"),
    ]


def _rows(table: str, condition: str = "true") -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {table} t WHERE {condition} ORDER BY 1")  # noqa: S608
        return cursor.fetchall()


@pytest.mark.parametrize("role", ["buyer", "auditor", "rival"])
def test_a_key_shows_no_more_than_its_person_sees(world: list[Address], role: str) -> None:
    user = User.objects.get(email=f"{role}@example.org")
    held = user.memberships.get()
    new = create_key(
        actor=Actor.person(user), user=user, organisation=held.organisation, role=Role(held.role), name="k",
        scopes=list(Scope), expires_at=worlds.EXPIRY, at=portfolio.NOW,
    )  # fmt: skip
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {new.plain}")
    for route, device, address in world:
        if route.startswith(("api/", "fhir/")):
            codes = ROUTES[route]
            said = int((codes if isinstance(codes, str) else codes[device]).split()[ROLES.index(role)])
            answer = client.get(address)
            assert answer.status_code == said, address
            assert _marks(_text(answer)) <= MARKS[role], address
