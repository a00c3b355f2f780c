"""Who gets what at every address: each route of ``config.urls``, each role, each device; and nothing leaks.

A new route fails ``test_every_route_stands_in_the_matrix`` by its name: give it one line in ``ROUTES``.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver
from rest_framework.test import APIClient

from compliance.amendments.models import Amendment
from compliance.facts.kinds import KINDS
from devices.access import create_key
from devices.models import ApiKey, Device, Organisation, Role, Source, User
from tests import portfolio
from tests.access import worlds
from tests.access.worlds import ROLES
from tests.amendments import texts

DEVICES = ("private", "published", "other")  # the other belongs to the rival

# The status of a GET for each role, in this order:
#   officer reader buyer auditor rival administrator stranger anonymous
ALL = "200 200 200 200 200 200 200 200"
SIGNED_IN = "200 200 200 200 200 200 200 302"
ADMINISTRATOR = "403 403 403 403 403 200 403 302"
UNKNOWN = "404 404 404 404 404 404 404 302"
NONE = "404 404 404 404 404 404 404 404"
REFUSED = "403 403 403 403 403 403 403 302"
KEEPER = "200 403 403 403 200 200 403 302"
CALLER = "200 200 200 200 200 200 200 401"
SEEN = {
    "private": "200 200 404 404 404 200 404 302",
    "published": "200 200 200 200 404 200 404 302",
    "other": "404 404 404 404 200 200 404 302",
}
READ = {  # a buyer reads the answers, not the record; the admin goes home from what it does not find
    "private": "200 200 302 302 302 200 302 302",
    "published": "200 200 302 200 302 200 302 302",
    "other": "302 302 302 302 200 200 302 302",
}
DEVICE = READ | {"published": "200 200 403 200 302 200 302 302"}
RECEIVED = {  # an alert is its recipient's
    "private": "200 302 302 302 302 200 302 302",
    "published": "200 302 302 302 302 200 302 302",
    "other": "302 302 302 302 200 200 302 302",
}
OF_MAKER = READ | {"private": READ["published"]}  # its facts are seen with any of its devices
HOME = "302 302 302 302 302 302 302 302"
API = {one: codes.replace("302", "401") for one, codes in SEEN.items()}

ROUTES: dict[str, str | Mapping[str, str]] = {
    "healthz": "503 503 503 503 503 503 503 503",  # no worker and no beat in a test
    "i18n/setlang/": "302 302 302 302 302 302 302 302",
    # --- API ---
    "api/v1/devices": CALLER,
    "api/v1/devices/lookup": "400 400 400 400 400 400 400 401",
    "api/v1/devices/<uuid:device_id>": API,
    "api/v1/devices/<uuid:device_id>/status": API,
    "api/v1/devices/<uuid:device_id>/deadlines": API,
    "api/v1/schema": ALL,
    "api/v1/docs": ALL,
    "api/v1/": NONE,
    # --- Pages ---
    "": SIGNED_IN,
    "deadlines/": SIGNED_IN,
    "devices/<uuid:device_id>/": SEEN,
    "facts/": SIGNED_IN,
    "law/": SIGNED_IN,
    "law/rules/<str:name>/": SIGNED_IN,
    "law/proposals/<str:key>/": UNKNOWN,
    "law/texts/<str:key>/": SIGNED_IN,
    "login/": "302 302 302 302 302 302 302 200",
    "logout/": "405 405 405 405 405 405 405 302",
    "password_change/": SIGNED_IN,
    "password_change/done/": SIGNED_IN,
    "autocomplete/": REFUSED,
    "jsi18n/": SIGNED_IN,
    "r/<path:content_type_id>/<path:object_id>/": UNKNOWN,
    "^(?P<app_label>devices|ce_marking|cnedimts|listing|ans|ai_act|data|audit|alerts)/$": UNKNOWN,
    "(?P<url>.*)$": UNKNOWN,
    # --- Records ---
    "devices/device/": SIGNED_IN,
    "devices/device/add/": KEEPER,
    "devices/device/<path:object_id>/": HOME,
    "devices/device/<path:object_id>/change/": DEVICE,
    "devices/device/<path:object_id>/history/": DEVICE,
    "devices/device/<path:object_id>/delete/": REFUSED,
    "devices/organisation/": SIGNED_IN,
    "devices/organisation/add/": ADMINISTRATOR,
    "devices/organisation/<path:object_id>/": HOME,
    "devices/organisation/<path:object_id>/change/": SIGNED_IN,
    "devices/organisation/<path:object_id>/history/": SIGNED_IN,
    "devices/organisation/<path:object_id>/delete/": REFUSED,
    "devices/source/": SIGNED_IN,
    "devices/source/add/": KEEPER,
    "devices/source/<path:object_id>/": HOME,
    "devices/source/<path:object_id>/change/": SIGNED_IN,
    "devices/source/<path:object_id>/history/": SIGNED_IN,
    "devices/source/<path:object_id>/delete/": REFUSED,
    # --- Facts: every kind of a device, and of an organisation ---
    "{fact}/": SIGNED_IN,
    "{fact}/add/": KEEPER,
    "{fact}/<path:object_id>/": HOME,
    "{fact}/<path:object_id>/change/": READ,
    "{fact}/<path:object_id>/history/": HOME,
    "{fact}/<path:object_id>/delete/": SEEN,
    "{organisation fact}/": SIGNED_IN,
    "{organisation fact}/add/": KEEPER,
    "{organisation fact}/<path:object_id>/": HOME,
    "{organisation fact}/<path:object_id>/change/": OF_MAKER,
    "{organisation fact}/<path:object_id>/history/": HOME,
    "{organisation fact}/<path:object_id>/delete/": SEEN,
    # --- Trail, alerts, people ---
    "audit/auditevent/": SIGNED_IN,
    "audit/auditevent/add/": REFUSED,
    "audit/auditevent/<path:object_id>/": HOME,
    "audit/auditevent/<path:object_id>/change/": READ,
    "audit/auditevent/<path:object_id>/history/": READ,
    "audit/auditevent/<path:object_id>/delete/": REFUSED,
    "alerts/alert/": SIGNED_IN,
    "alerts/alert/add/": REFUSED,
    "alerts/alert/<path:object_id>/": HOME,
    "alerts/alert/<path:object_id>/change/": RECEIVED,
    "alerts/alert/<path:object_id>/history/": RECEIVED,
    "alerts/alert/<path:object_id>/delete/": REFUSED,
    "devices/user/": ADMINISTRATOR,
    "devices/user/add/": ADMINISTRATOR,
    "devices/user/<id>/password/": ADMINISTRATOR,
    "devices/user/<path:object_id>/": HOME,
    "devices/user/<path:object_id>/change/": ADMINISTRATOR,
    "devices/user/<path:object_id>/history/": ADMINISTRATOR,
    "devices/user/<path:object_id>/delete/": REFUSED,
    "devices/apikey/": ADMINISTRATOR,
    "devices/apikey/add/": ADMINISTRATOR,
    "devices/apikey/<uuid:key_id>/revoke/": "405 405 405 405 405 405 405 302",
    "devices/apikey/<path:object_id>/": HOME,
    "devices/apikey/<path:object_id>/change/": ADMINISTRATOR,
    "devices/apikey/<path:object_id>/history/": ADMINISTRATOR,
    "devices/apikey/<path:object_id>/delete/": REFUSED,
}

# The marks of the world that each role may read: names, notes, facts, events, alerts.
_PUBLISHED = {f"zq-{kind}-published" for kind in ("name", "note", "fact", "event")}
_MAKER = {one.replace("published", "private") for one in _PUBLISHED} | _PUBLISHED
_ALERTS = {"zq-alert-private", "zq-alert-published"}
_RIVAL = {f"zq-{kind}-other" for kind in ("name", "note", "fact", "event", "alert")} | {"zq-fact-rival"}
MARKS: Mapping[str, set[str]] = {
    "officer": _MAKER | _ALERTS | {"zq-fact-maker"},
    "reader": _MAKER | {"zq-fact-maker"},
    "buyer": {"zq-name-published"},
    "auditor": _PUBLISHED | {"zq-fact-maker"},
    "rival": _RIVAL,
    "administrator": _MAKER | _ALERTS | _RIVAL | {"zq-fact-maker"},
    "stranger": set(),
    "anonymous": set(),
}
KEPT = {"officer": {"private", "published"}, "rival": {"other"}, "administrator": set(DEVICES)}
FORM = {
    "key": "zz",
    "name": "Changed",
    "reason": "because",
    "expected_version": "1",
    "note": "Changed",
    "post": "yes",
}

EXPIRY = portfolio.NOW + timedelta(days=300)
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

    The kinds of facts share one admin class: each shows the page of a fact for all devices, and the others
    of its pages for the device of the other.
    """
    shared = line(route) != route and not route.endswith("/change/")
    if isinstance(ROUTES[line(route)], str):
        yield "", "/" + _filled(route, "private")
    else:
        for device in ["other"] if shared else DEVICES:
            yield device, "/" + _filled(route, device)


