"""The history of rows: every change of the record leaves one, whatever makes it."""

from datetime import UTC, date, datetime
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import ProgrammingError, connection, models, transaction
from django.utils.translation import override

from compliance.audit.actors import Actor
from compliance.audit.models import AuditEvent, RowHistory
from compliance.audit.rows import unexplained
from compliance.ce_marking.models import Audit, Certificate, Interruption, NotifiedBodyApplication
from compliance.facts.operations import amend, record, retract, save_device
from devices import wall
from devices.models import Device, Organisation
from tests import rows
from tests.rows import MODELS

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SYSTEM = Actor.system("test")
VERSION = {"key": "v", "number": "1.0"}


def versions(row: models.Model) -> list[RowHistory]:
    return list(RowHistory.objects.filter(row_id=row.pk))


@pytest.fixture
def device() -> Device:
    return save_device(actor=SYSTEM, device=None, changes={"key": "scanner", "name": "Scanner"}, at=AT)


def test_every_table_of_the_record_keeps_its_history() -> None:
    """A new kind of fact is covered by its base class; one that is not shows here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, proname, tgtype & 63 FROM pg_trigger"
            " JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal"
        )
        found = set(cursor.fetchall())
    row_level, inserted, deleted, updated, before, truncated = 1, 4, 8, 16, 2, 32
    for model in MODELS:
        table = model._meta.db_table
        assert (table, "audit_keep_row", row_level | inserted | deleted | updated) in found
        assert (table, "audit_refuse_truncate", before | truncated) in found


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_plain_sql_leaves_a_version_of_every_row(model: type[models.Model]) -> None:
    pk = rows.insert(model)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET id = id WHERE id = %s", [pk])  # noqa: S608
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [pk])  # noqa: S608
    found = RowHistory.objects.filter(row_id=pk, table=table)
    assert [one.operation for one in found] == ["INSERT", "UPDATE", "DELETE"]
    names = {field.name for field in model._meta.concrete_fields}
    holder = next((one for one in ("device", "organisation", "parent") if one in names), "id")
    column = model._meta.get_field(holder).column  # type: ignore[union-attr]
    assert {str(one.holder_id) for one in found} == {one.row[column] for one in found}
    assert {one.row["id"] for one in found} == {str(pk)}


def test_an_operation_dates_and_signs_what_it_writes(device: Device) -> None:
    fact = record(actor=SYSTEM, subject=device, kind="versions", value=VERSION, at=AT)
    (version,) = versions(fact)
    assert (version.at, version.actor, version.in_operation) == (AT, "test", True)
    assert (version.holder_id, version.row["number"]) == (device.pk, "1.0")
    assert version.transaction_id == AuditEvent.objects.latest("id").transaction_id
    assert not unexplained().exists()


def test_what_follows_an_operation_is_not_its_work(device: Device) -> None:
    Device.objects.filter(pk=device.pk).update(name="Other")
    created, changed = versions(device)
    assert (created.in_operation, changed.in_operation) == (True, False)
    assert changed.actor != "test"
    assert changed.at > AT
    assert [one.pk for one in unexplained()] == [changed.pk]


def test_rows_written_in_bulk_are_caught(device: Device) -> None:
    audits = [
        Audit(device=device, key=f"y{n}", kind="surveillance", held_on=date(2026, 1, 1)) for n in range(3)
    ]
    Audit.objects.bulk_create(audits)
    Audit.objects.filter(device=device).delete()
    assert [(one.table, one.operation) for one in unexplained()] == [
        *[("ce_marking_audit", "INSERT")] * 3,
        *[("ce_marking_audit", "DELETE")] * 3,
    ]


def test_a_mark_without_an_event_explains_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('jalon.at', '2020-01-01', true)")
    Organisation.objects.create(key="maker", name="Maker")
    assert unexplained().count() == 1


def test_a_setting_of_the_session_switches_nothing_off(device: Device) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(tgname)::text FROM pg_trigger WHERE tgrelid = 'devices_device'::regclass"
        )
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [cursor.fetchone()[0]])
        cursor.execute("UPDATE devices_device SET name = 'Other'")
    assert len(versions(device)) == 2


def test_a_row_given_another_id_ends_under_the_old_one(device: Device) -> None:
    fact = record(actor=SYSTEM, subject=device, kind="versions", value=VERSION, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE devices_version SET id = gen_random_uuid()")
    assert [one.operation for one in versions(fact)] == ["INSERT", "DELETE"]


def test_a_fact_keeps_its_versions_after_it_is_gone(device: Device) -> None:
    fact = record(actor=SYSTEM, subject=device, kind="versions", value=VERSION, at=AT)
    fact = amend(actor=SYSTEM, fact=fact, changes={"number": "1.1"}, reason="typing error", at=AT)
    kept = fact.pk
    retract(actor=SYSTEM, fact=fact, reason="not ours", at=AT)
    found = RowHistory.objects.filter(row_id=kept)
    assert [(one.operation, one.row["number"]) for one in found] == [
        ("INSERT", "1.0"),
        ("UPDATE", "1.1"),
        ("DELETE", "1.1"),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_rowhistory SET at = now()",
        "DELETE FROM audit_rowhistory",
        "TRUNCATE audit_rowhistory",
        "INSERT INTO audit_rowhistory SELECT * FROM audit_rowhistory",
        "TRUNCATE devices_device CASCADE",
        f"TRUNCATE {Certificate._meta.db_table}",
    ],
)
def test_the_history_cannot_be_changed(device: Device, statement: str) -> None:
    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgtype & 32 <> 0")
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
        with pytest.raises(ProgrammingError, match="refused"), transaction.atomic():
            cursor.execute(statement)
    assert RowHistory.objects.count() == 1


def test_the_command_lists_what_no_event_explains(device: Device) -> None:
    out = StringIO()
    Device.objects.filter(pk=device.pk).update(name="Other")
    with override("en"):
        call_command("verify_audit", stdout=out)
    lines = out.getvalue().splitlines()
    assert "Changes that no event explains: 1. The last ones:" in lines
    assert any(line.endswith(f"UPDATE devices_device {device.pk}") for line in lines)


def test_rows_older_than_the_history_start_it(device: Device) -> None:
    """The migration gives each row that is there one version, dated by when it was recorded."""
    migration = import_module("compliance.audit.migrations.0003_existing_rows")
    with wall.as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_rowhistory DISABLE TRIGGER audit_no_insert")
        for model in (Device, NotifiedBodyApplication, Interruption):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
    old = Device.objects.create(key="old", name="Old")
    fact = NotifiedBodyApplication.objects.create(device=old, key="a")
    part = Interruption.objects.create(
        parent=fact, position=0, stage="qms_audit", started_on=date(2025, 1, 1)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    migration.keep_existing(apps, connection.schema_editor())
    assert [one.operation for one in versions(device)] == ["INSERT"]
    kept = [versions(one)[0] for one in (old, fact, part)]
    assert {one.operation for one in kept} == {"EXISTING"}
    assert [one.at for one in kept] == [old.created_at, fact.recorded_at, fact.recorded_at]
    assert [one.holder_id for one in kept] == [old.pk, old.pk, fact.pk]
    assert not unexplained().exists()
