"""The database itself shows and takes only what the caller reaches: the filters of the code are left out."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from celery import current_app
from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.test import Client

from compliance.alerts.models import Alert, Letter
from compliance.assessments.models import TrackState
from compliance.assessments.tasks import reassess_due
from compliance.audit.models import AuditEvent, RowHistory
from compliance.ce_marking.models import Certificate, Interruption, NotifiedBodyApplication
from compliance.clients.models import Client as OAuthClient
from compliance.decisions.models import SignedDecision
from compliance.evidence.models import Blob, Document, DocumentLink, DocumentVersion
from compliance.evidence.queries import visible_documents
from config import clock
from config.celery import SystemTask
from devices import wall
from devices.commands import SystemCommand
from devices.models import (
    ApiKey,
    Device,
    Grant,
    Invitation,
    Membership,
    Organisation,
    Role,
    User,
    Version,
)  # fmt: skip
from devices.queries import Caller, editable_devices, reach, visible_devices, whole_devices
from devices.wall import NOBODY, Reach
from tests import rows
from tests.access import worlds
from tests.factories import DeviceFactory, OrganisationFactory, UserFactory

# Commands that read files only.
WITHOUT_DATABASE = {
    "assess_facts", "decide", "dossier_schema", "facts_reference", "facts_schema", "plan", "run_cases",
    "verify_dossier",
}  # fmt: skip


def sql(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else [cursor.rowcount]


def ids(statement: str) -> set[UUID]:
    return {row[0] for row in sql(statement)}


def test_every_table_of_a_device_or_an_organisation_is_behind_the_wall(db: None) -> None:
    behind = {
        name: (enabled, forced, policies)
        for name, enabled, forced, policies in sql(
            "SELECT relname, relrowsecurity, relforcerowsecurity,"
            " (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid) FROM pg_class c WHERE relkind = 'r'"
        )
    }
    held = {Device, Organisation}
    while more := {one for one in apps.get_models() if one not in held and _linked(one) & held}:
        held |= more
    tables = {one._meta.db_table for one in held - {Organisation}}
    assert len(tables) > 50
    assert {one for one in tables if behind[one] != (True, True, 4)} == set()


def _linked(model: type[models.Model]) -> set[Any]:
    return {one.related_model for one in model._meta.concrete_fields if one.related_model}


def test_the_connection_is_bound_by_the_policies(db: None) -> None:
    assert sql("SELECT current_user::text, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles"
               " WHERE rolname = current_user") == [("jalon_app", False, False, False)]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_both_walls_agree_for_anybody(db: None, seed: int) -> None:
    """Random people and devices: what the code filters is what the database shows without any filter."""
    draw = random.Random(seed)  # noqa: S311
    organisations = OrganisationFactory.create_batch(5)
    for _ in range(30):
        device = DeviceFactory.create(
            owner=draw.choice([*organisations, None]), published=draw.random() < 0.4
        )
        fact = rows.insert(NotifiedBodyApplication, device_id=device.pk, source_id=None)
        rows.insert(Interruption, parent_id=fact, position=0)
        TrackState.objects.create(device=device, track="ans", status="unknown", state="x")
        for published in (True, False):
            Document.objects.create(
                device=device, kind="other", title=f"D {published}", published=published,
                created_at=clock.now(),
            )  # fmt: skip
    for n in range(12):
        user = UserFactory.create(is_superuser=n == 0, is_active=n != 1)
        for _ in range(draw.randrange(4)):
            role, organisation = draw.choice(list(Role)), draw.choice(organisations)
            Membership.objects.get_or_create(user=user, organisation=organisation, role=role)
        for device in draw.sample(list(Device.objects.all()), 3):
            whom: dict[str, Any] = draw.choice([{"user": user}, {"organisation": draw.choice(organisations)}])
            starts_on = clock.today() - timedelta(days=draw.choice([0, 5, 60]))
            over = draw.choice([None, None, clock.now()])
            with suppress(IntegrityError), transaction.atomic():
                Grant.objects.create(
                    device=device, starts_on=starts_on, ends_on=starts_on + timedelta(days=30),
                    given_at=clock.now(), revoked_at=over, **whom,
                )  # fmt: skip
        for narrowed in (None, *Role):
            _compare(Caller(user, narrowed))


def _compare(caller: Caller) -> None:
    seen = set(visible_devices(caller).values_list("pk", flat=True))
    kept = set(editable_devices(caller).values_list("pk", flat=True))
    whole = set(whole_devices(caller).values_list("pk", flat=True))
    documents = set(visible_documents(caller, visible_devices(caller)).values_list("pk", flat=True))
    with wall.within(reach(caller)):
        assert {one.pk for one in Device.objects.all()} == seen
        assert ids("SELECT id FROM devices_device") == seen
        assert ids("SELECT device_id FROM ce_marking_notifiedbodyapplication") == seen
        assert ids("SELECT device_id FROM assessments_trackstate") == seen
        assert sql("SELECT count(*) FROM ce_marking_interruption") == [(len(seen),)]
        assert ids("SELECT id FROM evidence_document") == documents
        assert ids("SELECT device_id FROM evidence_document WHERE NOT published") == whole
        assert Device.objects.update(note="changed") == len(kept)
        assert Document.objects.update(language="fr") == 2 * len(kept)
        assert NotifiedBodyApplication.objects.update(note="changed") == len(kept)
        assert Interruption.objects.update(position=0) == len(kept)


@pytest.fixture
def world(db: None) -> None:
    worlds.build()


@pytest.fixture
def officer(world: None) -> Reach:
    return reach(Caller(User.objects.get(email="officer@example.org")))


def test_nothing_said_nothing_seen(world: None) -> None:
    with wall.within(NOBODY):
        for model in (
            *(
                Device,
                Version,
                Certificate,
                Interruption,
                TrackState,
                Alert,
                Letter,
                AuditEvent,
                RowHistory,
                Grant,
            ),
            *(Invitation, ApiKey, OAuthClient, Document, DocumentVersion, DocumentLink, Blob),
        ):
            assert not model._default_manager.exists()


def test_what_hangs_on_a_record_is_seen_with_it(world: None, officer: Reach) -> None:
    auditor = reach(Caller(User.objects.get(email="auditor@example.org")))
    buyer = reach(Caller(User.objects.get(email="buyer@example.org")))

    def seen(one: Reach) -> list[set[str]]:
        columns = (
            (Letter, "subject"), (AuditEvent, "reason"), (SignedDecision, "reason"), (Version, "note"),
            (Document, "title"),
            (DocumentVersion, "name"), (DocumentLink, "version__document__title"),
            (Invitation, "organisation__key"), (ApiKey, "name"), (OAuthClient, "name"),
            (Grant, "device__key"), (RowHistory, "table"),
        )  # fmt: skip
        with wall.within(one):
            assert Blob.objects.count() == DocumentVersion.objects.count()
            return [
                set(model._default_manager.exclude(**{name: ""}).values_list(name, flat=True))
                for model, name in columns
            ]

    def titles(*keys: str, drafts: bool = True) -> list[set[str]]:
        found = {f"zq-{kind}-{key}" for kind in ("document", "draft")[: 1 + drafts] for key in keys}
        return [found, {f"{one}.txt" for one in found}, found]

    assert seen(officer) == [
        {"zq-alert-private", "zq-alert-published"},
        {f"zq-{kind}-{key}" for kind in ("decision", "event") for key in ("private", "published")},
        {"zq-decision-private", "zq-decision-published"},
        {"zq-fact-private", "zq-fact-published"},
        *titles("private", "published"),
        {"maker"}, {"zq-key-maker"}, {"zq-client-maker"}, {"private"}, set(),
    ]  # fmt: skip
    assert seen(auditor) == [
        set(), {"zq-decision-private", "zq-event-private"}, {"zq-decision-private"}, {"zq-fact-private"},
        *titles("private"),
        set(), set(), set(), {"private"}, set(),
    ]  # fmt: skip
    assert seen(buyer) == [
        set(), set(), set(), {"zq-fact-published"}, *titles("published", drafts=False),
        set(), set(), set(), set(), set(),
    ]  # fmt: skip


def test_what_is_not_kept_is_not_written(world: None, officer: Reach) -> None:
    own, other = Device.objects.get(key="private"), Device.objects.get(key="other")
    rival = Organisation.objects.get(key="rival")
    user = User.objects.get(email="officer@example.org")
    with wall.within(officer):
        Version.objects.create(device=own, key="mine", number="2")
        assert Device.objects.filter(pk=other.pk).update(published=True) == 0
        assert Version.objects.filter(device=other).delete()[0] == 0
        for write in (
            lambda: Version.objects.create(device=other, key="theirs", number="2"),
            lambda: Device.objects.create(key="new", name="New", owner=rival),
            lambda: Device.objects.filter(pk=own.pk).update(owner=rival),
            lambda: TrackState.objects.create(device=own, track="ans", status="valid", state="x"),
            lambda: Blob.objects.create(sha256="0" * 64, size=1, media_type="text/plain", scan="clean"),
            lambda: Document.objects.create(
                device=other, kind="other", title="Theirs", created_at=own.created_at
            ),
            lambda: Grant.objects.create(
                device=other,
                user=user,
                starts_on=date(2026, 1, 1),
                ends_on=date(2027, 1, 1),
                given_at=own.created_at,
            ),
            lambda: Invitation.objects.create(
                organisation=rival,
                email="a@example.org",
                role=Role.OFFICER,
                created_at=own.created_at,
                sent_at=own.created_at,
                expires_at=own.created_at + timedelta(days=1),
            ),
            lambda: AuditEvent.objects.create(sequence=9, at=own.created_at, action="device.saved"),
            lambda: Membership.objects.create(user=user, organisation=rival, role=Role.OFFICER),
            lambda: Membership.objects.create(
                user=user, organisation=Organisation.objects.get(key="maker"), role=Role.ADMINISTRATOR
            ),
        ):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                write()


def test_a_block_that_fails_leaves_no_reach_behind(officer: Reach) -> None:
    everything = Device.objects.count()
    with wall.within(officer):
        with pytest.raises(IntegrityError), transaction.atomic(), wall.system():
            sql("INSERT INTO devices_device (id) VALUES (gen_random_uuid())")
        assert Device.objects.count() == 2
        with pytest.raises(RuntimeError), wall.system(), transaction.atomic():
            raise RuntimeError
        assert Device.objects.count() == 2
    assert Device.objects.count() == everything


def test_the_owner_of_a_table_is_bound_too(world: None) -> None:
    """An owner that is no superuser, as of a managed server: the policies are forced on it."""
    with wall.as_owner():
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("CREATE ROLE plain_owner NOLOGIN")
        sql("GRANT USAGE, CREATE ON SCHEMA public TO plain_owner")
        sql("ALTER TABLE devices_device OWNER TO plain_owner")
        sql("SET ROLE plain_owner")
        assert sql("SELECT count(*) FROM devices_device") == [(3,)]
        with wall.within(NOBODY):
            assert sql("SELECT count(*) FROM devices_device") == [(0,)]


@pytest.fixture
def as_deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nothing be said by default, as outside of the tests."""
    monkeypatch.setattr(wall, "current", ContextVar("reach", default=NOBODY))
    wall._say()
    yield
    monkeypatch.undo()
    wall._say()