def _filled(route: str, device: str) -> str:
    if route.startswith("^"):
        return "devices/"
    route = route.replace("(?P<url>.*)$", "no/such/address")
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(_value(route, found[1], device)), route)


def _value(route: str, name: str, device: str) -> Any:
    match name:
        case "object_id" if route.startswith("r/"):
            return _object(Device, device).pk
        case "device_id":
            return Device.objects.get(key=device).pk
        case "id":
            return User.objects.get(email="reader@example.org").pk
        case "key_id":
            return ApiKey.objects.earliest("created_at").pk
        case "name":
            return "mdr.surveillance_audit"
        case "key":
            return "zz-text"
        case "content_type_id":
            return 1
    app, model_name = route.split("/")[:2]
    model = apps.get_model(app, model_name)
    return _object(model, device).pk


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
            return model.objects.get(subject=f"zq-alert-{device}")
    return model.objects.first()


@pytest.fixture
def world(db: None) -> Iterator[None]:
    with time_machine.travel(portfolio.NOW, tick=False):
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
        for role in ROLES[:-1]:
            user = User.objects.get(email=f"{role}@example.org")
            create_key(
                user=user,
                role=Role.READER,
                name="k",
                expires_at=portfolio.NOW.replace(year=2027),
                at=portfolio.NOW,
            )
        yield