def test_a_connection_kept_for_the_next_request_keeps_no_reach(
    world: None, as_deployed: None, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = False
    session = Client()
    session.force_login(User.objects.get(email="officer@example.org"))
    for path in ("/", "/nothing/here", "/api/v1/devices"):
        session.get(path)
        assert sql("SELECT count(*) FROM devices_device") == [(0,)], path
        assert sql("SELECT current_setting('jalon.own')") == [("{}",)], path
    assert len(session.get("/api/v1/devices").json()["results"]) == 2
    assert Client().get("/api/v1/devices").status_code == 401


def test_a_request_that_breaks_leaves_no_reach(
    world: None, as_deployed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        assert Device.objects.count() == 2
        raise RuntimeError

    monkeypatch.setattr("compliance.backoffice.home.dashboard.matrix", broken)
    session = Client(raise_request_exception=False)
    session.force_login(User.objects.get(email="officer@example.org"))
    assert session.get("/").status_code == 500
    assert sql("SELECT count(*) FROM devices_device") == [(0,)]


def test_a_connection_that_opens_takes_role_and_reach(db: None) -> None:
    def asked(one: Reach) -> Any:
        with wall.within(one):
            try:
                return sql("SELECT current_user::text, current_setting('jalon.reach')")
            finally:
                connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        for one in (NOBODY, Reach("person"), wall.SYSTEM):
            assert pool.submit(asked, one).result() == [("jalon_app", one.name)]


def test_tasks_and_commands_say_that_they_are_the_systems_work(db: None, as_deployed: None) -> None:
    with wall.system():
        DeviceFactory.create()
    assert reassess_due() == 1
    current_app.loader.import_default_modules()
    ours = [one for name, one in current_app.tasks.items() if name.startswith(("compliance.", "config."))]
    assert len(ours) >= 3
    assert all(isinstance(one, SystemTask) for one in ours)
    commands = {
        name: app for name, app in get_commands().items() if app.startswith(("compliance", "devices"))
    }
    silent = {
        name for name, app in commands.items() if not isinstance(load_command_class(app, name), SystemCommand)
    }
    assert silent == WITHOUT_DATABASE | {"migrate", "flush"}