def _session(role: str) -> Client:
    session = Client(raise_request_exception=False, headers={"accept-language": "en"})
    if role != "anonymous":
        session.force_login(User.objects.get(email=f"{role}@example.org"))
    return session


def _text(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode() + repr(answer.headers)


def _marks(text: str) -> set[str]:
    return set(re.findall(r"zq-\w+-\w+", text))


def test_every_route_stands_in_the_matrix() -> None:
    lines = {line(route) for route in routes()}
    assert lines - ROUTES.keys() == set(), "give each of these routes a line in ROUTES"
    assert ROUTES.keys() - lines == set(), "no route of the configuration has these lines"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_matrix_says_and_nothing_leaks(world: None, role: str) -> None:
    session, place, seen = _session(role), ROLES.index(role), set()
    wrong: list[str] = []
    for route in routes():
        for device, address in addresses(route):
            codes = ROUTES[line(route)]
            said = int((codes if isinstance(codes, str) else codes[device]).split()[place])
            answer = session.get(address)
            marks = _marks(_text(answer))
            seen |= marks
            if answer.status_code != said:
                wrong.append(f"{line(route)} [{device}] {address}: {answer.status_code}, not {said}")
            if marks - MARKS[role]:
                wrong.append(f"{line(route)} [{device}] {address}: leaks {sorted(marks - MARKS[role])}")
    assert not wrong, "\n".join(wrong)
    assert seen == MARKS[role], "a mark that nobody reads proves nothing"


@pytest.mark.parametrize("role", ROLES)
def test_no_role_writes_what_it_does_not_keep(world: None, role: str) -> None:
    untouched = [one for one in DEVICES if one not in KEPT.get(role, ())]
    before = {one: _record(one) for one in untouched} | {"people": _people()}
    wrong: list[str] = []
    for route, device, address in [(one, *found) for one in routes() for found in addresses(one)]:
        answer = _session(role).post(address, FORM)
        if answer.status_code >= 500 and route != "healthz":
            wrong.append(f"{line(route)} [{device}] {address}: {answer.status_code}")
        if leaked := _marks(_text(answer)) - MARKS[role]:
            wrong.append(f"{line(route)} [{device}] {address}: leaks {sorted(leaked)}")
    assert not wrong, "\n".join(wrong)
    after = {one: _record(one) for one in untouched} | {"people": _people()}
    assert role == "administrator" or after == before


def _record(device: str) -> list[Any]:
    """Return all rows of a device, as text."""
    return [
        _rows(kind.model._meta.db_table, f"device_id = '{Device.objects.get(key=device).pk}'")
        for kind in KINDS.values()
        if kind.subject == "device"
    ] + [_rows("devices_device", f"key = '{device}'")]


def _people() -> list[Any]:
    return [
        _rows("devices_membership"),
        _rows("devices_organisation", "key <> 'rival'"),
        _rows("devices_source"),
    ]


def _rows(table: str, condition: str = "true") -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {table} t WHERE {condition} ORDER BY 1")  # noqa: S608
        return cursor.fetchall()


@pytest.mark.parametrize("role", ["buyer", "auditor", "rival"])
def test_a_key_shows_no_more_than_its_person_sees(world: None, role: str) -> None:
    user = User.objects.get(email=f"{role}@example.org")
    held = user.memberships.get()
    new = create_key(user=user, role=Role(held.role), name="k", expires_at=EXPIRY, at=portfolio.NOW)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {new.plain}")
    for route in routes():
        if route.startswith("api/"):
            for device, address in addresses(route):
                codes = ROUTES[line(route)]
                said = int((codes if isinstance(codes, str) else codes[device]).split()[ROLES.index(role)])
                answer = client.get(address)
                assert answer.status_code == said, address
                assert _marks(_text(answer)) <= MARKS[role], address
